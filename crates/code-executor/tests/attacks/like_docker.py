"""Starts a program as a default container has it: under the filter and with the capabilities of one.

    like_docker.py PROGRAM [ARGUMENT...]

What Docker's default profile (moby, seccomp/default.json, 2026) refuses to a container without added
capabilities is refused here with the same error; namespaces stay those of the host, since it is the
filter that keeps a container from making its own. Calls of other architectures are not looked at.
x86-64 only; standard library only.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

PR_CAPBSET_READ, PR_CAPBSET_DROP = 23, 24
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
X86_64 = 0xC000003E

LOAD, AND, RETURN = 0x20, 0x54, 0x06
JUMP_EQUAL, JUMP_GREATER, JUMP_FROM, JUMP_SET = 0x15, 0x25, 0x35, 0x45
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
REFUSE = ERRNO | errno.EPERM
#: Offsets in `struct seccomp_data`.
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24

#: Calls that are refused whatever their arguments are.
REFUSED = {
    "syslog": 103, "uselib": 134, "ustat": 136, "sysfs": 139, "vhangup": 153, "pivot_root": 155, "_sysctl": 156,
    "acct": 163, "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169,
    "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "create_module": 174,
    "init_module": 175, "delete_module": 176, "get_kernel_syms": 177, "query_module": 178, "quotactl": 179,
    "nfsservctl": 180, "getpmsg": 181, "putpmsg": 182, "afs_syscall": 183, "tuxcall": 184, "security": 185,
    "lookup_dcookie": 212, "clock_settime": 227, "vserver": 236, "mbind": 237, "set_mempolicy": 238,
    "get_mempolicy": 239, "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250,
    "migrate_pages": 256, "unshare": 272, "move_pages": 279, "perf_event_open": 298, "fanotify_init": 300,
    "open_by_handle_at": 304, "setns": 308, "kcmp": 312, "finit_module": 313, "kexec_file_load": 320, "bpf": 321,
    "userfaultfd": 323, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438,
    "process_madvise": 440, "mount_setattr": 442, "quotactl_fd": 443, "set_mempolicy_home_node": 450,
    "lsm_get_self_attr": 459, "lsm_set_self_attr": 460, "lsm_list_modules": 461,
}

#: Numbers that the profile does not know yet, between those of the ordinary calls and those of x32.
FIRST_UNKNOWN, FIRST_X32 = 467, 0x40000000

CLONE, CLONE3, SOCKET, PERSONALITY = 56, 435, 41, 135
#: mnt, cgroup, uts, ipc, user, pid, net.
CLONE_NAMESPACES = 0x7E020000
#: Among them are vsock and AF_ALG.
REFUSED_FAMILIES = (12, 19, 20, 23, 25, 34, 37, 38, 40)
LAST_FAMILY = 45
PERSONALITIES = (0, 0x8, 0x20000, 0x20008, 0xFFFFFFFF)

#: chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_raw,
#: sys_chroot, mknod, audit_write, setfcap.
CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}


def op(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def when(number, body):
    """Instructions for one call, jumped over for all others."""
    return [op(JUMP_EQUAL, number, 0, len(body))] + body


def give(answer):
    return op(RETURN, answer)


def instructions():
    program = [op(LOAD, ARCHITECTURE), op(JUMP_EQUAL, X86_64, 1, 0), give(ALLOW), op(LOAD, NUMBER)]
    program += when(CLONE, [op(LOAD, FIRST), op(JUMP_SET, CLONE_NAMESPACES, 0, 1), give(REFUSE), give(ALLOW)])
    program += when(CLONE3, [give(ERRNO | errno.ENOSYS)])
    families = [part for family in REFUSED_FAMILIES for part in (op(JUMP_EQUAL, family, 0, 1), give(REFUSE))]
    program += when(SOCKET, [op(LOAD, FIRST)] + families + [op(JUMP_GREATER, LAST_FAMILY, 0, 1), give(REFUSE), give(ALLOW)])
    kinds = [part for kind in PERSONALITIES for part in (op(JUMP_EQUAL, kind, 0, 1), give(ALLOW))]
    program += when(PERSONALITY, [op(LOAD, FIRST)] + kinds + [give(REFUSE)])
    for number in REFUSED.values():
        program += when(number, [give(REFUSE)])
    program += [op(JUMP_FROM, FIRST_UNKNOWN, 0, 2), op(JUMP_FROM, FIRST_X32, 1, 0), give(REFUSE), give(ALLOW)]
    return b"".join(program)


def main():
    if platform.machine() != "x86_64":
        sys.exit("only the calls of x86-64 are known here")
    libc = ctypes.CDLL(None, use_errno=True)

    def prctl(*arguments):
        if libc.prctl(*arguments) != 0:
            sys.exit(f"prctl{arguments[:2]}: {os.strerror(ctypes.get_errno())}")

    program = instructions()
    code = ctypes.create_string_buffer(program, len(program))
    rule = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    if os.geteuid() == 0:
        number = 0
        while libc.prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0:
            if number not in CAPABILITIES:
                prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
            number += 1
    else:
        # Or nobody but root could add a filter.
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(rule))
    os.execvp(sys.argv[1], sys.argv[1:])


main()
