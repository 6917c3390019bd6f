# Other executions, and the zygote.

#: XEXEC-002-concurrent-sibling-visibility
#: source this project
#: expect sees only itself (or no /proc)
import glob,os
pids=[d for d in glob.glob('/proc/[0-9]*')]
esc("sees %d processes"%len(pids)) if len(pids)>3 else blk("process list", len(pids))

#: XEXEC-003-zygote-control-fd
#: source Chromium zygote hardening
#: expect zygote control socket not inherited; host ignores garbage on the RPC fd and kills the execution (protocol error)
import os
w=[]
for fd in range(3,64):
    try:
        os.write(fd,b'{"cmd":"fork"}\n'); w.append(fd)
    except OSError: pass
esc("wrote to inherited fds %s"%w) if w else blk("no writable inherited fd")

#: XEXEC-101-what-was-left
#: source CVE-2024-28185 (Judge0); zygote reuse; CWE-668
#: expect nothing of the first execution is found by the second
#: run twice
import builtins, glob, tempfile
marks = []
if getattr(builtins, 'mark', None): marks.append('builtins')
if 'marked' in sys.modules: marks.append('sys.modules')
if os.environ.get('MARK'): marks.append('environment')
for place in ('/tmp', '/workspace', '/dev/shm', '/var/tmp', '/dev/mqueue', os.path.dirname(os.__file__)):
    if os.path.exists(place + '/mark-of-an-execution'): marks.append(place)
    try: open(place + '/mark-of-an-execution', 'w').close()
    except OSError: pass
if os.getcwd() not in ('/workspace',) and os.path.exists('mark-of-an-execution'): marks.append('cwd')
if getattr(os, 'mark', None): marks.append('os')
builtins.mark = os.mark = sys.modules['marked'] = 1
os.environ['MARK'] = '1'
esc("left from before: %s" % marks) if marks else blk("fresh")

#: XEXEC-102-randomness
#: source zygote and random: CVE-2008-0166 and its kind; 'From Zygote to Morula' (IEEE S&P 2014)
#: expect two executions draw differently
#: probe differs between runs
import random, secrets, tempfile, uuid
print("PROBE:", random.random(), secrets.token_hex(8), uuid.uuid4(), os.urandom(4).hex(), uuid.uuid1(), random.SystemRandom().random())

#: XEXEC-103-each-source-of-randomness
#: source XEXEC-102, where one source that differs hides another that does not
#: expect the generator that everybody shares differs; others ask the system
#: probe differs between runs
import random
print("PROBE:", random.getrandbits(64))

#: XEXEC-104-wake-the-others
#: source futex(2): keys of shared file mappings are the same in all executions
#: expect nobody is harmed: siblings hold no futex in a file
#: machine x86_64
import mmap
fd = os.open(os.__file__, os.O_RDONLY)
shared = mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_READ)
libc.mmap.restype = ctypes.c_void_p
address = libc.mmap(None, ctypes.c_size_t(1 << 16), 1, 1, fd, 0)
woken = sum(max(sc(202, address + 4 * i, 1, 1 << 30, 0, 0, 0)[0], 0) for i in range(1 << 14))
esc("woke %d" % woken) if woken else blk("futex", "nobody waits")

#: XEXEC-105-evict-the-others
#: source madvise(2) MADV_PAGEOUT, MADV_COLD, MADV_HWPOISON; posix_fadvise
#: expect at worst slower pages: the bystander runs on
#: machine x86_64
libc.mmap.restype = ctypes.c_void_p
fd = os.open(os.__file__, os.O_RDONLY)
address = libc.mmap(None, ctypes.c_size_t(4096), 1, 2, fd, 0)
for advice in (100, 101): 
    r, e = sc(28, address, 4096, advice)
    esc("poisoned a page") if r >= 0 else blk("madvise %d" % advice, e)
for advice in (20, 21, 4, 9): sc(28, address, 4096, advice)
for _ in range(1000): os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
blk("evicted what it could")
