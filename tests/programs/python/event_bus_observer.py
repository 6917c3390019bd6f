# features: classes, asyncio, weakref; oracle: cpython
import asyncio
import inspect
import weakref
from collections import defaultdict


class EventBus:
    def __init__(self):
        self._handlers = defaultdict(list)

    def on(self, event, priority=0):
        def register(fn):
            self._handlers[event].append((priority, fn))
            self._handlers[event].sort(key=lambda p: -p[0])
            return fn
        return register

    async def emit(self, event, **payload):
        results = []
        for _, fn in self._handlers[event] + self._handlers["*"]:
            value = fn(event=event, **payload)
            results.append(await value if inspect.isawaitable(value) else value)
        return results


bus = EventBus()


@bus.on("user.created")
def send_mail(event, name, **_):
    return f"mail to {name}"


@bus.on("user.created", priority=10)
async def audit(event, **payload):
    await asyncio.sleep(0)
    return f"audit {event} {payload}"


@bus.on("*")
def log(event, **_):
    return f"log {event}"


async def main():
    print(await bus.emit("user.created", name="ann"))
    print(await bus.emit("other"))


asyncio.run(main())


class Subject:
    def __init__(self):
        self._observers = weakref.WeakSet()
        self._state = None

    def attach(self, o):
        self._observers.add(o)

    @property
    def state(self):
        return self._state

    @state.setter
    def state(self, value):
        old, self._state = self._state, value
        for o in sorted(self._observers, key=lambda o: o.name):
            o.update(old, value)


class Observer:
    def __init__(self, name):
        self.name = name

    def update(self, old, new):
        print(f"{self.name}: {old} -> {new}")


s, a, b = Subject(), Observer("a"), Observer("b")
s.attach(a), s.attach(b)
s.state = 1
del b
s.state = 2
print(inspect.signature(bus.emit), inspect.iscoroutinefunction(audit), send_mail.__name__, inspect.getdoc(EventBus))
ref = weakref.ref(a)
print(ref() is a, a.__dict__, [m for m in dir(a) if not m.startswith("_")], callable(a.update))
