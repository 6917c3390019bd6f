"""How errors are told: class, message, and a traceback of the program's own lines.
"""

import sys
from traceback import StackSummary, TracebackException

PROGRAM_NAME = "program.py"

#: The longest texts that are told, in bytes.
_MESSAGE_CAP = 16 * 1024
_KIND_CAP = 128

#: The most of a line that is shown, in characters.
_LINE_SHOWN = 120

#: A traceback that is deeper is told by its first frames: looking up a million takes a while.
_DEEP, _FRAMES_OF_DEEP = 1200, 100

#: Contexts that are not shown need not be looked up.
_COMPACT = {"compact": True} if sys.version_info >= (3, 10) else {}

#: Where a program may put modules of its own.
own_places = ("/workspace/", "/tmp/")

#: The program that runs, by the name its code has. Of those of a session, each has its own.
running = [PROGRAM_NAME]

_OURS = "<code_executor"


def program_error(kind, message, stack=None) -> dict:
    """An error with its texts cut to what is told."""
    error = {"type": _clip(kind, _KIND_CAP), "message": _clip(message, _MESSAGE_CAP)}
    if stack:
        error["stack"] = _clip(stack, _MESSAGE_CAP)
    return error


def describe(error, memory_bytes: int):
    """What is told of an uncaught exception, and the limit that it means."""
    if isinstance(error, SystemExit):
        return _exited(error), None
    kind, limit = type(error).__name__, None
    try:
        message, stack = _texts(error)
    except Exception:
        # Too little memory, or a program that replaced what tells errors.
        message, stack = _plain_text(error), None
    if isinstance(error, MemoryError):
        kind, limit = "MemoryLimitError", "memory"
        message = (
            f"the program used more than its {memory_bytes >> 20} MiB of memory; work on less at "
            "once, or ask the operator for a higher limits.memoryBytes"
        )
    elif isinstance(error, RecursionError):
        limit = "stack"
    return program_error(kind, message, stack), limit


def describe_refused(error):
    """What is told of a program that does not compile."""
    if isinstance(error, (MemoryError, RecursionError)):
        message = (
            "the program is nested too deeply to be parsed; flatten it, or load data with json.loads"
        )
        return program_error("SyntaxError", message), "stack"
    if not isinstance(error, SyntaxError):
        # Null bytes, for one.
        return program_error("SyntaxError", str(error)), None
    message, stack = error.msg or "invalid syntax", None
    line, column = error.lineno, error.offset
    if line:
        place = f"line {line}, column {column}" if column else f"line {line}"
        message = f"{message} ({place})"
        stack = f'  File "{PROGRAM_NAME}", line {line}'
    if error.text and error.text.strip():
        message += _pointed_at(error.text.rstrip("\n"), column)
    return program_error(type(error).__name__, message, stack), None


def _pointed_at(text, column):
    """The line, and below it a mark at the column; of a long line the part around it."""
    at = max((column or 1) - 1, 0)
    begin = max(at - _LINE_SHOWN // 2, len(text) - len(text.lstrip()))
    shown = text[begin:begin + _LINE_SHOWN].rstrip()
    mark = f"\n  {' ' * max(at - begin, 0)}^" if column else ""
    return f"\n  {shown}{mark}"


def exit_code(error: SystemExit):
    """The number that a SystemExit stands for, and the text it prints."""
    code = error.code
    if code is None:
        return 0, None
    return (int(code), None) if isinstance(code, int) else (1, str(code))


def _exited(error):
    code, text = exit_code(error)
    message = f"the program exited with code {code}"
    return program_error("SystemExit", f"{message}: {text}" if text else message)


def _texts(error):
    """The message, with notes and suggestions, and the traceback of the program's own frames."""
    told = TracebackException(
        type(error), error, error.__traceback__, limit=_frames_told(error), **_COMPACT
    )
    _keep_own_frames(told)
    last = "".join(told.format_exception_only())
    # Where memory ran out again while the first error was on its way says nothing.
    whole = "".join(told.format(chain=not isinstance(error, MemoryError)))
    if getattr(told, "exceptions", None) is None and whole.endswith(last):
        whole = whole[: len(whole) - len(last)]
    if whole.rstrip() == "Traceback (most recent call last):":
        whole = ""
    if isinstance(error, SyntaxError):
        return str(error), whole.rstrip("\n")
    _, colon, message = last.rstrip("\n").partition(": ")
    return (message if colon else ""), whole.rstrip("\n")


def _plain_text(error):
    try:
        return str(error)
    except Exception:
        return "(its message cannot be read)"


def _frames_told(error):
    """How many frames are told; None for all of them."""
    depth, at = 0, error.__traceback__
    while at is not None:
        depth, at = depth + 1, at.tb_next
    return _FRAMES_OF_DEEP if depth > _DEEP else None


def _keep_own_frames(told):
    pending, seen = [told], set()
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if one.stack is not None:
            own = [frame for frame in one.stack if _is_own(frame.filename)]
            for frame in own:
                if frame.filename == running[0]:
                    frame.filename = PROGRAM_NAME
            one.stack = StackSummary.from_list(own)
        pending += [one.__cause__, one.__context__]
        pending += getattr(one, "exceptions", None) or []


def _is_own(file):
    if file == PROGRAM_NAME or file.startswith(own_places):
        return True
    if file.startswith("program-") and file.endswith(".py"):
        # Another one of the session.
        return True
    return file.startswith("<") and not file.startswith((_OURS, "<frozen"))


def _clip(text, cap):
    data = text.encode("utf-8", "replace")
    if len(data) <= cap:
        return data.decode()
    return data[:cap].decode("utf-8", "ignore") + "..."
