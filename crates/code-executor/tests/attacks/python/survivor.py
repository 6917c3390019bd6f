# Outliving the execution.

#: SURV-001-double-fork-daemon
#: source anthropic srt test 'should not leave orphan processes after timeout kills sandbox'; https://github.com/ioi/isolate (isolate.1.txt SYSTEM CALL RESTRICTIONS, NEWS 2.5/2.6)
#: expect fork denied (tier B) or whole tree gone at the end: PID-namespace init killed or cgroup.kill; heartbeat stops
import os,time
try:
    if os.fork()==0:
        os.setsid()
        if os.fork()==0:
            for fd in (0,1,2):
                try: os.close(fd)
                except OSError: pass
            for i in range(10):
                open('heartbeat','a').write('x'); time.sleep(0.5)
            os._exit(0)
        os._exit(0)
    time.sleep(0.3); esc("daemonised (host must find heartbeat growing after kill)")
except OSError as e: blk("fork", e)

#: SURV-002-hold-stdout-open
#: source Go exec WaitDelay issue #23019 class; GNU timeout
#: expect host finishes on process exit + kill of tree, not on pipe EOF
import os,time
try:
    if os.fork()==0: time.sleep(20); os._exit(0)
    esc("child holds stdout; host that waits for EOF hangs")
except OSError as e: blk("fork", e)

#: SURV-004-setsid-escape-pgrp-kill
#: source killpg-only runners; https://github.com/anthropic-experimental/sandbox-runtime README + test/sandbox/integration.test.ts
#: expect setsid/setpgid denied, or host kills by PID ns/cgroup not by process group
import os
try: os.setsid(); esc("new session (killpg from host would miss us)")
except OSError as e: blk("setsid", e)

#: SURV-005-pdeathsig-clear
#: source prctl(2) PR_SET_PDEATHSIG
#: expect prctl(PR_SET_PDEATHSIG) denied by seccomp arg filter (children may clear it; it is also cleared on setuid exec) - do not rely on it alone
#: machine x86_64
r,e=sc(157,1,0,0,0,0)
esc("PR_SET_PDEATHSIG cleared") if r==0 else blk("prctl pdeathsig", errno.errorcode.get(e))

#: SURV-101-threads-without-a-leader
#: source pthread_exit of the main thread leaves the others running
#: expect killed at the deadline with all of its threads
#: limit timeout
#: machine x86_64
import threading, time
threading.Thread(target=lambda: [time.sleep(0.05) for _ in iter(int, 1)], daemon=True).start()
sc(60, 0)

#: SURV-102-done-and-still-there
#: source SURV-002 of the list, by hand
#: expect ended by the host once it has said that it is done
#: limit timeout
print("said before the end", flush=True)
send(3, b'{"truncated":false,"memoryBytes":0}')
while True: pass

#: SURV-103-nothing-to-say
#: source this project
#: expect its end is noticed although the socket stays open in a thread
os.close(3)
print("nobody hears this")

#: SURV-104-exit-functions-for-ever
#: source atexit(3)
#: expect killed at the deadline
#: limit timeout
import atexit
def again(): atexit.register(again); atexit.register(again)
@atexit.register
def loop():
    while True: pass
again()

#: SURV-105-deaf
#: source signal(7); this project
#: expect killed at the deadline
#: limit timeout
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True: pass

#: SURV-106-alarms
#: source setitimer(2)
#: expect only itself is ended
import signal, time
signal.setitimer(signal.ITIMER_REAL, 0.01)
time.sleep(5)
esc("slept through its alarm")
