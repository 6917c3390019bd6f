# features: itertools, functional; oracle: cpython
import itertools as it
import operator
from functools import reduce

print(list(it.chain([1, 2], "ab")), list(it.islice(it.count(10, 5), 4)), list(it.accumulate([1, 2, 3, 4], operator.mul)))
print(["".join(p) for p in it.permutations("abc", 2)], list(it.combinations(range(4), 2)), list(it.combinations_with_replacement("ab", 2)))
print(list(it.product([0, 1], repeat=3))[:4], list(it.zip_longest([1, 2, 3], "ab", fillvalue="-")), list(it.starmap(pow, [(2, 3), (3, 2)])))
data = [("fruit", "apple"), ("veg", "kale"), ("fruit", "pear"), ("veg", "leek")]
for key, group in it.groupby(sorted(data), key=lambda t: t[0]):
    print(key, [name for _, name in group])
print(list(it.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(it.filterfalse(lambda x: x % 2, range(6))))
a, b = it.tee(iter(range(3)))
print(list(a), list(b), list(it.pairwise("abcd")), list(it.compress("abcdef", [1, 0, 1, 0, 1])), list(it.repeat("x", 3)))


def batched(iterable, n):
    iterator = iter(iterable)
    while batch := tuple(it.islice(iterator, n)):
        yield batch


print(list(batched("abcdefg", 3)), list(it.chain.from_iterable([[1], [2, 3]])))
cycle = it.cycle("RGB")
print([next(cycle) for _ in range(7)], reduce(lambda a, b: a * 10 + b, [1, 2, 3]), sum(1 for _ in it.combinations(range(10), 3)))
print(next(x for x in it.count(1) if x % 7 == 0 and x % 5 == 3), dict(zip("abc", it.count())), max(it.accumulate([1, -2, 3, 4, -1]), default=0))
