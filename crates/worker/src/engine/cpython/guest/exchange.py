"""One HTTP request and its answer, as bytes on one side and as what the host is asked on the other.

Libraries write a request to a connection and read an answer from it. There is no connection: when
the request is whole, the host makes it, and the answer is put together out of what the host tells.
That keeps everything else as the libraries have it: redirects, cookies, retries, streams.
"""

import errno
from time import monotonic

from . import bridge

#: The most of a request's body, and of what stands before it, in bytes; as the host has it.
_BODY_CAP = 16 << 20
_HEAD_CAP = 64 << 10

#: Headers that frame the message, which the host does itself.
_FRAMING = ("host", "content-length", "transfer-encoding", "connection")

#: Codes of the host that mean: nothing was sent, there is no way to that server.
_UNREACHED = {
    "EgressBadUrl", "EgressBadRequest", "EgressDenied", "EgressHost", "EgressTooManyRequests",
    "EgressUnreachable",
}


class Failed(Exception):
    """The host could not do it. `code` is its stable word for why."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code

    @property
    def is_unreached(self):
        """Whether nothing was sent."""
        return self.code in _UNREACHED

    @property
    def number(self):
        """The system's number that says the most."""
        if self.code == "EgressDenied":
            return errno.EACCES
        if self.code == "EgressTooLarge":
            return errno.EMSGSIZE
        return errno.EHOSTUNREACH if self.is_unreached else errno.ECONNABORTED


class NotAnswered(Exception):
    """The time was over first."""


