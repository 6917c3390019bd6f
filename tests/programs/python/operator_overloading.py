# features: classes, math; oracle: cpython
import math
from functools import total_ordering
from numbers import Number


class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x=0, y=0):
        self.x, self.y = x, y

    def __repr__(self):
        return f"Vector({self.x!r}, {self.y!r})"

    def __add__(self, o):
        return Vector(self.x + o.x, self.y + o.y) if isinstance(o, Vector) else NotImplemented

    def __mul__(self, k):
        if isinstance(k, Number):
            return Vector(self.x * k, self.y * k)
        return NotImplemented

    __rmul__ = __mul__

    def __matmul__(self, o):
        return self.x * o.x + self.y * o.y

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __neg__(self):
        return self * -1

    def __eq__(self, o):
        return (self.x, self.y) == (o.x, o.y)

    def __hash__(self):
        return hash((self.x, self.y))

    def __iter__(self):
        yield from (self.x, self.y)

    def __getitem__(self, i):
        return tuple(self)[i]

    def __bool__(self):
        return bool(self.x or self.y)

    def __format__(self, spec):
        return f"<{self.x:{spec}}, {self.y:{spec}}>"

    def __call__(self, scale):
        return self * scale


v, w = Vector(3, 4), Vector(1, 2)
print(v + w, v * 2, 2 * v, v @ w, abs(v), -v, v == Vector(3, 4), len({v, Vector(3, 4)}), [*v], v[0], bool(Vector()), f"{v:.2f}", v(3))
try:
    v + 1
except TypeError as error:
    print(error)
try:
    v.z = 1
except AttributeError as error:
    print(type(error).__name__)
x, y = v
v += w
print(x, y, v, sum([v, w], Vector()))


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    def __matmul__(self, o):
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])

    def __str__(self):
        return "\n".join(" ".join(f"{x:>4}" for x in r) for r in self.rows)

    def __getattr__(self, name):
        if name == "T":
            return Matrix([list(r) for r in zip(*self.rows)])
        raise AttributeError(f"no {name}")


m = Matrix([[1, 2], [3, 4]])
print(m @ m, m.T, sep="\n--\n")
print(getattr(m, "nope", "default"), hasattr(m, "T"))


class Temperature:
    def __init__(self, c):
        self.celsius = c

    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, f):
        self.celsius = (f - 32) * 5 / 9

    @staticmethod
    def valid(c):
        return c >= -273.15

    @classmethod
    def boiling(cls):
        return cls(100)


t = Temperature.boiling()
t.fahrenheit = 50
print(t.celsius, t.fahrenheit, Temperature.valid(-300), vars(t))
