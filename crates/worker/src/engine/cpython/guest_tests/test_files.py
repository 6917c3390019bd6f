"""Files of granted directories, changed by the usual functions.

Everything is done by the host: the directory is not writable to the program.
"""

import importlib.util
import os
import shutil
import tempfile
import unittest

from disk import Disk
from harness import FILE, run


#: Fails what is done in the granted directory by the program itself.
GUARD = """
def guard(event, arguments):
    import os
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
    inside = any(isinstance(each, (str, bytes)) and os.fsdecode(each).startswith(ROOT + "/") for each in arguments)
    if event == "open" and inside and (arguments[2] or 0) & writes or event in CHANGES and inside:
        raise SystemError(f"natively: {event} {arguments}")
CHANGES = {"os." + each for each in "mkdir rmdir remove rename truncate utime chmod chown link symlink setxattr".split()}
__import__("sys").addaudithook(guard)
"""


class Files(unittest.TestCase):
    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="granted-"))
        self.addCleanup(shutil.rmtree, self.root)
        self.outside = os.path.realpath(tempfile.mkdtemp(prefix="outside-"))
        self.addCleanup(shutil.rmtree, self.outside)

    def run_here(self, source, **grants):
        source = f"ROOT, OUTSIDE = {self.root!r}, {self.outside!r}\n" + GUARD + source
        return run(source, Disk(self.root), {"read": [self.root], "write": [self.root], **grants})

    def result_of(self, source, **grants):
        outcome = self.run_here(source, **grants)
        self.assertIsNone(outcome.error, outcome.error)
        return outcome.result

    def asked(self, outcome):
        return [request["op"] for op, request in outcome.requests if op == FILE]

    def content(self, name):
        with open(os.path.join(self.root, name), "rb") as file:
            return file.read()

    def put(self, name, content):
        with open(os.path.join(self.root, name), "wb") as file:
            file.write(content)

    def test_every_mode_of_open_does_what_it_does_elsewhere(self):
        """The same in the granted directory and outside of it, step by step."""
        source = """
import io, os
def story(root):
    told = []
    def step(name, function):
        try:
            value = function()
        except Exception as error:
            value = [type(error).__name__, getattr(error, "errno", None), str(error).replace(root, "")]
        told.append([name, value])
    def write(mode, data, **options):
        def go():
            with open(root + "/file", mode, **options) as file:
                kinds = [type(file).__name__.replace("HostFile", "FileIO"), file.mode, str(file.name).replace(root, ""), file.seekable(),
                         file.readable(), file.writable(), file.isatty(), file.closed]
                wrote = file.write(data) if data is not None else None
                return kinds + [wrote, file.tell()]
        return go
    def content():
        with open(root + "/file", "rb") as file:
            return repr(file.read())
    for mode, data in [
        ("r+", "a"), ("x", "first"), ("x", "second"), ("a", " more"), ("r+", "F"), ("w+", "abc"),
        ("a+", "def"), ("x+b", b""), ("rb+", b"XY"), ("ab", b"!"), ("ab+", b"?"), ("wb", b"bytes"),
        ("wt", "text"), ("w", b"no"), ("wb", "no"), ("rw", ""), ("w+x", ""), ("wbt", b""), ("w", None),
    ]:
        step(mode, write(mode, data))
        step("content", content)
    step("unbuffered", write("wb", b"raw", buffering=0))
    step("unbuffered text", write("w", "raw", buffering=0))
    step("lines", write("w", "a\\nb", buffering=1))
    step("encoding", write("w", "z\\u00f6", encoding="latin-1"))
    step("content", content)
    step("errors", write("w", "z\\u2603", encoding="ascii", errors="replace"))
    step("content", content)
    step("newline", write("w", "a\\nb\\n", newline="\\r\\n"))
    step("content", content)
    step("bad newline", write("w", "a", newline="x"))
    step("bad encoding", write("w", "a", encoding="no-such"))
    def update():
        with open(root + "/file", "w+", encoding="utf-8") as file:
            file.write("one two three"); file.seek(4); first = file.read(3)
            file.seek(0, 2); file.write(" four"); file.seek(0)
            whole = file.read(); file.truncate(7); file.seek(0)
            return [first, whole, file.read(), os.path.getsize(root + "/file")]
    step("update", update)
    def update_bytes():
        with open(root + "/file", "r+b") as file:
            file.seek(2); file.write(b"__"); file.seek(-2, 1); a = file.read(2); file.seek(-1, 2)
            b = file.read(); file.seek(20); file.write(b"end"); file.flush()
            return [repr(a), repr(b), os.path.getsize(root + "/file")]
    step("update bytes", update_bytes)
    step("content", content)
    def closed():
        file = open(root + "/file", "w"); file.close(); file.write("x")
    step("closed", closed)
    def read_only_write():
        with open(root + "/file", "w") as file: file.read()
    step("read of w", read_only_write)
    step("directory", lambda: open(root, "w"))
    step("missing", lambda: open(root + "/no/file", "w"))
    step("not a directory", lambda: open(root + "/file/x", "w"))
    step("negative", lambda: open(root + "/file", "r+b", buffering=0).seek(-1))
    return told
[story(ROOT), story(OUTSIDE)]
"""
        here, there = self.result_of(source)
        for mine, native in zip(here, there):
            self.assertEqual(mine, native)
        self.assertEqual(len(here), len(there))

    def test_nothing_is_written_natively_and_requests_are_few(self):
        outcome = self.run_here("""
import os
with open(ROOT + "/big", "wb") as file:
    for n in range(10_000):
        file.write(b"x" * 100)
with open(ROOT + "/text", "w") as file:
    for n in range(20_000):
        print("line", n, file=file)
[os.path.getsize(ROOT + "/big"), sum(1 for _ in open(ROOT + "/text"))]
""")
        self.assertEqual(outcome.result, [1_000_000, 20_000])
        self.assertLess(len(outcome.requests), 20)

    def test_the_guard_of_these_tests_finds_what_is_done_natively(self):
        outcome = self.run_here("import posix\nposix.mkdir(ROOT + '/d')")
        self.assertEqual(outcome.error["type"], "SystemError")

    def test_what_is_large_goes_in_pieces(self):
        outcome = self.run_here("open(ROOT + '/big', 'wb').write(b'y' * 20_000_000)")
        self.assertEqual(outcome.result, 20_000_000)
        self.assertEqual(self.content("big"), b"y" * 20_000_000)

    def test_flushing_makes_visible_and_leaving_writes_the_rest(self):
        outcome = self.run_here("""
file = open(ROOT + "/log", "w")
file.write("one\\n"); file.flush()
seen = open(ROOT + "/log").read()
file.write("two\\n")
kept = open(ROOT + "/kept", "wb"); kept.write(b"kept")
open(ROOT + "/dropped", "w").write("dropped")
seen
""")
        self.assertEqual(outcome.result, "one\n")
        self.assertEqual(self.content("log"), b"one\ntwo\n")
        self.assertEqual((self.content("kept"), self.content("dropped")), (b"kept", b"dropped"))
        self.run_here("open(ROOT + '/failed', 'w').write('said')\n1 / 0")
        self.assertEqual(self.content("failed"), b"said")

    def test_functions_of_os_do_what_they_do_elsewhere(self):
        source = """
import errno, os, stat
def story(root):
    told = []
    def step(name, function, *arguments, **options):
        try:
            value = function(*arguments, **options)
        except Exception as error:
            shown = [type(error).__name__, str(error).replace(root, "")]
            value = shown + [str(getattr(error, each, "")).replace(root, "") for each in ("errno", "filename", "filename2")]
        told.append([name, value])
    at = lambda name: os.path.join(root, name)
    step("mkdir", os.mkdir, at("a"))
    step("mkdir again", os.mkdir, at("a"))
    step("mkdir nowhere", os.mkdir, at("x/y"))
    step("makedirs", os.makedirs, at("a/b/c"))
    step("makedirs again", os.makedirs, at("a/b/c"))
    step("makedirs exist_ok", os.makedirs, at("a/b/c"), exist_ok=True)
    step("bytes", os.mkdir, os.fsencode(at("bytes")))
    step("slash", os.mkdir, at("slash/"))
    step("dots", os.mkdir, at("a/b/../from-dots"))
    step("listing", lambda: sorted(os.listdir(at("a"))))
    for name in ("f1", "f2"):
        open(at(name), "w").close()
    step("rename", os.rename, at("f1"), at("g1"))
    step("rename missing", os.rename, at("f1"), at("g1"))
    step("rename onto directory", os.rename, at("g1"), at("a"))
    step("replace", os.replace, at("g1"), at("f2"))
    step("remove", os.remove, at("f2"))
    step("remove missing", os.remove, at("f2"))
    step("unlink missing", os.unlink, at("f2"))
    step("rmdir full", os.rmdir, at("a"))
    step("removedirs", os.removedirs, at("a/b/c"))
    step("listing", lambda: sorted(os.listdir(root)))
    open(at("t"), "w").write("0123456789")
    step("truncate", os.truncate, at("t"), 4)
    step("truncate missing", os.truncate, at("no"), 4)
    step("size", os.path.getsize, at("t"))
    step("utime", os.utime, at("t"), (1, 2.5))
    step("times", lambda: [os.stat(at("t")).st_atime_ns, os.stat(at("t")).st_mtime_ns])
    step("utime ns", os.utime, at("t"), ns=(3_000_000_001, 4_000_000_002))
    step("times", lambda: [os.stat(at("t")).st_atime_ns, os.stat(at("t")).st_mtime_ns])
    step("utime now", os.utime, at("t"))
    step("utime both", os.utime, at("t"), (1, 2), ns=(1, 2))
    step("access", lambda: [os.access(at(n), m) for n in ("t", "no") for m in (os.F_OK, os.R_OK, os.W_OK)])
    step("symlink", os.symlink, "t", at("link"))
    step("readlink", os.readlink, at("link"))
    step("symlink again", os.symlink, "t", at("link"))
    step("renames", os.renames, at("t"), at("new/t"))
    step("walk", lambda: [[path.replace(root, ""), sorted(d), sorted(f)] for path, d, f in sorted(os.walk(root))])
    step("nothing", os.mkdir, "")
    step("nul", os.mkdir, at("a\\0b"))
    step("kind", os.mkdir, None)
    def descriptors():
        fd = os.open(at("fd"), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        told = [os.write(fd, b"0123456789"), os.lseek(fd, 2, os.SEEK_SET), repr(os.read(fd, 3)),
                os.pwrite(fd, b"__", 7), repr(os.pread(fd, 4, 6)), os.fstat(fd).st_size,
                stat.S_IMODE(os.fstat(fd).st_mode), os.stat(fd).st_size]
        os.ftruncate(fd, 5); os.fsync(fd); told.append(os.path.getsize(at("fd")))
        os.close(fd)
        return told
    step("descriptors", descriptors)
    step("exclusive", os.open, at("fd"), os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    def append():
        fd = os.open(at("fd"), os.O_WRONLY | os.O_APPEND)
        with os.fdopen(fd, "a") as file: file.write("more")
        return open(at("fd")).read()
    step("append", append)
    def closed():
        fd = os.open(at("fd"), os.O_WRONLY); os.close(fd); os.write(fd, b"x")
    step("closed", closed)
    def reading():
        fd = os.open(at("fd"), os.O_WRONLY)
        try: os.read(fd, 1)
        finally: os.close(fd)
    step("reading", reading)
    return told
[story(ROOT), story(OUTSIDE)]
"""
        here, there = self.result_of(source)
        for mine, native in zip(here, there):
            self.assertEqual(mine, native)

    def test_pathlib(self):
        self.assertEqual(self.result_of("""
from pathlib import Path
root = Path(ROOT)
path = root / "notes" / "deep" / "a.txt"
path.parent.mkdir(parents=True, exist_ok=True)
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text("one"); path.write_bytes(path.read_bytes() + b" two")
with path.open("a") as file: file.write(" three")
(root / "touched").touch(); (root / "touched").touch()
try: (root / "touched").touch(exist_ok=False)
except FileExistsError: print("exists")
path.rename(root / "b.txt"); (root / "b.txt").replace(root / "c.txt")
(root / "gone").write_text(""); (root / "gone").unlink(); (root / "gone").unlink(missing_ok=True)
path.parent.rmdir()
try: (root / "no" / "way").write_text("")
except FileNotFoundError as error: print(error.errno, error.filename == str(root / "no" / "way"))
[(root / "c.txt").read_text(), sorted(str(each.relative_to(root)) for each in root.rglob("*"))]
"""), ["one two three", ["c.txt", "notes", "touched"]])

    def test_shutil(self):
        self.assertEqual(self.result_of("""
import os, shutil, stat, sys
os.makedirs(OUTSIDE + "/tree/sub"); open(OUTSIDE + "/tree/sub/a", "w").write("a" * 300_000)
open(OUTSIDE + "/tree/run", "w").write("#!"); os.chmod(OUTSIDE + "/tree/run", 0o755)
os.utime(OUTSIDE + "/tree/run", (100, 200))
shutil.copytree(OUTSIDE + "/tree", ROOT + "/tree")
shutil.copy(ROOT + "/tree/run", ROOT + "/copied"); shutil.copy2(OUTSIDE + "/tree/run", ROOT + "/copied2")
shutil.copyfile(OUTSIDE + "/tree/sub/a", ROOT + "/file")
shutil.move(OUTSIDE + "/tree/run", ROOT + "/in"); shutil.move(ROOT + "/file", OUTSIDE + "/out")
shutil.move(ROOT + "/tree/sub", ROOT + "/moved")
os.mkdir(ROOT + "/deep"); open(ROOT + "/deep/x", "w").close(); os.symlink("x", ROOT + "/deep/l")
shutil.rmtree(ROOT + "/deep")
[sorted(os.listdir(ROOT)), os.path.getsize(ROOT + "/moved/a"), os.path.exists(OUTSIDE + "/tree/run"),
 os.path.getsize(OUTSIDE + "/out"), os.stat(ROOT + "/copied2").st_mtime]
"""), [["copied", "copied2", "in", "moved", "tree"], 300_000, False, 300_000, 200])

    def test_tempfile(self):
        for again in ("", "import sys\nfor each in ('shutil', 'tempfile'): sys.modules.pop(each, None)\n"):
            with self.subTest(again):
                self.check_tempfile(again)

    def check_tempfile(self, prefix):
        self.assertEqual(self.result_of(prefix + """
import os, tempfile
fd, path = tempfile.mkstemp(dir=ROOT, suffix=".tmp")
with os.fdopen(fd, "w") as file: file.write("made")
told = [open(path).read(), os.path.dirname(path) == ROOT]
with tempfile.NamedTemporaryFile("w+", dir=ROOT, suffix=".named") as file:
    file.write("named"); file.flush(); file.seek(0)
    told += [os.path.dirname(file.name) == ROOT, file.read(), os.path.getsize(file.name)]
told.append(os.path.exists(file.name))
kept = tempfile.NamedTemporaryFile("wb", dir=ROOT, delete=False); kept.write(b"kept"); kept.close()
told.append(open(kept.name).read())
with tempfile.TemporaryDirectory(dir=ROOT) as folder: open(folder + "/x", "w").write("x")
with tempfile.TemporaryFile(dir=ROOT) as file: file.write(b"x"); file.seek(0); told.append(len(file.read()))
os.remove(path); os.remove(kept.name)
told + [os.listdir(ROOT)]
"""), ["made", True, True, "named", 5, False, "kept", 1, []])

    def test_the_usual_writers(self):
        self.assertEqual(self.result_of("""
import bz2, csv, gzip, json, logging, lzma, pickle, tarfile, zipfile, configparser, codecs, os, shelve
at = lambda name: os.path.join(ROOT, name)
with open(at("j.json"), "w") as file: json.dump({"a": [1]}, file, indent=1)
with open(at("c.csv"), "w", newline="") as file:
    csv.writer(file).writerows([["a", "b"], [1, "x,y"]])
with gzip.open(at("g.gz"), "wt") as file: file.write("zipped")
with bz2.open(at("b.bz2"), "wb") as file: file.write(b"bz")
with lzma.open(at("x.xz"), "wb") as file: file.write(b"xz")
with zipfile.ZipFile(at("z.zip"), "w") as file: file.writestr("in.txt", "in"); file.write(at("j.json"), "j.json")
with zipfile.ZipFile(at("z.zip"), "a") as file: file.writestr("more.txt", "more")
with tarfile.open(at("t.tar.gz"), "w:gz") as file: file.add(at("c.csv"), "c.csv")
with open(at("p.pickle"), "wb") as file: pickle.dump({1: 2}, file)
with codecs.open(at("u"), "w", "utf-16") as file: file.write("u")
config = configparser.ConfigParser(); config["s"] = {"k": "v"}
with open(at("c.ini"), "w") as file: config.write(file)
logging.basicConfig(filename=at("log"), level=logging.INFO, force=True); logging.info("logged")
with zipfile.ZipFile(at("z.zip")) as file: file.extractall(at("out"))
[json.load(open(at("j.json"))), list(csv.reader(open(at("c.csv"), newline=""))), gzip.open(at("g.gz"), "rt").read(),
 bz2.open(at("b.bz2")).read(), lzma.open(at("x.xz")).read(), zipfile.ZipFile(at("z.zip")).namelist(),
 tarfile.open(at("t.tar.gz")).getnames(), pickle.load(open(at("p.pickle"), "rb")), open(at("log")).read(),
 sorted(os.listdir(at("out")))]
"""), [{"a": [1]}, [["a", "b"], ["1", "x,y"]], "zipped", "bz", "xz", ["in.txt", "j.json", "more.txt"], ["c.csv"],
            {"1": 2}, "INFO:root:logged\n", ["in.txt", "j.json", "more.txt"]])

    @unittest.skipUnless(importlib.util.find_spec("pandas"), "pandas is not installed")
    def test_numpy_and_pandas(self):
        self.assertEqual(self.result_of("""
import numpy as np, pandas as pd, os
at = lambda name: os.path.join(ROOT, name)
frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
frame.to_csv(at("f.csv"), index=False); frame.to_json(at("f.json")); frame.to_pickle(at("f.pickle"))
frame.to_csv(at("f.csv.gz"))
np.save(at("a.npy"), np.arange(100_000)); np.savez_compressed(at("a.npz"), x=np.ones(3)); np.savetxt(at("a.txt"), [[1.5]])
[pd.read_csv(at("f.csv")).equals(frame), pd.read_pickle(at("f.pickle")).equals(frame), int(np.load(at("a.npy")).sum()),
 float(np.load(at("a.npz"))["x"].sum()), float(np.loadtxt(at("a.txt"))), len(pd.read_csv(at("f.csv.gz"))),
 int(np.load(at("a.npy"), mmap_mode="r")[7])]
"""), [True, True, 4999950000, 3.0, 1.5, 2, 7])

    def test_a_database_is_read_but_not_written(self):
        import sqlite3
        database = sqlite3.connect(self.root + "/data.db")
        database.execute("create table t (n)"); database.execute("insert into t values (7)")
        database.commit(); database.close()
        self.assertEqual(self.result_of("""
import os, shutil, sqlite3
read = sqlite3.connect(f"file:{ROOT}/data.db?mode=ro&immutable=1", uri=True).execute("select n from t").fetchall()
made = sqlite3.connect(OUTSIDE + "/new.db"); made.execute("create table u (n)"); made.commit(); made.close()
shutil.copy(OUTSIDE + "/new.db", ROOT + "/new.db")
[read, os.path.getsize(ROOT + "/new.db") > 0]
"""), [[[7]], True])

    def test_what_is_never_written_says_why(self):
        outcome = self.run_here("open(ROOT + '/.git/config', 'w')")
        self.assertEqual(outcome.error["type"], "PermissionError")
        self.assertIn("[Errno 13] Permission denied: programs may not write there: '", outcome.error["message"])
        self.assertIn(".git/config'", outcome.error["message"])

    def test_what_lies_outside_is_the_kernels(self):
        outcome = self.run_here("""
import os
open(OUTSIDE + "/f", "w").write("x"); os.mkdir(OUTSIDE + "/d"); os.rename(OUTSIDE + "/f", OUTSIDE + "/d/g")
open(ROOT + "-not", "w").close(); os.remove(ROOT + "-not")
with open(os.open(OUTSIDE + "/fd", os.O_WRONLY | os.O_CREAT), "w") as file: file.write("fd")
os.listdir(OUTSIDE + "/d")
""")
        self.assertEqual((outcome.result, outcome.requests), (["g"], []))

    def test_relative_paths_and_the_working_directory(self):
        os.mkdir(self.root + "/work")
        self.put("work/helper.py", b"VALUE = 7\n")
        outcome = self.run_here("""
import os, helper
open("relative", "w").write("r"); os.mkdir("folder"); open("folder/../../up", "w").write("u")
os.chdir(ROOT); open("top", "w").write("t")
[helper.VALUE, sorted(os.listdir(ROOT)), sorted(os.listdir(ROOT + "/work"))]
""", cwd=self.root + "/work")
        self.assertEqual(outcome.result, [7, ["top", "up", "work"], ["folder", "helper.py", "relative"]])

    def test_dots_behind_a_link_mean_what_the_kernel_means(self):
        os.makedirs(self.root + "/one/two")
        os.symlink("one/two", self.root + "/link")
        self.result_of("open(ROOT + '/link/../here', 'w').write('x')")
        self.assertEqual(self.content("one/here"), b"x")

    def test_open_files_follow_renames_and_do_not_write_to_others(self):
        outcome = self.run_here("""
import os
file = open(ROOT + "/temporary", "w"); file.write("whole")
os.replace(ROOT + "/temporary", ROOT + "/final"); file.close()
gone = open(ROOT + "/gone", "w"); gone.write("x"); os.remove(ROOT + "/gone"); open(ROOT + "/gone", "w").write("new")
try: gone.close()
except OSError as error: print(error)
open(ROOT + "/final").read()
""")
        self.assertEqual(outcome.result, "whole")
        self.assertIn("removed while it was open", outcome.output)
        self.assertEqual(self.content("gone"), b"new")

    def test_modes_links_and_descriptors_say_that_they_are_not_there(self):
        outcome = self.run_here("""
import os
told = []
def step(function, *arguments):
    try: told.append(function(*arguments))
    except OSError as error: told.append([type(error).__name__, error.strerror])
open(ROOT + "/f", "w").close()
step(os.chmod, ROOT + "/f", os.stat(ROOT + "/f").st_mode)
step(os.chmod, ROOT + "/f", 0o777)
step(os.link, ROOT + "/f", ROOT + "/g")
step(os.rename, ROOT + "/f", OUTSIDE + "/f")
step(lambda: open(ROOT + "/f", "w").fileno())
told
""")
        told = outcome.result
        self.assertEqual(told[0], None)
        self.assertEqual(told[1], ["PermissionError", "Operation not permitted"])
        self.assertEqual(told[2][0], "PermissionError")
        self.assertEqual(told[3], ["OSError", "Invalid cross-device link"])
        self.assertEqual(told[4][0], "UnsupportedOperation")

    def test_threads_write_at_once(self):
        self.assertEqual(self.result_of("""
import os, threading
def work(n):
    for m in range(20):
        with open(f"{ROOT}/{n}", "a") as file: file.write(f"{m}\\n")
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
for each in threads: each.start()
for each in threads: each.join()
[len(open(f"{ROOT}/{n}").readlines()) for n in range(8)]
"""), [20] * 8)

    def test_without_a_write_grant_nothing_is_replaced(self):
        for grants in (None, {"read": [self.root]}):
            outcome = run("import builtins, io, os, posix\n"
                          "[open is io.open, type(open).__name__, os.mkdir is posix.mkdir]", grants=grants)
            self.assertEqual(outcome.result, [True, "builtin_function_or_method", True])

    def test_open_may_be_kept_where_functions_would_be_bound(self):
        self.assertEqual(self.result_of("""
class Keeper:
    opener = open
with Keeper().opener(ROOT + "/f", "w") as file: file.write("x")
open(ROOT + "/f").read()
"""), "x")

    def test_what_a_program_does_to_it_harms_only_itself(self):
        outcome = self.run_here("import os, io, builtins\nfile = open(ROOT + '/f', 'w')\nfile.write('x')\n"
                                "os.write = os.stat = io.open = builtins.open = None\n1")
        self.assertEqual((outcome.error, outcome.result), (None, 1))
        self.assertEqual(self.content("f"), b"x")


if __name__ == "__main__":
    unittest.main()
