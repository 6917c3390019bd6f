"""Other processes, which there are none of: whoever starts one is told what there is instead. What
multiprocessing offers to threads as well works among threads.

Put in place in the zygote, and in each module when it is imported.
"""

import errno
import functools
import threading

from . import hooks

_NONE = (
    "a program starts no other process: call Python's own modules in place of commands, and use "
    "concurrent.futures.ThreadPoolExecutor, multiprocessing.pool.ThreadPool or asyncio to do several "
    "things at once"
)

#: The kind of lock that its holder may take again, as multiprocessing numbers them.
_RECURSIVE = 0


def _told(start):
    """The same, that says what there is instead when the kernel has refused it."""

    @functools.wraps(start)
    def started(self, *args, **kwargs):
        try:
            return start(self, *args, **kwargs)
        except PermissionError:
            raise PermissionError(errno.EPERM, _NONE) from None

    return started


def _subprocess(module):
    module.Popen._execute_child = _told(module.Popen._execute_child)


def _process(module):
    module.BaseProcess.start = _told(module.BaseProcess.start)


def _shared_by_threads(self, kind, value, maxvalue, *, ctx=None):
    self._semlock = threading.RLock() if kind == _RECURSIVE else threading.Semaphore(value)
    self._make_methods()


def _synchronize(module):
    # Locks of multiprocessing: there is nobody but threads to share them.
    module.SemLock.__init__ = _shared_by_threads


def warm() -> None:
    """Looks at the modules as they are imported."""
    hooks.after_import({
        "subprocess": _subprocess,
        "multiprocessing.process": _process,
        "multiprocessing.synchronize": _synchronize,
    })
