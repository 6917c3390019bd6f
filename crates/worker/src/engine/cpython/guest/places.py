"""Which paths the host writes to on the program's behalf, and how it is asked.

Directories that were granted are there to read, at their own paths. To write, everything goes
through the host, which decides each time; here is only seen what is its business.
"""

import errno
import os
from os.path import basename, dirname, isabs, join, normpath, realpath

from . import bridge

_getcwd, _fspath, _fsdecode, _strerror = os.getcwd, os.fspath, os.fsdecode, os.strerror

#: The directories, without a slash at the end; and with one.
_roots = ()
_beginnings = ()


def set_roots(directories) -> None:
    """Says which directories may be written to."""
    global _roots, _beginnings
    _roots = tuple(directory.rstrip("/") for directory in directories)
    _beginnings = tuple(root + "/" for root in _roots)


def find(path):
    """The absolute path when it is the host's business, else None."""
    if type(path) is not str:
        try:
            path = _fsdecode(_fspath(path))
        except TypeError:
            # A descriptor, or nothing that a path can be made of: the real function says what.
            return None
    if not path or "\0" in path:
        return None
    whole = path if isabs(path) else join(_getcwd(), path)
    if ".." in whole.split("/"):
        # What is above a link is above where it leads to.
        whole = join(realpath(dirname(whole)), basename(whole))
        if basename(whole) == "..":
            whole = realpath(whole)
    found = normpath(whole)
    if found.startswith("//"):
        found = found[1:]
    if found not in _roots and not found.startswith(_beginnings):
        return None
    # A slash at the end says that it has to be a directory.
    return found + "/" if whole.endswith("/") else found


def ask(op, path, content=b"", *, shown=(None, None), **fields):
    """Has the host do something with a file. Raises the OSError that the system would have raised.

    `shown` are the one or two paths as the program wrote them.
    """
    header = {"op": op, "path": path, **fields}
    try:
        # A path that is no text has no form in JSON that the host would take.
        path.encode(), fields.get("to", "").encode(), fields.get("target", "").encode()
    except UnicodeEncodeError:
        text = "only names in UTF-8 can be written to in granted directories"
        raise _os_error(errno.EILSEQ, text, shown) from None
    # Not `bridge.send`: what is printed need not hurry because of a file.
    waiter = bridge.Waiter()
    channel = bridge.state.channel
    channel.request(bridge.FILE, bridge.encode_parts(header, content), waiter)
    channel.wait(waiter)
    said = bridge.value_of(waiter.reply)
    if waiter.reply[-1] != bridge.ERROR:
        return said
    raise _told_error(said, shown)


def _told_error(told, shown):
    code, detail = told.get("code", ""), told.get("detail")
    number = getattr(errno, code, None)
    if number is None:
        return _os_error(errno.EIO, told.get("message") or code, shown)
    text = _strerror(number)
    return _os_error(number, f"{text}: {detail}" if detail else text, shown)


def _os_error(number, text, shown):
    first, second = shown if len(shown) == 2 else (shown[0], None)
    if first is None:
        return OSError(number, text)
    return OSError(number, text, first, None, second)
