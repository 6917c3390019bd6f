"""A child's own root, for a program that is granted directories.

The zygote's root can hold no place to mount them on. So the child makes another one in a corner of its
scratch: the directories on the way to each grant, everything of the old root beside them as it was,
and the grants at their own paths. What the interpreter needs of a granted directory is mounted over it
again, since from a grant nothing can be run. Runs between the fork and the lockdown; what it was told
and what it could not do are on a sheet that it shares with the host.
"""

import json
import os
import stat

#: Where a place of the program's own goes when a granted directory lies in it: all that is below a
#: place may be written, as far as Landlock goes, and a grant may not.
DISPLACED = "/.scratch"

#: Where the new root is made: a directory of the old one that nobody needs.
SITE = "/.root"

READ_ONLY = os.ST_RDONLY | os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC


class Sheet:
    """What the host grants, and what becomes of it."""

    def __init__(self, fd):
        self._fd = fd
        self._withheld = []
        order = json.loads(os.pread(fd, os.fstat(fd).st_size, 0))
        self.directories = order["directories"]
        self.cwd = order["cwd"]

    def withhold(self, index, reason):
        """Says that the program does not get a directory (or, without an index, to its `cwd`)."""
        self._withheld.append({"index": index, "reason": reason})

    def answer(self):
        """Tells the host. Before limits, of which one is on the size of files."""
        answer = {"withheld": self._withheld}
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, json.dumps(answer).encode(), 0)

    def start(self):
        """Goes where the program starts."""
        if self.cwd is None:
            return
        try:
            os.chdir(self.cwd)
        except OSError as error:
            self.withhold(None, f"cannot be entered by a program: {error.strerror}")


def fail(fd, error):
    """Tells the host why there is no child."""
    words = f"{type(error).__name__}: {error}"[:1000]
    os.ftruncate(fd, 0)
    os.pwrite(fd, json.dumps({"failed": words}).encode(), 0)


def is_in(path, places):
    """Whether a path is one of these, or in one of them."""
    return any(path == place or path.startswith(place + "/") for place in places)


def above(path):
    """The directories that a path is in, the root first."""
    parts = path.split("/")[1:-1]
    return ["/"] + ["/" + "/".join(parts[: end + 1]) for end in range(len(parts))]


def mode_of(path):
    """What is at a path, without following links: 0 for nothing."""
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0


def is_same(path, directory):
    """Whether a granted directory is at a path."""
    try:
        found = os.stat(path)
    except OSError:
        return False
    return (found.st_dev, found.st_ino) == (directory["device"], directory["inode"])


def make_directory(path):
    """Makes a directory, if it is not there."""
    try:
        os.mkdir(path, 0o755)
    except FileExistsError:
        pass


def make_place(mount, path):
    """Makes what a mount can be attached to."""
    if stat.S_ISDIR(os.fstat(mount).st_mode):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))


class Plan:
    """What the new root consists of. `mounted`: paths at which the old root has something mounted."""

    def __init__(self, mounted, places):
        self._needed = mounted
        self._mounted = [*mounted, *places]
        self._places = places
        #: The granted directories, by path.
        self.grants = {}
        #: Those that the interpreter needs, and everybody sees.
        self.there = {}
        #: Directories to make.
        self.made = {"/"}
        #: Links to make, by path.
        self.links = {}
        #: The same, in places of the program's own.
        self.own_links = {}

    def add(self, directory, index):
        """Takes a granted directory in. Gives why that is not possible."""
        path = directory["path"]
        if path in self.grants or is_in(path, [DISPLACED, SITE]):
            return "cannot be shown to a program: its place is taken"
        if is_in(path, self._needed) and is_same(path, directory):
            # A mount over it would keep the interpreter from running what is in it.
            self.there[path] = index
            return None
        for way in above(path):
            if is_in(way, self._mounted):
                break
            mode = mode_of(way)
            if mode and not stat.S_ISDIR(mode):
                return f"cannot be shown to a program: {way} is another one there"
        self.grants[path] = index
        return None

    def finish(self, names):
        """Decides what is made, with the spellings that nothing else has."""
        held = [*self._mounted, *self.grants]
        for path in self.grants:
            self._make_way(path, held)
        for name, path in sorted(names, key=lambda pair: len(pair[0])):
            way = above(name)
            if name in self.made or name in self.links or mode_of(name):
                continue
            if is_in(name, self._places):
                self.own_links[name] = path
                continue
            if is_in(name, held):
                continue
            # Through another name, or what is there, it leads where it leads.
            if any(d in self.links or stat.S_ISLNK(mode_of(d)) for d in way):
                continue
            if any(mode_of(d) and not stat.S_ISDIR(mode_of(d)) for d in way):
                continue
            self._make_way(name, held)
            self.links[name] = path

    def _make_way(self, path, held):
        for directory in above(path):
            if is_in(directory, held):
                return
            self.made.add(directory)


