# Files that are not the program's: by name, by link, by descriptor, by what is left in scratch.

#: FS-002-dotdot-read
#: source CWE-22
#: expect EACCES/ENOENT
try: d=open('../'*12+'{{CANARY_DIR}}/secret.txt'[1:]).read(); esc("read via ..")
except OSError as e: blk("dotdot", e)

#: FS-003-etc-passwd-shadow
#: source https://github.com/anthropic-experimental/sandbox-runtime README + test/sandbox/integration.test.ts
#: expect all refused (stdlib+venv+few /etc files only)
for f in ('/etc/passwd','/etc/shadow','/etc/hostname','/proc/version','/root/.bashrc'):
    try:
        # Ours, with nobody in it, is no secret.
        if f!='/etc/passwd' or 'root:' in open(f).read(): open(f).read(1); esc("read "+f)
    except OSError as e: blk(f, e)

#: FS-004-symlink-escape-read
#: source CVE-2024-28185 (Judge0); https://github.com/anthropic-experimental/sandbox-runtime README + test/sandbox/integration.test.ts symlink test
#: expect creating a symlink may succeed; following it must fail; host collectors use openat2(RESOLVE_BENEATH|NO_SYMLINKS)
import os
try: os.symlink('{{CANARY_DIR}}/secret.txt','lnk')
except OSError as e: blk("symlink", e)
try: d=open('lnk').read(); esc("read through symlink")
except OSError as e: blk("read symlink", e)

#: FS-005-hardlink-escape
#: source protected_hardlinks; CVE-2024-28189 (Judge0 chown via link)
#: expect EXDEV/EACCES (mount boundary / Landlock REFER)
import os
try: os.link('{{CANARY_DIR}}/secret.txt','hl'); d=open('hl').read(); esc("hardlink to outside file")
except OSError as e: blk("hardlink", e)

#: FS-008-proc-self-root-cwd
#: source CVE-2024-21626; openat2 RESOLVE_NO_MAGICLINKS
#: expect refused
for f in ('/proc/self/root{{CANARY_DIR}}/secret.txt','/proc/self/cwd/../../../{{CANARY_DIR}}/secret.txt','/proc/thread-self/root{{CANARY_DIR}}/secret.txt'):
    try: open(f).read(); esc(f)
    except OSError as e: blk(f, e)

#: FS-009-toctou-exchange-swap
#: source seed 003 realpath design; CVE-2018-15664 (docker cp), CVE-2021-25741 (k8s subPath)
#: expect guest read never succeeds; HOST-side code run against this directory while it is being swapped must never open outside (use openat2 RESOLVE_BENEATH per component or cap-std; realpath-then-open loses)
import os,ctypes,threading,time
libc=ctypes.CDLL(None,use_errno=True); os.makedirs('d',exist_ok=True); open('d/f','w').write('ok')
try: os.symlink('{{CANARY_DIR}}','s')
except OSError as e: blk('symlink',e)
hit=False; stop=time.time()+2
def sw():
    while time.time()<stop: libc.renameat2(-100,b'd',-100,b's',2)
threading.Thread(target=sw,daemon=True).start()
while time.time()<stop and not hit:
    for nme in ('d/secret.txt',):
        try: hit = hit or 'CANARY' in open(nme).read()
        except OSError: pass
esc("TOCTOU swap read canary") if hit else blk("toctou")

#: FS-011-mknod-fifo-socket
#: source https://github.com/anthropic-experimental/sandbox-runtime README + test/sandbox/integration.test.ts 'prevent creation of special file types'
#: expect refused (a FIFO left in scratch blocks a naive host read forever)
import os,stat
for n,m in (('fifo',stat.S_IFIFO|0o666),('chr',stat.S_IFCHR|0o666),('sock',stat.S_IFSOCK|0o666)):
    try: os.mknod(n,m,os.makedev(1,3)); esc("mknod "+n); os.unlink(n)
    except OSError as e: blk("mknod "+n, e)

#: FS-012-cleanup-dos-perm000
#: source CI runner cleanup bugs; judge0
#: expect host cleanup still removes it (runs with privilege over the uid, or tmpfs unmount); execution dir count does not grow
import os
os.makedirs('x/y/z',exist_ok=True); os.chmod('x/y',0); os.chmod('x',0o500); blk("left perm-000 tree")

