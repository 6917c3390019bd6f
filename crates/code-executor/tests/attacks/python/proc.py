# Other processes: their environment, their memory, signals to them.

#: PROC-001-environ-scan
#: source CWE-526; CVE-2024-21626 neighbourhood
#: expect no foreign process visible or readable
import glob
hit=[]
for f in glob.glob('/proc/[0-9]*/environ'):
    try:
        if b'HOST_CANARY_ENV' in open(f,'rb').read(): hit.append(f)
    except OSError: pass
esc("read host env via "+hit[0]) if hit else blk("environ scan")

#: PROC-006-root-link
#: source CVE-2019-5736, CVE-2024-21626 (runc leaked fd / proc magic links)
#: expect ENOENT/EACCES
import os
for pth in ('/proc/1/root/etc/hostname','/proc/%d/root{{CANARY_DIR}}/secret.txt'%os.getppid(),'/proc/%d/cwd/../../'%os.getppid()):
    try:
        if os.path.isdir(pth): os.listdir(pth); esc("listed "+pth)
        else: open(pth).read(); esc("read "+pth)
    except OSError as e: blk(pth, e)

#: PROC-007-ptrace-parent
#: source https://github.com/openai/codex codex-rs/linux-sandbox/src/seccomp.rs + tests/suite/landlock.rs; https://github.com/moby/profiles seccomp/default.json
#: expect EPERM (seccomp); Docker's default profile ALLOWS ptrace on kernels >=4.8, so our own filter must deny
#: machine x86_64
r,e=sc(101,0x4206,os.getppid(),0,0)
esc("PTRACE_SEIZE parent") if r==0 else blk("ptrace", errno.errorcode.get(e))

#: PROC-009-pidfd-getfd
#: source https://chromium.googlesource.com/chromium/src sandbox/linux/seccomp-bpf-helpers/baseline_policy.cc
#: expect pidfd_open/pidfd_getfd denied
#: machine x86_64
r,e=sc(434,os.getppid(),0)
if r<0: blk("pidfd_open", errno.errorcode.get(e))
else:
    g,e2=sc(438,r,0,0); esc("stole parent fd 0") if g>=0 else blk("pidfd_getfd", errno.errorcode.get(e2))

#: PROC-010-signal-parent
#: source Landlock ABI 6 scope; https://docs.kernel.org/userspace-api/landlock.html (scope, limitations)
#: expect EPERM: seccomp kill-to-self only + Landlock SCOPE_SIGNAL + PID ns
import os
try: os.kill(os.getppid(),0); esc("can signal parent %d"%os.getppid()) if os.getppid()>1 else blk("ppid<=1")
except OSError as e: blk("kill parent", e)

#: PROC-011-signal-all
#: source https://github.com/ioi/isolate (isolate.1.txt SYSTEM CALL RESTRICTIONS, NEWS 2.5/2.6); https://docs.kernel.org/userspace-api/landlock.html (scope, limitations)
#: expect zero
import os
n=0
for i in range(2,40000):
    if i==os.getpid(): continue
    try: os.kill(i,0); n+=1
    except OSError: pass
esc("can signal %d other processes"%n) if n else blk("no other process signalable")

#: PROC-012-fsetown-sigio
#: source fcntl(2); Landlock 6.12 hook file_send_sigiotask
#: expect fcntl(F_SETOWN/F_SETSIG) denied by argument filter
import os,fcntl,socket
try:
    r,w=os.pipe(); fcntl.fcntl(r,8,os.getppid()); fcntl.fcntl(r,4,os.O_ASYNC|os.O_NONBLOCK)
    esc("F_SETOWN to parent accepted (SIGIO to host possible)") if fcntl.fcntl(r,9)==os.getppid() and os.getppid()>1 else blk("F_SETOWN no effect")
except OSError as e: blk("F_SETOWN", e)

#: PROC-101-threads-of-another-kind
#: source clone(2): a thread with a descriptor table of its own multiplies every limit on descriptors
#: expect refused: only what pthread_create asks for
stack = ctypes.create_string_buffer(1 << 16)
top = ctypes.c_void_p(ctypes.addressof(stack) + (1 << 16) - 64)
quiet = ctypes.cast(libc.pause, ctypes.c_void_p)
VM, FS, FILES, SIGHAND, THREAD, SYSVSEM = 0x100, 0x200, 0x400, 0x800, 0x10000, 0x40000
whole = VM | FS | FILES | SIGHAND | THREAD | SYSVSEM
for name, flags in (
    ('own descriptors', whole & ~FILES), ('own directory', whole & ~FS), ('own process', VM | FILES | FS),
    ('own signals', whole & ~SIGHAND & ~THREAD), ('vfork', VM | 0x4000 | 17), ('fork', 17), ('parent', 17 | 0x8000),
    ('user namespace', whole | 0x10000000), ('mounts', 17 | 0x20000), ('pids', 17 | 0x20000000), ('net', 17 | 0x40000000),
    ('ipc', 17 | 0x8000000), ('uts', 17 | 0x4000000), ('cgroup', 17 | 0x2000000), ('pidfd', 17 | 0x1000),
):
    libc.clone.restype = ctypes.c_int
    r = libc.clone(quiet, top, ctypes.c_int(flags), None, None, None, None)
    esc("clone with " + name) if r >= 0 else blk("clone with " + name, errno.errorcode.get(ctypes.get_errno()))

