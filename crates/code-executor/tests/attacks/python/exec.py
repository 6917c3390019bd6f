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
