"""What is done to a program's syntax tree before it is compiled.

The last expression's value is kept, as in a notebook. And since one name serves both ways of calling
a tool, `await f(...)`, and what is handed to asyncio as in `asyncio.gather(f(...))`, calls the
coroutine function that belongs to `f` if there is one: decided by what `f` is when it is called, so
that aliases work and everything else stays as it is. Values stay plain.
"""

import ast
import asyncio

#: Names that no program can write.
VALUE = " value"
_CALLEE = " callee"
_AWAITED = " awaited"

#: Functions of asyncio that take awaitables.
_TAKERS = frozenset(
    ["gather", "create_task", "ensure_future", "wait_for", "wait", "shield", "run", "as_completed",
     "run_coroutine_threadsafe"]
)

#: Methods that take awaitables, of loops, task groups and runners.
_METHODS = frozenset(["create_task", "run_until_complete"])

#: What a tool answers plainly.
_PLAIN = frozenset([str, dict, list, int, float, bool, type(None)])


def keep_last_value(tree: ast.Module) -> bool:
    """Makes the last expression statement an assignment to `VALUE`."""
    if not tree.body or type(tree.body[-1]) is not ast.Expr:
        return False
    last = tree.body[-1]
    target = ast.copy_location(ast.Name(VALUE, ast.Store()), last.value)
    kept = ast.Assign(targets=[target], value=last.value, type_comment=None)
    tree.body[-1] = ast.copy_location(kept, last)
    return True


def call_twins(tree: ast.Module) -> None:
    """Rewrites what is awaited, and what is handed to asyncio. Does not recurse: trees are deep."""
    modules, functions = _names_of_asyncio(tree)

    def takes_awaitables(callee):
        if type(callee) is ast.Name:
            return callee.id in functions
        if type(callee) is not ast.Attribute:
            return False
        if callee.attr in _METHODS:
            return True
        value = callee.value
        return callee.attr in _TAKERS and type(value) is ast.Name and value.id in modules

    awaits, calls = [], {}
    for node in ast.walk(tree):
        if type(node) is ast.Await:
            awaits.append(node)
            if type(node.value) is ast.Call:
                calls[id(node.value)] = node.value
        elif type(node) is ast.Call and takes_awaitables(node.func):
            calls[id(node)] = node
            calls.update((id(call), call) for call in _handed_over(node.args))
    for call in calls.values():
        call.func = _call(_CALLEE, call.func)
    for node in awaits:
        node.value = _call(_AWAITED, node.value)


def _names_of_asyncio(tree):
    modules, functions = {"asyncio"}, set()
    for node in ast.walk(tree):
        if type(node) is ast.Import:
            names = [alias.asname for alias in node.names if alias.name == "asyncio"]
            modules.update(filter(None, names))
        elif type(node) is ast.ImportFrom and node.module == "asyncio" and node.level == 0:
            for alias in node.names:
                if alias.name in _TAKERS:
                    functions.add(alias.asname or alias.name)
    return modules, functions


def _handed_over(arguments):
    """The calls whose values these arguments are, through displays and comprehensions."""
    pending = list(arguments)
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is ast.Call:
            yield node
        elif kind is ast.Starred:
            pending.append(node.value)
        elif kind in (ast.List, ast.Tuple, ast.Set):
            pending.extend(node.elts)
        elif kind in (ast.ListComp, ast.GeneratorExp, ast.SetComp):
            pending.append(node.elt)
        elif kind is ast.IfExp:
            pending += [node.body, node.orelse]


def _call(name, argument):
    function = ast.copy_location(ast.Name(name, ast.Load()), argument)
    return ast.copy_location(ast.Call(func=function, args=[argument], keywords=[]), argument)


class _Ready:
    """An awaitable that is done."""

    __slots__ = ("_value",)

    def __init__(self, value):
        self._value = value

    def __await__(self):
        return self._value
        yield


async def _settled(value):
    return value


#: From the number of a function to what is called in its place where it is awaited.
_twins = {}


def pair(plain, twin) -> None:
    """Says which coroutine function belongs to a function, which has to stay."""
    _twins[id(plain)] = twin


def helpers(twins, state):
    """The functions that rewritten programs call, by name."""
    table = _twins
    for plain, twin in twins:
        pair(plain, twin)

    def awaitable(value):
        # A plain call that was kept in a variable, or put in a list, before it is awaited.
        if type(value) in _PLAIN and state.answered_plainly:
            return _settled(value)
        return value

    def awaited(value):
        if type(value) in _PLAIN and state.answered_plainly:
            return _Ready(value)
        return value

    def gather(*values, **options):
        return asyncio_gather(*map(awaitable, values), **options)

    def wait(values, **options):
        return asyncio_wait([_task(awaitable(value)) for value in values], **options)

    def _task(value):
        return asyncio_ensure_future(value)

    def first(function):
        def taking(value, *others, **options):
            return function(awaitable(value), *others, **options)
        return taking

    asyncio_gather, asyncio_wait = asyncio.gather, asyncio.wait
    asyncio_ensure_future = asyncio.ensure_future
    table[id(asyncio_gather)] = gather
    table[id(asyncio_wait)] = wait
    for name in ("create_task", "ensure_future", "wait_for", "shield", "run"):
        function = getattr(asyncio, name)
        table[id(function)] = first(function)

    get = table.get

    def callee(function):
        return get(id(function), function)

    return {_CALLEE: callee, _AWAITED: awaited}
