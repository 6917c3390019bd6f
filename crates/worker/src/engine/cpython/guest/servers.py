"""The package `servers`: the tools of every configured MCP server as functions to import.

Nothing of it is on any disk. A package of a server and a function of a tool are made when somebody
imports them, of what the host says there is; until then there is a finder, and no more.
"""

import inspect
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

from . import bridge, rewrite

_PACKAGE = "servers"

_Parameter = inspect.Parameter
_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


class _Left:
    """Stands for the value of an argument that may be left out."""

    def __repr__(self):
        return "..."


def install() -> None:
    """Makes the package importable, before anything of that name. In the zygote."""
    for name in [name for name in sys.modules if _is_ours(name)]:
        del sys.modules[name]
    for plain, twin in _TWINS:
        rewrite.pair(plain, twin)
    sys.meta_path.insert(0, _Finder())


def list_servers():
    """The packages of all servers, by name."""
    return bridge.ask(bridge.SERVERS, {})


async def list_servers_async():
    """`list_servers` as a coroutine."""
    return await bridge.ask_async(bridge.SERVERS, {})


def list_tools(server=None):
    """All tools, or those of one server.

    A list of `{name, server, description, signature, callable, module, function}`.
    """
    return bridge.ask(bridge.DISCOVER, _listing(server))


async def list_tools_async(server=None):
    """`list_tools` as a coroutine."""
    return await bridge.ask_async(bridge.DISCOVER, _listing(server))


def search_tools(query, server=None, limit=None, detail="description"):
    """Finds tools by intent, best first. `detail` is "name", "description" or "full"."""
    return bridge.ask(bridge.SEARCH, _searching(query, server, limit, detail))


async def search_tools_async(query, server=None, limit=None, detail="description"):
    """`search_tools` as a coroutine."""
    return await bridge.ask_async(bridge.SEARCH, _searching(query, server, limit, detail))


_TWINS = (
    (list_servers, list_servers_async),
    (list_tools, list_tools_async),
    (search_tools, search_tools_async),
)


def _listing(server):
    return {"server": bridge.text(server, "list_tools(server)"), "importable": True}


def _searching(query, server, limit, detail):
    asked = bridge.search_payload(query, limit)
    server, detail = bridge.text(server, "server"), bridge.text(detail, "detail")
    return {**asked, "server": server, "detail": detail or "description", "importable": True}


def _is_ours(name):
    return name == _PACKAGE or name.startswith(_PACKAGE + ".")


class _Finder:
    """Finds `servers`, `servers.<server>` and `servers.<server>.<tool>`, and loads them."""

    def find_spec(self, name, path=None, target=None):
        if not _is_ours(name):
            return None
        parts = name.split(".")
        told = _told(name, *parts[1:]) if len(parts) > 1 else None
        spec = ModuleSpec(name, self, origin="the connected MCP servers", is_package=len(parts) < 3)
        spec.loader_state = told
        return spec

    def create_module(self, spec):
        kind, fill = _KINDS[spec.name.count(".")]
        made = kind(spec.name)
        fill(made, spec.loader_state)
        return made

    def exec_module(self, module):
        pass


def _told(name, server, tool=None):
    """What the host says that a module holds."""
    try:
        return bridge.ask(bridge.MODULE, {"server": server, "tool": tool})
    except bridge.McpToolError as error:
        raise ImportError(f"cannot import {name}: {error}", name=name) from None


# The classes of modules have no methods but those that Python calls, and modules keep no state of ours:
# a tool or a server may have any other name.


class _Servers(ModuleType):
    """The package of all servers."""

    def __getattr__(self, name):
        return _found(self, name, _package_of)

    def __dir__(self):
        return sorted({*super().__dir__(), *list_servers()})


class _Server(ModuleType):
    """The package of a server: a function for each tool, made when it is first wanted."""

    def __getattr__(self, name):
        return _found(self, name, _function_of)

    def __setattr__(self, name, value):
        # The module of a tool that is imported does not hide its function.
        if type(value) is not _Tool:
            super().__setattr__(name, value)

    def __dir__(self):
        return sorted({*super().__dir__(), *_names[self]})


class _Tool(ModuleType):
    """The module of one tool."""

    def __getattr__(self, name):
        return _found(self, name, _nothing_of)


#: From every name in the package of a server to the function of its tool, by the package.
_names = {}


