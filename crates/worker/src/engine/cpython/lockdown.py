"""The lockdown of one child, in the one order that works.

Namespaces and mounts, then identity, limits and descriptors, then Landlock, then the filter. All
that can be prepared is prepared in the zygote; the system calls go through `ctypes`, with numbers
and the filter's program handed over by the keeper.
"""

import ctypes
import os

RPC_FD = 3

AT_FDCWD = -100
AT_RECURSIVE = 0x8000
OPEN_TREE_CLONE = 1
CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MOVE_MOUNT_F_EMPTY_PATH = 0x00000004
MS_BIND = 4096
MNT_DETACH = 2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
SIGKILL = 9

SECCOMP_SET_MODE_FILTER = 1
LANDLOCK_RULE_PATH_BENEATH = 1

RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_DATA, RLIMIT_CORE = 0, 1, 2, 4
RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_MEMLOCK, RLIMIT_AS, RLIMIT_MSGQUEUE = 6, 7, 8, 9, 12

#: Open files and threads of one child.
OPEN_FILES = 256
THREADS = 64

#: Threads and processes of the whole user, where a child's own cannot be counted apart.
THREADS_OF_USER = 4096

#: Addresses a child may take beyond its memory, in bytes: reserved by allocators and threads, and
#: paid for in page tables alone.
ADDRESS_ROOM = 4 << 30

# Landlock's file-system rights, by bit.
READ_FILE, READ_DIR, WRITE_FILE, TRUNCATE = 1 << 2, 1 << 3, 1 << 1, 1 << 14
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, MAKE_SYM = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 12
REFER = 1 << 13
ALL_FILE_ACCESS = (1 << 16) - 1
ALL_NET_ACCESS = 0b11
ALL_SCOPES = 0b11

READ = READ_FILE | READ_DIR
SCRATCH = (
    READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER
)

#: Where a child's scratch is mounted, and where it comes from.
SCRATCH_PLACES = ("/workspace", "/tmp")
SCRATCH_ROOT = "/.scratch"

#: Devices that take or give bytes, and what may be done to them. `/dev/zero` is not among them: a
#: shared mapping of it is memory that no limit counts.
DEVICES = {
    "/dev/null": READ_FILE | WRITE_FILE,
    "/dev/random": READ_FILE,
    "/dev/urandom": READ_FILE,
}


class RulesetAttributes(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("parent", ctypes.c_int32)]


class FilterProgram(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("instructions", ctypes.c_void_p)]


class Limit(ctypes.Structure):
    _fields_ = [("soft", ctypes.c_uint64), ("hard", ctypes.c_uint64)]


class CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int32)]


