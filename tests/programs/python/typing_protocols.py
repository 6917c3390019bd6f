# features: typing, classes, generics; oracle: cpython
from __future__ import annotations
from typing import Protocol, TypeVar, Generic, NamedTuple, TypedDict, Literal, Union, Callable, Any, runtime_checkable, get_type_hints, get_args, cast, overload
from abc import ABC, abstractmethod

T = TypeVar("T")


class Stack(Generic[T]):
    def __init__(self) -> None:
        self._items: list[T] = []

    def push(self, item: T) -> Stack[T]:
        self._items.append(item)
        return self

    def pop(self) -> T:
        if not self._items:
            raise IndexError("pop from empty stack")
        return self._items.pop()

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._items!r})"


@runtime_checkable
class Drawable(Protocol):
    def draw(self) -> str: ...


class Shape(ABC):
    @abstractmethod
    def area(self) -> float: ...

    def describe(self) -> str:
        return f"{self.__class__.__name__} with area {self.area():.2f}"


class Circle(Shape):
    def __init__(self, r: float) -> None:
        self.r = r

    def area(self) -> float:
        return 3.14159 * self.r ** 2

    def draw(self) -> str:
        return "o"


class Row(NamedTuple):
    id: int
    name: str = "anon"


class Movie(TypedDict, total=False):
    title: str
    year: int


Mode = Literal["r", "w"]
print(Stack[int]().push(1).push(2), len(Stack()), isinstance(Circle(1), Drawable), isinstance(5, Drawable), Circle(2).describe())
try:
    Shape()
except TypeError as error:
    print("TypeError:", str(error).split(" with")[0])
try:
    Stack().pop()
except IndexError as error:
    print(error)
print(Row(1), Row(2, "x")._asdict(), Movie(title="M", year=1999), get_args(Mode), get_type_hints(Circle.area), cast(int, "s"))


class Meta(type):
    registry: dict[str, type] = {}

    def __new__(mcs, name, bases, ns, **kw):
        cls = super().__new__(mcs, name, bases, ns, **kw)
        mcs.registry[name] = cls
        return cls


class Plugin(metaclass=Meta):
    def __init_subclass__(cls, /, tag="none", **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag


class Csv(Plugin, tag="csv"):
    pass


print(Meta.registry.keys(), Csv.tag, Csv.__mro__[1].__name__, type(Csv).__name__)


class Typed:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, owner=None):
        return self if obj is None else getattr(obj, self.name, None)

    def __set__(self, obj, value):
        if not isinstance(value, int):
            raise TypeError(f"{self.name[1:]} must be int, got {type(value).__name__}")
        setattr(obj, self.name, value)


class Model:
    age = Typed()


m = Model()
m.age = 5
try:
    m.age = "x"
except TypeError as error:
    print(m.age, error)
