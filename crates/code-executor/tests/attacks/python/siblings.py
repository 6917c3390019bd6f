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
