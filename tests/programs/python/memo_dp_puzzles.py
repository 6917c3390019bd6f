# features: algorithms, functools; oracle: cpython
from collections import Counter, defaultdict
from functools import cache, reduce
from itertools import permutations, combinations
from string import ascii_uppercase


@cache
def change(amount, coins=(25, 10, 5, 1)):
    if amount == 0:
        return 1
    if amount < 0 or not coins:
        return 0
    return change(amount - coins[0], coins) + change(amount, coins[1:])


@cache
def lis(seq):
    best = [1] * len(seq)
    for i, x in enumerate(seq):
        for j in range(i):
            if seq[j] < x:
                best[i] = max(best[i], best[j] + 1)
    return max(best, default=0)


def solve(puzzle):
    words = puzzle.replace("+", " ").replace("=", " ").split()
    letters = sorted(set("".join(words)))
    for digits in permutations(range(10), len(letters)):
        table = dict(zip(letters, digits))
        if any(table[w[0]] == 0 for w in words):
            continue
        *addends, total = (reduce(lambda n, c: n * 10 + table[c], w, 0) for w in words)
        if sum(addends) == total:
            return addends, total


def two_sum(xs, target):
    seen = {}
    for i, x in enumerate(xs):
        if target - x in seen:
            return seen[target - x], i
        seen[x] = i


def anagrams(words):
    groups = defaultdict(list)
    for w in words:
        groups["".join(sorted(w))].append(w)
    return [g for g in groups.values() if len(g) > 1]


def caesar(text, k):
    return "".join(ascii_uppercase[(ascii_uppercase.index(c) + k) % 26] if c in ascii_uppercase else c for c in text)


def rle(text):
    out, i = "", 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out += f"{j - i if j - i > 1 else ''}{text[i]}"
        i = j
    return out


def balanced(text):
    stack = []
    for c in text:
        if c in "([{":
            stack.append(c)
        elif c in ")]}" and (not stack or "([{".index(stack.pop()) != ")]}".index(c)):
            return False
    return not stack


def flood(grid, r, c, new):
    old, stack = grid[r][c], [(r, c)]
    while stack:
        y, x = stack.pop()
        if 0 <= y < len(grid) and 0 <= x < len(grid[0]) and grid[y][x] == old != new:
            grid[y][x] = new
            stack += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
    return grid


print(change(100), lis((10, 9, 2, 5, 3, 7, 101, 18)), solve("TO + GO = OUT"), two_sum([2, 7, 11, 15], 26))
print(anagrams(["eat", "tea", "tan", "ate", "nat", "bat"]), caesar("HELLO, WORLD", 3), rle("WWWWBBAAAC"), [balanced(s) for s in ("([]{})", "([)]", "(")])
for row in flood([list(r) for r in ("..#", ".##", "..#")], 0, 0, "o"):
    print("".join(row))
print(max(sum(c) for c in combinations([3, 34, 4, 12, 5, 2], 3) if sum(c) <= 50), ["".join(p) for p in permutations("abc")][:3], Counter("hello world").most_common(2))
pascal = [[1]]
for _ in range(5):
    pascal.append([1, *(a + b for a, b in zip(pascal[-1], pascal[-1][1:])), 1])
print("\n".join(" ".join(map(str, r)).center(20).rstrip() for r in pascal))
print([bin(n).count("1") for n in range(8)], [n ^ n >> 1 for n in range(8)], sum(map(int, str(2 ** 64))), int("".join(reversed("123"))), [*zip(*[iter(range(6))] * 2)])
