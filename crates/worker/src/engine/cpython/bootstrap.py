"""The zygote: a warm interpreter that forks a child per execution.

Runs once per process, started by the keeper with everything it needs on inherited descriptors. It
speaks the host's control protocol (`wire::control`): spawn orders in, process descriptors and exit
statuses out. It holds no secret and reads no guest byte.
"""

import builtins
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import select
import socket
import sys
import threading
import types

CONTROL_FD = 3
#: In a child, which has lost the one above.
RPC_FD = 3
STATUS_FD = 5
BROKER_FD = 6

#: Directories that one program may be granted, of `wire::control`.
MAX_GRANTED = 64

#: Room for the descriptors beside a datagram.
RIGHTS_ROOM = socket.CMSG_LEN(4 * (MAX_GRANTED + 2))

#: Stack of a program's thread, in bytes.
THREAD_STACK = 1 << 20

#: CPU seconds of the child that is locked down to see whether it can be.
REHEARSAL_CPU_SECONDS = 60

#: Exit codes of `wire::control::exit`.
EXIT_LOCKDOWN = 71

TAG_SPAWNED = 1
TAG_SPAWN_FAILED = 2
TAG_EXIT_CODE = 3
TAG_EXIT_SIGNAL = 4


# Kept from before a program could replace it.
_exit_now = os._exit


class Unfit(Exception):
    """There will be no zygote, for a reason the operator can act on."""


class GuestModules:
    """Imports our own modules from memory."""

    def __init__(self, sources):
        self._sources = sources

    def find_spec(self, name, path=None, target=None):
        if name not in self._sources:
            return None
        package = name == "code_executor"
        return importlib.util.spec_from_loader(name, self, is_package=package)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__name__
        # Of its own: what a program does to its builtins is nothing to ours.
        module.__builtins__ = dict(vars(builtins))
        exec(compile(self._sources[name], f"<{name}>", "exec", dont_inherit=True), module.__dict__)


def own_module(setup, name):
    """A module out of the instructions that no program can import."""
    module = types.ModuleType(name)
    exec(compile(setup[name], f"<{name}>", "exec", dont_inherit=True), module.__dict__)
    return module


def number(tag, child, value):
    """A datagram of `wire::control` with two numbers."""
    return bytes([tag]) + child.to_bytes(4, "little") + value.to_bytes(4, "little", signed=True)


def receive(channel):
    """A datagram, and the descriptors that came with it. `socket.recv_fds` touches more."""
    words, ancillary, _, _ = channel.recvmsg(64, RIGHTS_ROOM)
    for _, _, data in ancillary:
        # Padding is no descriptor.
        numbers = range(0, len(data) - len(data) % 4, 4)
        return words, [int.from_bytes(data[at:at + 4], sys.byteorder) for at in numbers]
    return words, []


def close_all(fds):
    """Lets go of what came with an order."""
    for fd in fds:
        os.close(fd)


def status_field(name):
    """A line of this process's own status; the descriptor was opened before the root changed."""
    text = os.pread(STATUS_FD, 16384, 0).decode()
    for line in text.splitlines():
        if line.startswith(name):
            return line.split()[1]
    raise Unfit(f"the kernel does not report {name} of the interpreter")


def adopt_environment(python):
    """Makes the bare interpreter the one that was probed."""
    sys.path[:] = python["searchPath"]
    sys.prefix, sys.exec_prefix = python["prefix"], python["execPrefix"]
    # It finds none for itself without a search path for programs.
    sys.executable = python["executable"]


def preload(modules):
    """Imports what the operator wants warm. A module that starts threads cannot be forked."""
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException as error:
            kind = type(error).__name__
            raise Unfit(f"executors.python.preload: importing {name!r} failed ({kind}: {error})")
        if status_field("Threads:") != "1":
            raise Unfit(f"executors.python.preload: {name!r} starts threads and cannot be forked")


def fork_for(preloaded):
    """How children are forked.

    `os.fork` repairs in the child what other threads of the parent may have held, by way of hooks
    that touch as much memory as all the rest of a fork. The zygote has one thread and holds nothing,
    so a plain fork does; the generator of `random` is seeded by the guest library. What an operator
    preloads may rely on hooks of its own, and gets them.
    """
    if preloaded:
        return os.fork
    # Held throughout, the interpreter's lock is the child's as it was the parent's.
    plain = ctypes.PyDLL(None, use_errno=True).fork

    def fork():
        pid = plain()
        if pid < 0:
            raise OSError(ctypes.get_errno(), "fork")
        return pid

    return fork


