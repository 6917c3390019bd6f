"""Changes to modules as soon as they are imported."""

import sys
from importlib.machinery import PathFinder


class _AfterImport:
    """A finder that finds nothing itself, but adds to what the others find."""

    def __init__(self, changes):
        self._changes = changes

    def find_spec(self, name, path=None, target=None):
        change = self._changes.get(name)
        if change is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        loader = spec.loader
        execute = loader.exec_module

        def exec_module(module):
            execute(module)
            if module.__name__ == name:
                change(module)

        loader.exec_module = exec_module
        return spec


def after_import(changes) -> None:
    """Calls each function with the module of its name, now or when it is imported."""
    for name, change in changes.items():
        module = sys.modules.get(name)
        if module is not None:
            change(module)
    sys.meta_path.insert(0, _AfterImport(changes))