class Exchange:
    """A request that is being written, then an answer that is being read."""

    def __init__(self, host, port):
        self.scheme = "http"
        self._host, self._port = host, port
        self._written = bytearray()
        self._head_end = None
        self._waiter = None
        self._asked = None
        self._unwanted = False
        self._begun = 0.0
        self._method = ""
        self._answer = None

    @property
    def is_begun(self):
        """Whether the host was asked."""
        return self._waiter is not None

    def write(self, data) -> bool:
        """Takes bytes of the request; whether it is whole now."""
        if self._waiter is not None:
            # What follows a whole request is nothing.
            return False
        self._written += data
        if self._head_end is None:
            self._head_end = self._find_head_end()
            if self._head_end is None:
                if len(self._written) > _HEAD_CAP:
                    raise Failed("EgressTooLarge", f"a request's head may have {_HEAD_CAP} bytes")
                return False
            self._read_head()
        if len(self._written) - self._head_end > _BODY_CAP + _HEAD_CAP:
            raise Failed("EgressTooLarge", f"a request's body may have {_BODY_CAP} bytes (16 MiB)")
        return self._is_whole()

    def begin(self) -> None:
        """Asks the host, to wait for its answer in this thread."""
        self._begun = monotonic()
        self._waiter = bridge.send(bridge.FETCH, self._payload())

    def begin_in_loop(self) -> None:
        """Asks the host, to await its answer in the running loop."""
        self._begun = monotonic()
        self._asked = bridge.Asked(bridge.FETCH, self._payload())
        self._waiter = self._asked.waiter

    def wait(self, timeout) -> bool:
        """Waits for the answer until so many seconds after it was asked for; whether it is there."""
        return bridge.state.channel.wait(self._waiter, self._left(timeout))

    def failure(self):
        """Why there is no answer, None when there is one. Only once it is there."""
        reply = self._waiter.reply
        if reply[-1] != bridge.ERROR:
            return None
        told = bridge.value_of(reply)
        return Failed(told.get("code", ""), told.get("message", ""))

    def answer(self, timeout):
        """The answer to be read. Raises Failed, NotAnswered."""
        if self._answer is None:
            if not self._waiter.done and not self.wait(timeout):
                self.give_up()
                raise NotAnswered()
            self._answer = self._answered()
        return self._answer

    async def awaited_answer(self, timeout):
        """The same, awaited."""
        if self._answer is None:
            if not self._waiter.done:
                try:
                    await bridge.settled(self._asked.answered, self._left(timeout))
                finally:
                    self.give_up()
                if not self._waiter.done:
                    raise NotAnswered()
            self._answer = self._answered()
        return self._answer

    def give_up(self) -> None:
        """Tells the host that nobody waits for the answer any more, unless it is there."""
        was_unwanted, self._unwanted = self._unwanted, True
        waiter = self._waiter
        if waiter is not None and not waiter.done and not was_unwanted:
            bridge.cancel(waiter)

    def _left(self, timeout):
        return None if timeout is None else max(self._begun + timeout - monotonic(), 0)

    def _find_head_end(self):
        at = self._written.find(b"\r\n\r\n")
        return None if at < 0 else at + 4

    def _read_head(self):
        head = self._written[:self._head_end - 4].decode("latin-1")
        line, *lines = head.split("\r\n")
        self._method, _, rest = line.partition(" ")
        self._target = rest.rpartition(" ")[0]
        if not self._target.startswith("/"):
            raise Failed(
                "EgressBadRequest",
                f"{self._method} {self._target:.100} is for a proxy; connect to the server itself",
            )
        self._headers = []
        self._length, self._is_chunked = 0, False
        for each in lines:
            name, _, value = each.partition(":")
            name, value = name.lower(), value.strip(" \t")
            if name == "content-length":
                self._length = int(value)
            elif name == "transfer-encoding":
                self._is_chunked = value.lower().endswith("chunked")
            if name not in _FRAMING:
                self._headers.append([name, value])

    def _is_whole(self):
        if not self._is_chunked:
            return len(self._written) - self._head_end >= self._length
        return self._written.endswith(b"0\r\n\r\n") and self._unchunked() is not None

    def _unchunked(self):
        """The body without its chunks; None when some are still to come."""
        written, at, body = self._written, self._head_end, bytearray()
        while True:
            end = written.find(b"\r\n", at)
            if end < 0:
                return None
            length = int(bytes(written[at:end]).partition(b";")[0], 16)
            if length == 0:
                return body
            at = end + 2 + length + 2
            if at > len(written):
                return None
            body += written[end + 2:end + 2 + length]

    def _payload(self):
        if self._is_chunked:
            body = self._unchunked()
        else:
            body = self._written[self._head_end:self._head_end + self._length]
        if len(body) > _BODY_CAP:
            raise Failed("EgressTooLarge", f"a request's body may have {_BODY_CAP} bytes (16 MiB)")
        self._written = bytearray()
        header = {
            "url": self._url(), "method": self._method, "headers": self._headers, "redirect": "manual",
        }
        return bridge.encode_parts(header, body)

    def _url(self):
        host = f"[{self._host}]" if ":" in self._host else self._host
        usual = 443 if self.scheme == "https" else 80
        port = "" if self._port in (None, usual) else f":{self._port}"
        return f"{self.scheme}://{host}{port}{self._target}"

    def _answered(self):
        failure = self.failure()
        if failure is not None:
            raise failure
        header, body = bridge.split_parts(self._waiter.reply)
        status = header["status"]
        has_body = self._method != "HEAD" and status not in (204, 304)
        lines = [f"HTTP/1.1 {status} {header.get('statusText', '')}"]
        for name, value in header["headers"]:
            # The length may be that of the body before it was decompressed.
            if not has_body or name.lower() not in ("content-length", "transfer-encoding"):
                lines.append(f"{name}: {value}")
        if has_body:
            lines.append(f"content-length: {len(body)}")
        lines.append("connection: close\r\n\r\n")
        return Answer("\r\n".join(lines).encode("latin-1", "replace"), body if has_body else b"")


class Answer:
    """The bytes of an answer, to be read from its beginning to its end."""

    def __init__(self, head, body):
        self._parts = [memoryview(head), memoryview(body)]

    def take(self, most):
        """Up to so many bytes, as a view; none at the end."""
        parts = self._parts
        while parts and not parts[0]:
            del parts[0]
        if not parts:
            return b""
        piece = parts[0][:most]
        parts[0] = parts[0][most:]
        return piece
