# features: algorithms; oracle: cpython
from collections import deque
from functools import lru_cache
import sys


def sieve(n):
    flags = bytearray([1]) * (n + 1)
    flags[:2] = b"\0\0"
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]:
            flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, f in enumerate(flags) if f]


def quicksort(xs):
    if len(xs) <= 1:
        return xs
    pivot, *rest = xs
    return quicksort([x for x in rest if x < pivot]) + [pivot] + quicksort([x for x in rest if x >= pivot])


def merge_sort(xs):
    if len(xs) < 2:
        return xs
    mid = len(xs) // 2
    left, right, out = merge_sort(xs[:mid]), merge_sort(xs[mid:]), []
    while left and right:
        out.append((left if left[0] <= right[0] else right).pop(0))
    return out + left + right


def binary_search(xs, target):
    lo, hi = 0, len(xs) - 1
    while lo <= hi:
        mid = (lo + hi) // 2
        if xs[mid] == target:
            return mid
        lo, hi = (mid + 1, hi) if xs[mid] < target else (lo, mid - 1)
    return -1


def maze(grid):
    start = next((r, c) for r, row in enumerate(grid) for c, x in enumerate(row) if x == "S")
    queue, seen = deque([(start, 0)]), {start}
    while queue:
        (r, c), d = queue.popleft()
        if grid[r][c] == "E":
            return d
        for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            n = (r + dr, c + dc)
            if 0 <= n[0] < len(grid) and 0 <= n[1] < len(grid[0]) and grid[n[0]][n[1]] != "#" and n not in seen:
                seen.add(n)
                queue.append((n, d + 1))


@lru_cache(None)
def edit(a, b):
    if not a or not b:
        return len(a) + len(b)
    return min(edit(a[1:], b) + 1, edit(a, b[1:]) + 1, edit(a[1:], b[1:]) + (a[0] != b[0]))


def queens(n, row=0, cols=()):
    if row == n:
        yield cols
    for c in range(n):
        if all(c != q and abs(c - q) != row - r for r, q in enumerate(cols)):
            yield from queens(n, row + 1, cols + (c,))


def sudoku_ok(row):
    return sorted(row) == list(range(1, 10))


def hanoi(n, a="A", b="B", c="C"):
    return [] if n == 0 else hanoi(n - 1, a, c, b) + [(a, c)] + hanoi(n - 1, b, a, c)


print(sieve(50), len(sieve(10000)))
print(quicksort([5, 3, 8, 1, 9, 2]), merge_sort([5, 3, 8, 1, 9, 2, 7]), binary_search(list(range(0, 100, 7)), 49), binary_search([1, 2], 9))
print(maze(["S.#.", "..#E", "#...", "...."]), edit("kitten", "sitting"), len(list(queens(6))), next(queens(8)), hanoi(3))
print(2 ** 200, sum(int(d) for d in str(2 ** 1000)), pow(3, 1000, 10 ** 9 + 7), pow(3, -1, 11))


def roman(n):
    out = ""
    for v, r in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()):
        out += r * (n // v)
        n %= v
    return out


print([roman(n) for n in (1994, 2024, 49)], ["Fizz" * (i % 3 == 0) + "Buzz" * (i % 5 == 0) or i for i in range(1, 16)])
print(sys.getrecursionlimit() >= 1000, "racecar" == "racecar"[::-1], [[row[i] for row in [[1, 2], [3, 4]]] for i in range(2)])
def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
print(depth(900))
try:
    depth(10 ** 6)
except RecursionError as error:
    print("RecursionError:", str(error)[:32])
life = {(1, 0), (1, 1), (1, 2)}
for _ in range(2):
    near = {}
    for x, y in life:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    near[x + dx, y + dy] = near.get((x + dx, y + dy), 0) + 1
    life = {p for p, n in near.items() if n == 3 or (n == 2 and p in life)}
    print(sorted(life))
