"""A worker whose children pass every check and then attack the host: the program's text names how.

Speaks the zygote's side of the control socket (standard input) as our worker does. Standard library
only; ended like any worker, by the end of its control socket or of its host.
"""

import ctypes
import json
import os
import select
import signal
import socket
import struct
import sys
import time

READY, OUTPUT, DONE, REQUEST, REPLY = 1, 2, 3, 16, 129
CALL, SEARCH = 0, 2
LAYERS = ["no-capabilities", "no-new-privs", "landlock", "seccomp", "rlimits"]
MIB = 1 << 20
libc = ctypes.CDLL(None, use_errno=True)


def header(kind, length, ident=0):
    return struct.pack("<IBI", length, kind, ident)


def frame(kind, payload=b"", ident=0):
    return header(kind, len(payload), ident) + payload


def request(ident, op, payload):
    return frame(REQUEST, bytes([op]) + payload, ident)


def done(**fields):
    return frame(DONE, json.dumps(fields).encode())


def call(name="mcp__a__b", arguments="{}"):
    return b'{"name":%s,"arguments":%s}' % (json.dumps(name).encode(), arguments.encode())


class Channel:
    def __init__(self, sock):
        sock.setblocking(True)
        self.sock = sock

    def send(self, data):
        self.sock.sendall(data)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.sock.recv(count - len(data))
            if not piece:
                os._exit(72)
            data += piece
        return data

    def receive(self):
        length, kind, ident = struct.unpack("<IBI", self.exactly(9))
        return kind, ident, self.exactly(length)


def flood(channel, make):
    for ident in range(1, 1_000_000):
        channel.send(make(ident))


def malformed_calls(channel):
    payloads = [b"", b"\xff", b"[]", b'{"name":"a"}', call(arguments="[" * 5000), call("\r\nX: y"),
                call("x" * 100_000), call(arguments='{"x":1e999}'), call(arguments='"\\ud800"'),
                b'{"name":"a","name":"b","arguments":{}}']
    for number, payload in enumerate(payloads):
        channel.send(request(number + 1, CALL, payload))
        kind, ident, answer = channel.receive()
        assert (kind, ident, answer[-1]) == (REPLY, number + 1, 2), answer[:200]
        assert len(answer) < 2000, len(answer)
    channel.send(done())


def pass_descriptors(channel):
    with open("/dev/null", "rb") as file:
        for _ in range(100):
            data = frame(OUTPUT, b".")
            socket.send_fds(channel.sock, [data], [file.fileno()] * 10)
    channel.send(done())


ATTACKS = {
    "behave": lambda c: c.send(frame(OUTPUT, b"hello\n") + done(result=1)),
    "garbage": lambda c: c.send(bytes(range(64))),
    "giant length": lambda c: c.send(header(REQUEST, 0xFFFFFFFF, 1)),
    "half a header": lambda c: c.send(b"\0\0\0"),
    "header without payload": lambda c: c.send(header(DONE, 20 * MIB)),
    "a frame of the host's": lambda c: c.send(frame(REPLY, b"\0", 1)),
    "ready twice": lambda c: c.send(frame(READY)),
    "empty output": lambda c: flood(c, lambda _: frame(OUTPUT)),
    "output beyond the limit": lambda c: flood(c, lambda _: frame(OUTPUT, b"x" * 60_000)),
    "output that is no text": lambda c: c.send(frame(OUTPUT, b"\xff")),
    "numbers that jump": lambda c: c.send(request(7, SEARCH, b"{}")),
    "unknown operation": lambda c: c.send(request(1, 200, b"{}")),
    "done twice": lambda c: c.send(done(result="first") + done(result="second")),
    "done with unknown claims": lambda c: c.send(done(isolation="L9")),
    "done beyond its cap": lambda c: c.send(frame(DONE, b" " * (20 * MIB + 1))),
    "a result beyond its limit": lambda c: c.send(done(result="x" * (19 * MIB))),
    "a result without a floor": lambda c: c.send(
        frame(DONE, b'{"result":' + b"[" * MIB + b"]" * MIB + b"}")),
    "claims": lambda c: c.send(done(
        error={"type": "\x1b[2J" * 1000, "message": "\r\n" * 100_000, "stack": "s" * MIB},
        memoryBytes=2**63, truncated=True, limit="timeout")),
    "malformed calls": malformed_calls,
    "descriptors": pass_descriptors,
    "calls without reading": lambda c: flood(c, lambda n: request(n, CALL, call())),
    "questions without reading": lambda c: flood(c, lambda n: request(n, SEARCH, b"{}")),
    "large calls without reading": lambda c: flood(
        c, lambda n, x=call(arguments='{"x":"%s"}' % ("A" * (15 * MIB))): request(n, CALL, x)),
    "dense calls without reading": lambda c: flood(
        c, lambda n, x=call(arguments="[%s0]" % ("{}," * 400_000)): request(n, CALL, x)),
    "a crash": lambda c: os.kill(os.getpid(), signal.SIGSEGV),
    "silence": lambda c: None,
}


def lock_down(uid):
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    allow = struct.pack("<HBBI", 0x06, 0, 0, 0x7FFF0000)
    instructions = ctypes.create_string_buffer(allow, len(allow))
    program = struct.pack("<HxxxxxxQ", 1, ctypes.addressof(instructions))
    program = ctypes.create_string_buffer(program, len(program))
    assert libc.prctl(1, signal.SIGKILL, 0, 0, 0) == 0
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, program, 0, 0) == 0


def child(sock, uid):
    lock_down(uid)
    channel = Channel(sock)
    channel.send(frame(READY))
    _, _, start = channel.receive()
    (limits,) = struct.unpack("<I", start[:4])
    try:
        ATTACKS[start[4 + limits:].decode()](channel)
    except OSError:
        os._exit(72)
    time.sleep(60)
    os._exit(1)


def reap(control, children):
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        ident = children.pop(pid)
        kind, value = (4, os.WTERMSIG(status)) if os.WIFSIGNALED(status) else (3, os.WEXITSTATUS(status))
        control.send(struct.pack("<BIi", kind, ident, value))


def main():
    config = json.loads(sys.argv[2])
    control = socket.socket(fileno=0, family=socket.AF_UNIX, type=socket.SOCK_SEQPACKET)
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)
    control.send(json.dumps({"Hello": {"layers": LAYERS, "missing": []}}).encode())
    children = {}
    while True:
        readable, _, _ = select.select([control], [], [], 0.01)
        reap(control, children)
        if not readable:
            continue
        data, fds, _, _ = socket.recv_fds(control, 64, 1)
        if not data:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            control.close()
            try:
                child(socket.socket(fileno=fds[0]), config["sandboxUid"])
            finally:
                os._exit(71)
        os.close(fds[0])
        (ident,) = struct.unpack("<I", data[:4])
        children[pid] = ident
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [struct.pack("<BIi", 1, ident, 0)], [pidfd])
        os.close(pidfd)



try:
    main()
except BrokenPipeError:
    pass
