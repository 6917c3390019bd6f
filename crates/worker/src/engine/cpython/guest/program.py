"""One program from the go-ahead to its end, and those that follow it in its session. `warm` is for the
zygote, `run` for its children.
"""

import ast
import asyncio
import atexit
import builtins
import gc
import inspect
import json
import linecache
import mmap
import os
import random
import re
import socket
import sys
import threading
import types
from _thread import _count as _other_threads

from . import bridge, errors, grants, layout, loop, output, protocol, rewrite, servers, session
from .errors import PROGRAM_NAME, program_error
from .result import NotJson, result_json

try:
    import resource
except ImportError:
    resource = None

#: Modules that programs often use, and that bring no library along: each mapping of a file, and each
#: page of memory, is copied for every child and dropped again.
_COMMON = (
    "abc base64 bisect calendar collections contextlib copy csv dataclasses datetime enum functools "
    "heapq inspect io itertools logging math operator pathlib re signal string struct textwrap time "
    "traceback typing urllib.parse warnings"
)

_WARM_UP = """
import asyncio
from dataclasses import dataclass
@dataclass
class Point:
    x: int
print("warm", [Point(1)], f"{2.5:.1f}")
try:
    None.x
except AttributeError:
    pass
async def one():
    await asyncio.sleep(0)
    return {"a": [1]}
await asyncio.gather(one(), one())
"""

#: Looks for the words without which a program awaits nothing.
_is_asynchronous = re.compile("await|async|create_task|run_until_complete").search

#: Never touched, so no memory yet: given back when memory has run out, so that this can be told.
#: A mapping of its own, since what the allocator gets back it may keep.
_reserve = mmap.mmap(-1, 4 * 1024 * 1024, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)

_ABSENT = object()

#: Where a child with namespaces starts.
_SCRATCH = "/workspace"

#: Programs that the zygote runs before it forks, of each kind.
_REHEARSALS = 12

_streams_of_zygote = []
_exit_functions_of_zygote = 0

#: The program that the next child runs, and its channel.
_prepared = []

#: What gives each child random numbers of its own.
_reseeding = []

# Kept from before the program could replace them.
_quote = json.encoder.encode_basestring_ascii
_decode = json.JSONDecoder().raw_decode
_exit_now = os._exit
_original_excepthook = sys.excepthook
_run_exit_functions = atexit._run_exitfuncs
_count_exit_functions = atexit._ncallbacks
_join_threads = threading._shutdown


def warm() -> None:
    """Imports and touches what programs use, in the zygote. Leaves nothing open."""
    for name in _COMMON.split():
        _import_quietly(name)
    _add_site_builtins()
    loop.install()
    vars(builtins).update(rewrite.helpers(bridge.TWINS, bridge.state))
    servers.install()
    kept = sys.stdout, sys.stderr, sys.stdin, sys.__stdout__, sys.__stderr__, sys.__stdin__
    # A child that lets go of them would flush and close them first.
    _streams_of_zygote.extend(kept)
    main, argv, leave = sys.modules.get("__main__"), sys.argv, os._exit
    try:
        # Often enough that the interpreter has made of our own code what it makes of code that is run
        # often: what it still changes in a child is memory that the child must copy.
        layout.gather(lambda: _rehearse("print(1)"))
        for _ in range(_REHEARSALS):
            for source in (_WARM_UP, "1 + 1", "raise ValueError(1)", "def f(:"):
                _rehearse(source)
    finally:
        (sys.stdout, sys.stderr, sys.stdin,
         sys.__stdout__, sys.__stderr__, sys.__stdin__) = kept
        sys.modules["__main__"], sys.argv, os._exit = main, argv, leave
        linecache.cache.pop(PROGRAM_NAME, None)
        bridge.state.channel = bridge.state.before_request = None
        bridge.state.answered_plainly = False
        asyncio.set_event_loop(None)
    grants.warm()
    gc.collect()


def take_place(fd: int) -> None:
    """Makes this interpreter the next program's, which will hear from the host at this descriptor.
    Last, in the zygote: from here on what it prints goes nowhere."""
    program = _Program()
    program.take_place()
    _prepared.append((program, protocol.Channel(fd)))
    loop.forget()
    random.seed()
    # What `random.seed` comes to, without the way there.
    _reseeding[:] = [super(random.Random, random._inst).seed]
    if "numpy.random" in sys.modules:
        _reseeding.append(sys.modules["numpy.random"].seed)


