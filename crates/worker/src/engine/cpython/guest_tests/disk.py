"""A host's side of granted directories for tests: does in a real directory what a program asks."""

import errno
import os

from harness import FILE, ToolFailed, echo

#: Names that nobody writes to.
NEVER_WRITTEN = {".git", ".mcp.json"}


class Disk:
    """Answers `File` requests below one directory, and everything else as `echo` does."""

    def __init__(self, root):
        self._root = root

    def __call__(self, op, request):
        if op != FILE:
            return echo(op, request)
        path = request["path"]
        assert os.path.isabs(path), path
        assert os.path.normpath(path).startswith(self._root), path
        if NEVER_WRITTEN & set(path.split("/")):
            raise _failed(errno.EACCES, path, detail="programs may not write there")
        try:
            return getattr(self, "_" + request["op"])(request, path)
        except OSError as error:
            raise _failed(error.errno, path) from None

    def _writeFile(self, request, path):
        flags = os.O_WRONLY
        flags |= {"ifMissing": os.O_CREAT, "never": 0, "new": os.O_CREAT | os.O_EXCL}[request["create"]]
        flags |= {"instead": os.O_TRUNC, "append": os.O_APPEND, "at": 0}[request["place"]]
        assert len(request["content"]) <= 16 << 20
        fd = os.open(path, flags, request.get("mode", 0o666))
        try:
            if request["place"] == "at":
                os.pwrite(fd, request["content"], request["offset"])
            else:
                os.write(fd, request["content"])
        finally:
            os.close(fd)

    def _mkdir(self, request, path):
        os.mkdir(path, request["mode"])

    def _rmdir(self, request, path):
        os.rmdir(path)

    def _unlink(self, request, path):
        os.unlink(path)

    def _rename(self, request, path):
        os.rename(path, request["to"])

    def _truncate(self, request, path):
        os.truncate(path, request["length"])

    def _setTimes(self, request, path):
        times = (request["accessed"], request["modified"])
        os.utime(path, ns=tuple(each["seconds"] * 10 ** 9 + each["nanoseconds"] for each in times))

    def _symlink(self, request, path):
        os.symlink(request["target"], path)

    def _chmod(self, request, path):
        raise _failed(errno.EPERM, path)

    def _access(self, request, path):
        assert request["write"]
        if not os.access(path, os.W_OK):
            raise _failed(errno.EACCES, path)


def _failed(number, path, **more):
    code = errno.errorcode[number]
    return ToolFailed(code, f"{code}: {os.strerror(number)}", errno=number, path=path, **more)
