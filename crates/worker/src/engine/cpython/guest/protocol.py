"""The guest protocol over one socket: frames out, replies in, from any number of threads.

In a session several programs follow one another. What a program left asking or asked for when it ended
is answered here, and not by the host: nobody spends what the next program may ask for.

The socket is never waited on in one direction only: who waits to send takes in meanwhile what the
host sends, or both would wait for ever. Nothing here knows what a request means.
"""

import collections
import math
import select
import struct
import _socket
from _thread import allocate_lock, get_ident
from os import _exit
from threading import _active as _threads
from time import monotonic

READY, OUTPUT, DONE, REQUEST = 1, 2, 3, 16
START, REPLY = 128, 129

OUTPUT_CAP = 64 * 1024
REQUEST_CAP = 16 * 1024 * 1024 + 64 * 1024

#: Exit codes by which a child that cannot speak any more says why; `wire::control::exit`.
EXIT_DONE = 0
EXIT_HOST_GONE = 72

_HEADER = struct.Struct("<IBI")
_CHUNK = 64 * 1024
_LARGE_CHUNK = 1024 * 1024
_POLL_ERROR = select.POLLERR | select.POLLHUP | select.POLLNVAL


#: What answers a request when its program has ended: an error, as the host would say it.
_ENDED = (
    b'{"code":"program_ended","message":"the program that asked for this has ended, and another one '
    b'of its session runs"}\x02'
)


class ProgramEnded(RuntimeError):
    """A thread asks for something whose program has ended."""

    def __init__(self):
        super().__init__(
            "this thread was left running by an earlier program of the session; it may print and "
            "compute, but call no tools and use nothing of the host's"
        )


class Waiter:
    """A request whose reply has not come. `on_reply` is called by whichever thread reads it.

    `number` is what the host knows it by, once it was sent.
    """

    __slots__ = ("done", "number", "reply", "wake", "on_reply")

    def __init__(self, on_reply=None):
        self.done = False
        self.number = None
        self.reply = None
        self.wake = None
        self.on_reply = on_reply


