"""What a program prints: both streams, in order, within the limit, whatever bytes it is."""

import unittest

from harness import run


class Output(unittest.TestCase):
    def test_both_streams_are_kept_in_order(self):
        source = """
import logging, sys, warnings
print("one"); print("two", file=sys.stderr); print("three", 3, sep=", ")
sys.stdout.write("four\\n"); sys.stderr.write("five\\n"); sys.stdout.buffer.write(b"six\\n")
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s"); logging.info("seven")
warnings.warn("eight")
print("nine", end="")
"""
        output = run(source).output
        lines = output.split("\n")
        self.assertEqual(lines[:7], ["one", "two", "three, 3", "four", "five", "six", "INFO seven"])
        self.assertIn("program.py:6: UserWarning: eight", output)
        self.assertTrue(output.endswith("nine"))

    def test_input_is_empty(self):
        outcome = run("import sys\nprint(repr(sys.stdin.read()))\ninput('name? ')")
        self.assertEqual(outcome.output, "''\nname? ")
        self.assertEqual(outcome.error["type"], "EOFError")

    def test_ten_megabytes_are_cut_on_a_character_and_the_program_goes_on(self):
        for source in ("for _ in range(10_000): print('é' * 512)", "print('é' * 5_000_000)"):
            with self.subTest(source):
                outcome = run(source + "\n'went on'")
                self.assertEqual((outcome.error, outcome.result), (None, "went on"))
                self.assertTrue(outcome.done["truncated"])
                length = len(outcome.output.encode())
                self.assertTrue(99_000 <= length <= 102_400, length)
                self.assertEqual(set(outcome.output) - {"é", "\n"}, set())

    def test_exactly_the_limit_is_not_cut(self):
        outcome = run("print('x' * 99)", outputBytes=100)
        self.assertEqual((len(outcome.output), outcome.done["truncated"]), (100, False))
        outcome = run("print('x' * 100)", outputBytes=100)
        self.assertEqual((outcome.output, outcome.done["truncated"]), ("x" * 100, True))

    def test_what_is_no_text_is_replaced(self):
        source = "import sys\nprint('lone \\ud800 here')\n" \
            "sys.stdout.buffer.write(b'bad \\xff byte\\n')\n" \
            "for byte in 'é'.encode(): sys.stdout.buffer.write(bytes([byte])); sys.stdout.flush()\n" \
            "sys.stdout.buffer.write(b'\\xc3')"
        self.assertEqual(run(source).output, "lone ? here\nbad \ufffd byte\né\ufffd")

    def test_a_stream_that_was_closed_or_replaced_harms_only_itself(self):
        outcome = run("import sys\nsys.stdout.close()\nprint('still')\nsys.stdout = None\nprint('gone')\n1")
        self.assertEqual((outcome.output, outcome.result, outcome.error), ("still\n", 1, None))
        source = "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as kept:\n" \
            "    print('inside')\nkept.getvalue()"
        self.assertEqual(run(source).result, "inside\n")

    def test_threads_print_whole_lines(self):
        source = "import threading\n" \
            "def work(n):\n    for _ in range(50): print(str(n) * 20 + '\\n', end='')\n" \
            "threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]\n" \
            "for t in threads: t.start()\nfor t in threads: t.join()"
        lines = run(source).output.splitlines()
        self.assertEqual(len(lines), 400)
        self.assertTrue(all(len(line) == 20 and len(set(line)) == 1 for line in lines))


if __name__ == "__main__":
    unittest.main()
