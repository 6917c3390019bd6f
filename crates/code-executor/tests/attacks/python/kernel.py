# System calls that are the way into a kernel. The numbers are those of x86-64.

#: SYS-001-io_uring_setup
#: source CVE-2022-29582, CVE-2023-2598; isolate 2.6, codex and srt all block it (IORING_OP_SOCKET bypasses socket() filters)
#: expect denied
#: machine x86_64
r, e = sc(425, 8, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("io_uring_setup-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("io_uring_setup", errno.errorcode.get(e))

#: SYS-003-bpf
#: source CVE-2020-8835, CVE-2021-3490
#: machine x86_64
r, e = sc(321, 5, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("bpf-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("bpf", errno.errorcode.get(e))

#: SYS-004-add_key
#: source CVE-2016-0728, CVE-2022-0185-era keyring; https://github.com/ioi/isolate (isolate.1.txt SYSTEM CALL RESTRICTIONS, NEWS 2.5/2.6)
#: machine x86_64
r, e = sc(248, 0, 0, 0, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("add_key-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("add_key", errno.errorcode.get(e))

#: SYS-005-keyctl
#: source https://github.com/ioi/isolate (isolate.1.txt SYSTEM CALL RESTRICTIONS, NEWS 2.5/2.6)
#: expect denied (keyrings are not namespaced: cross-sandbox channel)
#: machine x86_64
r, e = sc(250, 0, -3, 1)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("keyctl-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("keyctl", errno.errorcode.get(e))

#: SYS-006-perf_event_open
#: source CVE-2013-2094, CVE-2023-5717
#: expect denied
#: machine x86_64
r, e = sc(298, 0, 0, -1, -1, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("perf_event_open-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("perf_event_open", errno.errorcode.get(e))

#: SYS-010-open_tree
#: source https://github.com/moby/profiles seccomp/default.json
#: machine x86_64
r, e = sc(428, -100, 0, 1)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("open_tree-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("open_tree", errno.errorcode.get(e))

#: SYS-011-move_mount
#: machine x86_64
r, e = sc(429, -1, 0, -1, 0, 4)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("move_mount-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("move_mount", errno.errorcode.get(e))

#: SYS-013-unshare-newuser
#: source CVE-2022-0185, CVE-2023-32233, CVE-2024-1086
#: expect denied: userns gives caps over nf_tables/net/sched etc.
#: machine x86_64
r, e = sc(272, 0x10000000)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("unshare-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("unshare", errno.errorcode.get(e))

#: SYS-014-unshare-newnet
#: source https://github.com/moby/profiles seccomp/default.json
#: expect denied
#: machine x86_64
r, e = sc(272, 0x40000000)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("unshare-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("unshare", errno.errorcode.get(e))

#: SYS-016-clone3
#: source https://chromium.googlesource.com/chromium/src sandbox/linux/seccomp-bpf-helpers/baseline_policy.cc crbug.com/1213452; moby default.json errnoRet 38
#: expect ENOSYS (cannot inspect pointer args, glibc falls back to clone)
#: machine x86_64
r, e = sc(435, 0, 88)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("clone3-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("clone3", errno.errorcode.get(e))

#: SYS-017-setns
#: source https://github.com/moby/profiles seccomp/default.json
#: expect denied
#: machine x86_64
r, e = sc(308, -1, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("setns-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("setns", errno.errorcode.get(e))

#: SYS-022-finit_module
#: machine x86_64
r, e = sc(313, -1, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("finit_module-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("finit_module", errno.errorcode.get(e))

#: SYS-023-modify_ldt
#: source CVE-2015-5157/3290; Docker allows on amd64
#: machine x86_64
r, e = sc(154, 0, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("modify_ldt-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("modify_ldt", errno.errorcode.get(e))

#: SYS-024-personality
#: source nsjail persona_*; https://github.com/moby/profiles seccomp/default.json
#: expect denied (READ_IMPLIES_EXEC breaks W^X)
#: machine x86_64
r, e = sc(135, 0x0400000)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("personality-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("personality", errno.errorcode.get(e))

#: SYS-026-landlock-restrict
#: source landlock(7)
#: expect denied after setup (not dangerous, but 16-layer exhaustion)
#: machine x86_64
r, e = sc(444, 0, 0, 1)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("landlock_create_ruleset-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("landlock_create_ruleset", errno.errorcode.get(e))

#: SYS-028-splice
#: source CVE-2022-0847 Dirty Pipe
#: expect denied
#: machine x86_64
r, e = sc(275, -1, 0, -1, 0, 1, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("splice-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("splice", errno.errorcode.get(e))

#: SYS-029-shmget
#: source https://github.com/ioi/isolate (isolate.1.txt SYSTEM CALL RESTRICTIONS, NEWS 2.5/2.6)
#: expect denied (SysV IPC crosses executions unless own IPC ns)
#: machine x86_64
r, e = sc(29, 0, 4096, 0x3b6)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("shmget-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("shmget", errno.errorcode.get(e))

#: SYS-030-msgget
#: source CVE-2021-22555 heap-spray primitive
#: expect denied
#: machine x86_64
r, e = sc(68, 0x5152, 0x3b6)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("msgget-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("msgget", errno.errorcode.get(e))

#: SYS-031-mq_open
#: source CVE-2017-11176
#: machine x86_64
r, e = sc(240, 0, 0, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("mq_open-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("mq_open", errno.errorcode.get(e))

#: SYS-033-inotify
#: source https://chromium.googlesource.com/chromium/src sandbox/linux/seccomp-bpf-helpers/baseline_policy.cc
#: expect denied (spy on shared files)
#: machine x86_64
r, e = sc(294, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("inotify_init1-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("inotify_init1", errno.errorcode.get(e))

#: SYS-034-quotactl
#: source https://github.com/moby/profiles seccomp/default.json
#: expect denied
#: machine x86_64
r, e = sc(179, 0, 0, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("quotactl-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("quotactl", errno.errorcode.get(e))

#: SYS-035-acct-swapon-reboot
#: machine x86_64
r, e = sc(169, 0, 0, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("reboot-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("reboot", errno.errorcode.get(e))

#: SYS-036-syslog-dmesg
#: source dmesg_restrict; CAP_SYSLOG
#: machine x86_64
r, e = sc(103, 10, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("syslog-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("syslog", errno.errorcode.get(e))

#: SYS-037-setuid0
#: source https://chromium.googlesource.com/chromium/src sandbox/linux/seccomp-bpf-helpers/baseline_policy.cc
#: machine x86_64
r, e = sc(105, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("setuid-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("setuid", errno.errorcode.get(e))

#: SYS-038-capset
#: machine x86_64
r, e = sc(126, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("capset-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("capset", errno.errorcode.get(e))

#: SYS-040-memfd_secret
#: source https://github.com/moby/profiles seccomp/default.json
#: machine x86_64
r, e = sc(447, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("memfd_secret-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("memfd_secret", errno.errorcode.get(e))

#: SYS-041-pkey_mprotect-exec
#: source https://chromium.googlesource.com/chromium/src sandbox/linux/seccomp-bpf-helpers/baseline_policy.cc
#: expect denied (else it bypasses an mprotect PROT_EXEC rule)
#: machine x86_64
r, e = sc(329, 0, 4096, 4, -1)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("pkey_mprotect-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("pkey_mprotect", errno.errorcode.get(e))

#: SYS-045-get_mempolicy-move_pages
#: source https://github.com/moby/profiles seccomp/default.json
#: expect denied
#: machine x86_64
r, e = sc(279, 0, 0, 0, 0, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("move_pages-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("move_pages", errno.errorcode.get(e))

#: SYS-046-kcmp
#: machine x86_64
r, e = sc(312, 1, 1, 0, 0, 0)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,errno.EACCES,): esc("kcmp-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("kcmp", errno.errorcode.get(e))

#: SYS-049-lookup-undefined-syscall-999
#: source https://chromium.googlesource.com/chromium/src sandbox/linux/seccomp-bpf-helpers/baseline_policy.cc InvalidSyscall
#: expect ENOSYS or EPERM, never a crash of the supervisor
#: machine x86_64
r, e = sc(999)
if r >= 0 or e not in (errno.EPERM,errno.ENOSYS,): esc("syscall999-reachable r=%d errno=%s" % (r, errno.errorcode.get(e)))
else: blk("syscall999", errno.errorcode.get(e))

#: SYS-051-i386-int80
#: source seccomp(2) 'audit architecture' caveat; isolate flag 16
#: expect process killed by SIGSYS (arch check first in the filter) - 32-bit numbers map to different syscalls
#: machine x86_64
import ctypes,mmap,os
try:
    m=mmap.mmap(-1,4096,prot=mmap.PROT_READ|mmap.PROT_WRITE)
    code=b'\xb8\x14\x00\x00\x00\xcd\x80\xc3'  # mov eax,20; int 0x80; ret  (i386 getpid)
    m.write(code); a=ctypes.addressof(ctypes.c_char.from_buffer(m))
    libc=ctypes.CDLL(None,use_errno=True)
    if libc.mprotect(ctypes.c_void_p(a),4096,5)!=0: blk("mprotect RX", ctypes.get_errno())
    else:
        r=ctypes.CFUNCTYPE(ctypes.c_int)(a)(); esc("i386 ABI getpid=%d"%r) if r>0 else blk("int80 r=%d"%r)
except BaseException as e: blk("int80", e)

#: SYS-052-mmap-rwx
#: source https://chromium.googlesource.com/chromium/src sandbox/linux/seccomp-bpf-helpers/baseline_policy.cc RestrictMmapFlags; systemd MemoryDenyWriteExecute
#: expect EPERM (W+X refused); tier A refuses PROT_EXEC entirely
import mmap
try: m=mmap.mmap(-1,4096,prot=7); esc("RWX mapping")
except OSError as e: blk("mmap rwx", e)

#: SYS-101-every-other-number
#: source the whole table of calls, those of the next kernels, and the x32 range
#: expect refused: this list grows only together with the filter
#: machine x86_64
known = set()
for part in ('0-25 28 32-40 44-45 48 51-53 55-56 59-60 63 72 74-77 79-84 86-91 95-96 98-102 104 107-108 110-111 115 118 120-121 124 '
             '127-128 130-131 137-138 140 155 157-158 161 163 165-167 169 175-176 186 201-202 204 213 217-219 221 228-233 235 246 '
             '248-250 257-258 262-273 280-281 285 290-293 295-296 298 302 304 308-311 313 316 318 321-324 326 332 334 425-433 '
             '435-436 438-440 442').split():
    first, _, last = part.partition('-')
    known |= set(range(int(first), int(last or first) + 1))
# The kernel's own, for probes: it lets no filter see them, and ends whoever else calls them.
known |= {335, 336}
reached = []
for number in [n for n in range(700) if n not in known] + [0x40000000 + n for n in range(600)] + [-1, 1 << 31]:
    r, e = sc(number, 0, 0, 0, 0, 0, 0)
    # Extended attributes are refused as a file system without them does.
    refusals = (errno.ENOTSUP,) if 188 <= number < 200 else (errno.EPERM, errno.ENOSYS)
    if r >= 0 or e not in refusals: reached.append((number, errno.errorcode.get(e)))
esc(reached) if reached else blk("%d numbers" % (1300 - len(known)))

#: SYS-102-arguments-that-matter
#: source seccomp(2): a filter sees arguments, if it looks
#: expect only what is known, whatever stands in the upper half of an argument
#: machine x86_64
buffer = ctypes.create_string_buffer(4096)
r0, w0 = os.pipe()
reached = []
def refused(what, *call):
    r, e = sc(*call)
    if r >= 0 or e not in (errno.EPERM, errno.ENOSYS): reached.append((what, errno.errorcode.get(e)))
for command in [n for n in range(64) if n not in (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38)] + [1024, 1025, 1026] + list(range(1029, 1048)):
    if command in (1030, 1032): continue
    refused("fcntl %d" % command, 72, r0, command, 0)
    refused("fcntl %d" % command, 72, r0, command | 1 << 40, 0)
for option in [n for n in range(90) if n not in (15, 16)] + [0x41555856, 0x53564d41, 0x59616d61]:
    refused("prctl %d" % option, 157, option, 0, 0, 0, 0)
for command in (0x5412, 0x541C, 0x5413, 0x5403, 0x540E, 0x8901, 0x5452, 0x8902, 0x40049409, 0xC0185879, 0x4020940D, 0xC020660B, 0x6601, 0x40086602,
                0x5207, 0x5203, 0x40045201, 0xB701, 0xFF04, 0x1262, 0x125D, 0x8004667E, 0xAE00, 0x4B67, 0x5606, 0xC018AA3F, 0x2000F5 << 8):
    refused("ioctl %x" % command, 16, r0, command, buffer)
for domain, kind in ((1, 2), (1, 5), (1, 3), (1, 2 | 0x800), (2, 1), (16, 3), (1 | 1 << 33, 2)):
    refused("socketpair %d %d" % (domain, kind), 53, domain, kind, 0, buffer)
for pid in (1, 2, os.getppid(), os.getpid()):
    refused("prlimit64 %d" % pid, 302, pid, 7, 0, buffer)
refused("prlimit64 set", 302, 0, 7, buffer, 0)
for flags in (0x1000000, 17, 0x4111, 0x10900, 0x3d0f00 & ~0x400, 0x103d0f00):
    refused("clone %x" % flags, 56, flags, 0, 0, 0, 0)
refused("clone3", 435, buffer, 88)
for flags in (2, 6, 1 << 34 | 2):
    refused("close_range %x" % flags, 436, 4000, 4000, flags)
esc(reached) if reached else blk("arguments")
