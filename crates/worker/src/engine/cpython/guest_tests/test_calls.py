"""Tools as functions: plain, awaited, at once, from threads; what they answer and how they fail."""

import sys
import time
import unittest

from harness import CALL, RAW, SCHEMA, SEARCH, ToolFailed, run


class Calls(unittest.TestCase):
    def result_of(self, source, *tools, **limits):
        outcome = run(source, *tools, **limits)
        self.assertIsNone(outcome.error)
        return outcome.result

    def test_a_plain_call_gives_a_plain_value(self):
        self.assertEqual(
            self.result_of("x = call_mcp_tool('mcp__a__b', {'n': 1})\n[type(x).__name__, x['n']]"),
            ["dict", 1],
        )
        self.assertEqual(self.result_of("call_mcp_tool('mcp__a__b', {'text': 'zwölf'})"), "zwölf")
        self.assertEqual(self.result_of("call_mcp_tool('mcp__a__b', n=1, m='x')"), {"n": 1, "m": "x"})
        self.assertIsNone(self.result_of("call_mcp_tool('mcp__a__b')", lambda op, request: None))

    def test_the_same_call_can_be_awaited_wherever_it_stands(self):
        source = """
call = call_mcp_tool
async def nested():
    table = {"call": call}
    return [await table["call"]("mcp__a__b", {"n": n}) for n in range(3)]
def plain():
    return call("mcp__a__b", {"n": 9})
values = await nested() + [plain(), await call_mcp_tool("mcp__a__b", {"n": 10})]
[value["n"] for value in values]
"""
        self.assertEqual(self.result_of(source), [0, 1, 2, 9, 10])

    def test_a_value_that_was_kept_can_be_awaited(self):
        self.assertEqual(self.result_of("x = call_mcp_tool('a', {'n': 1})\n(await x)['n']"), 1)
        source = "import asyncio\nkept = [call_mcp_tool('a', n=n) for n in range(3)]\n" \
            "[value['n'] for value in await asyncio.gather(*kept)]"
        self.assertEqual(self.result_of(source), [0, 1, 2])

    def test_awaiting_what_cannot_be_awaited_is_still_an_error(self):
        self.assertEqual(run("await 5").error["type"], "TypeError")

    def assert_at_once(self, source, count):
        outcome = run(source)
        self.assertIsNone(outcome.error)
        self.assertEqual(outcome.result, list(range(count)))
        self.assertEqual(outcome.most_at_once, count)

    def test_gather_calls_at_once(self):
        for call in ("call_mcp_tool_async", "call_mcp_tool"):
            with self.subTest(call):
                self.assert_at_once(
                    "import asyncio\n"
                    f"done = await asyncio.gather(*[{call}('a', n=n, delay=0.05) for n in range(20)])\n"
                    "[each['n'] for each in done]",
                    20,
                )

    def test_gather_in_asyncio_run_calls_at_once(self):
        self.assert_at_once(
            "import asyncio\n"
            "async def main():\n"
            "    done = await asyncio.gather(*(call_mcp_tool('a', n=n, delay=0.05) for n in range(9)))\n"
            "    return [each['n'] for each in done]\n"
            "if __name__ == '__main__':\n"
            "    result = asyncio.run(main())\n",
            9,
        )

    def test_tasks_call_at_once(self):
        self.assert_at_once(
            "from asyncio import create_task\n"
            "tasks = [create_task(call_mcp_tool('a', n=n, delay=0.05)) for n in range(5)]\n"
            "[(await task)['n'] for task in tasks]",
            5,
        )
        if sys.version_info >= (3, 11):
            self.assert_at_once(
                "import asyncio\n"
                "async with asyncio.TaskGroup() as group:\n"
                "    tasks = [group.create_task(call_mcp_tool('a', n=n, delay=0.05)) for n in range(5)]\n"
                "[task.result()['n'] for task in tasks]",
                5,
            )

    def test_threads_call_at_once(self):
        self.assert_at_once(
            "from concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(8) as pool:\n"
            "    done = list(pool.map(lambda n: call_mcp_tool('a', n=n, delay=0.1), range(8)))\n"
            "[each['n'] for each in done]",
            8,
        )

    def test_threads_loops_and_plain_calls_share_the_socket(self):
        source = """
import asyncio, threading
got = []
async def several():
    for _ in range(10):
        got.extend(await asyncio.gather(*[call_mcp_tool_async("a", n=n) for n in range(5)]))
threads = [threading.Thread(target=lambda: asyncio.run(several())) for _ in range(4)]
threads += [threading.Thread(target=lambda: [got.append(call_mcp_tool("a")) for _ in range(50)])
            for _ in range(4)]
for thread in threads: thread.start()
for _ in range(100): got.append(call_mcp_tool("a"))
for thread in threads: thread.join()
len(got)
"""
        self.assertEqual(self.result_of(source), 4 * 50 + 4 * 50 + 100)

    def test_output_and_large_replies_in_both_directions_do_not_block_each_other(self):
        source = """
import asyncio
async def one():
    sizes = []
    for _ in range(5):
        print("y" * 5000)
        sizes.append(len(await call_mcp_tool("a", {"text": "z" * 100_000})))
    return sum(sizes)
sum(await asyncio.gather(*[one() for _ in range(40)]))
"""
        outcome = run(source, outputBytes=10_000_000)
        self.assertEqual((outcome.error, outcome.result), (None, 20_000_000))
        self.assertEqual(len(outcome.output), 40 * 5 * 5001)

    def test_a_large_answer_arrives_whole(self):
        answer = "x" * 20_000_000 + "end"
        self.assertEqual(self.result_of("t = call_mcp_tool('a')\n[len(t), t[-3:]]",
                                        lambda op, request: answer), [20_000_003, "end"])

    def test_arguments_beyond_the_limit_are_refused_with_both_sizes(self):
        outcome = run("call_mcp_tool('a', {'text': 'x' * 17_000_000})")
        self.assertEqual((outcome.error["type"], outcome.requests), ("ValueError", []))
        self.assertIn("16777216", outcome.error["message"])
        self.assertIn("170000", outcome.error["message"])

    def test_arguments_may_hold_what_results_may(self):
        source = "import datetime\n" \
            "call_mcp_tool('a', {'day': datetime.date(2020, 1, 2), 'some': {1}, 'nan': float('nan'), 3: 4})"
        self.assertEqual(
            self.result_of(source), {"day": "2020-01-02", "some": [1], "nan": None, "3": 4}
        )

    def test_wrong_arguments_are_told(self):
        for source, kind, part in (
            ("call_mcp_tool(5)", "TypeError", "needs a tool name such as 'mcp__server__tool', got 5"),
            ("call_mcp_tool('a', [1])", "TypeError", "needs a dict of arguments, got list"),
            ("call_mcp_tool('a', {'x': object()})", "ValueError", "an object at $.arguments.x"),
            ("call_mcp_tool('a', {'x': '\\ud800'})", "ValueError", "lone surrogate"),
            ("search_tools(5)", "TypeError", "needs a string, got int"),
        ):
            with self.subTest(source):
                error = run(source).error
                self.assertEqual(error["type"], kind)
                self.assertIn(part, error["message"])

    def test_a_failed_call_can_be_caught(self):
        source = """
from code_executor import McpToolError as Failed
for attempt in ("plain", "awaited"):
    try:
        if attempt == "plain":
            call_mcp_tool("mcp__fake__fail")
        else:
            await call_mcp_tool("mcp__fake__fail")
    except Failed as error:
        print(error, error.server, error.tool, error.code, error.content[0]["text"], error.message)
McpToolError is Failed and issubclass(Failed, Exception)
"""
        outcome = run(source)
        line = "it failed fake mcp__fake__fail tool_error it failed it failed\n"
        self.assertEqual((outcome.output, outcome.result), (line * 2, True))

    def test_a_failed_call_that_nobody_catches_names_the_line(self):
        error = run("def save():\n    call_mcp_tool('mcp__fake__fail')\nsave()").error
        self.assertEqual((error["type"], error["message"]), ("McpToolError", "it failed"))
        self.assertIn('File "program.py", line 2, in save', error["stack"])
        self.assertNotIn("code_executor", error["stack"])

    def test_an_error_without_details_is_an_error(self):
        def refuse(op, request):
            raise ToolFailed("too_many_calls", "enough")

        source = "try:\n    search_tools('x')\nexcept McpToolError as e:\n    print(e.code, e.server, e.content)"
        self.assertEqual(run(source, refuse).output, "too_many_calls None []\n")

    def test_tools_can_be_found_from_inside(self):
        source = """
[
    discover_mcp_tools(server="fake")[0]["asked"], await discover_mcp_tools("notes"),
    search_tools("find", 3)[0]["asked"], (await search_tools("find"))[0]["asked"],
    get_tool_schema("x"), await get_tool_schema(""),
]
"""
        outcome = run(source)
        self.assertEqual(outcome.result, [
            {"search": None, "server": "fake"},
            [{"name": "mcp__fake__echo", "asked": {"search": "notes", "server": None}}],
            {"query": "find", "limit": 3}, {"query": "find", "limit": None},
            {"name": "x"}, None,
        ])
        self.assertEqual([op for op, _ in outcome.requests].count(SEARCH), 2)
        self.assertEqual([op for op, _ in outcome.requests].count(SCHEMA), 2)

    def test_the_raw_result_is_asked_for(self):
        outcome = run("call_mcp_tool_raw('a', {'b': 1})\nawait call_mcp_tool_raw('a')")
        self.assertEqual([op for op, _ in outcome.requests], [RAW, RAW])
        self.assertEqual(run("call_mcp_tool('a')").requests[0][0], CALL)

    def test_a_call_that_takes_too_long_can_be_given_up(self):
        source = """
import asyncio
try:
    await asyncio.wait_for(call_mcp_tool("a", delay=30), 0.05)
except asyncio.TimeoutError:
    print("given up")
"""
        began = time.monotonic()
        self.assertEqual(run(source).output, "given up\n")
        self.assertLess(time.monotonic() - began, 10)

    def test_what_was_printed_comes_before_the_call(self):
        seen = []
        run("print('partly', end='')\ncall_mcp_tool('a')", lambda op, request: seen.append(op))
        outcome = run("print('a', end=''); call_mcp_tool('a'); print('b')")
        self.assertEqual((seen, outcome.output), ([CALL], "ab\n"))


if __name__ == "__main__":
    unittest.main()
