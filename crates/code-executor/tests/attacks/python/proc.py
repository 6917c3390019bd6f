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
