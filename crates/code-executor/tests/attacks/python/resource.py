# More than there is: processes, files, memory, output, time.

#: RES-001-fork-bomb
#: source CWE-400; https://github.com/ioi/isolate (isolate.1.txt SYSTEM CALL RESTRICTIONS, NEWS 2.5/2.6)
#: expect fork refused (EPERM from seccomp / EAGAIN from pids.max or RLIMIT_NPROC); never more than the configured pids
import os, time
n=0
for i in range(200):
    try: pid=os.fork()
    except OSError as e: blk("fork-bomb at %d"%n, e); break
    if pid==0: time.sleep(1); os._exit(0)
    n+=1
if n>64: esc("fork-bomb %d children"%n)

#: RES-005-disk-fill
#: source CWE-400; isolate --quota / --fsize
#: expect ENOSPC/EDQUOT/EFBIG at the scratch quota (sized tmpfs or per-exec byte counter; RLIMIT_FSIZE alone is per file and does NOT stop this)
import os
n=0
try:
    for i in range(32):
        with open('fill%d'%i,'wb') as f:
            for _ in range(8): f.write(b'x'*(1<<20)); n+=1
    esc("wrote %d MB"%n)
except OSError as e: blk("disk at %d MB"%n, e)
finally:
    for i in range(32):
        try: os.unlink('fill%d'%i)
        except OSError: pass

#: RES-007-sparse-1TB
#: source CWE-400
#: expect EFBIG; artefact collector must also use st_blocks/limit, never st_size preallocation
import os
try:
    f=os.open('sparse',os.O_CREAT|os.O_RDWR); os.ftruncate(f,1<<40); esc("1TB sparse file %d"%os.stat('sparse').st_size)
except OSError as e: blk("sparse", e)
finally:
    try: os.unlink('sparse')
    except OSError: pass

#: RES-008-inode-fill
#: source isolate --quota blocks,inodes; tmpfs(5) nr_inodes
#: expect tmpfs nr_inodes= limit or file-count quota
import os
n=0
try:
    os.mkdir('ino')
    for i in range(20000): os.close(os.open('ino/%d'%i,os.O_CREAT|os.O_WRONLY)); n+=1
    esc("inodes %d"%n)
except OSError as e: blk("inodes at %d"%n, e)
finally:
    for i in range(n):
        try: os.unlink('ino/%d'%i)
        except OSError: pass

#: RES-010-c-loop-uninterruptible
#: source CVE-2020-10735 (int/str DoS); asyncio/`signal.alarm` timeout bypass
#: expect SIGKILL at the deadline (no Python-level timers: bigint holds the GIL and ignores signals)
#: limit timeout
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)
x = 10**(3*10**7) // 7**(10**7)
esc("uninterruptible bigint finished") if x else None

#: RES-011-ignore-sigterm-sigxcpu
#: source isolate; judge0
#: expect hard SIGKILL via pidfd/cgroup.kill, RLIMIT_CPU hard==soft
#: limit timeout
import signal,time
for s in (signal.SIGTERM,signal.SIGINT,signal.SIGHUP,signal.SIGXCPU,signal.SIGALRM):
    try: signal.signal(s,signal.SIG_IGN)
    except Exception: pass
t=time.time()
while time.time()-t<25: pass
esc("survived soft signals")

#: RES-012-sigstop-self
#: source isolate wall-time docs
#: expect wall-clock deadline still fires (CPU limits never will); reaped
import os,signal
os.kill(os.getpid(),signal.SIGSTOP)
blk("stopped and continued")

#: RES-013-output-flood
#: source seed 004 (100KB limit); CWE-400
#: expect output truncated at cap, truncated=true, host memory bounded, pipe drained or process killed
#: limit output
import sys
for i in range(2048): sys.stdout.write('A'*(1<<15))
sys.stdout.flush()
esc("64MB stdout accepted")

#: RES-014-giant-line-no-newline
#: source CWE-770
#: expect line-based readers must cap; no host OOM
#: limit output
import sys
sys.stdout.write('B'*(32<<20)); sys.stdout.flush(); print()

