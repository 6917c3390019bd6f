"""Functions of `os` that change files, for directories that may be written to.

Put in place only when there are such directories. A path elsewhere goes to the real function
unchanged, and the kernel says what it thinks of that.
"""

import builtins
import errno
import io
import os
import sys
import time

from . import hostfile, places
from .hostfile import descriptors

_strerror, _stat, _lstat = os.strerror, os.stat, os.lstat


class _Routed:
    """A function in place of another. No function itself: it is not bound where a class keeps it."""

    def __init__(self, native, route):
        self._native = native
        self._route = route
        self.__name__ = self.__qualname__ = native.__name__
        self.__doc__ = native.__doc__
        self.__module__ = native.__module__

    def __call__(self, *args, **kwargs):
        return self._route(self._native, *args, **kwargs)

    def __repr__(self):
        return repr(self._native)


def _open(native, path, flags, mode=0o777, *, dir_fd=None):
    where = places.find(path) if dir_fd is None and hostfile.wants_host(flags) else None
    if where is None:
        return native(path, flags, mode, dir_fd=dir_fd)
    if flags & getattr(os, "O_TMPFILE", 0) == getattr(os, "O_TMPFILE", -1):
        # Without a name it is nobody else's business where it is.
        return native(os.environ.get("TMPDIR", "/tmp"), flags, mode)
    return hostfile.open_descriptor(where, flags, mode, path)


def _mkdir(native, path, mode=0o777, *, dir_fd=None):
    where = places.find(path) if dir_fd is None else None
    if where is None:
        return native(path, mode, dir_fd=dir_fd)
    places.ask("mkdir", where, mode=mode & 0o777, shown=(path,))


def _rmdir(native, path, *, dir_fd=None):
    where = places.find(path) if dir_fd is None else None
    if where is None:
        return native(path, dir_fd=dir_fd)
    places.ask("rmdir", where, shown=(path,))


def _unlink(native, path, *, dir_fd=None):
    where = places.find(path) if dir_fd is None else None
    if where is None:
        return native(path, dir_fd=dir_fd)
    places.ask("unlink", where, shown=(path,))
    hostfile.removed(where)


