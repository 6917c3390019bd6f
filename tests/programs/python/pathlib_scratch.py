# features: pathlib, files; oracle: cpython; needs: files
from pathlib import Path, PurePosixPath
import json
import os
import shutil
import tempfile

root = Path("project")
(root / "src" / "pkg").mkdir(parents=True)
(root / "README.md").write_text("# Title\n\nSome *text*.\n", encoding="utf-8")
(root / "src" / "main.py").write_text("print('hi')\n")
(root / "src" / "pkg" / "data.json").write_text(json.dumps({"a": [1, 2]}))
(root / "bytes.bin").write_bytes(bytes(range(5)))
for path in sorted(root.rglob("*")):
    print(path.as_posix(), "dir" if path.is_dir() else path.stat().st_size)
print([p.name for p in sorted(root.glob("**/*.py"))], json.loads((root / "src/pkg/data.json").read_text()), (root / "bytes.bin").read_bytes())
p = PurePosixPath("/a/b/archive.tar.gz")
print(p.name, p.stem, p.suffix, p.suffixes, p.parent, p.parts, p.with_suffix(".zip"), p.relative_to("/a"), p.with_name("x"))
with open(root / "log.txt", "w") as f:
    for i in range(3):
        print(f"line {i}", file=f)
with open(root / "log.txt", "a+") as f:
    f.write("last")
    f.seek(0)
    print([line.rstrip() for line in f], f.tell())
(root / "log.txt").rename(root / "renamed.log")
shutil.copy(root / "renamed.log", root / "copy.log")
print(os.path.exists(root / "log.txt"), sorted(os.listdir(root)), os.path.splitext("x.tar.gz"), os.path.join("a", "b"), os.path.basename("/x/y"))
for folder, dirs, files in os.walk(root):
    dirs.sort()
    print(Path(folder).as_posix(), dirs, sorted(files))
try:
    Path("nope.txt").read_text()
except FileNotFoundError as error:
    print(error, error.errno)
(root / "copy.log").unlink()
Path("nope").unlink(missing_ok=True)
shutil.rmtree(root)
print(root.exists())
with tempfile.TemporaryDirectory(dir=".") as folder:
    (Path(folder) / "t").touch()
    print(os.listdir(folder))
