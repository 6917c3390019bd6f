"""The end of a program after which another one of its session follows: what it declared stays, and
nothing that it began goes on.
"""

import dis
import linecache
import signal
import sys
import threading
import time
from _thread import _count as _other_threads, get_ident as _get_ident

from . import bridge, loop
from .errors import PROGRAM_NAME, running

#: How many programs' lines are kept for tracebacks.
_LINES_KEPT = 64

#: Seconds between two looks whether a pool has done its work.
_LOOK_AGAIN = 0.001

_set_timer = getattr(signal, "setitimer", None)
_timers = [
    getattr(signal, name) for name in ("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF")
    if hasattr(signal, name)
]
_names = []


def name_program() -> str:
    """A name for the next program's code. What is known of old ones is forgotten."""
    name = f"program-{len(_names) + 1}.py"
    _names.append(name)
    if len(_names) > _LINES_KEPT:
        linecache.cache.pop(_names[-_LINES_KEPT - 1], None)
    running[0] = name
    return name


def show_lines(name) -> None:
    """Lets a program be found by the name that its user knows, too."""
    linecache.cache[PROGRAM_NAME] = linecache.cache[name]


def assigns(code, name) -> bool:
    """Whether code of a module's level assigns to a name."""
    if code is None or name not in code.co_names:
        return False
    stores = ("STORE_NAME", "STORE_GLOBAL")
    return any(
        each.opname in stores and each.argval == name for each in dis.get_instructions(code)
    )


def await_threads() -> None:
    """Waits for threads as Python does at its end: for those that are no daemons, and for the work
    that was given to pools, whose threads stay."""
    if not _other_threads():
        return
    pools = sys.modules.get("concurrent.futures.thread")
    queues = getattr(pools, "_threads_queues", {})
    main = threading.main_thread()
    for thread in threading.enumerate():
        if thread is not main and not thread.daemon and thread not in queues:
            thread.join()
    while any(_is_busy(thread, queue) for thread, queue in list(queues.items())):
        time.sleep(_LOOK_AGAIN)


def _is_busy(thread, queue):
    if not thread.is_alive():
        return False
    frame = sys._current_frames().get(thread.ident)
    waits = frame is None or frame.f_code.co_name == "_worker"
    return not (waits and queue.empty())


def leave(channel, program_loop) -> None:
    """Ends what the program began and nobody waits for: its timers, its tasks, its threads' right to
    ask for anything. The last thing before its end is told."""
    if _set_timer is not None:
        for timer in _timers:
            _set_timer(timer, 0)
    left = _threads_left() if _other_threads() else ()
    channel.leave(left)
    channel.drop_requests()
    if program_loop is not None:
        bridge.stop_watching(program_loop)
    loop.clear(program_loop)


def _threads_left():
    """Threads that go on, but for those of pools, which wait for work of later programs."""
    pools = sys.modules.get("concurrent.futures.thread")
    idle = {thread.ident for thread in list(getattr(pools, "_threads_queues", ()))}
    return [number for number in sys._current_frames() if number != _get_ident() and number not in idle]
