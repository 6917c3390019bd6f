"""The value of a program: where it comes from, what becomes of it as JSON, and when there is none."""

import importlib.util
import unittest

from harness import run

HAS_PANDAS = importlib.util.find_spec("pandas") is not None


class Results(unittest.TestCase):
    def result_of(self, source, **limits):
        outcome = run(source, **limits)
        self.assertIsNone(outcome.error)
        self.assertNotIn("resultOmitted", outcome.done)
        return outcome.result

    def test_the_last_expression_is_the_result(self):
        self.assertEqual(self.result_of("n = 20\n{'answer': n * 2 + 2}"), {"answer": 42})
        self.assertEqual(self.result_of("'only a text'"), "only a text")
        self.assertIsNone(self.result_of("x = 1"))
        self.assertIsNone(self.result_of("print('nothing')"))

    def test_a_variable_named_result_comes_first(self):
        self.assertEqual(self.result_of("result = [1, 2]\nlen(result)"), [1, 2])
        self.assertEqual(self.result_of("def result(): pass\n7"), 7)

    def test_what_can_be_awaited_is_awaited(self):
        self.assertEqual(self.result_of("async def main():\n    return 5\nmain()"), 5)
        self.assertEqual(self.result_of("async def main():\n    return 5\nresult = main()"), 5)
        self.assertEqual(self.result_of("import asyncio\nawait asyncio.sleep(0, 'slept')"), "slept")

    def test_values_of_the_standard_library_have_their_natural_form(self):
        source = """
import collections, dataclasses, datetime, decimal, enum, pathlib, uuid
@dataclasses.dataclass
class Point:
    x: int
    inner: object = None
Pair = collections.namedtuple("Pair", "a b")
class Colour(enum.Enum):
    RED = "red"
class Size(enum.IntEnum):
    BIG = 7
[
    Point(1, Point(2)), Pair(1, 2), Colour.RED, Size.BIG, decimal.Decimal("1.50"),
    datetime.datetime(2020, 1, 2, 3), datetime.date(2020, 1, 2), datetime.timedelta(seconds=90),
    pathlib.Path("/a"), uuid.UUID(int=5), {3, 1, 2}, (1, 2), b"hi", b"\\xff", range(3),
    collections.deque([1]), collections.Counter("aab"), {}.keys(), ValueError("no"),
    float("nan"), [float("inf")],
]
"""
        self.assertEqual(self.result_of(source), [
            {"x": 1, "inner": {"x": 2, "inner": None}}, {"a": 1, "b": 2}, "red", 7, "1.50",
            "2020-01-02T03:00:00", "2020-01-02", 90.0,
            "/a", "00000000-0000-0000-0000-000000000005", [1, 2, 3], [1, 2], "hi", "/w==", [0, 1, 2],
            [1], {"a": 2, "b": 1}, [], {"name": "ValueError", "message": "no"}, None, [None],
        ])

    def test_keys_become_texts(self):
        source = "import datetime\n" \
            "{1: 'a', None: 'b', True: 'c', 1.5: 'd', ('x', 2): 'e', datetime.date(2020, 1, 2): 'f'}"
        self.assertEqual(
            self.result_of(source.replace("1: 'a', ", "7: 'a', ")),
            {"7": "a", "null": "b", "true": "c", "1.5": "d", "x, 2": "e", "2020-01-02": "f"},
        )
        self.assertEqual(self.result_of("{1: 'a', '1': 'b'}"), [[1, "a"], ["1", "b"]])

    def test_integers_are_never_rounded(self):
        self.assertEqual(
            self.result_of("[2**63, -2**63, 2**64 - 1, 2**64, -2**63 - 1]"),
            [2**63, -2**63, 2**64 - 1, str(2**64), str(-2**63 - 1)],
        )

    def test_what_cannot_be_json_is_left_out_with_the_reason(self):
        for source, part in (
            ("a = []; a.append({'x': a}); a", "a cycle at $[0].x"),
            ("a = []\nfor _ in range(300): a = [a]\na", "more than 127 levels"),
            ("(n for n in range(3))", "an iterator at $"),
            ("[object()]", "an object at $[0]"),
            ("async def main(): pass\n{'m': main}", "at $.m"),
            ("import asyncio\nasync def f(): pass\n[f()]", "await it"),
            ("len", "a function"),
            ("class A: pass\nA", "the class A"),
            ("float('nan')", "it is nan"),
        ):
            with self.subTest(source):
                outcome = run(source)
                self.assertIsNone(outcome.error)
                self.assertIsNone(outcome.result)
                self.assertIn(part, outcome.done["resultOmitted"])

    def test_a_result_on_purpose_must_be_json(self):
        error = run("result = object()").error
        self.assertEqual(error["type"], "ResultError")
        self.assertIn("an object at $", error["message"])

    def test_a_result_beyond_the_limit_names_both_sizes(self):
        omitted = run("'x' * 2000", resultBytes=1000)
        self.assertIsNone(omitted.error)
        for part in ("2002 bytes", "1000 is the limit"):
            self.assertIn(part, omitted.done["resultOmitted"])
        failed = run("result = 'x' * 2000", resultBytes=1000)
        self.assertEqual((failed.error["type"], failed.done["limit"]), ("ResultError", "result"))
        self.assertEqual(self.result_of("'x' * 998", resultBytes=1000), "x" * 998)

    def test_lone_surrogates_stay_text(self):
        self.assertEqual(self.result_of("'also \\udfff'"), "also ?")

    def test_an_object_that_fails_to_become_json_does_not_end_the_program(self):
        outcome = run("class Bad(dict):\n    def items(self): raise KeyError('bad')\nBad(a=1)")
        self.assertIsNone(outcome.error)
        self.assertIn("KeyError", outcome.done["resultOmitted"])


