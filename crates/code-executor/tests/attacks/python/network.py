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

#: NET-101-datagram-by-path
#: source https://docs.kernel.org/userspace-api/landlock.html (sockets with a path are not covered)
#: expect refused: a socketpair of datagrams can send to any socket that has a name
import socket
for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
    try:
        a, b = socket.socketpair(socket.AF_UNIX, kind)
    except OSError as e: blk("socketpair %s" % kind, e); continue
    for name in ('{{CANARY_DIR}}/host.dgram', '{{CANARY_DIR}}/host.sock', '\0{{ABSTRACT_NAME}}', '/dev/log', '/run/systemd/notify'):
        for flags in (0, socket.MSG_DONTWAIT, 0x20000000):
            try: a.sendto(b'out', flags, name); esc("sent to " + repr(name))
            except (OSError, ValueError) as e: blk(name[-20:], e)
        try: a.connect(name); esc("connected to " + repr(name))
        except OSError as e: blk(name[-20:], e)

#: NET-102-out-of-band
#: source CVE-2025-38236 (from Chrome's renderer to the kernel)
#: expect refused: out-of-band bytes of unix sockets
import socket
a, b = socket.socketpair()
for flags in (socket.MSG_OOB, socket.MSG_OOB | socket.MSG_DONTWAIT, socket.MSG_OOB | 0x4000):
    attempt("send MSG_OOB", a.send, b'x', flags)
    attempt("recv MSG_OOB", b.recv, 1, flags | socket.MSG_DONTWAIT)
    attempt("recv MSG_OOB|MSG_PEEK", b.recv, 1, flags | socket.MSG_PEEK | socket.MSG_DONTWAIT)

#: NET-103-descriptors-by-message
#: machine x86_64
#: source CVE-2013-7446 and what followed; RPC-023 of the list
#: expect refused: no message carries or brings a descriptor
import socket, array
host = socket.socket(fileno=3)
a, b = socket.socketpair()
rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0]).tobytes())]
for one in (host, a):
    attempt("sendmsg", one.sendmsg, [b'x'], rights)
    attempt("recvmsg", one.recvmsg, 16, 256, socket.MSG_DONTWAIT)
attempt("sendmmsg", lambda: check(sc(307, a.fileno(), 0, 0, 0)))
attempt("recvmmsg", lambda: check(sc(299, a.fileno(), 0, 0, 0, 0)))
host.detach()

#: NET-104-socket-options
#: source SO_PEERPIDFD, SO_PEERGROUPS, SO_ATTACH_FILTER: getsockopt(2), setsockopt(2)
#: expect refused, but for a socket's own type and state
import socket
a, b = socket.socketpair()
host = socket.socket(fileno=3)
for option in (12, 16, 17, 26, 28, 31, 50, 51, 59, 77, 83):
    for one in (a, host):
        attempt("getsockopt %d" % option, one.getsockopt, socket.SOL_SOCKET, option, 64)
        attempt("setsockopt %d" % option, one.setsockopt, socket.SOL_SOCKET, option, b'\0' * 16)
attempt("setsockopt SNDBUF", a.setsockopt, socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
for what in (a.listen, a.accept, lambda: a.bind('/tmp/x'), lambda: a.bind('\0x'), lambda: a.connect('/tmp/x')):
    attempt("accept, bind, connect", what)
host.detach()

#: NET-105-every-family
#: machine x86_64
#: source this project
#: expect no family at all, by socket or by socketpair, whatever stands in the upper half
for family in range(0, 64):
    for kind in (1, 2, 3, 5, 1 | 0x80000):
        r, e = sc(41, family, kind, 0)
        if r >= 0: esc("socket %d %d" % (family, kind))
    pair = (ctypes.c_int * 2)()
    if family != 1 and sc(53, family, 1, 0, pair)[0] >= 0: esc("socketpair %d" % family)
r, e = sc(41, (1 << 32) | 1, 1, 0)
esc("socket with an upper half") if r >= 0 else blk("socket", errno.errorcode.get(e))