class Channel:
    """The conversation with the host."""

    def __init__(self, fd: int):
        # With everything said, the constructor asks the kernel nothing that a filter may refuse.
        self._socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, fd)
        self.fd = fd
        self._arrival = select.poll()
        self._arrival.register(fd, select.POLLIN)
        self._next_id = 1
        self._outgoing = collections.deque()
        self._send_lock = allocate_lock()
        self._sender = 0
        self._read_lock = allocate_lock()
        self._reader = 0
        self._followers = collections.deque()
        self._received = bytearray()
        self._waiters = {}
        self._start = None
        self._starting = None
        self._ended = False
        # The first request of the program that runs, and the threads that are not its own.
        self._first_id = 1
        self._left = {}

    def close(self) -> None:
        """Lets go of the socket."""
        self._socket.close()

    def receive_start(self) -> bytes:
        """Says that lockdown is complete and waits for the go-ahead; gives its payload."""
        self.send(_HEADER.pack(0, READY, 0))
        while self._start is None:
            self._take_in(-1)
        start, self._start = self._start, None
        return start

    def receive_next(self) -> bytes:
        """Waits for the next program of a session; gives the go-ahead's payload."""
        starting = self._starting = Waiter()
        # Another thread may have read it already.
        if self._start is None:
            self.wait(starting)
        start, self._start, self._starting = self._start, None, None
        self._ended = False
        return start

    def leave(self, threads) -> None:
        """Says which threads belong to programs that have ended, by their numbers: they may ask for
        nothing any more."""
        self._left = {number: _threads.get(number) for number in threads}

    def drop_requests(self) -> None:
        """Answers what is still asked for when a program has ended."""
        self._first_id = self._next_id
        while self._waiters:
            self._drop(self._waiters.popitem()[1])

    def output(self, payload: bytes) -> None:
        """Sends UTF-8 text, cut into frames between characters."""
        if len(payload) <= OUTPUT_CAP:
            self.send(_HEADER.pack(len(payload), OUTPUT, 0) + payload)
            return
        at = 0
        while at < len(payload):
            end = boundary(payload, at + OUTPUT_CAP)
            self.send(_HEADER.pack(end - at, OUTPUT, 0) + payload[at:end])
            at = end

    def request(self, op: int, payload: bytes, waiter: Waiter) -> None:
        """Sends a request; its reply goes to the waiter. The payload must not exceed its cap."""
        if self._left:
            me = get_ident()
            # A number is given again once its thread is gone.
            if me in self._left and self._left[me] is _threads.get(me):
                raise ProgramEnded()
        self._outgoing.append((op, payload, waiter))
        self._drain()

    def done(self, payload: bytes) -> None:
        """Says how the program ended. Nothing is sent after it, until there is another program."""
        self.send((_HEADER.pack(len(payload), DONE, 0) + payload, None))

    def send(self, frame) -> None:
        """Sends a whole frame, after what was queued before it."""
        self._outgoing.append(frame)
        self._drain()

    def wait(self, waiter: Waiter, timeout=None) -> bool:
        """Returns once the waiter's reply is there, or after so many seconds; whether it is there.
        One thread reads for all that wait."""
        me = get_ident()
        deadline = None if timeout is None else monotonic() + timeout
        while not waiter.done:
            if deadline is not None and monotonic() >= deadline:
                return False
            if self._reader == me:
                # A finaliser that ran while this thread was reading.
                self._take_in(_patience(deadline))
            elif self._read_lock.acquire(False):
                self._read_for(waiter, me, deadline)
            else:
                self._follow(waiter, me, deadline)
        return True

    def pump(self) -> None:
        """Takes in what has arrived, without waiting."""
        me = get_ident()
        if self._reader != me and self._read_lock.acquire(False):
            self._reader = me
            try:
                self._take_in(0)
            finally:
                self._hand_over()

    def _read_for(self, waiter, me, deadline):
        self._reader = me
        try:
            while not waiter.done:
                patience = _patience(deadline)
                self._take_in(patience)
                if patience == 0:
                    return
        finally:
            self._hand_over()

    def _follow(self, waiter, me, deadline):
        wake = waiter.wake = allocate_lock()
        wake.acquire()
        self._followers.append(waiter)
        # The reader may have left before it could see us.
        if waiter.done:
            return
        if self._read_lock.acquire(False):
            self._stop_following(waiter)
            self._read_for(waiter, me, deadline)
        elif deadline is None:
            wake.acquire()
        elif not wake.acquire(True, max(deadline - monotonic(), 0)):
            # Whom the reader chose to be the next one, but who leaves, passes that on.
            if not self._stop_following(waiter) and self._read_lock.acquire(False):
                self._hand_over()

    def _stop_following(self, waiter):
        try:
            self._followers.remove(waiter)
        except ValueError:
            return False
        return True

    def _hand_over(self):
        self._reader = 0
        self._read_lock.release()
        while self._followers:
            try:
                waiter = self._followers.popleft()
            except IndexError:
                return
            if not waiter.done:
                _release(waiter.wake)
                return

    def _drain(self):
        me = get_ident()
        if self._sender == me:
            # A finaliser that ran while this thread was sending: the send under way goes on to it.
            return
        with self._send_lock:
            self._sender = me
            try:
                while self._outgoing:
                    self._send_all(self._outgoing.popleft())
            finally:
                self._sender = 0

    def _send_all(self, frame):
        if self._ended:
            if type(frame) is tuple and len(frame) == 3:
                self._drop(frame[2])
            return
        if type(frame) is tuple:
            frame = self._numbered(*frame) if len(frame) == 3 else self._last(frame[0])
        try:
            sent = self._socket.send(frame, _socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            _exit(EXIT_HOST_GONE)
        if sent < len(frame):
            self._send_rest(memoryview(frame)[sent:])

    def _numbered(self, op, payload, waiter):
        # Numbers are given in the order of sending, so that they rise by one.
        number = self._next_id
        self._next_id = number + 1
        self._waiters[number] = waiter
        waiter.number = number
        return _HEADER.pack(len(payload) + 1, REQUEST, number) + bytes((op,)) + payload

    def _last(self, frame):
        self._ended = True
        return frame

    def _send_rest(self, rest):
        while rest:
            self._wait_to_send()
            try:
                rest = rest[self._socket.send(rest, _socket.MSG_DONTWAIT):]
            except BlockingIOError:
                pass
            except OSError:
                _exit(EXIT_HOST_GONE)

    def _wait_to_send(self):
        me = get_ident()
        mine = self._reader == me
        if mine or self._read_lock.acquire(False):
            self._reader = me
            try:
                if self._poll(select.POLLIN | select.POLLOUT, -1) & select.POLLIN:
                    self._take_in(0)
            finally:
                if not mine:
                    self._hand_over()
        else:
            # Another thread reads. It may stop doing so, and then it is our turn.
            self._poll(select.POLLOUT, 10)

    def _poll(self, events, timeout_ms):
        poll = self._arrival
        if events != select.POLLIN:
            poll = select.poll()
            poll.register(self.fd, events)
        ready = poll.poll(timeout_ms)
        happened = ready[0][1] if ready else 0
        if happened & select.POLLNVAL:
            _exit(EXIT_HOST_GONE)
        # What is left to read is read before the end is noticed.
        return happened | select.POLLIN if happened & _POLL_ERROR else happened

    def _take_in(self, timeout_ms):
        """Reads once, after waiting for so long, and hands out the frames that are whole."""
        if timeout_ms != 0:
            self._poll(select.POLLIN, timeout_ms)
        received = self._received
        try:
            chunk = self._socket.recv(
                _LARGE_CHUNK if len(received) > _CHUNK else _CHUNK, _socket.MSG_DONTWAIT
            )
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            _exit(EXIT_HOST_GONE)
        received += chunk
        while len(received) >= _HEADER.size:
            length, kind, number = _HEADER.unpack_from(received)
            end = _HEADER.size + length
            if len(received) < end:
                return
            with memoryview(received) as view:
                payload = bytes(view[_HEADER.size:end])
            del received[:end]
            self._hand_out(kind, number, payload)

    def _hand_out(self, kind, number, payload):
        if kind == START:
            self._start = payload
            if self._starting is not None:
                self._settle(self._starting, payload)
            return
        if kind == REPLY and number < self._first_id:
            # Nobody waits for it any more.
            return
        waiter = self._waiters.pop(number, None)
        if kind != REPLY or waiter is None:
            _exit(EXIT_HOST_GONE)
        self._settle(waiter, payload)

    def _drop(self, waiter):
        try:
            self._settle(waiter, _ENDED)
        except Exception:
            # Its loop may be gone.
            pass

    @staticmethod
    def _settle(waiter, payload):
        waiter.reply = payload
        waiter.done = True
        if waiter.on_reply is not None:
            waiter.on_reply(waiter)
        elif waiter.wake is not None:
            _release(waiter.wake)


def frame(kind: int, payload: bytes) -> bytes:
    """A frame that answers nothing."""
    return _HEADER.pack(len(payload), kind, 0) + payload


def boundary(text: bytes, at: int) -> int:
    """The last place up to `at` where UTF-8 text may be cut."""
    if at >= len(text):
        return len(text)
    while at > 0 and text[at] & 0xC0 == 0x80:
        at -= 1
    return at


def _patience(deadline):
    """The milliseconds until then; -1 for no such time."""
    return -1 if deadline is None else max(math.ceil((deadline - monotonic()) * 1000), 0)


def _release(lock):
    try:
        lock.release()
    except RuntimeError:
        # It has been released already.
        pass