def _rename(native, src, dst, *, src_dir_fd=None, dst_dir_fd=None):
    source = places.find(src) if src_dir_fd is None else None
    target = places.find(dst) if dst_dir_fd is None else None
    if source is None and target is None:
        return native(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
    if source is None or target is None:
        if source is None:
            _lstat(src, dir_fd=src_dir_fd)
        # Two file systems, as far as the program can tell: `shutil.move` copies.
        raise OSError(errno.EXDEV, _strerror(errno.EXDEV), src, None, dst)
    places.ask("rename", source, to=target, shown=(src, dst))
    hostfile.renamed(source, target)


def _link(native, src, dst, **options):
    if places.find(src) is None and places.find(dst) is None:
        return native(src, dst, **options)
    text = "Operation not permitted: there are no hard links in granted directories"
    raise OSError(errno.EPERM, text, src, None, dst)


def _symlink(native, src, dst, target_is_directory=False, *, dir_fd=None):
    where = places.find(dst) if dir_fd is None else None
    if where is None:
        return native(src, dst, target_is_directory, dir_fd=dir_fd)
    places.ask("symlink", where, target=os.fsdecode(src), shown=(src, dst))


def _truncate(native, path, length):
    if path in descriptors if type(path) is int else False:
        return descriptors[path].truncate(length)
    where = places.find(path)
    if where is None:
        return native(path, length)
    places.ask("truncate", where, length=length, shown=(path,))


def _utime(native, path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True):
    where = _place_of(path) if dir_fd is None else None
    if where is None:
        options = {} if ns is None else {"ns": ns}
        return native(path, times, dir_fd=dir_fd, follow_symlinks=follow_symlinks, **options)
    if times is not None and ns is not None:
        raise ValueError("utime: you may specify either 'times' or 'ns' but not both")
    if not follow_symlinks and _is_link(where):
        raise NotImplementedError("utime: follow_symlinks unavailable in granted directories")
    if times is not None:
        accessed, modified = (int(each * 1_000_000_000) for each in times)
    else:
        accessed, modified = ns if ns is not None else (time.time_ns(),) * 2
    places.ask(
        "setTimes", where, accessed=_moment(accessed), modified=_moment(modified), shown=(path,)
    )


def _chmod(native, path, mode, *, dir_fd=None, follow_symlinks=True):
    where = _place_of(path) if dir_fd is None else None
    if where is None:
        return native(path, mode, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
    if _stat(where).st_mode & 0o7777 == mode & 0o7777:
        return
    if sys._getframe(2).f_globals.get("__name__") == "shutil":
        # It copies what can be copied of a file.
        return
    places.ask("chmod", where, mode=mode, shown=(path,))


def _chown(native, path, uid, gid, **options):
    where = _place_of(path)
    if where is None:
        return native(path, uid, gid, **options)
    raise OSError(errno.EPERM, _strerror(errno.EPERM), path)


def _setxattr(native, path, *args, **options):
    where = _place_of(path)
    if where is None:
        return native(path, *args, **options)
    raise OSError(errno.ENOTSUP, _strerror(errno.ENOTSUP), path)


def _access(native, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True):
    where = places.find(path) if dir_fd is None and mode & os.W_OK else None
    if where is None:
        options = {"effective_ids": effective_ids, "follow_symlinks": follow_symlinks}
        return native(path, mode, dir_fd=dir_fd, **options)
    asked = {"read": bool(mode & os.R_OK), "write": True, "execute": bool(mode & os.X_OK)}
    try:
        places.ask("access", where, **asked)
    except OSError:
        return False
    return True


def _close(native, fd):
    file = descriptors.get(fd)
    return native(fd) if file is None else file.close()


def _closerange(native, low, high):
    for fd in [fd for fd in descriptors if low <= fd < high]:
        descriptors[fd].close()
    return native(low, high)


def _read(native, fd, length):
    file = descriptors.get(fd)
    return native(fd, length) if file is None else _readable(file).read(length)


def _write(native, fd, data):
    file = descriptors.get(fd)
    return native(fd, data) if file is None else _writable(file).write(data)


def _pread(native, fd, length, offset):
    file = descriptors.get(fd)
    if file is None:
        return native(fd, length, offset)
    return _at(_readable(file), offset, file.read, length)


def _pwrite(native, fd, data, offset):
    file = descriptors.get(fd)
    if file is None:
        return native(fd, data, offset)
    return _at(_writable(file), offset, file.write, data)


def _lseek(native, fd, position, whence):
    file = descriptors.get(fd)
    return native(fd, position, whence) if file is None else file.seek(position, whence)


def _fsync(native, fd):
    # What was written is with the host's kernel already.
    return None if type(fd) is int and fd in descriptors else native(fd)


def _ftruncate(native, fd, length):
    file = descriptors.get(fd)
    return native(fd, length) if file is None else (file.truncate(length), None)[1]


def _fstat(native, fd):
    file = descriptors.get(fd)
    return native(fd) if file is None else file.status()


def _stat_of(native, path, *, dir_fd=None, follow_symlinks=True):
    if type(path) is int and path in descriptors:
        return descriptors[path].status()
    return native(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)


def _fchmod(native, fd, mode):
    return _chmod(native, fd, mode) if fd in descriptors else native(fd, mode)


def _fchown(native, fd, uid, gid):
    return _chown(native, fd, uid, gid) if fd in descriptors else native(fd, uid, gid)


def _without_descriptors(native, *args, **options):
    """A function that has no meaning for a file of the host's."""
    if any(type(each) is int and each in descriptors for each in [*args[:2], *options.values()]):
        raise OSError(errno.EINVAL, _strerror(errno.EINVAL))
    return native(*args, **options)


_ROUTES = {
    "open": _open, "mkdir": _mkdir, "rmdir": _rmdir, "remove": _unlink, "unlink": _unlink,
    "rename": _rename, "replace": _rename, "link": _link, "symlink": _symlink,
    "truncate": _truncate, "utime": _utime, "chmod": _chmod, "chown": _chown, "lchown": _chown,
    "setxattr": _setxattr, "removexattr": _setxattr, "access": _access, "close": _close,
    "closerange": _closerange, "read": _read, "write": _write, "pread": _pread, "pwrite": _pwrite,
    "lseek": _lseek, "fsync": _fsync, "fdatasync": _fsync, "ftruncate": _ftruncate,
    "fstat": _fstat, "stat": _stat_of, "fchmod": _fchmod, "fchown": _fchown,
    "dup": _without_descriptors, "dup2": _without_descriptors, "sendfile": _without_descriptors,
    "copy_file_range": _without_descriptors, "readv": _without_descriptors,
    "writev": _without_descriptors, "preadv": _without_descriptors, "pwritev": _without_descriptors,
}

#: Where modules keep functions that have a route: their names, and the name of the route.
_kept = []


def find_kept() -> None:
    """Notes which modules hold on to the real functions. In the zygote, where looking costs no
    child anything."""
    natives = {id(getattr(os, name)): name for name in _ROUTES if hasattr(os, name)}
    natives[id(builtins.open)] = _FILE
    del _kept[:]
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("code_executor", "posix", "_frozen_importlib_external"):
            continue
        for key, value in list(getattr(module, "__dict__", {}).items()):
            if id(value) in natives:
                _kept.append((vars(module), key, natives[id(value)]))
    for holder in _holders():
        for key, value in list(vars(holder).items()):
            if id(value) in natives:
                _kept.append((holder, key, natives[id(value)]))
            elif getattr(value, "__defaults__", None):
                routes = [natives.get(id(each)) for each in value.__defaults__]
                if any(routes):
                    _kept.append((value, "__defaults__", routes))


#: The route of `open`, which has the name of another.
_FILE = "open()"


def _holders():
    """Classes of the standard library that keep such functions."""
    for module, name in (
        ("pathlib", "_NormalAccessor"),
        ("tempfile", "_TemporaryFileCloser"),
        ("logging", "FileHandler"),
    ):
        holder = getattr(sys.modules.get(module), name, None)
        if holder is not None:
            yield holder


def install(directories) -> None:
    """Routes what is done to files in these directories."""
    places.set_roots(directories)
    routed = {
        name: _Routed(getattr(os, name), route)
        for name, route in _ROUTES.items() if hasattr(os, name)
    }
    routed[_FILE] = _Routed(builtins.open, hostfile.open_file)
    for holder, key, route in _kept:
        if isinstance(holder, dict):
            holder[key] = routed[route]
        elif key == "__defaults__":
            kept = zip(route, holder.__defaults__)
            holder.__defaults__ = tuple(routed[each] if each else value for each, value in kept)
        else:
            setattr(holder, key, routed[route])
    shutil = sys.modules.get("shutil")
    if shutil is not None:
        # By descriptors of directories it would go around us.
        shutil._use_fd_functions = False


def finish() -> None:
    """Writes what was left in buffers. What fails is told as Python tells it."""
    for file, error in hostfile.flush_all():
        print(f"Exception ignored in: {file!r}\n{type(error).__name__}: {error}", file=sys.stderr)


def _place_of(path):
    if type(path) is int:
        file = descriptors.get(path)
        return None if file is None else file.path
    return places.find(path)


def _moment(nanoseconds):
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return {"seconds": seconds, "nanoseconds": rest}


def _is_link(path):
    return _lstat(path).st_mode & 0o170000 == 0o120000


def _at(file, offset, function, argument):
    position = file.tell()
    try:
        file.seek(offset)
        return function(argument)
    finally:
        file.seek(position)


def _readable(file):
    return _able(file, file.readable())


def _writable(file):
    return _able(file, file.writable())


def _able(file, is_able):
    if not is_able:
        raise OSError(errno.EBADF, _strerror(errno.EBADF))
    return file
