# features: unittest; oracle: cpython
import io
import unittest
from unittest import mock


def divide(a, b):
    if b == 0:
        raise ValueError("cannot divide by zero")
    return a / b


class DivideTest(unittest.TestCase):
    def setUp(self):
        self.cases = [(10, 2, 5), (9, 3, 3)]

    def test_values(self):
        for a, b, want in self.cases:
            with self.subTest(a=a, b=b):
                self.assertEqual(divide(a, b), want)

    def test_zero(self):
        with self.assertRaisesRegex(ValueError, "zero"):
            divide(1, 0)

    def test_almost(self):
        self.assertAlmostEqual(divide(1, 3), 0.3333333, places=6)

    @unittest.skip("not now")
    def test_skipped(self):
        self.fail()

    def test_fails(self):
        self.assertIn(5, [1, 2])

    def test_mock(self):
        api = mock.Mock(return_value={"ok": True})
        api.get.side_effect = [1, ConnectionError("down")]
        self.assertEqual(api("x"), {"ok": True})
        self.assertEqual(api.get(), 1)
        self.assertRaises(ConnectionError, api.get)
        api.assert_called_once_with("x")
        with mock.patch("builtins.len", return_value=99):
            self.assertEqual(len([]), 99)


suite = unittest.defaultTestLoader.loadTestsFromTestCase(DivideTest)
result = unittest.TextTestRunner(stream=io.StringIO(), verbosity=2).run(suite)
print(f"ran={result.testsRun} failures={len(result.failures)} errors={len(result.errors)} skipped={len(result.skipped)} ok={result.wasSuccessful()}")
print(result.failures[0][1].strip().splitlines()[-1])
import doctest


def square(x):
    """
    >>> square(3)
    9
    >>> square(2)
    4
    """
    return x * x


finder = doctest.DocTestFinder()
runner = doctest.DocTestRunner(verbose=False)
for test in finder.find(square, "square", globs={"square": square}):
    print(runner.run(test))
