"""`http.client` by way of the host, and with it `urllib.request`, `requests` and what else is built
on its connections.
"""

import errno
import io
import socket
import sys

from .exchange import Exchange, Failed, NotAnswered


class _Socket:
    """What stands for the socket of a connection, for one request and its answer."""

    def __init__(self, connection, is_secure):
        self._connection = connection
        self._exchange = Exchange(connection.host, connection.port)
        if is_secure:
            self._exchange.scheme = "https"
        self._readers = 0
        self._closed = False
        self.settimeout(connection.timeout)

    def settimeout(self, timeout):
        # The library's mark for the default, which is no number.
        usual = timeout is not None and not isinstance(timeout, (int, float))
        self._timeout = socket.getdefaulttimeout() if usual else timeout

    def gettimeout(self):
        return self._timeout

    def sendall(self, data, flags=0):
        try:
            with memoryview(data) as view:
                if not self._exchange.write(view):
                    return
            self._exchange.begin()
            # Now, so that what is wrong with the way there shows where libraries expect it. What is
            # late shows when the answer is read.
            if self._exchange.wait(self._timeout):
                failure = self._exchange.failure()
                if failure is not None and (failure.is_unreached or failure.code == "EgressTls"):
                    raise failure
        except Failed as failure:
            raise _error_of(failure, self._connection) from None

    def send(self, data, flags=0):
        self.sendall(data)
        return len(data)

    def take(self, most):
        """Bytes of the answer."""
        if not self._exchange.is_begun:
            return b""
        try:
            return self._exchange.answer(self._timeout).take(most)
        except NotAnswered:
            raise socket.timeout("timed out") from None
        except Failed as failure:
            raise _error_of(failure, self._connection) from None

    def recv(self, most, flags=0):
        return bytes(self.take(most))

    def recv_into(self, buffer, most=0, flags=0):
        piece = self.take(most or len(buffer))
        buffer[:len(piece)] = piece
        return len(piece)

    def makefile(self, mode="r", buffering=None, **text):
        self._readers += 1
        return io.BufferedReader(_Reader(self))

    def reader_closed(self):
        """Notes that a reader is gone."""
        self._readers -= 1
        if self._closed and self._readers == 0:
            self._exchange.give_up()

    def close(self):
        self._closed = True
        if self._readers == 0:
            self._exchange.give_up()

    def fileno(self):
        raise io.UnsupportedOperation("fileno: requests are made by the host, without a socket here")

    def shutdown(self, how):
        """Nothing is sent after a request."""

    def setsockopt(self, *args):
        """There is nothing to set."""

    def setblocking(self, flag):
        self.settimeout(None if flag else 0.0)

    def getpeername(self):
        return self._connection.host, self._connection.port

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()


class _Reader(io.RawIOBase):
    """The answer as a file."""

    def __init__(self, source):
        self._source = source

    def readable(self):
        return True

    def readinto(self, buffer):
        with memoryview(buffer) as whole, whole.cast("B") as view:
            piece = self._source.take(len(view))
            view[:len(piece)] = piece
            return len(piece)

    def close(self):
        if not self.closed:
            super().close()
            self._source.reader_closed()


def _error_of(failure, connection):
    """The failure as the library of the connection has it."""
    urllib3 = _urllib3_of(connection)
    if urllib3 is not None:
        if failure.code == "EgressTls":
            return urllib3.SSLError(str(failure))
        if failure.is_unreached:
            return urllib3.NewConnectionError(connection, str(failure))
    if failure.code == "EgressTls":
        try:
            from ssl import SSLError
        except ImportError:
            return OSError(failure.number, str(failure))
        return SSLError(failure.number, str(failure))
    if failure.code in ("EgressTimeout", "EgressCancelled"):
        return socket.timeout(str(failure))
    return OSError(failure.number, str(failure))


def _urllib3_of(connection):
    """The errors of the urllib3 whose connection this is, wherever it lies."""
    for each in type(connection).__mro__:
        package, _, name = each.__module__.rpartition(".")
        if name == "connection" and package.rpartition(".")[2] == "urllib3":
            return sys.modules.get(package + ".exceptions")
    return None


def _connect(self):
    """Makes ready to send one request. Nothing is dialled here."""
    if getattr(self, "_tunnel_host", None) or getattr(self, "proxy", None):
        raise OSError(errno.EPERM, "requests are made by the host: connect without a proxy")
    is_secure = self.default_port == 443
    self.sock = _Socket(self, is_secure)
    if is_secure:
        # The host has looked at the certificate, or there is no answer.
        self.is_verified = True


def change(module) -> None:
    """Makes connections of `http.client`, and those of classes made from them, ours."""
    plain = module.HTTPConnection
    inherited = plain.__init_subclass__

    def init_subclass(cls, **options):
        inherited(**options)
        if "connect" in vars(cls):
            cls.connect = _connect

    plain.__init_subclass__ = classmethod(init_subclass)
    for each in [plain, *_subclasses(plain)]:
        if "connect" in vars(each):
            each.connect = _connect
    module.HTTPSConnection = _secure(module, plain)
    if "HTTPSConnection" not in module.__all__:
        module.__all__.append("HTTPSConnection")
    # It would read the certificates of all authorities, to no end.
    module._create_https_context = lambda version: None


def _secure(module, plain):
    secure = getattr(module, "HTTPSConnection", None)
    if secure is None:
        secure = type("HTTPSConnection", (plain,), {"default_port": 443, "__module__": "http.client"})

    def __init__(self, host, port=None, *files, context=None, check_hostname=None, key_file=None,
                 cert_file=None, **options):
        plain.__init__(self, host, port, **options)
        self._context = context
        self.key_file, self.cert_file = key_file, cert_file

    secure.__init__ = __init__
    secure.connect = _connect
    return secure


def _subclasses(cls):
    for each in cls.__subclasses__():
        yield each
        yield from _subclasses(each)