#: RES-015-stderr-flood-while-stdout-silent
#: source classic subprocess pipe deadlock; Python subprocess docs
#: expect both pipes drained concurrently (no deadlock), stderr capped
#: limit output
import sys
for i in range(512): sys.stderr.write('E'*(1<<15))
print("done")

#: RES-017-memfd-hoard
#: source Linux memfd_create(2); nsjail cgroup_mem_max
#: expect memfd_create denied (memfd pages are not in RLIMIT_AS; only memory cgroup would count them)
import os
try:
    m=[os.memfd_create('x%d'%i) for i in range(4)]
    for f in m: os.ftruncate(f, 64<<20); [os.write(f,b'x'*(1<<20)) for _ in range(40)]
    esc("160MB memfd outside RLIMIT_AS")
except OSError as e: blk("memfd", e)

#: RES-019-rlimit-raise
#: source setrlimit(2); CAP_SYS_RESOURCE
#: expect EPERM: hard limits fixed, prlimit64 set-form denied
import resource
bad=[]
for n in ('RLIMIT_CPU','RLIMIT_AS','RLIMIT_NOFILE','RLIMIT_FSIZE','RLIMIT_NPROC','RLIMIT_CORE'):
    try:
        resource.setrlimit(getattr(resource,n),(resource.RLIM_INFINITY if n!='RLIMIT_NOFILE' else 65536,)*2); bad.append(n)
    except (ValueError,OSError): pass
esc("raised "+",".join(bad)) if bad else blk("rlimit raise")

#: RES-022-redos-user-code
#: source CWE-1333
#: expect deadline SIGKILL (sre holds the GIL)
#: limit timeout
import re
re.match(r'(a+)+$','a'*40+'b'); esc("redos finished")

#: RES-024-del-at-exit-loop
#: source CPython finalisers
#: expect killed at deadline
#: limit timeout
class X:
    def __del__(self):
        while True: pass
x=X()
print('one is left')

#: RES-025-zip-bomb-user
#: source CWE-409
#: expect memory limit
#: limit memory
import zlib
d=zlib.decompressobj(); c=zlib.compress(b'\0'*(8<<20)); t=0; b=[]
try:
    for _ in range(400): b.append(zlib.decompress(c)); t+=8
    esc("decompressed %d MB"%t)
except MemoryError as e: blk("zip bomb at %dMB"%t, e)

#: RES-026-billion-laughs
#: source CVE-2003-1564, CVE-2013-0340
#: expect expat amplification limit / memory limit
#: limit memory timeout
import xml.etree.ElementTree as E
x='<!DOCTYPE l [<!ENTITY a "lol">'+''.join('<!ENTITY %s "%s">'%(chr(98+i),('&%s;'%chr(97+i))*10) for i in range(9))+']><l>&j;</l>'
try: E.fromstring(x); esc("billion laughs expanded")
except BaseException as e: blk("xml", e)

#: RES-101-shared-memory-without-a-name
#: machine x86_64
#: source RLIMIT_DATA counts private memory only: mmap(2), setrlimit(2)
#: expect refused or ended at the memory limit
#: limit memory
import mmap
held = []
attempt("shared anonymous memory", lambda: mmap.mmap(-1, 64 << 20))
try: zero = os.open('/dev/zero', os.O_RDWR); attempt("shared /dev/zero", lambda: mmap.mmap(zero, 64 << 20))
except OSError as e: blk("/dev/zero", e)
try: zero = os.open('/dev/zero', os.O_RDONLY)
except OSError as e: zero = -1
try:
    for _ in range(8): held.append(mmap.mmap(zero, 64 << 20, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)); held[-1][::4096] = b'x' * (64 << 8)
    esc("512 MiB of private zeros")
except OSError as e: blk("%d mappings of 64 MiB" % len(held), e)

#: RES-102-memory-that-counts-as-stack
#: machine x86_64
#: source mmap(2) MAP_GROWSDOWN: neither data nor checked against RLIMIT_STACK
#: expect refused
libc.mmap.restype = ctypes.c_void_p
for flags in (0x122, 0x20122, 0x4122, 0x10000122):
    address = libc.mmap(None, ctypes.c_size_t(512 << 20), 3, flags, -1, ctypes.c_long(0))
    if address is not None and address != 2**64 - 1: esc("512 MiB of stack with %x" % flags)
