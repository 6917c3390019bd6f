# features: json, encodings; oracle: cpython
import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum


class Color(Enum):
    RED = 1


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, (date, datetime)):
            return o.isoformat()
        if isinstance(o, Decimal):
            return str(o)
        if isinstance(o, set):
            return sorted(o)
        if isinstance(o, Enum):
            return o.name
        return super().default(o)


doc = {"when": datetime(2024, 1, 2, 3, 4, 5), "price": Decimal("9.90"), "tags": {"b", "a"}, "c": Color.RED, "n": None, "t": True, 1: "int key", "é": "ü☃🎉"}
print(json.dumps(doc, cls=Encoder))
print(json.dumps(doc, cls=Encoder, ensure_ascii=False, indent=2))
print(json.dumps({"b": 1, "a": [1, 2, {"z": 0}]}, sort_keys=True, separators=(",", ":")))
print(json.dumps([1.0, 1e100, float("inf"), -0.0, 0.1 + 0.2, 10 ** 30]), json.dumps("quote\"\\\n\u2028"))
for bad in ['{"a":1,}', "{'a':1}", "", "[1,2", '{"a":}', "nul", '{"a":1} x', '"\n"', "[1,]"]:
    try:
        print(json.loads(bad))
    except json.JSONDecodeError as error:
        print(f"{bad!r:<14} {error.msg} at line {error.lineno} col {error.colno} (pos {error.pos})")
try:
    json.dumps({"x": object})
except TypeError as error:
    print(error)
print(json.loads('{"a": 1, "a": 2, "f": 1.50, "e": 1E3}', parse_float=Decimal), json.loads('{"x":1}', object_pairs_hook=list))
print(json.loads(b'"bytes \\u00e9"'), json.loads('[NaN, Infinity]'), json.loads(json.dumps((1, 2))))
ring = []
ring.append(ring)
try:
    json.dumps(ring)
except ValueError as error:
    print(error)
lines = '{"id":1}\n{"id":2}\n'
print([json.loads(line)["id"] for line in lines.splitlines()])
print(json.loads('{"type":"point","x":1}', object_hook=lambda d: (d["x"],) if d.get("type") == "point" else d))