def run(fd: int) -> int:
    """Receives one program over the socket, runs it, says how it ended; and those that follow in its
    session. Gives the exit code."""
    global _exit_functions_of_zygote
    _exit_functions_of_zygote = _count_exit_functions()
    if not _prepared:
        take_place(fd)
    program, channel = _prepared.pop()
    header, source = _read(channel.receive_start())
    for reseed in _reseeding:
        reseed()
    ending = program.run(header, source, channel)
    while program.goes_on:
        channel.done(ending)
        header, source = _read(channel.receive_next())
        ending = program.run(header, source, channel)
    channel.done(ending)
    os._exit = _exit_now
    return protocol.EXIT_DONE


def _read(start):
    length = int.from_bytes(start[:4], "little")
    header, _ = _decode(start[4:4 + length].decode())
    return header, start[4 + length:].decode()


def _rehearse(source):
    """Does in the zygote what a child does, from the go-ahead to the end."""
    host, guest = socket.socketpair()
    channel = protocol.Channel(guest.detach())
    # Of the children's class, or what the interpreter learns from it would not hold for them.
    program = _Program(True)
    program.take_place()
    _prepared.append((program, channel))
    header = json.dumps({"outputBytes": 1 << 20, "resultBytes": 1 << 20}).encode()
    start = len(header).to_bytes(4, "little") + header + source.encode()
    with host:
        host.send(protocol.frame(protocol.START, start))
        run(channel.fd)
        channel.close()


