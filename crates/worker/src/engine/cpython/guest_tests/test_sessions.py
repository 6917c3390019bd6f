"""Programs of one session, one after another in the same interpreter."""

import json
import os
import select
import signal
import socket
import time
import unittest

from harness import DONE, HEADER, LIMITS, OUTPUT, PATIENCE, READY, REPLY, REQUEST, START, Outcome, program


class Session:
    """A child that runs one program after another; tools answer 42."""

    def __init__(self, **limits):
        self._limits = {**LIMITS, **limits}
        self._received = bytearray()
        self._last = 0
        #: Requests that are left unanswered, by their numbers.
        self.unanswered = []
        self.answers = True
        self._socket, theirs = socket.socketpair()
        self.child = os.fork()
        if self.child == 0:
            code, leave = 1, os._exit
            try:
                self._socket.close()
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                code = program.run(theirs.detach())
            finally:
                leave(code)
        theirs.close()
        kind, _, _ = self._frame()
        assert kind == READY, kind

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)

    def run(self, source):
        """Runs a program to its end."""
        header = {"limits": self._limits, "task": "run", "patterns": "off", "session": True}
        header = json.dumps(header).encode()
        start = len(header).to_bytes(4, "little") + header + source.encode()
        self.say(START, 0, start)
        outcome = Outcome()
        while True:
            kind, number, payload = self._frame()
            if kind == OUTPUT:
                outcome.output += payload.decode()
            elif kind == DONE:
                outcome.done = json.loads(payload)
                return outcome
            else:
                assert kind == REQUEST, kind
                assert number == self._last + 1, "request numbers rise by one"
                self._last = number
                outcome.requests.append((payload[0], json.loads(payload[1:])))
                if self.answers:
                    self.say(REPLY, number, b"42\x00")
                else:
                    self.unanswered.append(number)

    def value(self, source):
        """The value of a program that must not fail."""
        outcome = self.run(source)
        assert outcome.error is None, outcome
        return outcome.result

    def say(self, kind, number, payload):
        """Says anything."""
        self._socket.sendall(HEADER.pack(len(payload), kind, number) + payload)

    def is_silent(self):
        """Whether nothing has come that was not read."""
        return not self._received and not select.select([self._socket], [], [], 0)[0]

    def _frame(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            if len(self._received) >= HEADER.size:
                length, kind, number = HEADER.unpack_from(self._received)
                if len(self._received) >= HEADER.size + length:
                    payload = bytes(self._received[HEADER.size:HEADER.size + length])
                    del self._received[: HEADER.size + length]
                    return kind, number, payload
            left = max(deadline - time.monotonic(), 0)
            assert select.select([self._socket], [], [], left)[0], "the child says nothing"
            chunk = self._socket.recv(1 << 16)
            assert chunk, "the child has ended"
            self._received += chunk


class SessionTest(unittest.TestCase):
    def test_what_is_declared_stays(self):
        with Session() as session:
            session.value("import math as m\nx = [1]\ndef f(n): return n + len(x)\nclass C: y = 2")
            self.assertEqual(session.value("x.append(m.floor(2.5)); [x, f(1), C.y]"), [[1, 2], 3, 2])
            session.value("x = []")
            self.assertEqual(session.value("f(1)"), 1, "functions see what is assigned anew")
            session.value("from dataclasses import dataclass\n@dataclass\nclass P:\n  a: int")
            self.assertEqual(session.value("import pickle\npickle.loads(pickle.dumps(P(1))).a"), 1)

    def test_a_value_is_told_once(self):
        with Session() as session:
            self.assertEqual(session.value("result = {'a': 1}"), {"a": 1})
            self.assertIsNone(session.value("y = result['a']"))
            self.assertEqual(session.value("result = result"), {"a": 1})
            self.assertEqual(session.value("5"), 5)
            self.assertIsNone(session.value("z = 1"))

    def test_errors_keep_the_session(self):
        with Session() as session:
            session.value("def g():\n    raise ValueError('late')\nkept = 1")
            failed = session.run("\n\ng()")
            self.assertEqual(failed.error["type"], "ValueError")
            self.assertIn('File "program.py", line 3', failed.error["stack"])
            self.assertIn('File "program-1.py", line 2', failed.error["stack"])
            self.assertIn("raise ValueError('late')", failed.error["stack"])
            self.assertEqual(session.run("def (").error["type"], "SyntaxError")
            self.assertEqual(session.run("import sys\nsys.exit(3)").error["type"], "SystemExit")
            self.assertIsNone(session.run("sys.exit()").error)
            self.assertEqual(session.value("kept"), 1)

    def test_asyncio_goes_on_from_program_to_program(self):
        with Session() as session:
            session.value("import asyncio\nqueue = asyncio.Queue()\nawait queue.put(1)")
            self.assertEqual(session.value("await queue.get()"), 1)
            code = "loop = asyncio.get_running_loop()\nawait loop.run_in_executor(None, lambda: 7)"
            self.assertEqual(session.value(code), 7)
            self.assertEqual(session.value(code), 7, "the pool of a loop is made again")
            agen = "async def g():\n  yield 1\n  yield 2\n[x async for x in g()]"
            self.assertEqual(session.value(agen), [1, 2])
            self.assertEqual(session.value(agen), [1, 2])

    def test_what_fails_is_told_once(self):
        with Session() as session:
            lost = "import asyncio\nasync def bad():\n  raise KeyError('k')\n"
            lost += "t = asyncio.ensure_future(bad())\nawait asyncio.sleep(0)"
            self.assertEqual(session.run(lost).error["type"], "KeyError")
            self.assertEqual(session.value("del t\nimport gc\ngc.collect()\n1"), 1)
            self.assertEqual(session.value("await asyncio.sleep(0)\n2"), 2)

    def test_tasks_and_timers_end_with_their_program(self):
        with Session() as session:
            code = "import asyncio\nasync def work():\n"
            code += "  await asyncio.Event().wait()\n  call_mcp_tool('mcp__a__late')\n"
            code += "task = asyncio.ensure_future(work())\n"
            code += "asyncio.get_running_loop().call_later(0.01, call_mcp_tool, 'mcp__a__later')\n"
            code += "await asyncio.sleep(0)\nraise ValueError('x')"
            session.run(code)
            after = session.run("await asyncio.sleep(0.05)\ntask.cancelled()")
            self.assertEqual((after.requests, after.result), ([], True))
            session.value("import signal\nhits = []\nsignal.signal(signal.SIGALRM, lambda *_: hits.append(1))")
            session.value("signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)")
            self.assertEqual(session.value("import time\nhits.clear()\ntime.sleep(0.05)\nhits"), [])

    def test_threads_are_awaited_unless_they_are_daemons(self):
        with Session() as session:
            code = "import threading, time\ndef work():\n  time.sleep(0.05)\n  print('worked')\n"
            code += "threading.Thread(target=work).start()"
            self.assertEqual(session.run(code).output, "worked\n")
            self.assertEqual(session.run(code).output, "worked\n")
            pool = "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\n"
            pool += "def slow():\n  time.sleep(0.05)\n  print(call_mcp_tool('mcp__a__t'))\npool.submit(slow)"
            self.assertEqual(session.run(pool).output, "42\n")
            again = "list(pool.map(lambda n: call_mcp_tool('mcp__a__t'), range(3)))"
            self.assertEqual(session.value(again), [42, 42, 42], "its threads may work for others")

    def test_a_thread_that_is_left_asks_for_nothing(self):
        with Session() as session:
            code = "import threading\ngo, told = threading.Event(), []\ndef work():\n  go.wait()\n"
            code += "  try: call_mcp_tool('mcp__a__t')\n  except RuntimeError as error: told.append(str(error))\n"
            code += "left = threading.Thread(target=work, daemon=True)\nleft.start()"
            session.value(code)
            after = session.run("go.set()\nleft.join()\ntold[0]")
            self.assertEqual(after.requests, [])
            self.assertIn("left running by an earlier program", after.result)
            fresh = "t = threading.Thread(target=lambda: told.append(call_mcp_tool('mcp__a__t')))\n"
            self.assertEqual(session.value(fresh + "t.start()\nt.join()\ntold[-1]"), 42)

    def test_a_late_answer_is_nobodys(self):
        with Session() as session:
            session.answers = False
            code = "import threading, time\ntold = []\ndef work():\n"
            code += "  try: told.append(call_mcp_tool('mcp__a__t'))\n  except McpToolError as error: told.append(error.code)\n"
            code += "left = threading.Thread(target=work, daemon=True)\nleft.start()\n"
            # Left while it waits: the request is what comes first.
            code += "while not told and code_executor_asked() < 1: time.sleep(0.001)"
            code = code.replace("code_executor_asked()", "len(__import__('code_executor').bridge.state.channel._waiters)")
            first = session.run(code)
            self.assertEqual(len(first.requests), 1, first)
            session.answers = True
            # One comes before the next program, and one while it runs.
            session.say(REPLY, session.unanswered[0], b'"late"\x00')
            self.assertEqual(session.value("left.join()\ntold"), ["program_ended"])
            session.say(REPLY, session.unanswered[0], b'"later"\x00')
            self.assertEqual(session.value("[call_mcp_tool('mcp__a__t'), told]"), [42, ["program_ended"]])

    def test_each_program_has_its_output(self):
        with Session(outputBytes=10) as session:
            cut = session.run("print('x' * 100)")
            self.assertEqual((len(cut.output), cut.done["truncated"]), (10, True))
            whole = session.run("print('12345')")
            self.assertEqual((whole.output, whole.done["truncated"]), ("12345\n", False))

    def test_nothing_is_said_between_two_programs(self):
        with Session() as session:
            code = "import threading, sys\nalive = []\ndef work():\n"
            code += "  while True:\n    print('x', end='', flush=True)\n    alive.append(1)\n"
            code += "    if len(alive) > 100: return\n"
            code += "threading.Thread(target=work, daemon=True).start()"
            session.run(code)
            self.assertTrue(session.is_silent())
            self.assertEqual(session.value("1"), 1)

    def test_files_stay_open(self):
        with Session() as session:
            session.value("import tempfile\nf = tempfile.TemporaryFile('w+')\nf.write('a')\nNone")
            self.assertEqual(session.value("f.write('b')\nf.seek(0)\nf.read()"), "ab")

    def test_a_program_that_breaks_the_interpreter_breaks_its_own_session_only(self):
        with Session() as session:
            session.run("import builtins, threading, asyncio\ndel threading.enumerate, builtins.len")
            session.run("import sys\nsys.modules.clear()")
            outcome = session.run("1 + 1")
            self.assertIsNotNone(outcome.done)

    def test_os_exit_ends_the_session(self):
        with Session() as session:
            self.assertIsNone(session.run("import os\nos._exit(0)").error)
            with self.assertRaises((AssertionError, ConnectionError)):
                session.run("1")


if __name__ == "__main__":
    unittest.main()
