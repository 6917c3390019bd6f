# features: json, dataclasses, formatting; oracle: cpython
import json
from dataclasses import dataclass, asdict, field
from datetime import date
from operator import attrgetter

RAW = '[{"id": 1, "name": "Laptop", "category": "Electronics", "price": 999.99, "stock": 5, "tags": ["computer"]}, {"id": 2, "name": "Mouse", "category": "Electronics", "price": 25.5, "stock": 150}, {"id": 3, "name": "Desk", "category": "Furniture", "price": 350, "stock": 0, "added": "2024-02-29"}]'


@dataclass
class Product:
    id: int
    name: str
    category: str
    price: float
    stock: int
    tags: list = field(default_factory=list)
    added: date | None = None

    @classmethod
    def from_dict(cls, d):
        d = dict(d)
        if d.get("added"):
            d["added"] = date.fromisoformat(d["added"])
        unknown = set(d) - set(cls.__dataclass_fields__)
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        return cls(**d)

    @property
    def value(self):
        return self.price * self.stock


products = [Product.from_dict(d) for d in json.loads(RAW)]
products.sort(key=attrgetter("category", "price"))
print(f"{'ID':<4}{'Name':<10}{'Price':>10}{'Stock':>7}{'Value':>12}")
print("-" * 43)
for p in products:
    print(f"{p.id:<4}{p.name:<10}{p.price:>10,.2f}{p.stock:>7}{p.value:>12,.2f}")
summary = {}
for p in products:
    s = summary.setdefault(p.category, {"count": 0, "value": 0.0, "names": []})
    s["count"] += 1
    s["value"] = round(s["value"] + p.value, 2)
    s["names"].append(p.name)
print(json.dumps(summary, indent=2, sort_keys=True))
print(json.dumps([asdict(p) for p in products if p.added], default=str))
print(max(products, key=lambda p: p.value).name, any(p.stock == 0 for p in products), [p.name for p in products if "computer" in p.tags], products[0])
try:
    Product.from_dict({"id": 1, "nme": "x"})
except ValueError as error:
    print(error)
try:
    Product.from_dict({"id": 1})
except TypeError as error:
    print(error)
