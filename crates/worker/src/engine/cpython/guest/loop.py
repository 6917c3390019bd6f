"""The event loop of programs: asyncio's own, which notices a wait that nothing can end.

`asyncio.run` and everything else that makes a loop gets this one.
"""

import asyncio
import selectors
import weakref
from _thread import _count as _other_threads

#: Seconds after which a loop that only other threads can wake looks whether there are any left.
_LOOK_AGAIN = 0.1


#: Every task of every loop, to find the failures that nobody looked at.
_tasks = weakref.WeakSet()

#: Not empty once there was a loop.
_made = []

#: The first failure of a task that was gone before anybody looked at it.
_unseen = []


class UnsettledAwaitError(RuntimeError):
    """The program awaits something that nothing can settle any more."""

    def __init__(self, message=None):
        super().__init__(
            message
            or "the program awaits something that nothing can settle any more: no timer, no tool "
            "call and no thread is pending; set its result or cancel it"
        )


class _Selector(selectors.DefaultSelector):
    """Waits for descriptors; refuses to wait for ever for none but the loop's own."""

    can_be_woken = None

    def select(self, timeout=None):
        while timeout is None and not self._waits_for_more():
            alone = _other_threads() == 0
            # Looked at after the threads were: one may have woken the loop and ended since.
            ready = super().select(0 if alone else _LOOK_AGAIN)
            if ready:
                return ready
            if alone:
                raise UnsettledAwaitError()
        return super().select(timeout)

    def _waits_for_more(self):
        # The loop's own descriptor, by which other threads wake it, is always there.
        return len(self.get_map()) > 1 or self.can_be_woken()


class ProgramLoop(asyncio.SelectorEventLoop):
    """What `asyncio.new_event_loop` gives a program."""

    def __init__(self, selector=None):
        if selector is None:
            selector = _Selector()
            selector.can_be_woken = self._has_signal_handlers
        super().__init__(selector)
        _made.append(True)

    def create_task(self, coro, **options):
        task = super().create_task(coro, **options)
        _tasks.add(task)
        return task

    def call_exception_handler(self, context):
        lost = context.get("exception") if isinstance(context.get("future"), asyncio.Task) else None
        if lost is None or self.get_exception_handler() is not None:
            super().call_exception_handler(context)
        elif not _unseen:
            # A failure that nobody can look at any more is the program's own.
            _unseen.append(lost)

    def _has_signal_handlers(self):
        return bool(getattr(self, "_signal_handlers", None))


def install() -> None:
    """Makes new event loops ours. Nothing is created yet."""
    events = asyncio.events
    policy = getattr(events, "_get_event_loop_policy", events.get_event_loop_policy)()
    type(policy)._loop_factory = ProgramLoop


def forget() -> None:
    """Forgets the loops that the zygote had."""
    _made.clear()


def run(loop, coroutine):
    """Runs a coroutine to its end. A wait that nothing can end fails where it stands."""
    task = loop.create_task(coroutine)
    while True:
        try:
            return loop.run_until_complete(task)
        except UnsettledAwaitError as error:
            waited_for = None if task.done() else _waited_for(task)
            if waited_for is None:
                raise
            waited_for.set_exception(error.with_traceback(None))


def _waited_for(task):
    """The future that a task waits for in the end."""
    future = getattr(task, "_fut_waiter", None)
    while isinstance(future, asyncio.Task):
        future = getattr(future, "_fut_waiter", None)
    return None if future is None or future.done() else future


def finish(loop) -> None:
    """Runs what the program left on its loop to the end; raises the first failure.

    What nothing can settle any more is cancelled, as `asyncio.run` does with all of it.
    """
    failure = None
    while failure is None:
        pending = asyncio.all_tasks(loop)
        if not pending:
            break
        try:
            failure = loop.run_until_complete(_first_failure(pending))
        except UnsettledAwaitError:
            break
    if failure is None:
        _fire_timers(loop)
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left, timeout=1))
    loop.run_until_complete(loop.shutdown_asyncgens())
    if getattr(loop, "_default_executor", None) is not None:
        loop.run_until_complete(loop.shutdown_default_executor())
    if failure is not None:
        raise failure


def raise_unseen_failure() -> None:
    """Raises what a task failed with when nobody has looked at it."""
    for failure in _unseen:
        raise failure
    for task in list(_tasks) if _made else ():
        if task.done() and getattr(task, "_log_traceback", False):
            raise task.exception()


def _fire_timers(loop):
    while True:
        due = [timer.when() for timer in loop._scheduled if not timer.cancelled()]
        if not due:
            return
        loop.run_until_complete(asyncio.sleep(max(min(due) - loop.time(), 0)))


def clear(loop) -> None:
    """Leaves nothing on a loop that would happen later, and the loop as good as new."""
    forget_failures()
    if loop is None or loop.is_closed():
        return
    for timer in loop._scheduled:
        timer.cancel()
    loop._ready.clear()
    # What the end of a program closes for good where no other one follows.
    loop._asyncgens_shutdown_called = loop._executor_shutdown_called = False
    loop._default_executor = None


def forget_failures() -> None:
    """Forgets what failed and was told, or was nobody's to look at."""
    _unseen.clear()
    for task in list(_tasks):
        if task.done():
            task._log_traceback = False
    _tasks.clear()


async def _first_failure(tasks):
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        if not task.cancelled() and task.exception() is not None:
            return task.exception()
    return None
