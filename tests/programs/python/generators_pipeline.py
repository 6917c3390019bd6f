# features: generators, itertools; oracle: cpython
def read():
    for line in ["10 apples", "", "5 pears", "# comment", "7 plums"]:
        yield line


def clean(lines):
    return (line.strip() for line in lines if line and not line.startswith("#"))


def parse(lines):
    for line in lines:
        n, name = line.split()
        yield int(n), name


print(sum(n for n, _ in parse(clean(read()))), dict((name, n) for n, name in parse(clean(read()))))


def averager():
    total = count = 0
    average = None
    while True:
        value = yield average
        if value is None:
            return f"final {average}"
        total += value
        count += 1
        average = total / count


g = averager()
next(g)
print([g.send(x) for x in (10, 20, 60)])
try:
    g.send(None)
except StopIteration as stop:
    print(stop.value)


def flatten(x):
    for item in x:
        if isinstance(item, (list, tuple)):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, (3, [4])], 5])))


def delegator():
    result = yield from sub()
    print("sub gave", result)


def sub():
    try:
        yield 1
    except ValueError as error:
        print("thrown in:", error)
        yield "recovered"
    finally:
        print("sub closed")
    return "R"


d = delegator()
print(next(d), d.throw(ValueError("oops")), list(d))


class Fib:
    def __init__(self, limit):
        self.limit = limit

    def __iter__(self):
        a, b = 0, 1
        while a < self.limit:
            yield a
            a, b = b, a + b

    def __contains__(self, x):
        return x in iter(self)


print(list(Fib(50)), 21 in Fib(50), 22 in Fib(50), max(Fib(100)), sorted(Fib(10), reverse=True))
primes = (n for n in range(2, 60) if all(n % d for d in range(2, int(n ** 0.5) + 1)))
print(*primes)
print([(x, y) for x in range(3) for y in range(x) if (x + y) % 2], {x: x ** 2 for x in range(4)}, {c for c in "hello"} == set("helo"), [[0] * 3 for _ in range(2)])
