# features: functional, closures, language; oracle: cpython
x = "global"


def outer():
    x = "outer"

    def inner():
        nonlocal x
        x = "changed"
        return x
    return inner(), x


def counter():
    n = 0

    def step(by=1):
        nonlocal n
        n += by
        return n
    return step


c = counter()
print(outer(), x, c(), c(5), counter()(), [f(10) for f in [lambda v, k=k: v + k for k in range(3)]], [f() for f in [lambda: k for k in range(3)]])


def spread(a, *args, key=None, **kwargs):
    return a, args, key, kwargs


print(spread(1, 2, 3, key="k", z=9), spread(*"abc", **{"key": 1}), (lambda *a, **k: (a, k))(1, b=2))
compose = lambda *fs: (lambda v: [v := f(v) for f in fs][-1])
print(compose(str.strip, str.upper, len)(" hi "), list(map(pow, [2, 3], [3, 2])), list(filter(str.isalpha, "a1b2")), sorted("bca", key=lambda s: -ord(s)))
default = []


def bad(item, bucket=[]):
    bucket.append(item)
    return bucket


print(bad(1), bad(2), bad.__defaults__, bad.__name__, outer.__code__.co_varnames)
data = [{"n": "a", "v": 3}, {"n": "b", "v": 1}]
print(sorted(data, key=lambda d: d["v"])[0]["n"], {d["n"]: d for d in data}["b"], next((d for d in data if d["v"] > 5), None), any(d["v"] == 3 for d in data))
gen = (n * n for n in range(5))
print(next(gen), list(gen), list(gen), sum(n for n in range(5)), [*range(5, 0, -2)], dict(enumerate("ab")), {v: k for k, v in {"a": 1}.items()})
if (n := len("hello")) > 3:
    print(f"{n=}", n)
print([y for y in (1, 2, 3) if (z := y * 2) > 2], z, (lambda: (yield))().__class__.__name__, globals()["x"], "c" in locals())


def fact(n, acc=1):
    return acc if n <= 1 else fact(n - 1, acc * n)


print(fact(20), (lambda f: f(f, 5))(lambda f, n: 1 if n < 2 else n * f(f, n - 1)))
class Box:
    items = []
    def __init__(self, v): self.v = v
    def __eq__(self, o): return isinstance(o, Box) and self.v == o.v
    def __lt__(self, o): return self.v < o.v
    def __contains__(self, i): return i in self.items
    def __len__(self): return self.v
    def __str__(self): return f"Box<{self.v}>"
print(sorted([Box(3), Box(1)])[0].v, Box(1) == Box(1), Box(1) != Box(2), str(Box(2)), f"{Box(4)!s:>8}", bool(Box(0)), 5 in Box(1), Box(1).items is Box(2).items, [str(b) for b in (Box(1), Box(2))])
assert True, "fine"
print(all(isinstance(i, int) for i in [1, True]), callable(fact), id(fact) == id(fact), fact is not None, not (1 and 0) or 5, 1 if [] else 2, "a" "b", 0b11, 0o17, 0xFF, 1_000, 1e3, 3j, ...)
