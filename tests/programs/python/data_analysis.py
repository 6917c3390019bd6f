# features: statistics, collections, formatting; oracle: cpython
from collections import defaultdict
from itertools import groupby
from operator import itemgetter, attrgetter
from statistics import mean, median
import csv, io

CSV = """id,name,dept,salary,hired
1,Ann,eng,120000,2015-03-01
2,Bob,eng,95000,2018-07-15
3,Cy,ops,70000,2020-01-10
4,Di,ops,,2021-05-05
5,Ed,hr,65000,2012-11-30
6,Flo,eng,135000,2010-02-28
"""
rows = [{**r, "salary": float(r["salary"]) if r["salary"] else None, "id": int(r["id"])} for r in csv.DictReader(io.StringIO(CSV))]
print(f"{len(rows)} rows, {sum(r['salary'] is None for r in rows)} missing")
by = defaultdict(list)
for r in rows:
    if r["salary"] is not None:
        by[r["dept"]].append(r["salary"])
print(f"{'dept':<6}{'n':>3}{'mean':>12}{'median':>12}{'max':>12}")
for dept, s in sorted(by.items(), key=lambda kv: -mean(kv[1])):
    print(f"{dept:<6}{len(s):>3}{mean(s):>12,.0f}{median(s):>12,.0f}{max(s):>12,.0f}")
for dept, group in groupby(sorted(rows, key=itemgetter("dept", "name")), key=itemgetter("dept")):
    print(dept, ", ".join(r["name"] for r in group))
filled = [{**r, "salary": r["salary"] if r["salary"] is not None else mean(by[r["dept"]])} for r in rows]
top = sorted(filled, key=lambda r: (-r["salary"], r["name"]))[:3]
print([(r["name"], r["salary"]) for r in top])
decades = defaultdict(int)
for r in rows:
    decades[r["hired"][:3] + "0s"] += 1
print(dict(sorted(decades.items())))
pivot = defaultdict(dict)
for r in filled:
    pivot[r["dept"]][r["hired"][:4]] = int(r["salary"])
years = sorted({y for d in pivot.values() for y in d})
print("     " + " ".join(years))
for dept in sorted(pivot):
    print(f"{dept:<5}" + " ".join(f"{pivot[dept].get(y, '-'):>4}"[:6] for y in years))
total = sum(r["salary"] for r in filled)
running = 0
for r in filled:
    running += r["salary"]
    print(f"{r['name']:<4}{r['salary'] / total:>7.1%}{running / total:>8.1%} {'▇' * round(r['salary'] / 10000)}")
moving = [round(mean(r["salary"] for r in filled[max(0, i - 2):i + 1]), 2) for i in range(len(filled))]
print(moving)
corr = list(zip(*[(len(r["name"]), r["salary"]) for r in filled]))
print([round(x, 2) for x in corr[1]])
