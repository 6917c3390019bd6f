from __future__ import annotations
import a.b as c, d
class A(B, metaclass=C):
    x: int = 1
    @property
    async def f(self, a, /, b=1, *c, d: int = 2, **e) -> None:
        async with a as (b, c): await d
        nonlocal_ = [x async for x in y if z for q in w]
        return lambda *a, **k: (yield)
match x:
    case {"a": [1, *_], **rest} if rest: pass
    case A(b=1) | None: pass
try: pass
except* (E, F) as e: raise G from e
finally: del x[1:2:3]
f"{x!r:>{width}} {y=}" "a" rb"\x00"
type T[X: int, *Y, **Z] = X
while (n := n - 1): continue
else: pass