blk("stack")

#: RES-103-page-tables
#: machine x86_64
#: source kernel memory that no limit of a process counts
#: expect address space is bounded: one byte read in every 2 MiB costs 4 KiB of page table
libc.mmap.restype = ctypes.c_void_p
for size in (64 << 40, 1 << 40, 64 << 30):
    for flags in (0x22, 0x4022, 0x21):
        address = libc.mmap(None, ctypes.c_size_t(size), 1, flags, -1, ctypes.c_long(0))
        if address is not None and address != 2**64 - 1: esc("%d GiB of address space" % (size >> 30))
blk("address space")

#: RES-104-readable-then-writable
#: machine x86_64
#: source mprotect(2): memory that is counted late
#: expect refused or ended at the memory limit
#: limit memory
libc.mmap.restype = ctypes.c_void_p
address = libc.mmap(None, ctypes.c_size_t(1 << 30), 1, 0x22, -1, ctypes.c_long(0))
if address is None or address == 2**64 - 1: blk("1 GiB to read", ctypes.get_errno())
elif libc.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(1 << 30), 3) == 0: esc("1 GiB made writable")
else: blk("mprotect", ctypes.get_errno())

#: RES-105-a-million-threads
#: source CWE-400; pid_max of the host
#: expect a bound on threads
#: limit memory timeout
import threading, time
threading.stack_size(32768)
n = 0
try:
    for n in range(100_000): threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
except (RuntimeError, MemoryError) as e: blk("threads", e)
if n > 3000: esc("%d threads" % n)
os._exit(0)

#: RES-106-descriptors-and-what-they-hold
#: source Linux: pipes and socket pairs hold kernel memory that no limit of a process counts
#: expect few descriptors, small buffers
import socket, fcntl
held, bytes_held = [], 0
try:
    while True:
        a, b = socket.socketpair()
        held += [a, b]
        for one in (a, b):
            one.setblocking(False)
            try:
                while True: bytes_held += one.send(b'x' * 65536)
            except OSError: pass
except OSError as e: blk("%d descriptors hold %d bytes" % (len(held), bytes_held), e)
if len(held) > 256 or bytes_held > 64 << 20: esc("%d descriptors, %d bytes" % (len(held), bytes_held))
held.clear()
r, w = os.pipe()
attempt("a larger pipe", fcntl.fcntl, w, 1031, 1 << 20)

#: RES-107-scratch-to-the-brim
#: source isolate --quota; tmpfs(5): size= and nr_inodes=
#: expect both places together hold what is allowed, in bytes and in names
n, size = 0, 0
for place in ('/workspace', '/tmp'):
    try:
        os.makedirs(place + '/in', exist_ok=True)
        while True: os.close(os.open('%s/in/%d' % (place, n), os.O_CREAT | os.O_WRONLY)); n += 1
    except OSError as e: blk("%d names" % n, e)
if n > 4096: esc("%d files" % n)
for i in range(0, n):
    for place in ('/workspace', '/tmp'):
        try: os.unlink('%s/in/%d' % (place, i))
        except OSError: pass
for place in ('/workspace', '/tmp'):
    try:
        with open(place + '/fill', 'wb', buffering=0) as f:
            while True: size += f.write(b'x' * (1 << 20))
    except OSError as e: blk("%d bytes" % size, e)
    try:
        fd = os.open(place + '/allocated', os.O_CREAT | os.O_RDWR)
        os.posix_fallocate(fd, 0, 64 << 20); size += 64 << 20
    except OSError as e: blk("fallocate", e)
if size > 64 << 20: esc("%d bytes" % size)

#: RES-108-a-tree-without-a-bottom
#: source rm -r of a deep tree overflows the stack of whoever cleans up
#: expect cleaned up
n = 0
try:
    for n in range(4000): os.mkdir('d'); os.chdir('d')