#: FS-014-cleanup-race-symlink
#: source CVE-2022-21658 (Rust std::fs::remove_dir_all TOCTOU)
#: expect host removal deletes the link, never the canary dir
import os,shutil
os.makedirs('victim',exist_ok=True)
try: os.rmdir('victim'); os.symlink('{{CANARY_DIR}}','victim'); blk("left symlink where host will recurse")
except OSError as e: blk("x",e)

#: FS-015-hostile-filenames
#: source CWE-117, CWE-150; CVE-2021-42574
#: expect listing is escaped/JSON-encoded; invalid UTF-8 names do not crash the host
import os
for n in ('a\nb','\x1b[2J\x1b]0;pwn\x07','-rf','..\u202egpj.exe','\udcff','CON','x'*255,'$(id)','`id`',"a'b\"c"):
    try: open(n,'w').close()
    except (OSError,ValueError): pass
blk("hostile filenames created")

#: FS-017-shadow-stdlib-from-cwd
#: source CWE-427; PYTHONSAFEPATH / -P
#: run twice
#: expect only the user's own process sees it; scratch is not on the sys.path of the NEXT execution and never of the harness
import importlib,json
if os.path.exists('json.py') or not getattr(json,'__file__','json.py').endswith('/__init__.py'): esc("shadowed by an earlier execution")
open('json.py','w').write('MINE = 1')
sys.modules.pop('json',None)
import json
blk("only for itself, json is "+str(getattr(json,'__file__',None)))

#: FS-019-file-lock-covert-channel
#: source isolate.1.txt flag 4 (i-node operations)
#: expect flock/F_SETLK/F_SETLEASE denied or accepted as documented covert channel
import fcntl,os
try: f=open(os.__file__,'rb'); fcntl.flock(f,fcntl.LOCK_EX|fcntl.LOCK_NB); esc("flock on shared read-only inode (cross-sandbox channel)")
except OSError as e: blk("flock", e)

#: FS-020-dev-nodes
#: source https://github.com/firecracker-microvm/firecracker docs/jailer.md, src/firecracker/examples/seccomp/malicious.rs
#: expect only null, zero, urandom, (full)
import os
o=[]
for d in ('/dev/mem','/dev/kmsg','/dev/kvm','/dev/fuse','/dev/net/tun','/dev/vda','/dev/sda','/dev/tty','/dev/ptmx','/dev/vsock','/dev/userfaultfd'):
    try: os.close(os.open(d,os.O_RDONLY|os.O_NONBLOCK)); o.append(d)
    except OSError: pass
esc("opened "+",".join(o)) if o else blk("dev nodes")

#: FS-021-sysfs-cgroup-release-agent
#: source CVE-2022-0492 (release_agent); core_pattern escapes
#: expect none
import os,glob
w=[f for f in ['/proc/sys/kernel/core_pattern','/proc/sysrq-trigger','/sys/kernel/uevent_helper','/proc/sys/kernel/modprobe']+glob.glob('/sys/fs/cgroup/*/release_agent')+glob.glob('/sys/fs/cgroup/*/cgroup.procs') if os.access(f,os.W_OK)]
esc("writable "+",".join(w[:5])) if w else blk("sys files")

#: FS-023-core-dump
#: source core(5); CVE-2025-4598 (systemd-coredump)
#: expect RLIMIT_CORE=0 (and piped core_pattern still honours 1-byte rule), PR_SET_DUMPABLE=0 for host/zygote; no core artefact
import os,resource,glob,signal
try: resource.setrlimit(resource.RLIMIT_CORE,(resource.RLIM_INFINITY,)*2); esc("core limit raised")
except (ValueError,OSError) as e: blk("core rlimit", e)
print(resource.getrlimit(resource.RLIMIT_CORE)); os.kill(os.getpid(),signal.SIGABRT)

#: FS-024-tiocsti
#: source CVE-2017-5226 (bubblewrap/flatpak), CVE-2023-1523 (snapd TIOCLINUX)
#: expect EPERM (ioctl allowlist); stdin is never a tty
import fcntl
try: fcntl.ioctl(0,0x5412,b'x'); esc("TIOCSTI")
except OSError as e: blk("TIOCSTI", e)
try: fcntl.ioctl(0,0x541C,b'\x03'); esc("TIOCLINUX")
except OSError as e: blk("TIOCLINUX", e)
