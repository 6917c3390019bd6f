"""Says what a sandboxed copy of this interpreter needs: run once, outside the sandbox, as the operator.

Prints one JSON object. Python 3.9 to 3.14.
"""

import json
import os
import subprocess
import sys
import sysconfig

#: Room for `LD_PRELOAD` in one environment variable, in bytes; the kernel allows 128 KiB.
PRELOAD_BYTES = 96 * 1024

#: Shared libraries looked at, at most.
LIBRARIES = 20_000

#: Modules that need what no program has here, a display or a network, and many libraries: each of those
#: is a mount, which is copied for every child.
USELESS = ("_tkinter.", "nis.")

#: Libraries that a package may expect of every system (the manylinux policy), beside what the
#: interpreter itself needs: those of packages that programs declare later.
EXPECTED = "libc.so.6 libdl.so.2 libgcc_s.so.1 libm.so.6 libpthread.so.0 librt.so.1 libstdc++.so.6 libutil.so.1"


def search_path():
    """The directories and archives that hold modules, without the current directory.

    Without links on the way: one that lies in /tmp is hidden by the child's own.
    """
    found = [os.path.realpath(entry) for entry in sys.path if entry and os.path.exists(entry)]
    return list(dict.fromkeys(found))


def extension_modules(roots):
    """Every shared object below the search path."""
    found = {}
    for root in roots:
        for folder, folders, files in os.walk(root):
            folders[:] = [name for name in folders if name != "__pycache__"]
            for name in files:
                if name.startswith(USELESS):
                    continue
                if name.endswith(".so") or ".so." in name:
                    found[os.path.join(folder, name)] = None
                    if len(found) >= LIBRARIES:
                        return list(found)
    return list(found)


def batches(paths):
    """The paths in groups that fit one environment variable."""
    group, size = [], 0
    for path in paths:
        # The loader splits the variable at both.
        if ":" in path or " " in path:
            continue
        if size + len(path) + 1 > PRELOAD_BYTES:
            yield group
            group, size = [], 0
        group.append(path)
        size += len(path) + 1
    yield group


def shared_libraries(executable, modules):
    """What the dynamic loader would load for the interpreter and its modules. It runs no code."""
    needed = {}
    for group in batches(modules):
        environment = dict(os.environ, LD_TRACE_LOADED_OBJECTS="1", LD_PRELOAD=":".join(group))
        traced = subprocess.run(
            [executable], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for line in traced.stdout.decode("utf-8", "replace").splitlines():
            # `name => /path (address)` or `/path (address)`.
            path = line.split("=>")[-1].strip().rpartition(" (")[0]
            if path.startswith("/"):
                needed[path] = None
    return list(needed)


def program_interpreter(executable):
    """The loader that the kernel starts for this executable: the ELF header names it."""
    with open(executable, "rb") as file:
        head = file.read(64 * 1024)
    if head[:4] != b"\x7fELF" or head[4] != 2:
        return []
    offset = int.from_bytes(head[32:40], "little")
    size = int.from_bytes(head[54:56], "little")
    count = int.from_bytes(head[56:58], "little")
    for index in range(count):
        entry = head[offset + index * size : offset + (index + 1) * size]
        if int.from_bytes(entry[:4], "little") == 3:
            start = int.from_bytes(entry[8:16], "little")
            length = int.from_bytes(entry[32:40], "little")
            return [head[start : start + length].rstrip(b"\0").decode()]
    return []


def outermost(paths):
    """The paths without those that lie below another one."""
    folders = tuple(path.rstrip("/") + "/" for path in paths if os.path.isdir(path))
    return [path for path in dict.fromkeys(paths) if not path.startswith(folders)]


def has_ctypes():
    """Whether children can make the system calls of their lockdown."""
    try:
        import ctypes

        return ctypes.CDLL(None) is not None
    except (ImportError, OSError):
        return False


def main():
    executable = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    roots = search_path()
    standard = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    modules = extension_modules(roots)
    libraries = shared_libraries(executable, EXPECTED.split() + modules)
    # A library below a root comes with it.
    inside = tuple(root.rstrip("/") + "/" for root in roots + standard)
    outside = [path for path in libraries if not os.path.realpath(path).startswith(inside)]
    extra = ["/usr/share/zoneinfo", "/usr/lib/locale/C.utf8"]
    needed = [executable] + standard + roots + program_interpreter(executable) + outside + extra
    report = {
        "executable": executable,
        "version": list(sys.version_info[:3]),
        "implementation": sys.implementation.name,
        "abi": sysconfig.get_config_var("SOABI") or "",
        "platform": sysconfig.get_platform(),
        "prefix": sys.prefix,
        "execPrefix": sys.exec_prefix,
        "searchPath": roots,
        "readOnly": outermost([path for path in needed if os.path.exists(path)]),
        "ctypes": has_ctypes(),
        "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    }
    sys.stdout.write(json.dumps(report))


main()