@unittest.skipUnless(HAS_PANDAS, "pandas is not installed")
class Frames(unittest.TestCase):
    def result_of(self, source):
        outcome = run("import numpy as np, pandas as pd\n" + source)
        self.assertIsNone(outcome.error)
        self.assertNotIn("resultOmitted", outcome.done)
        return outcome.result

    def test_numpy(self):
        source = "[np.int64(3), np.float32(1.5), np.bool_(True), np.arange(3), np.datetime64('NaT'), " \
            "np.array([[1.0, np.nan], [np.inf, 2]]), np.datetime64('2020-01-01'), {np.int64(1): 2}]"
        self.assertEqual(self.result_of(source), [
            3, 1.5, True, [0, 1, 2], None, [[1.0, None], [None, 2.0]], "2020-01-01", {"1": 2},
        ])

    def test_pandas(self):
        self.assertEqual(
            self.result_of("pd.DataFrame({'a': [1, 2], 'b': ['x', None], 'c': [1.5, float('nan')]})"),
            [{"a": 1, "b": "x", "c": 1.5}, {"a": 2, "b": None, "c": None}],
        )
        grouped = "frame = pd.DataFrame({'k': ['a', 'a', 'b'], 'v': [1, 2, 3]}).groupby('k')\n"
        self.assertEqual(self.result_of(grouped + "frame.v.sum()"), {"a": 3, "b": 3})
        self.assertEqual(self.result_of(grouped + "frame.sum()"), [{"k": "a", "v": 3}, {"k": "b", "v": 3}])
        self.assertEqual(
            self.result_of("[pd.Timestamp('2020-01-01', tz='UTC'), pd.NaT, pd.NA, pd.Series([1, 2])]"),
            ["2020-01-01T00:00:00+00:00", None, None, [1, 2]],
        )

    def test_generators_differ_between_programs(self):
        self.assertNotEqual(self.result_of("np.random.rand()"), self.result_of("np.random.rand()"))


if HAS_PANDAS:
    import pandas  # noqa: F401  as an operator's preload would

if __name__ == "__main__":
    unittest.main()