except OSError as e: blk("depth %d" % n, e)
blk("made %d levels" % n)

#: RES-109-numbers-without-end
#: source CVE-2020-10735; this project
#: expect killed at the deadline
#: limit timeout memory
x = 7**(10**8)
esc("counted")

#: RES-110-recursion-to-the-limit
#: source CPython's C stack
#: expect an error or a crash of the program alone
sys.setrecursionlimit(10**9)
def f(n): return f(n + 1)
class R:
    def __repr__(self): return repr(self)
try: f(0)
except BaseException as e: blk("recursion", type(e))
try: repr(R())
except BaseException as e: blk("repr", type(e))
esc("unbounded recursion came back") if False else blk("recursion")

#: RES-111-ten-gigabytes
#: source CWE-789
#: expect refused or ended at the memory limit
#: limit memory
for size in (10 << 30, 1 << 30, 200 << 20):
    try: held = bytearray(size); esc("%d bytes" % size)
    except MemoryError as e: blk("%d bytes" % size, e)

#: RES-112-little-by-little
#: source CWE-789
#: expect ended at the memory limit
#: limit memory timeout
held = []
while True: held.append(bytes(100_000))

#: RES-113-caught-and-again
#: source MemoryError can be caught
#: expect ended at the deadline or the memory limit
#: limit memory timeout
while True:
    held = []
    try:
        while True: held.append('x' * 1_000_003)
    except MemoryError: pass

#: RES-114-output-of-all-kinds
#: source CWE-116; non-UTF-8 output
#: expect replaced or escaped; the answer is JSON
sys.stdout.buffer.write(b'\xff\xfe\x00\xc3\x28' * 100)
sys.stdout.flush()
print('\ud800\udfff \x00 \x1b]0;title\x07 \u202e')
sys.stderr.buffer.write(bytes(range(256)))
blk("written")

#: RES-115-the-result-is-the-bomb
#: source CWE-776
#: expect ended at a limit
#: limit memory timeout result
a = ['lol']
for _ in range(28): a = [a, a]
result = a

#: RES-116-a-result-that-fights-back
#: source this project: `__iter__`, `keys` and `isoformat` are the program's
#: expect a plain error, or the deadline
#: limit timeout memory
class L(list):
    def __iter__(self):
        while True: yield self
class D(dict):
    def keys(self): raise SystemExit(0)
    def items(self): os._exit(0)
class S(str):
    def __str__(self): raise KeyboardInterrupt
    def encode(self, *a): return b'"},{"'
result = {S('a'): L([1]), 'd': D(x=1), S('"}'): S('\\')}

#: RES-117-jobs-without-end
#: source asyncio
#: expect ended at the deadline or the memory limit
#: limit timeout memory
import asyncio
async def f():
    while True:
        asyncio.ensure_future(f()); await asyncio.sleep(0)
await f()

#: RES-118-collector-and-finalisers
#: source CPython: __del__, weakref callbacks and the collector run the program's code at odd times
#: expect ended at the deadline
#: limit timeout memory
import gc, weakref
class X:
    def __init__(self): self.me = self; gc.callbacks.append(lambda *a: X())
    def __del__(self): X(); print('x')
gc.set_threshold(1)
X(); gc.collect()
while True: X()

#: RES-119-every-processor
#: source CWE-400; threads that hold no lock of the interpreter's
#: expect ended at the deadline; the bystander gets its share
#: limit timeout
import hashlib, threading
def burn():
    block = b'x' * (1 << 20)
    while True: hashlib.sha256(block)
for _ in range(50): threading.Thread(target=burn, daemon=True).start()
burn()

#: RES-120-locks-without-end
#: source RLIMIT_LOCKS, which kernels since 2.4.25 do not look at
#: expect ended at the deadline: their kernel memory goes with it
#: limit timeout
import fcntl, struct
fds = [os.open('/dev/null', os.O_RDWR) for _ in range(200)]
for offset in range(1 << 30, 0, -4):
    for fd in fds: fcntl.fcntl(fd, 6, struct.pack('hhqqi', 1, 0, offset, 1, 0))
esc("every lock there is")