#: PROC-102-signals-of-every-kind
#: source Landlock ABI 6 scopes; kill(2), pidfd_send_signal(2), rt_sigqueueinfo(2)
#: expect refused: the zygote, the keeper and the siblings do not notice
#: machine x86_64
import signal
pids = {0, -1, 1, 2, 3, os.getppid(), os.getpid() - 1, os.getpid() + 1, os.getppid() - 1}
info = ctypes.create_string_buffer(128)
for pid in sorted(pids):
    for number in (0, 9, 19, 15):
        for name, call in (
            ('kill', (62, pid, number)), ('tkill', (200, pid, number)), ('tgkill', (234, pid, pid, number)),
            ('rt_sigqueueinfo', (129, pid, number, info)), ('rt_tgsigqueueinfo', (297, pid, pid, number, info)),
            ('pidfd_send_signal', (424, 0, number, 0, 0)),
        ):
            r, e = sc(*call)
            if r >= 0: esc("%s %d of %d" % (name, number, pid))
blk("signals")

#: PROC-103-the-lives-of-others
#: source setpriority(2), sched_setaffinity(2), prlimit(2), ioprio_set(2), process_madvise(2), kcmp(2)
#: expect refused
#: machine x86_64
buffer = ctypes.create_string_buffer(b'\x01' + b'\0' * 127)
for pid in (0, 1, 2, os.getppid()):
    for name, call in (
        ('setpriority', (141, 0, pid, 19)), ('setpriority of the user', (141, 2, 0, 19)), ('sched_setaffinity', (203, pid, 8, buffer)),
        ('sched_setscheduler', (144, pid, 5, buffer)), ('sched_setparam', (142, pid, buffer)), ('sched_setattr', (314, pid, buffer, 0)),
        ('ioprio_set', (251, 1, pid, 0x6000)), ('prlimit64', (302, pid, 7, buffer, 0)), ('setpgid', (109, pid, 0)),
        ('move_pages', (279, pid, 0, 0, 0, 0, 0)), ('migrate_pages', (256, pid, 64, buffer, buffer)), ('get_robust_list', (274, pid, buffer, buffer)),
        ('waitid', (247, 0, 0, buffer, 0x1000005, 0)), ('wait4', (61, -1, 0, 1, 0)), ('process_mrelease', (448, 3, 0)),
    ):
        r, e = sc(*call)
        if r >= 0 or e not in (errno.EPERM, errno.ENOSYS, errno.EACCES): esc("%s of %d: %s" % (name, pid, errno.errorcode.get(e)))
for pid in (1, os.getppid()):
    r, e = sc(302, pid, 7, 0, buffer)
    if r >= 0: esc("reads the limits of %d" % pid)
blk("the lives of others")

#: PROC-104-identity
#: source user_namespaces(7); setresuid(2), setgroups(2), setfsuid(2), capset(2)
#: expect nobody, without a way to be somebody
#: machine x86_64
if 0 in (os.getuid(), os.geteuid(), os.getgid(), os.getegid()): esc("root")
if 0 in os.getresuid() + os.getresgid(): esc("a saved root")
if set(os.getgroups()) - {os.getgid()}: esc("groups %s" % os.getgroups())
for name, call in (('setresuid', (117, 0, 0, 0)), ('setresgid', (119, 0, 0, 0)), ('setgroups', (116, 0, 0)), ('setfsuid', (122, 0)),
                   ('setreuid', (113, 0, 0)), ('setgid', (106, 0)), ('capset', (126, ctypes.create_string_buffer(b'\x22\x05\x08\x20' + b'\0' * 28), ctypes.create_string_buffer(b'\xff' * 24)))):
    r, e = sc(*call)
    if r >= 0: esc(name)
for option, value in ((38, 0), (4, 1), (8, 1), (24, 0), (28, 0), (47, 2), (22, 0), (35, 1), (36, 1), (23, 0), (39, 0), (3, 0), (27, 0)):
    r, e = sc(157, option, value, 0, 0, 0)
    if r >= 0: esc("prctl %d" % option)
blk("identity")

#: PROC-105-up-the-frames
#: source this project: the zygote's Python is below the program's
#: expect its descriptors are closed, its lockdown cannot be undone
import gc
found = {}
frame = sys._getframe()
while frame is not None:
    for value in list(frame.f_locals.values()) + list(frame.f_globals.values()):
        kind = type(value).__name__
        if kind in ('Zygote', 'Lockdown'): found[kind] = value
    frame = frame.f_back
for value in gc.get_objects():
    if type(value).__name__ in ('Zygote', 'Lockdown'): found[type(value).__name__] = value
zygote = found.get('Zygote')
if zygote is not None:
    attempt("the broker", zygote._broker.send, b's')
    attempt("the control socket", lambda: __import__('socket').recv_fds(zygote._control, 64, 1))
    for fd in list(zygote._children): attempt("a sibling's pidfd", os.fstat, fd)
for fd in (4, 5, 6, 7, 8):
    attempt("descriptor %d" % fd, os.fstat, fd)
lockdown = found.get('Lockdown')
if lockdown is not None:
    for fd, _ in lockdown._readable: attempt("a path of the zygote's", os.fstat, fd)
blk("frames", sorted(found))

#: PROC-106-a-table-of-ones-own
#: source close_range(2) CLOSE_RANGE_UNSHARE: what clone without CLONE_FILES would have given
#: expect refused: threads share one table of descriptors
#: machine x86_64
import threading, time
held, done = [], threading.Event()
def hoard():
    if sc(436, 4000, 4000, 2)[0] < 0: return
    try:
        while True: held.append(os.dup(0))
    except OSError: done.wait(5)
threads = [threading.Thread(target=hoard) for _ in range(8)]
for thread in threads: thread.start()
time.sleep(0.3)
done.set()
esc("%d descriptors" % len(held)) if len(held) > 256 else blk("%d descriptors" % len(held))
