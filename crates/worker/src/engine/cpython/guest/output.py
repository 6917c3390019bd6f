"""What a program prints: both streams, in order, up to the output limit, as UTF-8 whatever it is.

A whole line leaves at once, so that a program which is stopped has said what it said; pieces of a
line that come in quick succession wait for each other.
"""

import codecs
import io
import sys
from time import monotonic
from _thread import RLock

from .protocol import boundary

#: Bytes that are kept before they leave even without a line's end.
_MOST_KEPT = 32 * 1024

#: Seconds after which a piece of a line does not wait for the rest of it.
_PATIENCE = 0.01


class Output:
    """The one place where everything printed goes, with the streams that lead there."""

    def __init__(self):
        self._send = None
        self._left = 0
        self._parts = []
        self._size = 0
        self._flushed = 0.0
        self._lock = RLock()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._streams = (
            io.TextIOWrapper(io.BytesIO(), encoding="utf-8"),
            _text(self, "<stdout>", "replace"),
            _text(self, "<stderr>", "backslashreplace"),
        )
        self.truncated = False

    def begin(self, send, limit: int) -> None:
        """Begins to send what is printed. `send` takes UTF-8 bytes, at most `limit` in all."""
        self._send = send
        self._left = limit
        self._flushed = monotonic()
        self.truncated = False

    def take_place(self) -> None:
        """Makes this what programs print to."""
        sys.stdin, sys.stdout, sys.stderr = self._streams
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = self._streams

    def write(self, data) -> int:
        """Takes bytes."""
        if self.truncated:
            return len(data)
        data = bytes(data)
        self._parts.append(data)
        self._size += len(data)
        if (
            b"\n" in data
            or self._size > _MOST_KEPT
            or monotonic() - self._flushed > _PATIENCE
        ):
            self.flush()
        return len(data)

    def flush(self, final: bool = False) -> None:
        """Sends what is kept; `final` also what cannot become a character any more."""
        with self._lock:
            parts, self._parts = self._parts, []
            self._size = 0
            self._flushed = monotonic()
            data = parts[0] if len(parts) == 1 else b"".join(parts)
            text = self._decoder.decode(data, final)
            if text and not self.truncated:
                self._send_up_to_limit(text.encode())

    def _send_up_to_limit(self, text):
        if len(text) > self._left:
            # What follows would not follow on what was cut.
            self.truncated = True
            text = text[:boundary(text, self._left)]
        self._left -= len(text)
        if text:
            self._send(text)


class _Bytes(io.BufferedIOBase):
    """The binary side of a stream: `sys.stdout.buffer`."""

    def __init__(self, output: Output, name: str):
        self._output = output
        self.write = output.write
        self.name = name
        self.mode = "wb"

    def flush(self):
        self._output.flush()

    def writable(self):
        return True

    def close(self):
        # Closing standard output is no reason to lose what is printed afterwards.
        self.flush()


def _text(output, name, errors):
    stream = io.TextIOWrapper(
        _Bytes(output, name), encoding="utf-8", errors=errors, newline="\n", write_through=True
    )
    stream.mode = "w"
    return stream
