# features: errors, traceback; oracle: cpython
import traceback


class AppError(Exception):
    code = 500

    def __init__(self, message, **context):
        super().__init__(message)
        self.context = context


class NotFound(AppError):
    code = 404


def load(path):
    try:
        return {}[path]
    except KeyError as error:
        raise NotFound(f"no {path}", path=path) from error


try:
    load("config")
except AppError as error:
    print(type(error).__name__, error, error.code, error.context, repr(error.__cause__))
    lines = traceback.format_exception_only(type(error), error)
    print(lines[-1].strip())
    print([frame.name for frame in traceback.extract_tb(error.__traceback__)])
for fn in [lambda: 1 / 0, lambda: [][1], lambda: {}["k"], lambda: int("x"), lambda: None.foo, lambda: "a" + 1, lambda: undefined, lambda: (1).x, lambda: float("q"), lambda: open("/definitely/not/here"), lambda: next(iter([])), lambda: [].remove(1), lambda: "x".index("y"), lambda: bytes([256]), lambda: "é".encode("ascii"), lambda: b"\xff".decode(), lambda: int(float("inf")), lambda: {[]: 1}, lambda: [1, 2] < 3, lambda: len(5), lambda: print(**{"nope": 1}), lambda: (lambda a: a)(), lambda: __import__("no_such_module")]:
    try:
        fn()
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def cleanup():
    try:
        return "try"
    except Exception:
        return "except"
    else:
        return "else"
    finally:
        print("finally")


print(cleanup())
try:
    try:
        raise ValueError("first")
    except ValueError:
        raise TypeError("second")
except TypeError as error:
    print(repr(error.__context__), error.__suppress_context__)
try:
    raise ExceptionGroup("many", [ValueError("a"), TypeError("b"), ExceptionGroup("inner", [KeyError("c")])])
except* ValueError as group:
    print("values", group.exceptions)
except* (TypeError, KeyError) as group:
    print("others", group.exceptions)
error = ValueError("noted")
error.add_note("a note")
print(error.__notes__, error.args)
try:
    assert 1 == 2, "math is hard"
except AssertionError as error:
    print("AssertionError", error)
