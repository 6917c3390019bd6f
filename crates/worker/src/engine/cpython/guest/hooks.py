"""Changes to modules as soon as they are imported."""

import builtins
import sys
from importlib.machinery import PathFinder

#: Modules that are as good without `ssl` when it is the host that speaks TLS; importing it takes
#: longer than importing them. Once it is imported, they use it.
WITHOUT_SSL = ("http.client", "urllib.request")


class _AfterImport:
    """A finder that finds nothing itself, but adds to what the others find."""

    def __init__(self, changes, without_ssl):
        self._changes = changes
        self._without_ssl = without_ssl

    def find_spec(self, name, path=None, target=None):
        change = self._changes.get(name)
        if change is None and name not in self._without_ssl:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        loader = spec.loader
        execute = loader.exec_module
        without_ssl = name in self._without_ssl

        def exec_module(module):
            ours = module.__name__ == name
            if ours and without_ssl:
                module.__builtins__ = {**vars(builtins), "__import__": _import_without_ssl}
            execute(module)
            if ours and change is not None:
                change(module)

        loader.exec_module = exec_module
        return spec


def _import_without_ssl(name, *args, **options):
    if name == "ssl" and "ssl" not in sys.modules:
        raise ImportError("not needed")
    return builtins.__import__(name, *args, **options)


def after_import(changes, without_ssl=()) -> None:
    """Calls each function with the module of its name, now or when it is imported. Modules of the
    second names are imported without `ssl`."""
    for name, change in changes.items():
        module = sys.modules.get(name)
        if module is not None:
            change(module)
    sys.meta_path.insert(0, _AfterImport(changes, without_ssl))
