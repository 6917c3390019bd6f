# features: heapq, bisect, algorithms; oracle: cpython
import bisect
import heapq

graph = {"A": {"B": 4, "C": 2}, "B": {"D": 5}, "C": {"B": 1, "D": 8, "E": 10}, "D": {"E": 2, "F": 6}, "E": {"F": 3}, "F": {}}


def dijkstra(start):
    dist, prev, heap = {start: 0}, {}, [(0, start)]
    while heap:
        d, u = heapq.heappop(heap)
        if d > dist[u]:
            continue
        for v, w in graph[u].items():
            if d + w < dist.get(v, float("inf")):
                dist[v], prev[v] = d + w, u
                heapq.heappush(heap, (d + w, v))
    return dist, prev


dist, prev = dijkstra("A")
path, node = [], "F"
while node:
    path.append(node)
    node = prev.get(node)
print(dist, "->".join(reversed(path)))
heap = [5, 3, 8, 1]
heapq.heapify(heap)
print(heap, heapq.nlargest(2, heap), heapq.nsmallest(2, ["pear", "fig"], key=len), heapq.heappushpop(heap, 0), heapq.heapreplace(heap, 10), list(heapq.merge([1, 4], [2, 3])))
scores, grades = [60, 70, 80, 90], "FDCBA"
print([grades[bisect.bisect(scores, s)] for s in (33, 60, 77, 89, 90, 100)])
xs = [1, 3, 3, 5]
bisect.insort(xs, 4)
print(xs, bisect.bisect_left(xs, 3), bisect.bisect_right(xs, 3))


def topo(deps):
    from graphlib import TopologicalSorter, CycleError
    try:
        return list(TopologicalSorter(deps).static_order())
    except CycleError as error:
        return f"cycle {error.args[1]}"


print(topo({"app": ["db", "web"], "web": ["http"]})[-1], topo({"a": ["b"], "b": ["a"]})[:5])


def lcs(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


print(lcs("AGGTAB", "GXTXAYB"))
def knapsack(items, cap):
    best = [0] * (cap + 1)
    for weight, value in items:
        for c in range(cap, weight - 1, -1):
            best[c] = max(best[c], best[c - weight] + value)
    return best[cap]
print(knapsack([(1, 1), (3, 4), (4, 5), (5, 7)], 7))
