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

#: FS-101-attributes-of-what-is-not-ours
#: source https://docs.kernel.org/userspace-api/landlock.html (chmod, utime, stat and chdir are not covered)
#: expect refused or read-only: no attribute of any file but those of scratch changes
places = ['{{CANARY_DIR}}', '{{CANARY_DIR}}/secret.txt', os.__file__, os.path.dirname(os.__file__), '/', '/etc', '/etc/passwd', '/usr', '/dev', '/dev/null', '/dev/zero', '/lib', '/bin']
for path in places:
    attempt("chmod " + path, os.chmod, path, 0o777)
    attempt("utime " + path, os.utime, path, (0, 0))
    attempt("utime ns " + path, lambda: os.utime(path, ns=(1, 1), follow_symlinks=False))
    attempt("chown " + path, os.chown, path, os.getuid(), -1)
    attempt("lchown " + path, os.lchown, path, os.getuid(), -1)
    attempt("truncate " + path, os.truncate, path, 0)
    attempt("link " + path, os.link, path, 'linked')
    attempt("rename " + path, os.rename, path, path + '.x')
    attempt("rename here " + path, os.rename, path, 'moved')
    attempt("unlink " + path, os.unlink, path)
    attempt("rmdir " + path, os.rmdir, path)
    attempt("mkdir " + path, os.mkdir, path + '/made')
    attempt("symlink " + path, os.symlink, 'x', path + '/symlink')
    attempt("setxattr " + path, os.setxattr, path, 'user.x', b'1')
    attempt("removexattr " + path, os.removexattr, path, 'user.x')
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_RDWR | os.O_CREAT, os.O_WRONLY | os.O_TRUNC, os.O_TMPFILE | os.O_RDWR):
        if path == '/dev/null' and not flags & os.O_TMPFILE == os.O_TMPFILE: continue
        attempt("open %x %s" % (flags, path), os.open, path, flags)

#: FS-102-attributes-through-descriptors
#: source this project: a descriptor opened for reading names a file, too
#: expect refused
fd = os.open(os.__file__, os.O_RDONLY)
folder = os.open(os.path.dirname(os.__file__), os.O_RDONLY | os.O_DIRECTORY)
for one in (fd, folder):
    attempt("fchmod", os.fchmod, one, 0o777)
    attempt("fchown", os.fchown, one, os.getuid(), -1)
    attempt("futimens", os.utime, one, (0, 0))
    attempt("ftruncate", os.ftruncate, one, 0)
    attempt("fallocate", os.posix_fallocate, one, 0, 1)
    attempt("write", os.write, one, b'x')
attempt("unlinkat", lambda: os.unlink('os.py', dir_fd=folder))
attempt("renameat", lambda: os.rename('os.py', 'so.py', src_dir_fd=folder, dst_dir_fd=folder))
attempt("flock", lambda: __import__('fcntl').flock(fd, 2 | 4))
attempt("lease", lambda: __import__('fcntl').fcntl(fd, 1024, 0))
attempt("notify", lambda: __import__('fcntl').fcntl(folder, 1026, 1))
import mmap
attempt("mmap shared and written", lambda: mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE))

#: FS-103-paths-kept-open
#: machine x86_64
#: source CVE-2024-21626 (runc); this project: O_PATH is not covered by Landlock
#: expect nothing can be read, listed or written through them
for path in ('/', '/..', '/proc', '/proc/1/root', '/proc/self/root', '{{CANARY_DIR}}', '/root', '/home', '/tmp/..', '..', '../..', '/var', '/run', '/sys'):
    try: fd = os.open(path, os.O_PATH | os.O_DIRECTORY)
    except OSError as e: blk(path, e); continue
    for name in ('secret.txt', '.' + '{{CANARY_DIR}}/secret.txt', '../..' + '{{CANARY_DIR}}/secret.txt', 'etc/shadow', 'etc/hostname'):
        attempt("%s then %s" % (path, name), lambda: os.open(name, os.O_RDONLY, dir_fd=fd))
        attempt("%s then write %s" % (path, name), lambda: os.open(name + '.x', os.O_WRONLY | os.O_CREAT, dir_fd=fd))
    r, e = sc(437, fd, b'secret.txt', 0, 24)
    esc("openat2") if r >= 0 else blk("openat2", e)
    for again in ('/proc/self/fd/%d' % fd, '/dev/fd/%d' % fd):
        attempt("reopened " + again, os.open, again, os.O_RDONLY)
    try: os.fchdir(fd); attempt("fchdir " + path, lambda: open('secret.txt').read())
    except OSError as e: blk("fchdir", e)

#: FS-104-what-there-is-to-see
#: source this project
#: expect of the whole tree only the interpreter, its libraries, a few devices and scratch can be listed
ours = ('dev', 'lib', 'lib32', 'lib64', 'libx32', 'usr', 'etc', 'tmp', 'workspace', '.root', '.scratch', 'opt', 'bin', 'sbin', 'root', 'home', 'nix')
granted = '{{GRANT_DIR}}'.split('/')[1]
try: seen = os.listdir('/')
except OSError as e: blk("/", e); seen = []
for name in seen:
    if name not in (*ours, granted): esc("/" + name)
private = ('.ssh', '.bashrc', '.bash_history', '.aws', '.config', '.netrc', '.gitconfig', '.cargo', '.mcp.json', '.code-executor.json')
for folder, folders, names in os.walk('/'):
    if folder.count('/') > 3: folders[:] = []
    for name in folders + names:
        if name in private: esc(os.path.join(folder, name))
for path in ('/proc/self/status', '/sys/kernel', '/dev/shm', '/dev/pts', '/dev/mqueue', '/run', '/var', '/etc/resolv.conf', '/etc/hosts', '/etc/machine-id', '/boot', '/srv', '/mnt', '/media'):
    attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path).read())

#: FS-105-mounts-are-held
#: machine x86_64
#: source CVE-2022-0185; mount_namespaces(7), locked mounts
#: expect killed at the first of them; what is below a mount stays covered
attempt("umount /workspace", lambda: check(sc(166, b'/workspace', 2)))
esc("umount2 came back")

#: FS-106-by-handle
#: machine x86_64
#: source CVE-2014-3519 (open_by_handle_at, 'shocker'); this project
#: expect refused or killed
for number in (303, 304):
    attempt("handle %d" % number, lambda: check(sc(number, -100, ctypes.create_string_buffer(128), ctypes.create_string_buffer(8), 0, 0)))

#: FS-107-audit-log
#: source AUD-018 of the list: least privilege
#: expect no access
log = '{{AUDIT_PATH}}'
for path in (log, os.path.dirname(log), os.path.dirname(log) + '/../config.json', os.path.dirname(log) + '/../mcp.json'):
    attempt("read", lambda: os.listdir(path) if os.path.isdir(path) else open(path).read())
    attempt("append", lambda: open(path + ('/x' if os.path.isdir(path) else ''), 'a'))

#: FS-108-covered-by-scratch
#: source this project: /tmp of the host lies below the scratch of the program
#: expect the host's /tmp is not seen; scratch is empty at the start
for place in ('/tmp', '/workspace'):
    # But for the way to what is granted.
    try: left = [name for name in os.listdir(place) if not '{{GRANT_DIR}}'.startswith(place + '/' + name + '/')]
    except OSError as e: blk(place, e); continue
    esc("%s holds %s" % (place, left)) if left else blk(place, "empty")
blk("looked")
