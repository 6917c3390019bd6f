# features: pprint, difflib, text; oracle: cpython
import difflib
import pprint
import reprlib

data = {"name": "config", "servers": [{"host": f"server{i}.example.com", "ports": list(range(8000, 8005)), "tags": ("a", "b")} for i in range(2)], "nested": {"deep": {"deeper": {"x": None}}}, "set": {3, 1, 2}}
pprint.pprint(data)
pprint.pprint(data, width=40, depth=2)
pprint.pprint(data, compact=True, sort_dicts=False, width=60)
print(pprint.pformat([1, "two"]), reprlib.repr(list(range(100))))
a = "one\ntwo\nthree\nfour\n".splitlines(keepends=True)
b = "one\n2\nthree\nfour\nfive\n".splitlines(keepends=True)
print("".join(difflib.unified_diff(a, b, "old.txt", "new.txt")), end="")
print("".join(difflib.ndiff(a, b)), end="")
sm = difflib.SequenceMatcher(None, "kitten", "sitting")
print(f"{sm.ratio():.4f}", sm.get_opcodes())
print(difflib.get_close_matches("appel", ["ape", "apple", "peach", "puppy"]))
