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
OPEN_TREE_CLOEXEC = os.O_CLOEXEC
CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MOVE_MOUNT_F_EMPTY_PATH = 0x00000004
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND = 32, 4096
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

#: As a limit, none.
UNLIMITED = (1 << 64) - 1

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

#: Where a child's scratch is mounted, and where it starts: directories of one file system.
SCRATCH_PLACES = ("/workspace", "/tmp")

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
    itself takes of both, in bytes: a child's limits are above that.

    A child pays for each object it touches with a copy of the page that holds it. So its system
    calls are made ahead, arguments and all, and lie side by side; descriptors that only it can make
    go to numbers that were set aside. Where its program is granted directories, what they need is
    made on demand, by `root`: the module that makes roots with directories in them.
    """

    def __init__(self, setup, data, addresses, root):
        # The interpreter's lock is kept meanwhile: there is one thread.
        library = ctypes.PyDLL(None)
        self._function = library.syscall
        self._function.restype = ctypes.c_long
        self._errno_at = library["__errno_location"]
        self._errno_at.restype = ctypes.POINTER(ctypes.c_int)
        # Room for callbacks, whose code is written at run time: a child may not ask for memory that
        # can be both written and run.
        self._callback = ctypes.CFUNCTYPE(None)(lambda: None)
        self._numbers = {name: prepared(number) for name, number in setup["syscalls"].items()}
        self._place = os.dup2
        self._parent, self._zygote = os.getppid, os.getpid()
        self._namespaces = setup["namespaces"]
        self._null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        self._scratch = os.dup(self._null)
        read_only = setup["python"]["readOnly"]
        # What the interpreter needs of a directory that scratch will cover.
        self._covered = [
            path for path in map(os.path.realpath, read_only)
            if path.startswith(tuple(place + "/" for place in SCRATCH_PLACES))
        ]
        self._separating, self._mounting = self._separation(), self._mounts()
        # Without it where the operator wants programs to run even so (level L0).
        ruling, restricting, self._ruleset = [], [], None
        if "landlock" in setup["layers"]:
            ruling, self._ruleset = self._ruling(["/"] if self._namespaces else read_only)
            restricting = [self._step("landlock_restrict_self", self._ruleset, 0)]
        self._root, self._mounted = root, setup["mounted"]
        self._ruling_of_others = len(ruling)
        self._closing = tuple(
            ruling
            + self._limits(setup, data, addresses)
            + self._privileges()
            + restricting
            + [
                self._step("close_range", RPC_FD + 1, 0xFFFFFFFF, 0),
                self._step("seccomp", SECCOMP_SET_MODE_FILTER, 0, self._filter(setup["filter"])),
            ]
        )

    def silence(self):
        """Leads this process's standard streams nowhere, and with them every child's."""
        for standard in (0, 1, 2):
            os.dup2(self._null, standard)

    def pidfd_open(self, pid):
        """A descriptor of a child that has not been reaped."""
        return self._call("pidfd_open", pid, 0)

    def apply(self, rpc, scratch, cpu_seconds):
        """Locks this process down, which the kernel ends after so many CPU seconds. After it only the
        calls of the filter are left."""
        self._allow_cpu(cpu_seconds)
        self._place(rpc, RPC_FD)
        if self._namespaces:
            self._place(scratch, self._scratch)
            self._run(self._separating)
            covered = self._take_hold() if self._covered else ()
            self._run(self._mounting)
            for path, mount in covered:
                self._cover(path, mount)
        self._run(self._closing)
        self._check_parent()

    def apply_granted(self, rpc, scratch, granted, cpu_seconds):
        """The same for a program that is granted directories: `granted` is the sheet that says which,
        and a descriptor for each. What fails is told to the host on the sheet."""
        sheet, directories = granted
        self._allow_cpu(cpu_seconds)
        try:
            sheet = self._root.Sheet(sheet)
            self._place(rpc, RPC_FD)
            if self._namespaces:
                self._run(self._separating)
                root = self._root.Root(self, sheet, self._mounted, SCRATCH_PLACES)
                root.enter(scratch, directories)
                rules = [("/", READ), *((path, SCRATCH) for path in root.places)]
            else:
                rules = [(fd, READ) for fd in self._root.look(sheet, directories)]
            if self._ruleset is not None:
                self._rule(rules)
            sheet.start()
            sheet.answer()
            self._run(self._closing[self._ruling_of_others:])
            self._check_parent()
        except BaseException as error:
            self._root.fail(granted[0], error)
            raise

    def _allow_cpu(self, seconds):
        self._cpu.soft = self._cpu.hard = min(seconds, self._most_cpu)

    def _check_parent(self):
        # It may have ended before its end became ours.
        if self._parent() != self._zygote:
            raise OSError("the zygote is gone")

    def _run(self, steps):
        function = self._function
        for arguments, place in steps:
            value = function(*arguments)
            if value < 0:
                raise self._failure(arguments)
            if place is not None:
                self._place(value, place)

    def _separation(self):
        """A user namespace, whose own count of processes bounds ours, and a mount namespace for this
        child's scratch. Its ids stay unmapped: nobody is root in it."""
        return (self._step("unshare", CLONE_NEWUSER | CLONE_NEWNS),)

    def _mounts(self):
        """The scratch file system's two directories at their places. It is itself mounted at the last
        of them, and lies hidden below that directory from then on."""
        below = SCRATCH_PLACES[-1]
        steps = [self._attachment(self._scratch, below)]
        for place in SCRATCH_PLACES:
            steps.append(self._step("mount", below + place, place, 0, MS_BIND, 0))
        return (*steps, self._step("chdir", SCRATCH_PLACES[0]))

    def _ruling(self, readable):
        """How a child comes by its ruleset, and where that is: one with its own scratch in it, or the
        one of all children where they have none."""
        attributes = RulesetAttributes(ALL_FILE_ACCESS, ALL_NET_ACCESS, ALL_SCOPES)
        size = ctypes.sizeof(attributes)
        self._creation = creation = ["landlock_create_ruleset", ctypes.byref(attributes), size, 0]
        self._readable = rules = self._rules(readable)
        if not self._namespaces:
            ruleset = self._call(*creation)
            self._run([self._addition(ruleset, *rule) for rule in rules])
            return [], ruleset
        ruleset = os.dup(self._null)
        steps = [self._step(*creation, place=ruleset)]
        for place in SCRATCH_PLACES:
            opened = os.dup(self._null)
            steps.append(self._step("openat", AT_FDCWD, place, os.O_PATH, place=opened))
            rules = [*rules, (opened, SCRATCH)]
        return steps + [self._addition(ruleset, *rule) for rule in rules], ruleset

    def _rule(self, rules):
        """Makes this child's own ruleset: of paths or their descriptors, and of what all may read. The
        root of all is left behind where there is another one."""
        others = self._readable[1:] if self._namespaces else self._readable
        opened = [
            (os.open(place, os.O_PATH) if isinstance(place, str) else place, access)
            for place, access in rules
        ]
        ruleset = self._call(*self._creation)
        self._run([self._addition(ruleset, *rule) for rule in [*others, *opened]])
        self._place(ruleset, self._ruleset)

    def _limits(self, setup, data, addresses):
        scratch = setup["python"]["scratchBytes"]
        limits = [
            (RLIMIT_DATA, data + setup["memoryBytes"]),
            (RLIMIT_AS, addresses + setup["memoryBytes"] + ADDRESS_ROOM),
            (RLIMIT_NOFILE, OPEN_FILES),
            (RLIMIT_FSIZE, scratch if self._namespaces else 0),
            (RLIMIT_CORE, 0),
            (RLIMIT_MEMLOCK, 0),
            (RLIMIT_MSGQUEUE, 0),
            # Counted within the child's own user namespace, or else over the whole host.
            (RLIMIT_NPROC, THREADS if self._namespaces else THREADS_OF_USER),
        ]
        # Each child's own, which comes with its order.
        self._cpu = self._at_most(RLIMIT_CPU, UNLIMITED)
        self._most_cpu = self._cpu.hard
        steps = [
            self._step("prlimit64", 0, which, ctypes.byref(self._at_most(which, value)), 0)
            for which, value in limits
        ]
        return [self._step("prlimit64", 0, RLIMIT_CPU, ctypes.byref(self._cpu), 0), *steps]

    def _at_most(self, which, value):
        """A limit that can be taken: one that is lower already stays, and nobody may raise it."""
        present = Limit(0, 0)
        self._call("prlimit64", 0, which, 0, ctypes.byref(present))
        return Limit(min(value, present.hard), min(value, present.hard))

    def _privileges(self):
        # The bounding set stays: with `no_new_privs`, and without an exec, it can give nothing.
        header = ctypes.byref(CapabilityHeader(0x20080522, 0))
        none = ctypes.byref(ctypes.create_string_buffer(24))
        return [
            self._step("setsid"),
            self._step("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0),
            self._step("capset", header, none),
            self._step("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
            # After every change of identity, which clears both.
            self._step("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0),
            self._step("prctl", PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0),
        ]

    def _filter(self, text):
        program = bytes.fromhex(text)
        self._instructions = ctypes.create_string_buffer(program, len(program))
        address = ctypes.cast(self._instructions, ctypes.c_void_p)
        return ctypes.byref(FilterProgram(len(program) // 8, address))

    def _rules(self, readable):
        """Pairs of a path's descriptor and what may be done there."""
        opened = [(os.open(path, os.O_PATH | os.O_CLOEXEC), READ) for path in readable]
        for device, access in DEVICES.items():
            opened.append((os.open(device, os.O_PATH | os.O_CLOEXEC), access))
        return [
            (fd, access if is_directory(fd) else access & ~READ_DIR)
            for fd, access in opened
        ]

    def _addition(self, ruleset, fd, access):
        rule = ctypes.byref(PathBeneath(access, fd))
        return self._step("landlock_add_rule", ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)

    def _take_hold(self):
        clone = OPEN_TREE_CLONE | AT_RECURSIVE
        return [(path, self._call("open_tree", AT_FDCWD, path, clone)) for path in self._covered]

    def _cover(self, path, mount):
        if is_directory(mount):
            os.makedirs(path, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        self._run([self._attachment(mount, path)])

    def copy(self, path):
        """What is mounted at a path, as a descriptor to attach elsewhere."""
        clone = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE
        return self._call("open_tree", AT_FDCWD, path, clone)

    def attach(self, mount, path):
        """Puts what a descriptor stands for at a path."""
        self._run([self._attachment(mount, path)])

    def detach(self, path):
        """Takes away what is mounted at a path; what is open or copied of it lives on."""
        self._call("umount2", path, MNT_DETACH)

    def pivot(self):
        """Makes the current directory the root, lets go of the old one, and makes it read-only."""
        self._call("pivot_root", ".", ".")
        self.detach(".")
        os.chdir("/")
        flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
        self._call("mount", 0, "/", 0, flags, 0)

    def _attachment(self, mount, path):
        return self._step("move_mount", mount, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH)

    def _step(self, name, *arguments, place=None):
        """A call, and the number that the descriptor it makes goes to."""
        return (self._numbers[name], *map(prepared, arguments)), place

    def _call(self, name, *arguments):
        call, _ = self._step(name, *arguments)
        value = self._function(*call)
        if value < 0:
            raise self._failure(call)
        return value

    def _failure(self, arguments):
        errno = self._errno_at().contents.value
        name = next(name for name, number in self._numbers.items() if number is arguments[0])
        return OSError(errno, f"{name}: {os.strerror(errno)}")


def prepared(value):
    """A number, a text or the address of something, as it is handed to a system call."""
    if isinstance(value, int):
        return ctypes.c_long.from_param(value)
    if isinstance(value, str):
        return ctypes.c_char_p.from_param(value.encode())
    return value


def is_directory(fd):
    """Whether a path descriptor stands for a directory."""
    return (os.fstat(fd).st_mode & 0o170000) == 0o040000
