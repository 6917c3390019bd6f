"""What a program breaks breaks nothing but itself, and how it ended is told nevertheless."""

import unittest

from harness import run


class Hostile(unittest.TestCase):
    def assert_told(self, source, kind):
        outcome = run(source)
        self.assertIsNotNone(outcome.done, outcome)
        self.assertEqual((outcome.error or {}).get("type"), kind, outcome)
        return outcome

    def test_replaced_modules(self):
        outcome = self.assert_told(
            "import json, sys\njson.dumps = json.JSONEncoder = None\nsys.modules.clear()\nprint(1)\n[1]",
            None,
        )
        self.assertEqual((outcome.output, outcome.result), ("1\n", [1]))

    def test_replaced_functions_of_ours(self):
        source = "import code_executor, sys\n" \
            "for name, module in list(sys.modules.items()):\n" \
            "    if name.startswith('code_executor.'):\n" \
            "        for each in list(vars(module)):\n" \
            "            if not each.startswith('__'): setattr(module, each, None)\n1/0"
        outcome = run(source)
        self.assertIn("error", outcome.done or {"error": "it left without a word"})

    def test_deleted_builtins(self):
        source = "import builtins\nkept = delattr\n" \
            "for name in list(vars(builtins)):\n    kept(builtins, name)\nmissing"
        self.assert_told(source, "NameError")

    def test_replaced_error_reporting(self):
        source = "import traceback, linecache\n" \
            "traceback.TracebackException = linecache.getline = None\nlinecache.cache = {}\n1/0"
        self.assert_told(source, "ZeroDivisionError")

    def test_errors_that_fight_back(self):
        self.assert_told("class E(Exception):\n    def __str__(self): raise E\nraise E", "E")
        self.assert_told("class E(Exception):\n    __traceback__ = None\nraise E('x')", "E")
        self.assert_told("e = None\nfor n in range(5000):\n    new = ValueError(n); new.__cause__ = e; e = new\nraise e",
                         "ValueError")
        self.assert_told("raise type('x' * 100_000, (Exception,), {})('y' * 1_000_000)", "x" * 128 + "...")

    def test_results_that_fight_back(self):
        for source in (
            "class L(list):\n    def __iter__(self):\n        while True: yield 1\nL()",
            "class D(dict):\n    __class__ = property(lambda self: 1 / 0)\nD()",
            "class O:\n    def __getattr__(self, name): raise SystemError(name)\nO()",
            "class O:\n    def to_dict(self): return self\nO()",
            "class O:\n    def to_dict(self): return O()\nO()",
        ):
            with self.subTest(source):
                outcome = run(source, resultBytes=1000)
                self.assertIsNone(outcome.error, outcome)
                self.assertIn("resultOmitted", outcome.done)

    def test_the_socket_closed_or_used_by_hand(self):
        for source in ("import os\nos.closerange(0, 64)\nprint(1)",
                       "import os\nfor fd in range(64):\n    try: os.dup2(os.open('/dev/null', 1), fd)\n"
                       "    except OSError: pass\nprint(1)"):
            with self.subTest(source):
                outcome = run(source)
                self.assertIsNone(outcome.done)
                self.assertNotEqual(outcome.status, 0)

    def test_finalizers_that_print_and_call(self):
        source = """
import gc
class Noisy:
    def __init__(self): self.me = self
    def __del__(self): print("gone"); call_mcp_tool("a", text="x")
gc.set_threshold(5)
for n in range(200):
    Noisy()
    call_mcp_tool("a", n=n)
    print(n)
gc.collect()
print("end")
"""
        outcome = self.assert_told(source, None)
        self.assertEqual(outcome.output.count("gone\n"), 200)
        self.assertEqual(len(outcome.requests), 400)

    def test_a_deep_traceback_is_told_by_its_beginning(self):
        source = "import sys\nsys.setrecursionlimit(6000)\n" \
            "def f(n):\n    if n == 0: raise ValueError('deep')\n    f(n - 1)\nf(5000)"
        outcome = self.assert_told(source, "ValueError")
        self.assertIn("more times", outcome.error["stack"])

    def test_asyncio_that_was_replaced(self):
        source = "import asyncio\nasyncio.gather = asyncio.run = asyncio.get_running_loop = None\n" \
            "await call_mcp_tool('a', n=1)"
        self.assertEqual(self.assert_told(source, None).result, {"n": 1})

    def test_a_program_that_never_reads_its_replies_ends(self):
        source = "import asyncio\n" \
            "tasks = [asyncio.ensure_future(call_mcp_tool_async('a', text='x' * 10_000)) for _ in range(500)]\n" \
            "await asyncio.sleep(0)\nraise SystemExit(0)"
        self.assert_told(source, None)

    def test_daemon_threads_that_go_on_do_not_speak_after_the_end(self):
        source = "import threading\n" \
            "def chatter():\n    while True:\n        print('chatter'); call_mcp_tool('a')\n" \
            "for _ in range(4): threading.Thread(target=chatter, daemon=True).start()\n'done'"
        self.assertEqual(self.assert_told(source, None).result, "done")


if __name__ == "__main__":
    unittest.main()
