"""Runs a command on a terminal of its own and types answers.

usage: terminal.py '[["what it asks", "what to type"], ...]' COMMAND [ARGUMENT...]

Each answer is typed once what it answers has been printed, in whichever order it is asked. What the
command printed goes to standard output; its exit status is ours.
"""

import json
import os
import pty
import sys


def main() -> int:
    answers = json.loads(sys.argv[1])
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    printed = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        printed += part
        for answer in list(answers):
            if answer[0].encode() in printed and printed.rstrip().endswith(b":"):
                answers.remove(answer)
                os.write(terminal, answer[1].encode() + b"\n")
                break
    sys.stdout.write(printed.decode(errors="replace"))
    sys.stdout.flush()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


sys.exit(main())
