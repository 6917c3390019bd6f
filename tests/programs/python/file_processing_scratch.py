# features: files, csv, json, pathlib; oracle: cpython; needs: files
import csv
import glob
import gzip
import json
import os
import sqlite3
import tempfile
from collections import Counter
from pathlib import Path

os.makedirs("in", exist_ok=True)
for day in range(1, 4):
    with open(f"in/sales-{day:02d}.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["sku", "qty"])
        w.writerows([[f"S{i}", i * day] for i in range(1, 4)])
totals = Counter()
for path in sorted(glob.glob("in/*.csv")):
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            totals[row["sku"]] += int(row["qty"])
print(dict(totals), totals.most_common(1))
Path("out").mkdir()
Path("out/report.json").write_text(json.dumps(totals, indent=2, sort_keys=True))
with gzip.open("out/report.json.gz", "wt", encoding="utf-8") as f:
    f.write(Path("out/report.json").read_text())
with gzip.open("out/report.json.gz", "rt") as f:
    print(json.load(f))
db = sqlite3.connect("out/sales.db")
with db:
    db.execute("create table t (sku text primary key, qty int)")
    db.executemany("insert into t values (?, ?)", totals.items())
db.close()
print(sqlite3.connect("out/sales.db").execute("select sku, qty from t where qty > 10 order by 1").fetchall())
with open("log.txt", "w+", encoding="utf-8") as f:
    f.writelines(f"line {i} é\n" for i in range(5))
    f.seek(0)
    print(f.readline().strip(), sum(1 for _ in f))
with open("bin.dat", "wb") as f:
    f.write(bytes(range(16)))
with open("bin.dat", "rb") as f:
    f.seek(-4, os.SEEK_END)
    print(f.tell(), f.read())
with open("log.txt", "r+") as f:
    f.truncate(7)
print(os.path.getsize("log.txt"), os.stat("bin.dat").st_size, sorted(p.name for p in Path(".").iterdir()))
for bad in (lambda: open("no/such/file"), lambda: open("out"), lambda: os.rmdir("out"), lambda: Path("out").mkdir(), lambda: open("log.txt", "x"), lambda: open("log.txt").write("x")):
    try:
        bad()
    except (OSError, ValueError) as error:
        print(type(error).__name__, error)
with tempfile.NamedTemporaryFile("w", dir=".", suffix=".tmp", delete=True) as tmp:
    tmp.write("x")
    tmp.flush()
    print(os.path.exists(tmp.name), Path(tmp.name).suffix)
os.replace("log.txt", "renamed.txt")
os.remove("bin.dat")
print(Path("renamed.txt").exists(), sorted(str(p) for p in Path("out").glob("*.json*")), Path("a/../b").as_posix(), os.path.normpath("a/../b//c"), os.path.relpath("/a/b", "/a/c"), os.path.commonpath(["/a/b", "/a/c"]))
