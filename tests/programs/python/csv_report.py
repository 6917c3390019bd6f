# features: csv, io, formatting; oracle: cpython
import csv
import io
from collections import defaultdict

data = '''date,region,product,units,price
2024-01-05,North,"Widget, large",10,2.50
2024-01-06,South,Gadget,3,19.99
2024-02-01,North,Gadget,7,19.99
2024-02-11,East,"The ""Best"" thing",1,100
'''
rows = list(csv.DictReader(io.StringIO(data)))
print(len(rows), rows[0])
totals = defaultdict(lambda: {"units": 0, "revenue": 0.0})
for row in rows:
    bucket = totals[row["region"]]
    bucket["units"] += int(row["units"])
    bucket["revenue"] += int(row["units"]) * float(row["price"])
for region, t in sorted(totals.items(), key=lambda kv: -kv[1]["revenue"]):
    print(f"{region:<8}|{t['units']:>5}|{t['revenue']:>10.2f}")
out = io.StringIO()
writer = csv.DictWriter(out, fieldnames=["region", "units", "revenue"], lineterminator="\n")
writer.writeheader()
writer.writerows({"region": k, **v} for k, v in totals.items())
print(out.getvalue())
plain = io.StringIO()
csv.writer(plain, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([[1, "a;b"], [None, 'q"q']])
print(plain.getvalue(), end="")
print(csv.Sniffer().sniff("a\tb\tc\n1\t2\t3\n").delimiter.encode())
try:
    list(csv.reader(["a,\"b"], strict=True))
except csv.Error as error:
    print("csv.Error:", error)
