# features: collections; oracle: cpython
from collections import OrderedDict, defaultdict, deque, namedtuple, ChainMap, Counter, UserDict

Point = namedtuple("Point", "x y z", defaults=[0])
p = Point(1, 2)
print(p, p._asdict(), p._replace(x=9), *p, Point._fields, p == (1, 2, 0))
d = deque([1, 2, 3], maxlen=4)
d.appendleft(0)
d.append(4)
d.rotate(1)
print(d, d.pop(), d.popleft(), list(d), d.maxlen)
tree = lambda: defaultdict(tree)
t = tree()
t["a"]["b"]["c"] = 1
print(t["a"]["b"]["c"], list(t), dict(t["a"]["b"]))
od = OrderedDict(a=1, b=2, c=3)
od.move_to_end("a")
print(od, od.popitem(last=False), list(reversed(od)))
cm = ChainMap({"debug": True}, {"debug": False, "host": "x"})
print(cm["debug"], cm["host"], dict(cm), cm.new_child({"host": "y"})["host"])


class LRU(OrderedDict):
    def __init__(self, cap):
        super().__init__()
        self.cap = cap

    def get(self, key):
        if key in self:
            self.move_to_end(key)
            return self[key]

    def put(self, key, value):
        self[key] = value
        self.move_to_end(key)
        if len(self) > self.cap:
            self.popitem(last=False)


lru = LRU(2)
lru.put("a", 1), lru.put("b", 2), lru.get("a"), lru.put("c", 3)
print(list(lru))


class Lower(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(k.lower(), v)


low = Lower(Content_Type=1)
low["ACCEPT"] = 2
print(low, Counter(a=1) & Counter(a=2), {**{"a": 1}, "b": 2} | {"c": 3}, dict.fromkeys("ab", 0))
s, u = {1, 2, 3}, frozenset([3, 4])
print(s | u, s & u, s - u, s ^ u, s <= {1, 2, 3, 4}, {frozenset([1])}, sorted(s, reverse=True))
x, *rest, last = [1, 2, 3, 4]
print(x, rest, last, [1, 2] * 2, [*range(3), *"ab"], list(enumerate("ab", 1)), [1, 2, 3][::-1], [i for i in range(10)][2:8:3])
