"""`httpx` by way of the host: the streams that `httpcore` reads from and writes to.

The same for `httpcore2`, the successor of the same shape.
"""

import sys

from .exchange import Exchange, Failed, NotAnswered

#: Modules with the makers of streams, and those with what a client does about certificates.
_CORES = ("httpcore", "httpcore2")
_CLIENTS = ("httpx", "httpx2")


def changes() -> dict:
    """What is to be done to which module."""
    planned = {}
    for core in _CORES:
        planned[core + "._backends.sync"] = _change_sync
        planned[core + "._backends.auto"] = _change_auto
    for client in _CLIENTS:
        planned[client + "._config"] = _change_config
    return planned


def _change_sync(module):
    errors = _errors_of(module)

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        return _Stream(host, port, errors)

    module.SyncBackend.connect_tcp = connect_tcp


def _change_auto(module):
    errors = _errors_of(module)

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        return _AsyncStream(host, port, errors)

    module.AutoBackend.connect_tcp = connect_tcp


def _change_config(module):
    original = module.create_ssl_context

    def create_ssl_context(verify=True, *args, **options):
        if verify is not True:
            return original(verify, *args, **options)
        # It would read the certificates of all authorities, to no end: the host looks at them.
        import ssl

        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    module.create_ssl_context = create_ssl_context


def _errors_of(module):
    """Its exceptions, looked up when one is needed: they may not be imported yet."""
    package = module.__name__.partition(".")[0]
    return lambda: sys.modules[package + "._exceptions"]


class _Base:
    def __init__(self, host, port, errors):
        self._exchange = Exchange(host, port)
        self._errors = errors

    def get_extra_info(self, info):
        """None of what there is to tell of a socket. What is left of it can be read: its end."""
        return True if info == "is_readable" else None

    def _error_of(self, failure):
        errors = self._errors()
        if failure.is_unreached or failure.code == "EgressTls":
            return errors.ConnectError(str(failure))
        if failure.code in ("EgressTimeout", "EgressCancelled"):
            return errors.ReadTimeout(str(failure))
        if failure.code == "EgressProtocol":
            return errors.RemoteProtocolError(str(failure))
        return errors.ReadError(str(failure))

    def _write(self, buffer):
        try:
            return self._exchange.write(buffer)
        except Failed as failure:
            raise self._error_of(failure) from None

    def _late(self):
        return self._errors().ReadTimeout("timed out")


class _Stream(_Base):
    """What stands for a connection."""

    def read(self, max_bytes, timeout=None):
        if not self._exchange.is_begun:
            return b""
        try:
            return bytes(self._exchange.answer(timeout).take(max_bytes))
        except NotAnswered:
            raise self._late() from None
        except Failed as failure:
            raise self._error_of(failure) from None

    def write(self, buffer, timeout=None):
        if self._write(buffer):
            try:
                self._exchange.begin()
            except Failed as failure:
                raise self._error_of(failure) from None

    def close(self):
        self._exchange.give_up()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        self._exchange.scheme = "https"
        return self


class _AsyncStream(_Base):
    """The same, awaited."""

    async def read(self, max_bytes, timeout=None):
        if not self._exchange.is_begun:
            return b""
        try:
            answer = await self._exchange.awaited_answer(timeout)
        except NotAnswered:
            raise self._late() from None
        except Failed as failure:
            raise self._error_of(failure) from None
        return bytes(answer.take(max_bytes))

    async def write(self, buffer, timeout=None):
        if self._write(buffer):
            try:
                self._exchange.begin_in_loop()
            except Failed as failure:
                raise self._error_of(failure) from None

    async def aclose(self):
        self._exchange.give_up()

    async def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        self._exchange.scheme = "https"
        return self
