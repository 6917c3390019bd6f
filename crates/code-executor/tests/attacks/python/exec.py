# Programs and native code that are not the interpreter's.

#: PROC-015-suid-sudo
#: source prctl(2) PR_SET_NO_NEW_PRIVS; https://github.com/containers/bubblewrap SECURITY.md / tests/test-run.sh
#: expect no_new_privs + no exec
import subprocess
try:
    o=subprocess.run(['/usr/bin/su','-c','id -u'],stdin=subprocess.DEVNULL,capture_output=True,timeout=3); esc("su ran as "+o.stdout.decode()) if o.stdout.strip()==b'0' else blk("su", o.returncode)
except BaseException as e: blk("su", e)

#: PROC-016-memfd-exec
#: source fileless malware; noexec bypass
#: expect denied (memfd_create, execveat, fork)
import os
try:
    m=os.memfd_create('x'); os.write(m,open('/bin/true','rb').read())
    if os.fork()==0:
        try: os.execve(m,['x'],{})
        except OSError: os._exit(9)
    s=os.wait()[1]; esc("fileless exec") if s==0 else blk("fexecve", s)
except OSError as e: blk("memfd exec", e)

#: PROC-017-exec-from-scratch
#: source seed 004 (noexec tmpfs)
#: expect denied
import os,shutil
try:
    shutil.copy('/bin/true','x'); os.chmod('x',0o755)
    if os.fork()==0:
        try: os.execv('./x',['x'])
        except OSError: os._exit(9)
    s=os.wait()[1]; esc("exec from scratch") if s==0 else blk("exec", s)
except OSError as e: blk("exec from scratch", e)

#: PROC-018-dlopen-from-scratch
#: source Landlock docs; mount noexec
#: expect blocked where scratch is mounted noexec (modes i/ii). KNOWN GAP in mode iii: Landlock EXECUTE does not cover mmap(PROT_EXEC); native code then runs but still inside the same seccomp+landlock cage
#: machine x86_64
import ctypes,shutil,glob
try:
    src=[x for x in glob.glob('/usr/lib/x86_64-linux-gnu/libm.so.6')][0]; shutil.copy(src,'evil.so'); ctypes.CDLL('./evil.so'); esc("loaded native code from scratch")
except BaseException as e: blk("dlopen scratch", e)

#: EXEC-101-by-descriptor-and-by-name
#: source CVE-2019-5736; execveat(2); memfd_create(2)
#: expect killed: nothing is ever executed
for run in (lambda: os.execv('/bin/sh', ['sh', '-c', 'echo ESCAPED:shell']), ):
    attempt("execv", run)
esc("execve came back")

#: EXEC-102-posix-spawn
#: source posix_spawn(3), vfork(2), system(3), popen(3)
#: expect refused
import subprocess, multiprocessing
attempt("posix_spawn", os.posix_spawn, '/bin/true', ['true'], {})
attempt("system", lambda: check((-1 if os.system('true') else 0, 1)))
attempt("popen", lambda: os.popen('true').read())
for code in (0, 1):
    try: subprocess.run(['true'] if code else 'true', shell=not code); esc("subprocess")
    except OSError as e: blk("subprocess", e)
try: p = multiprocessing.get_context('fork').Process(target=print); p.start(); esc("multiprocessing")
except OSError as e: blk("multiprocessing", e)

#: EXEC-103-native-code
#: source SYS-052 of the list; CVE-2020-16119 and its kind need code of one's own
#: expect no memory that can be written and executed at once; what is executed stays in the filter
#: machine x86_64
import mmap
libc.mmap.restype = ctypes.c_void_p
for prot in (7, 6):
    for flags in (0x22, 0x21, 0x32, 0x62):
        address = libc.mmap(None, ctypes.c_size_t(4096), prot, flags, -1, ctypes.c_long(0))
        if address is not None and address != 2**64 - 1: esc("memory %d with %x" % (prot, flags))
m = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ | mmap.PROT_WRITE)
at = ctypes.addressof(ctypes.c_char.from_buffer(m))
for prot in (7, 6):
    if libc.mprotect(ctypes.c_void_p(at), ctypes.c_size_t(4096), prot) == 0: esc("mprotect %d" % prot)
blk("writable and executable")

#: EXEC-104-library-from-scratch
#: source mount(2) noexec; PROC-018 of the list
#: expect refused: nothing in scratch is executable
#: level L2
import mmap
open('code', 'wb').write(b'\xc3' * 4096)
fd = os.open('code', os.O_RDWR)
attempt("an executable mapping of scratch", lambda: mmap.mmap(fd, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC))
m = mmap.mmap(fd, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ)
