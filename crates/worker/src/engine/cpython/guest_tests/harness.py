"""A host for tests: forks a child per program, as the zygote does, and answers its requests."""

import builtins
import importlib.abc
import importlib.util
import json
import os
import pathlib
import resource
import select
import signal
import socket
import struct
import sys
import time

GUEST = pathlib.Path(__file__).resolve().parent.parent / "guest"
HEADER = struct.Struct("<IBI")
READY, OUTPUT, DONE, REQUEST, START, REPLY = 1, 2, 3, 16, 128, 129
CALL, RAW, SEARCH, DISCOVER, SCHEMA, FILE, FETCH, CANCEL, TYPED, SERVERS, MODULE = range(11)
RESOURCES, RESOURCE, PROMPTS, PROMPT = range(11, 15)
PATIENCE = 20

LIMITS = {
    "timeoutMs": 10_000,
    "memoryBytes": 256 << 20,
    "outputBytes": 102_400,
    "resultBytes": 1 << 20,
    "toolCalls": 1000,
}


class _FromMemory(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the guest library as the zygote does: by name and without files."""

    def find_spec(self, name, path=None, target=None):
        package, _, module = name.partition(".")
        if package != "code_executor" or not self._file(module).exists():
            return None
        return importlib.util.spec_from_loader(name, self, is_package=not module)

    def exec_module(self, module):
        name = module.__name__
        # What a program deletes from its builtins stays in ours.
        module.__builtins__ = dict(vars(builtins))
        source = self._file(name.partition(".")[2]).read_text()
        exec(compile(source, f"<{name}>", "exec", dont_inherit=True), module.__dict__)

    @staticmethod
    def _file(module):
        return GUEST / f"{module or '__init__'}.py"


sys.meta_path.insert(0, _FromMemory())
# What tests import is there before the guest library looks around, as what is preloaded is.
import shutil  # noqa: E402, F401
import tempfile  # noqa: E402, F401
from code_executor import program  # noqa: E402

program.warm()


class ToolFailed(Exception):
    """Makes the host answer with an error."""

    def __init__(self, code, message, **more):
        super().__init__(message)
        self.details = {"code": code, "message": message, **more}


class Parts:
    """An answer of a dict and bytes."""

    def __init__(self, header, content=b""):
        self.header = header
        self.content = content


class Later:
    """An answer that comes after some seconds."""

    def __init__(self, value, seconds):
        self.value = value
        self.due = time.monotonic() + seconds


class Outcome:
    """What came of a program, as the host saw it."""

    def __init__(self):
        self.output = ""
        self.done = None
        self.requests = []
        self.most_at_once = 0
        self.status = None

    @property
    def error(self):
        return (self.done or {}).get("error")

    @property
    def result(self):
        return (self.done or {}).get("result")

    def __repr__(self):
        return f"Outcome({self.output!r}, {self.done!r}, {self.status!r})"


def echo(op, request):
    """Tools that answer their own arguments; `fail` fails."""
    if op == SCHEMA:
        return {"name": request["name"]} if request["name"] else None
    if op in (SEARCH, DISCOVER):
        return [{"name": "mcp__fake__echo", "asked": request}]
    if request["name"].endswith("fail"):
        raise ToolFailed(
            "tool_error", "it failed", server="fake", tool=request["name"],
            content=[{"type": "text", "text": "it failed"}],
        )
    if "text" in request["arguments"]:
        return str(request["arguments"]["text"])
    if "delay" in request["arguments"]:
        return Later(request["arguments"], request["arguments"]["delay"])
    return request["arguments"]


class Host:
    """One conversation."""

    def __init__(self, source, tools=echo, limits=None, before_read=None, grants=None):
        self._tools = tools
        self._grants = grants
        self._source = source
        self._limits = {**LIMITS, **(limits or {})}
        self._received = bytearray()
        self._outgoing = bytearray()
        self._later = []
        self._before_read = before_read
        self.outcome = Outcome()

    def run(self):
        mine, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            code, leave = 1, os._exit
            try:
                mine.close()
                self._bound_memory()
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                code = program.run(theirs.detach())
            finally:
                leave(code)
        theirs.close()
        mine.setblocking(False)
        try:
            self._converse(mine)
            self.outcome.status = self._reap(child)
        finally:
            mine.close()
            if self.outcome.status is None:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        return self.outcome

    def _bound_memory(self):
        """As the lockdown does: so much above what the zygote has."""
        with open("/proc/self/status") as status:
            has = next(line for line in status if line.startswith("VmData:"))
        bound = int(has.split()[1]) * 1024 + self._limits["memoryBytes"]
        resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))

    def _reap(self, child):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                return status
            time.sleep(0.001)
        return None

    def _converse(self, sock):
        deadline = time.monotonic() + PATIENCE
        while True:
            now = time.monotonic()
            if now > deadline:
                raise AssertionError(f"the program did not end: {self.outcome}")
            for later in [later for later in self._later if later[1].due <= now]:
                self._later.remove(later)
                self._reply(later[0], later[1].value)
            wait = min([later.due - now for _, later in self._later], default=PATIENCE)
            readable, writable, _ = select.select(
                [sock], [sock] if self._outgoing else [], [], max(min(wait, deadline - now), 0)
            )
            if writable:
                try:
                    del self._outgoing[: sock.send(self._outgoing)]
                except ConnectionError:
                    # It has ended; what it said before is still to be read.
                    self._outgoing.clear()
            if readable:
                try:
                    chunk = sock.recv(1 << 20)
                except ConnectionError:
                    return
                if not chunk:
                    return
                self._received += chunk
                self._take_frames()

    def _take_frames(self):
        while len(self._received) >= HEADER.size:
            length, kind, number = HEADER.unpack_from(self._received)
            if len(self._received) < HEADER.size + length:
                return
            payload = bytes(self._received[HEADER.size:HEADER.size + length])
            del self._received[: HEADER.size + length]
            self._frame(kind, number, payload)

    def _frame(self, kind, number, payload):
        outcome = self.outcome
        assert outcome.done is None, "it spoke after its end"
        if kind == READY:
            header = {"limits": self._limits, "task": "run", "patterns": "off"}
            if self._grants:
                header["grants"] = self._grants
            header = json.dumps(header).encode()
            code = self._source.encode()
            start = len(header).to_bytes(4, "little") + header + code
            self._send(START, 0, start)
        elif kind == OUTPUT:
            assert 0 < len(payload) <= 64 * 1024, len(payload)
            outcome.output += payload.decode()
        elif kind == DONE:
            outcome.done = json.loads(payload)
        else:
            assert kind == REQUEST, kind
            assert number == len(outcome.requests) + 1, "request numbers rise by one"
            self._request(number, payload[0], payload[1:])

    def _request(self, number, op, payload):
        if op in (FILE, FETCH):
            end = 4 + int.from_bytes(payload[:4], "little")
            request = json.loads(payload[4:end])
            request["content"] = payload[end:]
        else:
            request = json.loads(payload)
        self.outcome.requests.append((op, request))
        if op == CANCEL:
            self._cancel(request["id"])
            self._reply(number, None)
        else:
            self._answer(number, op, request)

    def _cancel(self, number):
        for later in [later for later in self._later if later[0] == number]:
            self._later.remove(later)
            self._fail(number, ToolFailed("cancelled", "it was cancelled"))

    def _answer(self, number, op, request):
        try:
            answer = self._tools(op, request)
        except ToolFailed as failed:
            self._fail(number, failed)
            return
        if isinstance(answer, Later):
            self._later.append((number, answer))
            self.outcome.most_at_once = max(self.outcome.most_at_once, len(self._later))
        else:
            self._reply(number, answer)

    def _fail(self, number, failed):
        self._send(REPLY, number, json.dumps(failed.details).encode() + b"\x02")

    def _reply(self, number, answer):
        if isinstance(answer, Parts):
            header = json.dumps(answer.header).encode()
            start = len(header).to_bytes(4, "little") + header
            self._send(REPLY, number, start + answer.content + b"\x03")
        elif isinstance(answer, str):
            self._send(REPLY, number, answer.encode() + b"\x01")
        else:
            self._send(REPLY, number, json.dumps(answer).encode() + b"\x00")

    def _send(self, kind, number, payload):
        self._outgoing += HEADER.pack(len(payload), kind, number) + payload


def run(source, tools=echo, grants=None, **limits):
    """Runs one program to its end."""
    return Host(source, tools, limits, grants=grants).run()
