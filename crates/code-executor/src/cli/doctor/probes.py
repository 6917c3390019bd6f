"""What a program that means harm would try first, as Python can say it.

The names are those of `worker`'s own attempts. Run as a program in the sandbox, with `TARGETS` and
`NAME` ahead of it; its value says whether the attempt worked, and what it met.
"""

import ctypes
import errno
import mmap
import os
import signal
import socket


def library():
    return ctypes.CDLL(None, use_errno=True)


def checked(value):
    if value in (-1, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "refused")
    return value


def others():
    """Processes that may be there besides this one: its parent, and other programs."""
    return [pid for pid in range(1, 200) if pid != os.getpid()]


def first_that_works(attempt):
    last = OSError(errno.ESRCH, "nobody")
    for pid in others():
        try:
            return attempt(pid)
        except OSError as error:
            if error.errno != errno.ESRCH:
                last = error
    raise last


def read_file():
    with open(TARGETS["file"]) as file:
        assert file.read() == "canary"


def write_file():
    with open(TARGETS["directory"] + "/made", "w") as file:
        file.write("made")


def connect_tcp():
    with socket.socket() as connection:
        connection.connect(("127.0.0.1", TARGETS["port"]))


def send_udp():
    with socket.socket(type=socket.SOCK_DGRAM) as connection:
        connection.sendto(b"x", ("127.0.0.1", TARGETS["port"]))


def abstract_socket():
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0" + TARGETS["socket"])


def signal_parent():
    os.kill(os.getppid() or 1, 0)


def signal_host():
    os.kill(TARGETS["process"], 0)


def fork():
    if os.fork() == 0:
        os._exit(0)


def execute():
    os.execv("/proc/self/exe", ["python3", "-c", ""])


def executable_memory():
    rights = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, rights)


def make_executable():
    function = library().mmap
    function.restype = ctypes.c_void_p
    page = checked(function(None, ctypes.c_size_t(4096), 3, 0x22, -1, ctypes.c_long(0)))
    # To be written and run at once: code alone may be mapped, for extension modules.
    checked(library().mprotect(ctypes.c_void_p(page), ctypes.c_size_t(4096), 7))


class Part(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def place():
    """Where every process of this interpreter has the same bytes."""
    return ctypes.cast(ctypes.pythonapi.Py_GetVersion, ctypes.c_void_p).value


def read_memory():
    there = ctypes.create_string_buffer(8)
    ours, theirs = Part(ctypes.addressof(there), 8), Part(place(), 8)
    call = library().process_vm_readv
    one, none = ctypes.c_ulong(1), ctypes.c_ulong(0)
    first_that_works(
        lambda pid: checked(call(pid, ctypes.byref(ours), one, ctypes.byref(theirs), one, none))
    )


def open_memory():
    def attempt(pid):
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(place())
            memory.read(8)

    first_that_works(attempt)


def trace():
    seize = 0x4206
    first_that_works(lambda pid: checked(library().ptrace(seize, pid, None, None)))


def mount():
    checked(library().mount(b"tmpfs", b"/tmp", b"tmpfs", ctypes.c_ulong(0), b"size=4k"))


def user_namespace():
    checked(library().unshare(0x10000000))


def become_root():
    os.setresuid(0, 0, 0)


def io_uring():
    checked(library().syscall(ctypes.c_long(425), 1, ctypes.create_string_buffer(120)))


ATTEMPTS = {
    "read-file": read_file,
    "write-file": write_file,
    "connect-tcp": connect_tcp,
    "send-udp": send_udp,
    "abstract-socket": abstract_socket,
    "signal-parent": signal_parent,
    "signal-host": signal_host,
    "fork": fork,
    "exec": execute,
    "executable-memory": executable_memory,
    "make-executable": make_executable,
    "read-memory": read_memory,
    "open-memory": open_memory,
    "trace": trace,
    "mount": mount,
    "user-namespace": user_namespace,
    "become-root": become_root,
    "io-uring": io_uring,
}


def attempted():
    try:
        ATTEMPTS[NAME]()
    except OSError as error:
        return {"reached": False, "met": errno.errorcode.get(error.errno, str(error.errno))}
    return {"reached": True, "met": "success"}


attempted()
