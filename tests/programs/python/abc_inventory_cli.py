# features: classes, errors, text; oracle: cpython
import sys


class Command:
    registry = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Command.registry[cls.__name__.lower()] = cls

    def run(self, store, *args):
        raise NotImplementedError(type(self).__name__)


class Add(Command):
    """add NAME QTY"""

    def run(self, store, name, qty="1"):
        store[name] = store.get(name, 0) + int(qty)
        return f"{name}: {store[name]}"


class Remove(Command):
    """remove NAME"""

    def run(self, store, name):
        return f"removed {store.pop(name)} {name}"


class List(Command):
    def run(self, store):
        return "\n".join(f"  {k:<8}{v:>4}" for k, v in sorted(store.items())) or "  (empty)"


class Todo(Command):
    pass


store = {}
for line in ["list", "add apple 3", "add apple", "add pear x", "remove fig", "remove", "todo", "fly", "add kiwi 2", "list"]:
    name, *args = line.split()
    try:
        print(f"> {line}\n{Command.registry[name]().run(store, *args)}")
    except KeyError as error:
        print("unknown:", error)
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")
    except NotImplementedError as error:
        print("not implemented:", error)
print({k: v.__doc__ for k, v in Command.registry.items()}, sys.version_info >= (3, 9), len(sys.argv))
if __name__ == "__main__":
    sys.exit(0)