class _Program:
    """A program, what it prints, and how it ended. Made in the zygote, run in a child. In a session,
    one program after another.
    """

    #: Whether another program may follow.
    goes_on = False

    def __init__(self, is_rehearsal=False):
        self._is_rehearsal = is_rehearsal
        self._limits = {}
        self._granted = None
        self._has_begun = False
        self._name = PROGRAM_NAME
        self._result_before = _ABSENT
        self._source = ""
        self._channel = None
        self._memory = 0
        self._output = output.Output()
        self._module = _main_module()
        self._done = {}
        self._loop = None

    def take_place(self):
        """Makes the interpreter this program's: what need not wait for the fork."""
        self._output.take_place()
        bridge.state.before_request = self._output.flush
        sys.modules["__main__"] = self._module
        sys.argv = [PROGRAM_NAME]
        os._exit = self._leave

    def run(self, header, source, channel) -> bytes:
        """Runs it. Gives the JSON of its ending, whatever the program did to the interpreter."""
        self.goes_on = bool(header.get("session"))
        self._begin(header.get("limits", header), source, channel)
        try:
            if not self._has_begun:
                self._granted = header.get("grants")
            self._run()
            if self.goes_on:
                session.leave(channel, self._loop)
            self._output.flush(True)
            return self._ending()
        except BaseException as error:  # the program broke what we need to tell how it ended
            kind = type(error).__name__
            told = program_error(
                "SandboxError", f"the program broke the interpreter it runs in ({kind}: {error})"
            )
            self._done = {"error": told}
            return self._ending()

    def _begin(self, limits, source, channel):
        self._limits = limits
        self._source = _readable(source)
        self._channel = channel
        if not self._has_begun:
            self._memory = _peak_memory()
        self._output.begin(channel.output, limits.get("outputBytes", 0))
        bridge.state.channel = channel
        if self.goes_on:
            self._name = session.name_program()
            self._result_before = vars(self._module).get("result", _ABSENT)
        _show_lines(self._name, self._source)
        if self.goes_on:
            session.show_lines(self._name)

    def _look_beside(self):
        """As for any script, what lies beside it can be imported."""
        place = os.getcwd()
        if place == _SCRATCH or (self._granted and grants.is_own(self._granted, place)):
            sys.path.insert(0, place)

    def _run(self):
        try:
            code, keeps_value = _compiled(self._source, self._name)
        except Exception as error:
            self._done["error"], limit = errors.describe_refused(error)
            if limit:
                self._done["limit"] = limit
            return
        failure = self._guarded(self._execute, code)
        value = explicit = None
        if failure is None or _is_success(failure):
            explicit = self._explicit_result(code)
            value = vars(self._module).pop(rewrite.VALUE, None) if keeps_value else None
            failure, value = self._settle(failure, value if explicit is None else explicit)
        finished = self._guarded(self._finish)
        if failure is None or (_is_success(failure) and finished is not None):
            failure = finished
        if failure is not None and not _is_success(failure):
            self._fail(failure)
        elif value is not None:
            self._take_result(value, explicit is not None)

    def _guarded(self, function, *arguments):
        """Gives the exception instead of raising it."""
        try:
            function(*arguments)
        except BaseException as error:
            if isinstance(error, MemoryError):
                _reserve.close()
            return error
        return None

    def _execute(self, code):
        if not self._has_begun:
            self._has_begun = True
            if self._granted:
                grants.begin(self._granted)
            self._look_beside()
        code, last = code
        names = vars(self._module)
        if code is not None and code.co_flags & inspect.CO_COROUTINE:
            self._await(eval(code, names))
        elif code is not None:
            exec(code, names)
        if last is not None:
            names[rewrite.VALUE] = eval(last, names)

    def _settle(self, failure, value):
        """Awaits a value that can be awaited."""
        settled = [value]

        def await_it():
            settled[0] = self._await(_awaiting(value))

        if _is_awaitable(value):
            failure = self._guarded(await_it) or failure
        return failure, settled[0]

    def _await(self, coroutine):
        if self._loop is None or self._loop.is_closed():
            self._loop = loop.ProgramLoop()
            asyncio.set_event_loop(self._loop)
        return loop.run(self._loop, coroutine)

    def _finish(self):
        """What Python does at its end: tasks, threads, exit functions."""
        try:
            if self._loop is not None:
                loop.finish(self._loop)
            loop.raise_unseen_failure()
        finally:
            self._leave_interpreter()
            if self._granted:
                grants.finish(self._granted)

    def _leave_interpreter(self):
        if self._is_rehearsal:
            # Threads and exit functions are the children's.
            return
        if self.goes_on:
            # What is to be done at exit is not to be done yet.
            session.await_threads()
            return
        if _other_threads() or getattr(threading, "_threading_atexits", None):
            _join_threads()
        if _count_exit_functions() != _exit_functions_of_zygote:
            # What they raise has been printed, and changes no ending.
            self._guarded(_run_exit_functions)

    def _explicit_result(self, code):
        value = vars(self._module).get("result")
        if value is self._result_before and not any(session.assigns(each, "result") for each in code):
            # An earlier program's.
            return None
        is_definition = issubclass(type(value), (type, types.FunctionType, types.ModuleType))
        return None if is_definition else value

    def _fail(self, failure):
        if isinstance(failure, MemoryError):
            _reserve.close()
        if isinstance(failure, SystemExit):
            _, text = errors.exit_code(failure)
            if text is not None:
                print(text, file=sys.stderr)
        elif sys.excepthook is not _original_excepthook:
            self._guarded(sys.excepthook, type(failure), failure, failure.__traceback__)
        most = self._limits.get("memoryBytes", 0)
        if type(failure) is SystemError and _peak_memory() - self._memory > most * 15 // 16:
            # How an interpreter says that it could not even make the error.
            failure = MemoryError().with_traceback(failure.__traceback__)
        error, limit = errors.describe(failure, most)
        self._done["error"] = error
        if limit:
            self._done["limit"] = limit
        if limit == "memory":
            # What an interpreter that ran out of memory still holds is not known.
            self.goes_on = False

    def _take_result(self, value, explicit):
        most = self._limits.get("resultBytes", 0)
        try:
            encoded = result_json(value)
        except NotJson as error:
            reason, limit = f"the result cannot be JSON: {error}", None
        except Exception as error:
            if explicit or isinstance(error, MemoryError):
                self._fail(error)
                return
            kind = type(error).__name__
            reason, limit = f"the result cannot be JSON: {kind}: {error}", None
        else:
            if len(encoded) <= most:
                self._done["result"] = encoded
                return
            reason, limit = (
                f"the result is {len(encoded)} bytes of JSON, {most} is the limit; return less, or "
                "print the part that matters"
            ), "result"
        if limit:
            self._done["limit"] = limit
        if explicit:
            self._done["error"] = program_error("ResultError", reason)
        else:
            # Nobody asked for the last expression's value by name: the program has done its work.
            self._done["resultOmitted"] = reason

    def _leave(self, code=0):
        """`os._exit`: at once, but not without a word."""
        self._output.flush(True)
        if code:
            told = program_error("SystemExit", f"the program exited with code {code}")
            self._done = {"error": told}
        self._channel.done(self._ending())
        _exit_now(protocol.EXIT_DONE)

    def _ending(self):
        done, self._done = self._done, {}
        result = done.pop("result", None)
        truncated = "true" if self._output.truncated else "false"
        memory = max(_peak_memory() - self._memory, 0)
        rest = f'{{"truncated":{truncated},"memoryBytes":{memory}}}'.encode()
        if done:
            rest = _encoded(done).encode()[:-1] + b"," + rest[1:]
        return rest if result is None else b'{"result":' + result + b"," + rest[1:]


