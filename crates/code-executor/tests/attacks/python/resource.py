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
