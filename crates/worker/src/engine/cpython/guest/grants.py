"""What of the outside a program was granted, put in place before it runs. Without grants nothing is
touched.
"""

import os

from . import errors, files, hooks, httpclient, httpcore, processes, sockets


def warm() -> None:
    """Looks ahead, in the zygote."""
    files.find_kept()
    sockets.warm()
    processes.warm()


def begin(granted) -> None:
    """Makes what was granted work: `{read, write, net, cwd}`, all but what there is left out."""
    # A place of the program's own has moved when one of the others lies in it.
    own = [os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ]
    directories = own + granted.get("read", []) + granted.get("write", [])
    errors.own_places += tuple(each.rstrip("/") + "/" for each in directories)
    if granted.get("write"):
        files.install(granted["write"])
    if granted.get("net"):
        sockets.state["granted"] = True
        changes = {"http.client": httpclient.change, **httpcore.changes()}
        hooks.after_import(changes, hooks.WITHOUT_SSL)
    if granted.get("cwd"):
        os.chdir(granted["cwd"])


def is_own(granted, place) -> bool:
    """Whether the program was meant to begin in this place."""
    return bool(granted.get("cwd")) or place == os.environ.get("HOME")


def finish(granted) -> None:
    """Does what is left to do when the program has run."""
    if granted.get("write"):
        files.finish()