def _encoded(texts):
    """JSON of a dict of texts and such dicts, by nothing that a program can replace."""
    pairs = [
        f"{_quote(name)}:{_encoded(value) if type(value) is dict else _quote(value)}"
        for name, value in texts.items()
    ]
    return f"{{{','.join(pairs)}}}"


def _compiled(source, name):
    """The program's code, and whether it keeps the value of its last expression."""
    if source.lstrip().startswith("```"):
        line = source[: len(source) - len(source.lstrip())].count("\n") + 1
        raise SyntaxError(
            "the program begins with a Markdown fence (```); send the code alone",
            (name, line, 1, source.lstrip().split("\n", 1)[0]),
        )
    if not _is_asynchronous(source):
        parts = _halves(source, name)
        if parts is not None:
            return parts, True
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(source, name, "exec", flags | ast.PyCF_ONLY_AST, True)
    keeps_value = rewrite.keep_last_value(tree)
    if _is_asynchronous(source):
        rewrite.call_twins(tree)
    return (compile(tree, name, "exec", flags, True), None), keeps_value


def _halves(source, name):
    """The code before the last expression and that of the expression, when that is easily seen.

    The common case, without a syntax tree: making one touches so much memory that a child would copy
    a fifth of all that it copies. `None` where the last line that is not indented does not begin an
    expression, or what is before it cannot stand alone; then the tree decides.
    """
    lines = source.split("\n")
    at = len(lines) - 1
    while at >= 0 and (not lines[at].strip() or lines[at][0] in " \t#)]}"):
        at -= 1
    if at < 0 or lines[at][0] == "@" or "\f" in source or "\r" in source:
        return None
    before, last = "\n".join(lines[:at]), "\n" * at + "\n".join(lines[at:])
    try:
        value = compile(last, name, "eval", 0, True)
        return compile(before, name, "exec", 0, True) if before.strip() else None, value
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _readable(source):
    """Without a byte order mark, and without the indentation of the place it was copied from."""
    if source[:1] == "\ufeff":
        source = source[1:]
    first = source.lstrip("\r\n")
    if first[:1] not in (" ", "\t"):
        return source
    lines = source.split("\n")
    filled = [line for line in lines if line.strip()]
    indent = os.path.commonprefix([line[: len(line) - len(line.lstrip())] for line in filled])
    return "\n".join(line[len(indent):] for line in lines)


def _main_module():
    """A fresh `__main__`."""
    module = types.ModuleType("__main__")
    module.__file__ = PROGRAM_NAME
    module.__builtins__ = builtins
    package = sys.modules[__package__]
    for name in package.__all__:
        setattr(module, name, getattr(package, name))
    return module


def _show_lines(name, source):
    """Lets tracebacks and `inspect` find the program's lines."""
    lines = [line + "\n" for line in source.replace("\r\n", "\n").split("\n")]
    linecache.cache[name] = (len(source), None, lines, name)


def _is_awaitable(value):
    # By its class: an instance may answer with code of its own.
    return hasattr(type(value), "__await__")


async def _awaiting(value):
    return await value


def _is_success(failure):
    return isinstance(failure, SystemExit) and errors.exit_code(failure)[0] == 0


def _peak_memory():
    if resource is None:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _import_quietly(name):
    try:
        __import__(name)
    except Exception:
        # An interpreter may be built without it.
        pass


def _add_site_builtins():
    """`exit`, `quit` and `help`, which an interpreter without `site` lacks."""
    if hasattr(builtins, "exit"):
        return
    import _sitebuiltins

    builtins.exit = _sitebuiltins.Quitter("exit", "exit()")
    builtins.quit = _sitebuiltins.Quitter("quit", "quit()")
    builtins.help = _sitebuiltins._Helper()