class Root:
    """The new root, being built. `kernel` has the calls for mounts."""

    def __init__(self, kernel, sheet, mounted, places):
        self._kernel = kernel
        self._sheet = sheet
        self._mounted = mounted
        paths = [directory["path"] for directory in sheet.directories]
        self._displaced = [place for place in places if any(is_in(p, [place]) for p in paths)]
        self._kept = [place for place in places if place not in self._displaced]
        #: Where the program may write.
        self.places = [*self._kept, *(DISPLACED + place for place in self._displaced)]
        self._plan = Plan(mounted, self._kept)

    def enter(self, scratch, mounts):
        """Builds it and makes it the root of this process, with the granted directories in it."""
        names = []
        for index, directory in enumerate(self._sheet.directories):
            problem = self._plan.add(directory, index)
            if problem is None:
                names += [(name, directory["path"]) for name in directory["names"]]
            else:
                self._sheet.withhold(index, problem)
        self._plan.finish(names)
        # Taken before anything lies over them.
        covers = [*self._plan.grants, *self._kept]
        inner = [(path, self._kernel.copy(path)) for path in self._mounted if is_in(path, covers)]
        self._kernel.attach(scratch, SITE)
        os.mkdir(SITE + "/root")
        corner, *own = (
            self._kernel.copy(SITE + place) for place in ("/root", *self._kept, *self._displaced)
        )
        self._kernel.detach(SITE)
        self._kernel.attach(corner, SITE)
        os.chdir(SITE)
        self._build()
        for place, mount in zip(self.places, own):
            os.makedirs("." + place)
            self._kernel.attach(mount, "." + place)
        self._attach(mounts, inner)
        self._kernel.pivot()
        self._check()
        self._settle()

    def _build(self):
        taken = {*self._plan.made, *self._plan.grants, *self._plan.links, *self._kept, SITE}
        for directory in sorted(self._plan.made, key=len):
            here = "." + directory
            if directory != "/":
                os.mkdir(here, 0o755)
            if not mode_of(directory):
                continue
            for name in os.listdir(directory):
                path = os.path.join(directory, name)
                if path not in taken:
                    self._copy(path, "." + path)
        for path, target in self._plan.links.items():
            os.symlink(target, "." + path)

    def _copy(self, path, here):
        """Shows something of the old root at its place in the new one."""
        mode = mode_of(path)
        if stat.S_ISLNK(mode):
            os.symlink(os.readlink(path), here)
            return
        mount = self._kernel.copy(path)
        make_place(mount, here)
        self._kernel.attach(mount, here)
        os.close(mount)

    def _attach(self, mounts, inner):
        """Mounts grants and what the interpreter needs in them, the outermost first."""
        steps = [(path, mounts[index], index) for path, index in self._plan.grants.items()]
        steps += [(path, mount, None) for path, mount in inner]
        for path, mount, index in sorted(steps, key=lambda step: len(step[0])):
            try:
                if above(path)[-1] in self._plan.made:
                    make_directory("." + path)
                elif index is None and is_in(path, self._kept):
                    make_place(mount, "." + path)
                self._kernel.attach(mount, "." + path)
            except OSError as error:
                # What the interpreter had there may be gone: then the grant shows that it is.
                if index is not None:
                    self._sheet.withhold(index, f"cannot be mounted for a program: {error.strerror}")
                    del self._plan.grants[path]

    def _check(self):
        """Looks whether each directory is what was granted, and read-only."""
        for path, index in self._plan.grants.items():
            if not is_same(path, self._sheet.directories[index]):
                raise OSError(f"{path} is not the directory that was granted")
            if os.statvfs(path).f_flag & READ_ONLY != READ_ONLY:
                raise OSError(f"{path} was not mounted read-only")
        for path, index in {**self._plan.grants, **self._plan.there}.items():
            self._try(path, index)

    def _try(self, path, index):
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        except OSError as error:
            self._sheet.withhold(index, f"cannot be read by a program: {error.strerror}")

    def _settle(self):
        """What belongs in the program's own places, and where those are."""
        for name, path in self._plan.own_links.items():
            try:
                os.makedirs(os.path.dirname(name), exist_ok=True)
                os.symlink(path, name)
            except FileExistsError:
                # Another name is the beginning of this one.
                pass
        variables = {"/workspace": "HOME", "/tmp": "TMPDIR"}
        for place in self._displaced:
            os.environ[variables[place]] = DISPLACED + place
        os.chdir(os.environ["HOME"])


def look(sheet, directories):
    """Where there are no mounts: the directories that can be read as they are at their paths."""
    usable = []
    for index, (wanted, fd) in enumerate(zip(sheet.directories, directories)):
        try:
            opened = os.open(wanted["path"], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            sheet.withhold(index, f"cannot be read by a program: {error.strerror}")
            continue
        if os.path.sameopenfile(opened, fd):
            usable.append(fd)
        else:
            sheet.withhold(index, "is not the directory any more that was granted")
        os.close(opened)
    return usable
