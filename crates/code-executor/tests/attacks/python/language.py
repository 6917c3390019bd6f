# The interpreter itself: its memory, its byte code, its audit hooks, what it leaves behind.

#: PY-003-gc-introspection
#: source https://book.hacktricks.wiki python sandbox bypass / pyjail CTF lists
#: expect nothing sensitive pre-imported in the zygote
import gc
h=[o for o in gc.get_objects() if isinstance(o,dict) and any(isinstance(k,str) and 'HOST_CANARY' in k for k in list(o)[:200])]
esc("gc found host objects") if h else blk("gc clean")

#: PY-004-ctypes-raw-memory-scan
#: source Heartbleed-style residue; CWE-526
#: expect zygote started with an empty environment, so no host secret is in inherited pages (environ block too)
import ctypes
try:
    hit=False
    for l in open('/proc/self/maps'):
        a,pm=l.split()[:2]
        if 'rw' in pm and ('heap' in l or 'stack' in l):
            s,e=[int(x,16) for x in a.split('-')]
            if b'HOST_'+b'CANARY_ENV' in ctypes.string_at(s,min(e-s,8<<20)): hit=True
    esc("host env string in own memory") if hit else blk("memory scan clean")
except BaseException as e: blk("maps", e)

#: PY-005-pickle-rce
#: source seed 003; CWE-502
#: expect guest-only; host never unpickles guest data (JSON only across the boundary)
import pickle,os
class X:
    def __reduce__(s): return (os.system,('true',))
try: r=pickle.loads(pickle.dumps(X())); esc("pickle os.system") if r==0 else blk("pickle r=%s"%r)
except BaseException as e: blk("pickle", e)

#: PY-006-import-hook-persist
#: source zygote reuse; CWE-668
#: expect gone in the next execution
import sys,builtins
class F:
    def find_spec(self,n,pth=None,t=None): return None
sys.meta_path.insert(0,F()); builtins.__spk_marker__='HOOK'; blk("hook installed (probe in XEXEC-001)")

#: PY-007-bytecode-crash
#: source CPython marshal/bytecode is not memory safe
#: expect guest SIGSEGV at worst; reported as crash; pool and other runs unaffected
def f(): pass
c=f.__code__.replace(co_code=bytes([100,255]*2+[83,0]),co_consts=())
try: f.__code__=c; f()
except BaseException as e: blk("bytecode", e)

#: PY-008-audit-hook-bypass
#: source PEP 578 (not a sandbox)
#: expect sys.addaudithook must not be used as a security layer
import sys
sys.addaudithook(lambda *a: (_ for _ in ()).throw(RuntimeError('x')) if a[0]=='open' else None)
try: open('zz','w'); blk("open ok")
except RuntimeError: blk("user audit hook only hurts itself")

#: PY-009-threads-after-result
#: source pool reuse
#: expect output after the result frame discarded; process killed
import _thread,time
_thread.start_new_thread(lambda: (time.sleep(0.5), print("ESCAPED:late output after result")),())
print("RESULT")

#: PY-012-inherited-fds
#: source CVE-2024-21626 (runc leaked fds), CVE-2016-9962
#: expect at most the single RPC fd (close_range after fork, O_CLOEXEC everywhere)
import os
x=[]
for fd in range(3,4096):
    try: os.fstat(fd); x.append(fd)
    except OSError: pass
esc("inherited fds %s"%x) if len(x)>1 else blk("fds clean", x)

#: PY-014-hash-seed-and-aslr
#: admits share its address layout until it is replaced
#: source 'From Zygote to Morula' (IEEE S&P 2014) ASLR sharing; CVE-2012-1150
#: expect run twice: hash('..') differs or PYTHONHASHSEED documented; id() page equal across runs means zygote shares ASLR (accepted, documented: Chromium/Android zygote weakness) - re-exec the zygote every N executions/minutes
#: probe differs between zygotes
print("PROBE:id=%x hash=%d"%(id(object())&~0xfff, hash('attackcase')))

#: PY-018-ctypes-syscall-exit-spoof
#: source result spoofing
#: expect exit_group(0) without a result frame is reported as 'no result', never as success with empty value
import os,ctypes
ctypes.CDLL(None).syscall(231,0)

