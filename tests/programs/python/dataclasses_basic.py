# features: dataclasses, typing; oracle: cpython
from dataclasses import dataclass, field, asdict, astuple, replace, fields, FrozenInstanceError
from typing import Optional, ClassVar
import json


@dataclass(order=True)
class Employee:
    sort_index: float = field(init=False, repr=False)
    name: str
    salary: float
    tags: list[str] = field(default_factory=list)
    manager: Optional["Employee"] = None
    count: ClassVar[int] = 0

    def __post_init__(self):
        if self.salary < 0:
            raise ValueError(f"salary must be positive: {self.salary}")
        self.sort_index = self.salary
        Employee.count += 1


boss = Employee("Ann", 9000.5)
staff = [Employee("Bob", 5000, ["dev"], boss), Employee("Cy", 4000, manager=boss), boss]
for e in sorted(staff, reverse=True):
    print(f"{e.name:<5}{e.salary:>10,.2f} {e.manager.name if e.manager else '-'}")
print(staff[0])
print(asdict(staff[1]))
print(json.dumps(asdict(boss), indent=2))
print(Employee.count, [f.name for f in fields(Employee)], astuple(boss)[1:3])


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0

    @property
    def norm(self) -> float:
        return (self.x ** 2 + self.y ** 2) ** 0.5


p = Point(3, 4)
print(p, p.norm, replace(p, y=10), {p: "hashable"}, p == Point(3, 4))
try:
    p.x = 1
except FrozenInstanceError as error:
    print(type(error).__name__, error)
try:
    Employee("Bad", -1)
except ValueError as error:
    print(error)
