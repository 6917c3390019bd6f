# features: functools, decorators; oracle: cpython
import functools
import time


def timed(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        try:
            return fn(*args, **kwargs)
        finally:
            assert time.perf_counter() >= start
            print(f"{fn.__name__}{args} took some time")
    return wrapper


def retry(times=3, exceptions=(Exception,), delay=0.001):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            for attempt in range(1, times + 1):
                try:
                    return fn(*args, **kwargs)
                except exceptions as error:
                    print(f"attempt {attempt} failed: {error}")
                    if attempt == times:
                        raise
                    time.sleep(delay * 2 ** attempt)
        return wrapper
    return decorate


calls = 0


@retry(times=4, exceptions=(ConnectionError,))
def flaky():
    """Docs stay."""
    global calls
    calls += 1
    if calls < 3:
        raise ConnectionError(f"refused #{calls}")
    return "ok"


@timed
def add(a, b=2):
    return a + b


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@functools.singledispatch
def describe(x):
    return f"object {x!r}"


@describe.register
def _(x: int):
    return f"int {x:+d}"


@describe.register(list)
def _(x):
    return f"list of {len(x)}"


@functools.total_ordering
class Version:
    def __init__(self, text):
        self.parts = tuple(map(int, text.split(".")))

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts

    def __repr__(self):
        return "v" + ".".join(map(str, self.parts))

    @functools.cached_property
    def major(self):
        print("computed")
        return self.parts[0]


print(flaky(), flaky.__name__, flaky.__doc__)
print(add(1, b=5))
print(fib(90), fib.cache_info())
print(describe(5), describe([1]), describe("s"))
v = sorted(map(Version, ["1.10.0", "1.2.0", "2.0"]))
print(v, v[0] >= v[1], v[2].major, v[2].major)
print(functools.reduce(lambda a, b: a + b, [[1], [2]], []), functools.partial(int, base=2)("1010"), sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
