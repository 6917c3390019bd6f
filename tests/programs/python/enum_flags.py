# features: enum; oracle: cpython
from enum import Enum, IntEnum, Flag, IntFlag, auto, unique, StrEnum


class Color(Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1

    @property
    def pretty(self):
        return self.name.title()

    @classmethod
    def parse(cls, text):
        return cls[text.upper()]


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    ALL = R | W | X


class Level(IntEnum):
    LOW = 10
    HIGH = 20


class Mode(StrEnum):
    FAST = auto()
    SLOW = "slow-mode"


print(Color.RED, repr(Color.GREEN), Color(1), Color["GREEN"].value, list(Color), Color.CRIMSON is Color.RED, Color.parse("red").pretty)
print(Perm.R | Perm.W, Perm.R in Perm.ALL, Perm.ALL & ~Perm.W, Perm(5), bool(Perm(0)), list(Perm.ALL))
print(Level.LOW < Level.HIGH, Level.HIGH + 1, sorted(Level, reverse=True), f"{Level.LOW}", int(Level.HIGH))
print(Mode.FAST, f"{Mode.SLOW!r}", Mode("fast") is Mode.FAST, "fast" == Mode.FAST, {m.name: m.value for m in Mode})
for bad in (lambda: Color(9), lambda: Color["PINK"], lambda: setattr(Color, "RED", 3)):
    try:
        bad()
    except (ValueError, KeyError, AttributeError) as error:
        print(type(error).__name__, error)
try:
    @unique
    class Dup(Enum):
        A = 1
        B = 1
except ValueError as error:
    print(error)


class Planet(Enum):
    EARTH = (5.976e24, 6.37814e6)
    MARS = (6.421e23, 3.3972e6)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius

    @property
    def gravity(self):
        return 6.67300e-11 * self.mass / self.radius ** 2


for planet in Planet:
    print(f"{planet.name:<6}{planet.gravity:.3f}")
print(Enum("Animal", "CAT DOG").DOG.value, Color.__members__.keys())
