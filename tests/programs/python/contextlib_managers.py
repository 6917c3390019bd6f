# features: contextlib, errors; oracle: cpython
import contextlib
import io
import sys


@contextlib.contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name
    except ZeroDivisionError as error:
        print("swallowed:", error)
    finally:
        print(f"</{name}>")


class Resource:
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, value, tb):
        print("exit", kind.__name__ if kind else None, value)
        return kind is KeyError


with tag("a") as a, tag("b"):
    print(a)
with tag("div"):
    1 / 0
with Resource():
    raise KeyError("k")
try:
    with Resource():
        raise ValueError("v")
except ValueError as error:
    print("outside", error)
with contextlib.suppress(FileNotFoundError):
    raise FileNotFoundError("gone")
buffer = io.StringIO()
with contextlib.redirect_stdout(buffer):
    print("captured")
print(repr(buffer.getvalue()))
with contextlib.ExitStack() as stack:
    names = [stack.enter_context(tag(n)) for n in "xy"]
    stack.callback(print, "callback", 1)
    print(names)
with contextlib.closing(io.StringIO("text")) as f:
    print(f.read(), f.closed)
print(f.closed, contextlib.nullcontext(5).__enter__())


@tag("decorated")
def run():
    print("running")


run()
print("to stderr", file=sys.stderr)
