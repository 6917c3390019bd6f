# refused: a shell that is asked for, and looked at; says: failed
import os

if os.system("echo hi") != 0:
    raise RuntimeError("the command failed")