def give_back_memory():
    """Lets go of what the start needed: each child's page tables are copied, and dropped again."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except AttributeError:
        # Not this C library.
        pass


class Zygote:
    """The control socket, and the children that are running."""

    def __init__(self, lockdown, program, scratch, fork):
        self._lockdown = lockdown
        self._fork = fork
        self._program = program
        self._control = socket.socket(fileno=CONTROL_FD)
        self._broker = socket.socket(fileno=BROKER_FD)
        self._wants_scratch = scratch
        self._poll = select.poll()
        self._poll.register(CONTROL_FD, select.POLLIN)
        self._children = {}

    def rehearse(self):
        """Locks one child down as all will be, to say now what this host refuses."""
        self._order_scratch()
        told, tell = os.pipe()
        try:
            scratch = self._take_scratch()
            pid = self._fork()
        except OSError as error:
            raise Unfit(f"the interpreter cannot make a child: {error}")
        if pid == 0:
            try:
                self._lockdown.apply(tell, scratch, REHEARSAL_CPU_SECONDS)
                os.write(RPC_FD, b"well")
            except BaseException as error:
                os.write(tell, f"{type(error).__name__}: {error}"[:1000].encode())
            finally:
                _exit_now(0)
        os.close(tell)
        words = b""
        while True:
            more = os.read(told, 4096)
            if not more:
                break
            words += more
        os.close(told)
        os.waitpid(pid, 0)
        if scratch is not None:
            os.close(scratch)
        if words != b"well":
            reason = words.decode("utf-8", "replace") or "killed"
            raise Unfit(f"a child of the interpreter cannot lock itself down here ({reason})")

    def greet(self, hello):
        """Says what children will have; from here on the keeper only serves."""
        self._broker.send(b"h")
        self._control.send(json.dumps(hello).encode())
        self._lockdown.silence()
        self._order_scratch()

    def serve(self):
        """Forks and reaps until the host is gone."""
        while True:
            for fd, _ in self._poll.poll():
                if fd != CONTROL_FD:
                    self._reap(fd)
                elif not self._spawn():
                    return

    def _spawn(self):
        order, fds = receive(self._control)
        child, directories, cpu_seconds = (
            int.from_bytes(order[at:at + 4], "little") for at in (0, 4, 8)
        )
        if len(order) != 12 or len(fds) != (directories + 2 if directories else 1):
            return False
        rpc, granted = fds[0], (fds[1], fds[2:]) if directories else None
        try:
            scratch = self._take_scratch()
            pid = self._fork()
        except OSError as error:
            close_all(fds)
            self._control.send(number(TAG_SPAWN_FAILED, child, error.errno or 0))
            return True
        if pid == 0:
            self._run_child(rpc, scratch, granted, cpu_seconds)
        pidfd = self._lockdown.pidfd_open(pid)
        self._children[pidfd] = (pid, child)
        self._poll.register(pidfd, select.POLLIN)
        rights = socket.SOL_SOCKET, socket.SCM_RIGHTS, pidfd.to_bytes(4, sys.byteorder)
        self._control.sendmsg([number(TAG_SPAWNED, child, 0)], [rights])
        close_all(fds)
        if scratch is not None:
            os.close(scratch)
            self._order_scratch()
        return True

    def _run_child(self, rpc, scratch, granted, cpu_seconds):
        """The whole life of a child."""
        code = EXIT_LOCKDOWN
        try:
            if granted is None:
                self._lockdown.apply(rpc, scratch, cpu_seconds)
            else:
                self._lockdown.apply_granted(rpc, scratch, granted, cpu_seconds)
            code = self._program.run(RPC_FD)
        finally:
            _exit_now(code)

    def _reap(self, pidfd):
        pid, child = self._children.pop(pidfd)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status):
            self._control.send(number(TAG_EXIT_CODE, child, os.WEXITSTATUS(status)))
        else:
            self._control.send(number(TAG_EXIT_SIGNAL, child, os.WTERMSIG(status)))

    def _order_scratch(self):
        # Ordered ahead, so that the next child does not wait for it.
        if self._wants_scratch:
            self._broker.send(b"s")

    def _take_scratch(self):
        if not self._wants_scratch:
            return None
        answer, fds = receive(self._broker)
        if len(fds) != 1:
            self._order_scratch()
            raise OSError(int.from_bytes(answer[:4], "little"), "no scratch file system")
        return fds[0]


def main(setup):
    """Becomes the zygote that `setup` describes."""
    try:
        python = setup["python"]
        adopt_environment(python)
        sys.meta_path.insert(0, GuestModules(setup["guest"]))
        lockdown_module, root = (own_module(setup, name) for name in ("lockdown", "root"))
        # asyncio does without: there is no network to speak TLS to, and its libraries are large.
        sys.modules["ssl"] = None
        program = importlib.import_module("code_executor.program")
        del sys.modules["ssl"]
        preload(python["preload"])
        program.warm()
        # The usual eight megabytes would be counted for each thread, whatever it uses.
        threading.stack_size(THREAD_STACK)
        layout = importlib.import_module("code_executor.layout")
        layout.fill_holes()
        data, addresses = (int(status_field(name)) * 1024 for name in ("VmData:", "VmSize:"))
        lockdown = lockdown_module.Lockdown(setup, data, addresses, root)
        if status_field("Threads:") != "1":
            raise Unfit("the interpreter has more than one thread before it forks")
        zygote = Zygote(lockdown, program, setup["namespaces"], fork_for(python["preload"]))
        zygote.rehearse()
    except Unfit as reason:
        os.write(BROKER_FD, b"h")
        os.write(CONTROL_FD, json.dumps({"Unfit": {"reason": str(reason)[:4000]}}).encode())
        os._exit(EXIT_LOCKDOWN)
    zygote.greet({"Hello": {"layers": setup["layers"], "missing": setup["missing"]}})
    os.environ.clear()
    os.environ.update({"HOME": "/workspace", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC0"})
    # What is alive now is not looked at by a child's collector, which would copy its pages.
    program.take_place(RPC_FD)
    give_back_memory()
    layout.fill_holes()
    gc.freeze()
    zygote.serve()
    _exit_now(0)


main(setup)  # noqa: F821 (given by whoever runs this file)
