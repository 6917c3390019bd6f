# features: control-flow, dataclasses; oracle: cpython
from dataclasses import dataclass


@dataclass
class Circle:
    r: float


@dataclass
class Rect:
    w: float
    h: float


def describe(x):
    match x:
        case 0 | 1:
            return "small"
        case int(n) if n < 0:
            return f"negative {n}"
        case int() | float():
            return "number"
        case "":
            return "empty"
        case str() as s:
            return f"str {s!r}"
        case []:
            return "empty list"
        case [x]:
            return f"one {x}"
        case [first, *rest] if len(rest) > 2:
            return f"first {first}, {len(rest)} more"
        case (a, b):
            return f"pair {a} {b}"
        case {"type": "point", "x": x, **rest}:
            return f"point {x} {rest}"
        case {}:
            return "mapping"
        case Circle(r=r):
            return f"circle {r}"
        case Rect(w, h) if w == h:
            return f"square {w}"
        case Rect(w=w):
            return f"rect {w}"
        case None:
            return "none"
        case _:
            return "unknown"


for value in [0, -5, 3.5, "", "hi", [], [1], [1, 2, 3, 4], (1, 2), {"type": "point", "x": 1, "y": 2}, {"z": 1}, Circle(2), Rect(2, 2), Rect(1, 2), None, object]:
    print(describe(value))


def command(line):
    match line.split():
        case ["go", ("north" | "south") as d]:
            return f"going {d}"
        case ["get", *items]:
            return f"getting {', '.join(items)}"
        case ["quit" | "exit"]:
            return "bye"
        case other:
            return f"what? {other}"


for line in ["go north", "go up", "get key lamp", "exit", ""]:
    print(command(line))
for n in range(2, 10):
    for d in range(2, n):
        if n % d == 0:
            break
    else:
        print(n, end=" ")
print()
i = 0
while True:
    i += 1
    if i % 2:
        continue
    if i > 6:
        break
print(i, (lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4), [y := 5, y ** 2], 1 < 2 < 3, not None, [] or "default", 5 if [] else 6)
def f(a, /, b, *, c=3): return a, b, c
print(f(1, b=2), f(1, 2, c=4))
try:
    f(a=1, b=2)
except TypeError as error:
    print(error)
