"""How a program ends: errors in its own lines, exits, what is left running, and what never ends."""

import signal
import sys
import unittest

from harness import run


class Endings(unittest.TestCase):
    def error_of(self, source, **limits):
        outcome = run(source, **limits)
        self.assertIsNotNone(outcome.error, outcome)
        return outcome.error

    def test_an_error_has_the_lines_of_the_program_with_their_text(self):
        error = self.error_of("import json\n\ndef load(text):\n    return json.loads(text)\n\nload('{bad')")
        self.assertEqual(error["type"], "JSONDecodeError")
        self.assertTrue(error["message"].startswith("Expecting property name"))
        stack = error["stack"]
        self.assertTrue(stack.startswith('Traceback (most recent call last):\n  File "program.py", line 6'))
        self.assertIn('File "program.py", line 4, in load\n    return json.loads(text)', stack)
        self.assertNotIn("decoder.py", stack)
        self.assertNotIn("Expecting", stack)

    def test_chained_errors_are_shown(self):
        error = self.error_of("try:\n    {}['k']\nexcept KeyError as e:\n    raise ValueError('no') from e")
        self.assertEqual((error["type"], error["message"]), ("ValueError", "no"))
        self.assertIn("KeyError: 'k'", error["stack"])
        self.assertIn("direct cause", error["stack"])

    def test_groups_show_their_parts(self):
        if sys.version_info < (3, 11):
            self.skipTest("there are no groups")
        error = self.error_of("raise ExceptionGroup('several', [ValueError('one'), KeyError('two')])")
        self.assertEqual(error["type"], "ExceptionGroup")
        for part in ("ValueError: one", "KeyError: 'two'"):
            self.assertIn(part, error["stack"])

    def test_an_error_in_a_coroutine_names_every_line_that_awaits(self):
        source = "import asyncio\nasync def inner():\n    await asyncio.sleep(0)\n    1 / 0\n" \
            "async def outer():\n    await inner()\nawait outer()"
        stack = self.error_of(source)["stack"]
        for line in (4, 6, 7):
            self.assertIn(f'"program.py", line {line}', stack)

    def test_code_that_was_executed_is_told_as_text(self):
        self.assertIn('File "<string>", line 2', self.error_of("exec('x = 1\\n1/0')")["stack"])

    def test_a_syntax_error_has_its_place_and_its_line(self):
        error = self.error_of("fine = 1\nbroken = = 2\n")
        self.assertEqual(error["type"], "SyntaxError")
        self.assertIn("(line 2, column 10)\n  broken = = 2\n           ^", error["message"])
        self.assertEqual(self.error_of("def f():\nreturn 1")["type"], "IndentationError")
        self.assertEqual(self.error_of("a = '\\0'".replace("\\0", "\0"))["type"], "SyntaxError")
        fenced = self.error_of("```python\nprint(1)\n```")
        self.assertIn("Markdown fence", fenced["message"])

    def test_code_that_was_copied_with_its_indentation_runs(self):
        outcome = run("\n    if True:\n        x = 1\n    print(x)\n    x + 1\n")
        self.assertEqual((outcome.output, outcome.result), ("1\n", 2))

    def test_unusual_line_ends_and_marks_do_not_move_lines(self):
        for source, line in (("\ufeffprint(1)\n1/0", 2), ("x = 1\r\n\r\n1/0\r\n", 3), ("#!/bin/x\n\n1/0", 3)):
            with self.subTest(source):
                self.assertIn(f"line {line}, in <module>\n    1/0", self.error_of(source)["stack"])

    def test_nesting_beyond_reason_is_an_error(self):
        for source in ("(" * 50_000 + ")" * 50_000, "[" * 50_000, "f(" * 50_000, "-" * 50_000 + "1",
                       "+".join(["1"] * 50_000), "a" + ".a" * 50_000, "if 1:\n" * 200):
            if source.startswith("1+") and sys.version_info < (3, 10):
                # It takes this one.
                continue
            with self.subTest(source[:10]):
                self.assertIn(self.error_of(source)["type"], ("SyntaxError", "IndentationError"))

    def test_recursion_without_end(self):
        outcome = run("def again(n): return again(n + 1)\nagain(0)")
        self.assertEqual((outcome.error["type"], outcome.done["limit"]), ("RecursionError", "stack"))
        self.assertIn("more times", outcome.error["stack"])

    def test_memory_without_end_is_told_with_its_limit(self):
        outcome = run("x = 'a' * 10**14", memoryBytes=64 << 20)
        self.assertEqual((outcome.error["type"], outcome.done["limit"]), ("MemoryLimitError", "memory"))
        self.assertIn("64 MiB", outcome.error["message"])
        self.assertIn("line 1", outcome.error["stack"])

    def test_memory_that_fills_up_in_small_steps_is_told_too(self):
        for source in (
            "hoard = []\nwhile True:\n    hoard.append('x' * (1 << 16) + str(len(hoard)))",
            "hoard = []\nwhile True: hoard.append([len(hoard)])",
            "hoard = {}\nwhile True: hoard[len(hoard)] = str(len(hoard))",
            "text = 'x'\nwhile True: text += text",
            "def f():\n    x = [0] * 1_000_000\n    return f(), x\nimport sys; sys.setrecursionlimit(9000)\nf()",
            "async def f():\n    hoard = []\n    while True: hoard.append(bytes(1 << 20))\nawait f()",
        ):
            with self.subTest(source):
                outcome = run(source, memoryBytes=64 << 20)
                self.assertEqual((outcome.error or {}).get("type"), "MemoryLimitError", outcome)
                self.assertEqual(outcome.done["limit"], "memory")
                self.assertNotIn("During handling", outcome.error.get("stack", ""))

    def test_exits(self):
        for source in ("import sys\nsys.exit()", "raise SystemExit(0)", "exit()", "import os\nos._exit(0)"):
            with self.subTest(source):
                self.assertIsNone(run("print('a')\n" + source + "\nprint('b')").error)
        for source in ("import sys\nsys.exit(3)", "import os\nos._exit(3)",
                       "import sys\nasync def f(): sys.exit(3)\nawait f()"):
            with self.subTest(source):
                error = self.error_of(source)
                self.assertEqual(error["type"], "SystemExit")
                self.assertEqual(error["message"], "the program exited with code 3")
        outcome = run("import sys\nsys.exit('cannot go on')")
        self.assertEqual(outcome.output, "cannot go on\n")
        self.assertIn("code 1", outcome.error["message"])
        self.assertEqual(run("result = 1\nraise SystemExit").result, 1)

    def test_what_was_printed_before_leaving_at_once_is_kept(self):
        self.assertEqual(run("import os\nprint('kept', end='')\nos._exit(1)").output, "kept")

    def test_an_interrupt_of_its_own_is_an_error(self):
        self.assertEqual(self.error_of("raise KeyboardInterrupt")["type"], "KeyboardInterrupt")

    def test_threads_and_exit_functions_have_their_turn(self):
        source = "import atexit, threading, time\natexit.register(print, 'exit function')\n" \
            "atexit.register(lambda: 1 / 0)\n" \
            "def late():\n    time.sleep(0.05); print('thread')\n" \
            "threading.Thread(target=late).start()\nprint('main')\n1"
        outcome = run(source)
        lines = outcome.output.splitlines()
        self.assertEqual((lines[0], lines[1], lines[-1]), ("main", "thread", "exit function"))
        self.assertIn("ZeroDivisionError", outcome.output)
        self.assertEqual((outcome.error, outcome.result), (None, 1))

    def test_tasks_that_are_left_run_to_their_end(self):
        begin = "import asyncio\nasync def left():\n    await asyncio.sleep(0.02)\n    "
        end = "\ntask = asyncio.create_task(left())\nawait asyncio.sleep(0)\nprint('main')"
        self.assertEqual(run(begin + "print('left')" + end).output, "main\nleft\n")
        self.assertEqual(self.error_of(begin + "1 / 0" + end)["type"], "ZeroDivisionError")

    def test_timers_that_are_left_fire(self):
        source = "import asyncio\nloop = asyncio.get_running_loop()\nawait asyncio.sleep(0)\n" \
            "loop.call_later(0.05, print, 'second')\nloop.call_later(0.01, print, 'first')\n" \
            "loop.call_later(60, print, 'never').cancel()"
        self.assertEqual(run(source).output, "first\nsecond\n")

    def test_a_failure_that_nobody_looked_at_is_the_programs(self):
        failing = "import asyncio\nasync def failing():\n    1 / 0\n"
        source = failing + "task = asyncio.create_task(failing())\nawait asyncio.sleep(0.01)\nprint('end')"
        outcome = run(source)
        self.assertEqual((outcome.output, outcome.error["type"]), ("end\n", "ZeroDivisionError"))
        source = failing + "kept = []\nasync def main():\n    kept.append(asyncio.ensure_future(failing()))\n" \
            "    await asyncio.sleep(0.01)\nasyncio.run(main())"
        self.assertEqual(self.error_of(source)["type"], "ZeroDivisionError")
        looked = failing + "await asyncio.gather(failing(), return_exceptions=True)\n1"
        self.assertEqual(run(looked).result, 1)

    def test_a_task_that_can_never_end_does_not_hold_the_program(self):
        source = "import asyncio\nasync def stuck():\n    try: await asyncio.Future()\n" \
            "    finally: print('cleaned up')\n" \
            "task = asyncio.create_task(stuck())\nawait asyncio.sleep(0)\n7"
        outcome = run(source)
        self.assertEqual((outcome.error, outcome.result, outcome.output), (None, 7, "cleaned up\n"))

    def test_a_wait_that_nothing_can_end_is_an_error_where_it_stands(self):
        error = self.error_of("import asyncio\nasync def stuck():\n    await asyncio.Event().wait()\nawait stuck()")
        self.assertEqual(error["type"], "UnsettledAwaitError")
        self.assertIn("no timer, no tool call and no thread", error["message"])
        self.assertIn('line 3, in stuck', error["stack"])
        error = self.error_of("import asyncio\nasync def main():\n    await asyncio.Future()\nasyncio.run(main())")
        self.assertEqual(error["type"], "UnsettledAwaitError")
        self.assertIn("asyncio.run(main())", error["stack"])

    def test_a_wait_for_a_thread_ends(self):
        source = "import asyncio, threading, time\nloop = asyncio.get_running_loop()\n" \
            "done = loop.create_future()\n" \
            "async def main(): return await done\n" \
            "def work():\n    time.sleep(0.3); loop.call_soon_threadsafe(done.set_result, 5)\n" \
            "threading.Thread(target=work).start()\nawait main()"
        self.assertEqual(run(source).result, 5)
        self.assertEqual(run("import asyncio\nawait asyncio.to_thread(lambda: 6)").result, 6)

    def test_top_level_await_in_all_its_forms(self):
        source = """
import asyncio, contextlib
async def numbers():
    for n in range(3): yield n
@contextlib.asynccontextmanager
async def opened():
    print("open"); yield "it"; print("closed")
async with opened() as it:
    async for n in numbers():
        print(it, n)
listed = [n async for n in numbers()]
[listed, [await asyncio.sleep(0, n) for n in listed], {n: n async for n in numbers()}]
"""
        outcome = run(source)
        self.assertEqual(outcome.output, "open\nit 0\nit 1\nit 2\nclosed\n")
        self.assertEqual(outcome.result, [[0, 1, 2], [0, 1, 2], {"0": 0, "1": 1, "2": 2}])

    def test_the_program_is_the_main_module(self):
        source = """
from __future__ import annotations
import inspect, pickle, sys, typing
class Kept:
    size: int = 1
def shown():
    return 1
assert __name__ == "__main__" and sys.modules["__main__"].Kept is Kept
print(pickle.loads(pickle.dumps(Kept())).size, typing.get_type_hints(Kept), sys.argv, __file__)
print(inspect.getsource(shown), end="")
print(inspect.getsource(Kept).splitlines()[1].strip())
"""
        outcome = run(source)
        self.assertIsNone(outcome.error)
        self.assertEqual(
            outcome.output,
            "1 {'size': <class 'int'>} ['program.py'] program.py\ndef shown():\n    return 1\nsize: int = 1\n",
        )

    def test_programs_share_nothing_and_draw_different_numbers(self):
        source = "import random, secrets, uuid, builtins\n" \
            "found = getattr(builtins, 'left', None); builtins.left = 'behind'\n" \
            "[found, random.random(), secrets.token_hex(), str(uuid.uuid4())]"
        first, second = run(source).result, run(source).result
        self.assertEqual((first[0], second[0]), (None, None))
        for a, b in zip(first[1:], second[1:]):
            self.assertNotEqual(a, b)

    def test_an_alarm_ends_only_the_program(self):
        outcome = run("import signal, time\nsignal.alarm(1)\ntime.sleep(10)")
        self.assertEqual((outcome.done, outcome.status), (None, signal.SIGALRM))


if __name__ == "__main__":
    unittest.main()
