"""Sockets, which there are none of: whoever tries one is told what there is instead.

Put in place in the zygote, where it costs no child anything.
"""

import errno
import socket

#: Whether there are hosts to which requests may be sent.
state = {"granted": False}

_WITHOUT = (
    "a program has no network of its own: ask for the hosts it needs with permissions.net, as far as "
    "the operator's security.allowNetwork goes, and use urllib.request, http.client, requests or httpx"
)
_WITH = (
    "there are no sockets here: requests to the hosts of permissions.net are made outside of the "
    "sandbox, by way of urllib.request, http.client, requests or httpx"
)

_native_init = socket.socket.__init__


def _refusal():
    return PermissionError(errno.EPERM, _WITH if state["granted"] else _WITHOUT)


def _init(self, family=-1, type=-1, proto=-1, fileno=None):
    if fileno is None:
        raise _refusal()
    _native_init(self, family, type, proto, fileno)


def _refuse(name):
    def refuse(*args, **kwargs):
        raise _refusal()

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__module__ = "socket"
    refuse.__doc__ = getattr(getattr(socket, name), "__doc__", None)
    return refuse


def warm() -> None:
    """Replaces what begins with a socket to somewhere."""
    socket.socket.__init__ = _init
    for name in ("create_connection", "create_server", "getaddrinfo", "gethostbyname",
                 "gethostbyname_ex", "gethostbyaddr"):
        if hasattr(socket, name):
            setattr(socket, name, _refuse(name))
