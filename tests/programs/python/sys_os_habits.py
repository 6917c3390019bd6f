# features: sys, os, process; oracle: cpython
import os
import platform
import sys
import time

print(sys.platform, os.name, os.sep, repr(os.linesep), type(os.getcwd()).__name__, sys.byteorder, sys.maxsize == 2 ** 63 - 1)
print(os.environ.get("NOT_SET_AT_ALL"), os.getenv("NOT_SET_AT_ALL", "fallback"), "NOT_SET_AT_ALL" in os.environ)
os.environ["MY_FLAG"] = "on"
print(os.environ["MY_FLAG"], os.path.expandvars("$MY_FLAG/x"))
try:
    os.environ["NOT_SET_AT_ALL"]
except KeyError as error:
    print("KeyError", error)
sys.stdout.write("written\n")
sys.stdout.flush()
print("to stderr", file=sys.stderr)
print(sys.argv[1:], __name__, platform.system(), platform.python_implementation(), isinstance(os.getpid(), int), os.cpu_count() > 0)
start = time.perf_counter()
time.sleep(0.002)
elapsed = time.perf_counter() - start
print(elapsed >= 0.002, time.time() > 1.6e9, time.monotonic() <= time.monotonic(), time.process_time() >= 0)
print(sys.getsizeof([]) > 0, sys.getrefcount(object()) > 0, hash("a") == hash("a"), id(None) == id(None), sys.stdin.read() == "")
import atexit
atexit.register(print, "bye")
import gc
import inspect
import textwrap


def frame_name():
    return inspect.currentframe().f_code.co_name


print(frame_name(), gc.collect() >= 0, callable(print), [m for m in ("json", "re") if m in sys.modules or __import__(m)])
print(input.__name__, open.__name__, len(dir(__builtins__)) > 100)
try:
    input("prompt> ")
except EOFError as error:
    print("EOFError", error)
