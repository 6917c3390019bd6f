# Sockets of every family, and those that might have been inherited.

#: NET-004-socket-af_unix
#: source https://github.com/openai/codex codex-rs/linux-sandbox/src/seccomp.rs + tests/suite/landlock.rs
#: expect EPERM for every family (tier B has no sockets; network is only via the host fetch RPC)
import socket
try: socket.socket(1,1); esc("socket AF_UNIX")
except OSError as e: 
    (blk if e.errno in (1,13) else esc)("socket AF_UNIX errno %s"%e.errno)

#: NET-005-socket-af_netlink
import socket
try: socket.socket(16,3); esc("socket AF_NETLINK")
except OSError as e: 
    (blk if e.errno in (1,13) else esc)("socket AF_NETLINK errno %s"%e.errno)

#: NET-006-socket-af_packet
#: source CVE-2017-7308
import socket
try: socket.socket(17,3); esc("socket AF_PACKET")
except OSError as e: 
    (blk if e.errno in (1,13) else esc)("socket AF_PACKET errno %s"%e.errno)

#: NET-008-socket-af_alg
#: source moby default.json 2026 (blocks 38 and 40); CVE-2026-31431-class AF_ALG bugs
import socket
try: socket.socket(38,5); esc("socket AF_ALG")
except OSError as e: 
    (blk if e.errno in (1,13) else esc)("socket AF_ALG errno %s"%e.errno)

#: NET-011-socket-af_key
#: source https://github.com/openai/codex codex-rs/linux-sandbox/src/seccomp.rs + tests/suite/landlock.rs
import socket
try: socket.socket(15,3); esc("socket AF_KEY")
except OSError as e: 
    (blk if e.errno in (1,13) else esc)("socket AF_KEY errno %s"%e.errno)

#: NET-012-socket-af_rds
#: source CVE-2010-3904
import socket
try: socket.socket(21,5); esc("socket AF_RDS")
except OSError as e: 
    (blk if e.errno in (1,13) else esc)("socket AF_RDS errno %s"%e.errno)

#: NET-013-socket-af_xdp
#: source https://github.com/openai/codex codex-rs/linux-sandbox/src/seccomp.rs + tests/suite/landlock.rs
import socket
try: socket.socket(44,3); esc("socket AF_XDP")
except OSError as e: 
    (blk if e.errno in (1,13) else esc)("socket AF_XDP errno %s"%e.errno)

#: NET-020-connect-loopback
#: source https://github.com/anthropic-experimental/sandbox-runtime README + test/sandbox/integration.test.ts; https://github.com/openai/codex codex-rs/linux-sandbox/src/seccomp.rs + tests/suite/landlock.rs
#: expect refused: own netns without host lo, or socket() denied; Landlock net ports deny is the mode-iii backstop
import socket
try: s=socket.create_connection(('127.0.0.1',{{TCP_PORT}}),2); esc("connected host loopback "+repr(s.recv(20)))
except OSError as e: blk("loopback", e)

#: NET-021-abstract-unix
#: source https://docs.kernel.org/userspace-api/landlock.html (scope, limitations); CVE-2020-15257 (containerd-shim abstract socket)
#: expect EPERM (seccomp; netns; Landlock ABI6 SCOPE_ABSTRACT_UNIX_SOCKET)
import socket
try: s=socket.socket(socket.AF_UNIX); s.connect('\0{{ABSTRACT_NAME}}'); esc("abstract unix to host")
except OSError as e: blk("abstract unix", e)

#: NET-023-dns-exfil
#: source https://github.com/openai/codex codex-rs/linux-sandbox/src/seccomp.rs + tests/suite/landlock.rs sandbox_blocks_getent
#: expect no resolver, no UDP
import socket
try: socket.getaddrinfo('exfil-test.invalid',80); esc("resolver worked")
except OSError as e:
    esc("resolver reachable") if 'Name or service not known' in str(e) and False else blk("dns", e)
try:
    s=socket.socket(2,2); s.sendto(b'x',('127.0.0.53',53)); esc("udp/53 sent")
except OSError as e: blk("udp53", e)

#: NET-024-bind-listen
#: source https://github.com/anthropic-experimental/sandbox-runtime README + test/sandbox/integration.test.ts
#: expect denied
import socket
try: s=socket.socket(); s.bind(('0.0.0.0',18123)); s.listen(); esc("listening 18123")
except OSError as e: blk("listen", e)

#: NET-025-inherited-socket-sendmsg
#: source https://github.com/anthropic-experimental/sandbox-runtime README + test/sandbox/integration.test.ts 'does not prevent operations on Unix socket fds inherited'
#: expect no inherited sockets except the one declared RPC channel (SCM_RIGHTS and inherited fds pass through socket() filters)
import os,stat
s=[]
for fd in range(3,1024):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode): s.append(fd)
    except OSError: pass
esc("inherited sockets %s"%s) if s!=[3] else blk("no inherited sockets")