class Lockdown:
    """What every child applies to itself, prepared. `data` and `addresses` are what the zygote
    itself takes of both, in bytes: a child's limits are above that."""

    def __init__(self, setup, data, addresses):
        library = ctypes.CDLL(None, use_errno=True)
        self._function = library.syscall
        self._function.restype = ctypes.c_long
        # Room for callbacks, whose code is written at run time: a child may not ask for memory that
        # can be both written and run.
        self._callback = ctypes.CFUNCTYPE(None)(lambda: None)
        self._numbers = setup["syscalls"]
        self._zygote = os.getpid()
        self._namespaces = setup["namespaces"]
        # Without it where the operator wants programs to run even so (level L0).
        self._landlock = "landlock" in setup["layers"]
        self._null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        program = bytes.fromhex(setup["filter"])
        self._instructions = ctypes.create_string_buffer(program, len(program))
        address = ctypes.cast(self._instructions, ctypes.c_void_p)
        self._filter = ctypes.byref(FilterProgram(len(program) // 8, address))
        scratch = setup["python"]["scratchBytes"]
        limits = [
            (RLIMIT_DATA, data + setup["memoryBytes"]),
            (RLIMIT_AS, addresses + setup["memoryBytes"] + ADDRESS_ROOM),
            (RLIMIT_CPU, setup["cpuSeconds"]),
            (RLIMIT_NOFILE, OPEN_FILES),
            (RLIMIT_FSIZE, scratch if self._namespaces else 0),
            (RLIMIT_CORE, 0),
            (RLIMIT_MEMLOCK, 0),
            (RLIMIT_MSGQUEUE, 0),
        ]
        # Counted within the child's own user namespace, or else over the whole host.
        limits.append((RLIMIT_NPROC, THREADS if self._namespaces else THREADS_OF_USER))
        self._limits = [(which, ctypes.byref(Limit(value, value))) for which, value in limits]
        self._capability_header = ctypes.byref(CapabilityHeader(0x20080522, 0))
        self._no_capabilities = ctypes.create_string_buffer(24)
        self._attributes = RulesetAttributes(ALL_FILE_ACCESS, ALL_NET_ACCESS, ALL_SCOPES)
        read_only = setup["python"]["readOnly"]
        readable = ["/"] if self._namespaces else read_only
        # What the interpreter needs of a directory that scratch will cover.
        self._covered = [
            path for path in map(os.path.realpath, read_only)
            if path.startswith(tuple(place + "/" for place in SCRATCH_PLACES))
        ]
        opened = [(os.open(path, os.O_PATH | os.O_CLOEXEC), READ) for path in readable]
        for device, access in DEVICES.items():
            opened.append((os.open(device, os.O_PATH | os.O_CLOEXEC), access))
        self._readable = [
            (fd, access if is_directory(fd) else access & ~READ_DIR)
            for fd, access in opened
        ]
        self._ruleset = None if self._namespaces else self._new_ruleset(self._readable)

    def pidfd_open(self, pid):
        """A descriptor of a child that has not been reaped."""
        return self._call("pidfd_open", pid, 0)

    def apply(self, rpc, scratch):
        """Locks this process down. After it only the calls of the filter are left."""
        ruleset = self._ruleset
        if self._namespaces:
            self._enter_namespaces(scratch)
            ruleset = self._new_ruleset(
                self._readable
                + [(os.open(path, os.O_PATH), SCRATCH) for path in SCRATCH_PLACES]
            )
        os.setsid()
        for which, limit in self._limits:
            self._call("prlimit64", 0, which, limit, None)
        self._drop_privileges()
        if ruleset is not None:
            self._call("landlock_restrict_self", ruleset, 0)
        for standard in (0, 1, 2):
            os.dup2(self._null, standard)
        os.dup2(rpc, RPC_FD)
        self._call("close_range", RPC_FD + 1, 0xFFFFFFFF, 0)
        self._call("seccomp", SECCOMP_SET_MODE_FILTER, 0, self._filter)

    def _enter_namespaces(self, scratch):
        """A user namespace, whose own count of processes bounds ours, and a mount namespace with
        this child's scratch in it. Its ids stay unmapped: nobody is root in it."""
        self._call("unshare", CLONE_NEWUSER | CLONE_NEWNS)
        clone = OPEN_TREE_CLONE | AT_RECURSIVE
        covered = [
            (path, self._call("open_tree", AT_FDCWD, path.encode(), clone)) for path in self._covered
        ]
        self._attach(scratch, SCRATCH_ROOT)
        for place in SCRATCH_PLACES:
            source = (SCRATCH_ROOT + place).encode()
            self._call("mount", source, place.encode(), None, MS_BIND, None)
        self._call("umount2", SCRATCH_ROOT.encode(), MNT_DETACH)
        for path, mount in covered:
            if is_directory(mount):
                os.makedirs(path, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            self._attach(mount, path)
        os.chdir("/workspace")

    def _attach(self, mount, path):
        target = path.encode()
        self._call("move_mount", mount, b"", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH)

    def _drop_privileges(self):
        # The bounding set stays: with `no_new_privs`, and without an exec, it can give nothing.
        self._call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
        self._call("capset", self._capability_header, self._no_capabilities)
        self._call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # After every change of identity, which clears both.
        self._call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)
        self._call("prctl", PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
        if os.getppid() != self._zygote:
            raise OSError("the zygote is gone")

    def _new_ruleset(self, rules):
        if not self._landlock:
            return None
        ruleset = self._call(
            "landlock_create_ruleset",
            ctypes.byref(self._attributes),
            ctypes.sizeof(self._attributes),
            0,
        )
        for fd, access in rules:
            rule = ctypes.byref(PathBeneath(access, fd))
            self._call("landlock_add_rule", ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
        return ruleset

    def _call(self, name, *arguments):
        arguments = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
        value = self._function(ctypes.c_long(self._numbers[name]), *arguments)
        if value < 0:
            errno = ctypes.get_errno()
            raise OSError(errno, f"{name}: {os.strerror(errno)}")
        return value


def is_directory(fd):
    """Whether a path descriptor stands for a directory."""
    return (os.fstat(fd).st_mode & 0o170000) == 0o040000
