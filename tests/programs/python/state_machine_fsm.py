# features: classes, enum, errors; oracle: cpython
from enum import Enum, auto
from collections import defaultdict


class State(Enum):
    PENDING = auto()
    PAID = auto()
    SHIPPED = auto()
    CANCELLED = auto()


class InvalidTransition(Exception):
    pass


class Order:
    transitions = {(State.PENDING, "pay"): State.PAID, (State.PAID, "ship"): State.SHIPPED, (State.PENDING, "cancel"): State.CANCELLED, (State.PAID, "cancel"): State.CANCELLED}
    hooks = defaultdict(list)

    def __init__(self, oid):
        self.id, self.state, self.log = oid, State.PENDING, []

    @classmethod
    def after(cls, event):
        def deco(fn):
            cls.hooks[event].append(fn)
            return fn
        return deco

    def __getattr__(self, name):
        if any(name == event for _, event in self.transitions):
            return lambda: self._fire(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _fire(self, event):
        key = (self.state, event)
        if key not in self.transitions:
            raise InvalidTransition(f"cannot {event} order {self.id} while {self.state.name.lower()}")
        old, self.state = self.state, self.transitions[key]
        self.log.append(f"{old.name}->{self.state.name}")
        for hook in self.hooks[event]:
            hook(self)
        return self


@Order.after("pay")
def receipt(order):
    print(f"receipt for {order.id}")


o = Order(7)
o.pay().ship()
print(o.state, o.log)
for name in ("cancel", "fly"):
    try:
        getattr(o, name)()
    except (InvalidTransition, AttributeError) as error:
        print(f"{type(error).__name__}: {error}")
print([s.name for s in State], State.PAID.value, sorted({e for _, e in Order.transitions}))
