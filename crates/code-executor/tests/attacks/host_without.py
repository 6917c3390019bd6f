"""Starts a program on a host that answers some system calls otherwise than it should.

    host_without.py NUMBER=ERRNO[,NUMBER=ERRNO...] PROGRAM

With 0 for ERRNO a call seems to succeed and does nothing: a kernel that claims what it does not
enforce. x86-64 only; standard library only.
"""

import ctypes
import os
import struct
import sys

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
LOAD_NUMBER, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def main():
    program = instruction(LOAD_NUMBER, 0)
    for answer in sys.argv[1].split(","):
        number, _, errno = answer.partition("=")
        program += instruction(JUMP_EQUAL, int(number), 0, 1)
        program += instruction(RETURN, ERRNO | int(errno))
    program += instruction(RETURN, ALLOW)
    code = ctypes.create_string_buffer(program, len(program))
    rule = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(rule))):
        if libc.prctl(*call) != 0:
            sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    os.execv(sys.argv[2], sys.argv[2:])


main()
