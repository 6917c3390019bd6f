# What every Python case has before it.
import ctypes, errno, importlib, os, socket, sys
# As it comes with Python: what stands in its place here is no wall.
importlib.reload(socket)
def esc(what): print("ESCAPED:" + str(what), flush=True)
def blk(what, error=""): print("BLOCKED:" + str(what) + ":" + str(error)[:100], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
def sc(number, *arguments):
    """A system call by its number."""
    given = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    value = libc.syscall(ctypes.c_long(number), *given)
    return value, ctypes.get_errno()
def attempt(what, function, *arguments):
    """Says whether a call that must be refused was."""
    try: value = function(*arguments)
    except (OSError, MemoryError, ValueError) as error: blk(what, error)
    else: esc("%s gave %r" % (what, value))
def send(kind, payload=b"", number=0, length=None):
    """A frame to the host, by hand. Kinds: 1 ready, 2 output, 3 done, 4 advice, 16 request."""
    length = len(payload) if length is None else length
    data = length.to_bytes(4, "little") + bytes([kind]) + number.to_bytes(4, "little") + payload
    os.set_blocking(3, True)
    while data: data = data[os.write(3, data):]
def check(answer):
    """The value of a system call, or its error."""
    value, number = answer
    if value < 0: raise OSError(number, os.strerror(number))
    return value