#: PY-019-multiprocessing-shm
#: source isolate 2.6 /dev/shm leak
#: expect refused
try:
    from multiprocessing import shared_memory
    s=shared_memory.SharedMemory(create=True,size=4096,name='spk_x'); esc("POSIX shm created (cross-execution channel)"); s.close(); s.unlink()
except BaseException as e: blk("shm", e)

#: PY-020-asyncio-subprocess-pty
#: source this project
import pty,os
try:
    pid,fd=pty.fork()
    if pid==0: os._exit(0)
    esc("pty.fork")
except BaseException as e: blk("pty", e)

#: PY-022-bidi-trojan-source
#: admits every filter within a language is got around
#: source CVE-2021-42574 Trojan Source
#: expect flagged in the audit record / dashboard rendering shows escapes
#: without prelude
# ‮}⁦ if isAdmin⁩ ⁦ begin admins only
print("PROBE: bidi control characters in source accepted")

#: PY-023-encoding-cookie-utf7
#: source PEP 263 utf-7/rot13 pyjail trick
#: expect code is compiled from str (cookie ignored) so audited text == executed text
#: without prelude
# -*- coding: utf-7 -*-
print("PROBE: source encoding cookies must not change what was audited")

#: PY-025-deep-json-result
#: source CVE-2022-45688-type deep nesting; serde_json recursion limit
#: expect encoder depth limit -> clean error; host parser has a depth cap (serde_json 128)
import sys
x=[]
for _ in range(100000): x=[x]
print("PROBE: return deeply nested value"); 
result=x

#: PY-026-huge-source
#: source CPython s_push parser overflow; CWE-770
#: expect rejected by size cap (e.g. 1 MiB) before parsing; parser recursion -> MemoryError/SyntaxError, contained
#: text "(" 1000000
#: ends SyntaxError
#: without prelude


#: PY-026-huge-source-sum
#: text "1+" 500000
#: without prelude

#: PY-027-secrets-in-traceback
#: source CWE-209, CWE-117
#: expect traceback has only guest file names (<user>), no host paths, newlines/ANSI escaped in logs
raise RuntimeError("boom \x1b[31m\nFAKE LOG LINE level=info user=admin")

#: PY-101-memory-without-a-map
#: source Heartbleed and what is like it; CVE-2008-0166; FACTS of zygotes: children share what came before
#: expect no secret of the server and nothing of an earlier program in any page that can be found
#: run twice
#: limit memory
import re
r, w = os.pipe()
def page(address):
    """A page of our own memory, or nothing where there is none: the kernel looks before it reads."""
    if libc.write(w, ctypes.c_void_p(address), ctypes.c_size_t(4096)) != 4096: return b''
    return os.read(r, 4096)
secret = re.compile(rb'CANARY-[0-9a-f]{16}|RESIDUE-[0-9a-f]{16}')
libc.sbrk.restype = ctypes.c_void_p
stack = ctypes.c_void_p.in_dll(ctypes.CDLL(None), '__libc_stack_end').value
anchors = [stack, libc.sbrk(0), id(object()), id(sys), id(os.environ), ctypes.cast(libc.malloc, ctypes.c_void_p).value, ctypes.addressof(ctypes.c_int())]
seen, found = 0, set()
for anchor in anchors:
    for at in range((anchor & ~4095) - (4 << 20), (anchor & ~4095) + (4 << 20), 4096):
        text = page(at)
        seen += len(text) > 0
        found |= set(secret.findall(text))
if found: esc("found %s" % [text[::-1] for text in found])
elif seen < 500: print("saw only %d pages" % seen); raise NameError("the case proves nothing")
else: blk("%d pages" % seen)
residue = b'RESIDUE-' + os.urandom(8).hex().encode()
keep = [residue * 1000 for _ in range(1000)]

#: PY-102-what-the-zygote-says-of-the-host
#: source CWE-200; CWE-526
#: expect no variable of the server's, no argument, no name of a user
import gc
texts = [str(dict(os.environ)), str(sys.argv), str(sys.orig_argv if hasattr(sys, 'orig_argv') else ''), str(os.uname()), str(sys._xoptions), str(sys.warnoptions)]
for text in texts:
    if 'CANARY' in text: esc("told " + text[:200][::-1])
names = set(os.environ) - {'HOME', 'TMPDIR', 'LANG', 'TZ', 'LC_CTYPE', 'PWD'}
esc("variables %s" % names) if names else blk("environment", sorted(os.environ))
