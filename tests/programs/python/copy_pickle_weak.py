# features: pickle, copy, classes; oracle: cpython
import copy
import pickle
import shelve
import types
from dataclasses import dataclass, field


@dataclass
class Node:
    name: str
    children: list = field(default_factory=list)

    def __reduce__(self):
        return (Node, (self.name, self.children))


root = Node("root", [Node("a"), Node("b", [Node("c")])])
shallow, deep = copy.copy(root), copy.deepcopy(root)
root.children[0].name = "changed"
print(shallow.children[0].name, deep.children[0].name, deep)
data = {"n": root, "t": (1, 2), "s": {1, 2}, "b": b"x", "c": 1 + 2j, "f": frozenset([1]), "none": None}
back = pickle.loads(pickle.dumps(data))
print(back["n"] == root, back["n"] is root, {k: v for k, v in back.items() if k != "n"})
try:
    pickle.dumps(lambda x: x)
except (pickle.PicklingError, AttributeError) as error:
    print(type(error).__name__ in ("PicklingError", "AttributeError"))
ring = [1]
ring.append(ring)
print(ring, copy.deepcopy(ring)[1][1][0])
ns = types.SimpleNamespace(a=1, b="x")
ns.c = [1]
print(ns, vars(ns), types.MappingProxyType({"k": 1})["k"])


class Sentinel:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __copy__(self):
        return self


print(Sentinel() is Sentinel(), copy.copy(Sentinel()) is Sentinel())
print(complex(3, 4), abs(3 + 4j), (1 + 2j) * (3 - 1j), (1 + 2j).conjugate(), range(10)[2:8:2], slice(1, 5, 2).indices(4), type(...).__name__, NotImplemented)
a = b = []
a += [1]
c = a + [2]
print(b, c, a is b, [[]] * 2, (lambda d={}: d.setdefault("k", len(d)))(), dict(zip("ab", [1, 2])), {**dict(a=1)}, list(map(str, filter(None, [0, 1, 2]))), sorted({"b": 1, "a": 2}.items()), any([]), all([]), sum([[1], [2]], []), max([3, 1], [2, 9]), list(reversed("ab")), chr(97), ord("a"), bin(5)[2:], hex(255), oct(8), round(1.5), abs(-3), isinstance(True, int), bool("False"))