def _found(module, name, find):
    """What a module has by this name, made now."""
    if _is_special(name):
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
    try:
        return find(module, name)
    except ImportError as error:
        raise AttributeError(str(error)) from None


def _is_special(name):
    """Whether a name means something to Python; no tool has it."""
    return len(name) > 4 and name[:2] == name[-2:] == "__" and "_" not in (name[2], name[-3])


def _fill_servers(module, told):
    module.__doc__ = __doc__
    for function in (each for pair in _TWINS for each in pair):
        setattr(module, function.__name__, function)


def _package_of(servers, name):
    """The package of a server."""
    return import_module(f"{servers.__name__}.{name}")


def _fill_server(module, told):
    module.__doc__ = f"The tools of the MCP server {told['server']}."
    functions = told["functions"]
    names = {each["awaited"]: each["function"] for each in functions}
    names.update((each["function"], each["function"]) for each in functions)
    _names[module] = names
    # Those that were left out are found one by one.
    both = [(each["function"], each["awaited"]) for each in functions]
    vars(module)["__all__"] = [name for pair in both for name in pair]


def _function_of(package, name):
    """The function of a tool, plain or as a coroutine function."""
    _, _, server = package.__name__.rpartition(".")
    tool = _names[package].get(name, name)
    told = _told(f"{package.__name__}.{name}", server, tool)
    plain, twin = _functions(package.__name__, told["functions"][0])
    made = twin if name == twin.__name__ and name != plain.__name__ else plain
    vars(package).update({plain.__name__: plain, twin.__name__: twin, name: made})
    return made


def _fill_tool(module, told):
    package, _, _ = module.__name__.rpartition(".")
    plain, twin = _functions(package, told["functions"][0])
    module.__doc__ = plain.__doc__
    vars(module).update({plain.__name__: plain, twin.__name__: twin})
    vars(module)["__all__"] = [plain.__name__, twin.__name__]


def _nothing_of(module, name):
    """Nothing: all there is, is there."""
    raise ImportError(f"{module.__name__} has no {name}, only {' and '.join(module.__all__)}")


#: The class of a module and what fills it, by the number of dots in its name.
_KINDS = ((_Servers, _fill_servers), (_Server, _fill_server), (_Tool, _fill_tool))

#: The functions of each tool, by its full name.
_made = {}


def _functions(package, told):
    """The function that calls a tool and the same as a coroutine function; once for each tool."""
    name = told["name"]
    if name not in _made:
        _made[name] = _make(package, told)
        rewrite.pair(*_made[name])
    return _made[name]


def _make(package, told):
    name, label = told["name"], told["function"]

    def plain(args=None, /, **arguments):
        return bridge.ask(bridge.TYPED, _payload(label, name, args, arguments))

    async def twin(args=None, /, **arguments):
        return await bridge.ask_async(bridge.TYPED, _payload(label, name, args, arguments))

    help = told["help"]
    signature = _signature(help["parameters"])
    for function, called in ((plain, label), (twin, told["awaited"])):
        function.__name__ = function.__qualname__ = called
        function.__module__ = package
        function.__doc__ = f"{help['description']}\n\n{help['signature']}".strip()
        function.__signature__ = signature
    return plain, twin


def _payload(label, name, args, arguments):
    if args is None:
        args = arguments
    elif not isinstance(args, dict):
        kind = type(args).__name__
        raise TypeError(f"{label}(...) needs its arguments by keyword or as a dict, got {kind}")
    elif arguments:
        args = {**args, **arguments}
    return {"name": name, "arguments": args}


def _signature(told):
    """The signature that `help` shows: a dict, or keywords."""
    keywords = []
    for each in told:
        default = _Parameter.empty if each["required"] else _Left()
        kind = _TYPES.get(each["type"], _Parameter.empty)
        try:
            keyword = _Parameter(
                each["name"], _Parameter.KEYWORD_ONLY, default=default, annotation=kind
            )
        except ValueError:
            # A word of the language: in a dict it can be given.
            continue
        keywords.append(keyword)
    names = {keyword.name for keyword in keywords}
    first = next(name for name in ("args", "_args", "__args") if name not in names)
    others = next(name for name in ("arguments", "_arguments", "__arguments") if name not in names)
    return inspect.Signature([
        _Parameter(first, _Parameter.POSITIONAL_ONLY, default=None),
        *keywords,
        _Parameter(others, _Parameter.VAR_KEYWORD),
    ])
