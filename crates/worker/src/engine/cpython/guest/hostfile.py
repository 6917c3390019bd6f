"""Files that the host writes for the program: what `open` gives below a directory that may be
written to. They are read natively, from the read-only mount.
"""

import builtins
import errno
import io
import os
import weakref

from . import places

#: Bytes that are gathered before the host is asked to write them.
_BUFFER = 256 * 1024

#: Bytes of one request.
_PIECE = 4 * 1024 * 1024

_KINDS = {"r": os.O_RDONLY, "w": os.O_CREAT | os.O_TRUNC, "a": os.O_CREAT | os.O_APPEND,
          "x": os.O_CREAT | os.O_EXCL}
_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

#: What `os.open` gave numbers, by number.
descriptors = {}

#: Everything open, to follow renames; and what may hold bytes that are not written yet.
_raw_files = weakref.WeakSet()
_files = weakref.WeakSet()

_native_open, _native_file = builtins.open, io.FileIO
_open_descriptor, _close_descriptor, _stat = os.open, os.close, os.stat


class HostFile(io.RawIOBase):
    """A file that is written to by the host and read natively."""

    def __init__(self, path, flags, mode=0o666, shown=None):
        access = flags & _ACCESS
        self.name = path if shown is None else shown
        self.path = path
        self.descriptor = None
        self.removed = False
        self._reads, self._writes = access != os.O_WRONLY, access != os.O_RDONLY
        self._appends = bool(flags & os.O_APPEND)
        self._creates = bool(flags & os.O_EXCL)
        self._position = 0
        self._reader = None
        _make_ready(path, flags, mode, self.name)
        if self._reads:
            self._reader = _native_file(path, "rb")
        if self._appends:
            self._position = self._size()
        _raw_files.add(self)

    @property
    def mode(self):
        letter = "x" if self._creates else "a" if self._appends else "r" if self._reads else "w"
        return letter + "b+" if self._reads and self._writes else letter + "b"

    def readable(self):
        self._check_open()
        return self._reads

    def writable(self):
        self._check_open()
        return self._writes

    def seekable(self):
        self._check_open()
        return True

    def fileno(self):
        self._check_open()
        raise io.UnsupportedOperation(
            "fileno: a file in a granted directory is written by the host and has no descriptor; "
            "what was flushed is written"
        )

    def isatty(self):
        self._check_open()
        return False

    def readinto(self, buffer):
        self._check_open()
        if not self._reads:
            raise io.UnsupportedOperation("File not open for reading")
        self._reader.seek(self._position)
        count = self._reader.readinto(buffer)
        self._position += count
        return count

    def write(self, data):
        self._check_open()
        if not self._writes:
            raise io.UnsupportedOperation("File not open for writing")
        with memoryview(data) as whole, whole.cast("B") as view:
            for start in range(0, len(view), _PIECE):
                with view[start:start + _PIECE] as piece:
                    self._write_piece(piece)
            return len(view)

    def _write_piece(self, piece):
        self._check_there()
        if self._appends:
            places.ask("writeFile", self.path, piece, create="never", place="append")
            self._position = self._size()
            return
        at = self._position
        places.ask("writeFile", self.path, piece, create="never", place="at", offset=at)
        self._position = at + len(piece)

    def seek(self, offset, whence=os.SEEK_SET):
        self._check_open()
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence)
        if start is None:
            if whence != os.SEEK_END:
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            start = self._size()
        if start + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = start + offset
        return self._position

    def tell(self):
        self._check_open()
        return self._position

    def truncate(self, size=None):
        self._check_open()
        if not self._writes:
            raise io.UnsupportedOperation("File not open for writing")
        self._check_there()
        size = self._position if size is None else size
        places.ask("truncate", self.path, length=size)
        return size

    def close(self):
        if self.closed:
            return
        try:
            super().close()
        finally:
            if self._reader is not None:
                self._reader.close()
            if self.descriptor is not None:
                descriptors.pop(self.descriptor, None)
                _close_descriptor(self.descriptor)

    def status(self):
        """What `os.fstat` gives."""
        return self._reader_status() if self._reader is not None else _stat(self.path)

    def _reader_status(self):
        return _stat(self._reader.fileno())

    def _size(self):
        return self.status().st_size

    def _check_open(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def _check_there(self):
        if self.removed:
            raise OSError(errno.ESTALE, "the file was removed while it was open for writing")


def _make_ready(path, flags, mode, shown):
    """Makes or empties the file, or finds out that it cannot be written to."""
    if not flags & _CHANGES:
        return
    if flags & os.O_CREAT:
        create = "new" if flags & os.O_EXCL else "ifMissing"
    else:
        create = "never"
    if flags & os.O_TRUNC:
        how = {"place": "instead"}
    else:
        how = {"place": "at", "offset": 0}
    places.ask("writeFile", path, create=create, mode=mode & 0o777, shown=(shown,), **how)


def open_file(native, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None,
              closefd=True, opener=None):
    """`open`."""
    def natively(opener=opener):
        return native(file, mode, buffering, encoding, errors, newline, closefd, opener)

    ours = type(file) is int and file in descriptors
    if not ours and (not isinstance(mode, str) or not _writes(mode)):
        return natively()
    if not _is_valid(mode, encoding, errors, newline):
        # The error is its business.
        return natively()
    if ours:
        raw = descriptors[file] if closefd else _Borrowed(descriptors[file])
    elif opener is not None:
        descriptor = opener(file, _flags(mode))
        if descriptor not in descriptors:
            return natively(lambda *_: descriptor)
        raw = descriptors[descriptor]
        raw.name = os.fspath(file)
    else:
        path = places.find(file)
        if path is None:
            return natively()
        _check_text(mode, buffering, newline)
        raw = HostFile(path, _flags(mode), shown=os.fspath(file))
    try:
        opened = _wrapped(raw, mode, buffering, encoding, errors, newline)
    except BaseException:
        raw.close()
        raise
    _files.add(opened)
    return opened


def _writes(mode):
    return "w" in mode or "a" in mode or "x" in mode or "+" in mode


def _is_valid(mode, encoding, errors, newline):
    letters = set(mode)
    if len(letters) != len(mode) or letters - set("rwaxbt+") or len(letters & set("rwax")) != 1:
        return False
    if "b" in letters:
        return "t" not in letters and encoding is None and errors is None and newline is None
    return True


def _check_text(mode, buffering, newline):
    """What the real `open` finds out when it has opened the file."""
    if "b" not in mode and buffering == 0:
        raise ValueError("can't have unbuffered text I/O")
    if newline not in (None, "", "\n", "\r", "\r\n"):
        raise ValueError(f"illegal newline value: {newline}")


def _flags(mode):
    if "+" in mode:
        access = os.O_RDWR
    else:
        access = os.O_RDONLY if "r" in mode else os.O_WRONLY
    (letter,) = set(mode) & set("rwax")
    return access | _KINDS[letter] | os.O_CLOEXEC


def _wrapped(raw, mode, buffering, encoding, errors, newline):
    if buffering == 0:
        return raw
    size = buffering if buffering > 1 else _BUFFER
    if "+" in mode:
        buffered = io.BufferedRandom(raw, size)
    elif "r" in mode:
        buffered = io.BufferedReader(raw, size)
    else:
        buffered = io.BufferedWriter(raw, size)
    if "b" in mode:
        return buffered
    text = io.TextIOWrapper(buffered, encoding, errors, newline, line_buffering=buffering == 1)
    text.mode = mode
    return text


class _Borrowed(io.RawIOBase):
    """A file that stays open when this is closed: `open(fd, closefd=False)`."""

    def __init__(self, file):
        self._file = file
        self.name, self.mode = file.descriptor, file.mode
        for name in ("readable", "writable", "seekable", "readinto", "write", "seek", "tell",
                     "truncate", "fileno"):
            setattr(self, name, getattr(file, name))


def wants_host(flags) -> bool:
    """Whether opening with these flags may change something."""
    return bool(flags & _CHANGES)


def open_descriptor(path, flags, mode, shown):
    """`os.open` of a path that is the host's business: a number that stands for the file."""
    file = HostFile(path, flags, mode, shown)
    # Natively nothing can be done with it, so that what goes around us fails instead of being lost.
    file.descriptor = file.name = _open_descriptor("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    descriptors[file.descriptor] = file
    return file.descriptor


def renamed(source, target) -> None:
    """Follows a rename with the files that are open."""
    for file in list(_raw_files):
        if file.path == target:
            file.removed = True
        elif file.path == source:
            file.path = target
        elif file.path.startswith(source + "/"):
            file.path = target + file.path[len(source):]


def removed(path) -> None:
    """Notes that an open file is gone: what is written to its path would go to another one."""
    for file in list(_raw_files):
        if file.path == path:
            file.removed = True


def flush_all() -> list:
    """Writes what the program left in buffers, as leaving Python does. Gives what failed."""
    failed = []
    for file in list(_files):
        if not file.closed:
            try:
                file.flush()
            except Exception as error:
                failed.append((file, error))
    return failed
