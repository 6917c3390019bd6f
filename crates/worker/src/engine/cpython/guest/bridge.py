"""Tools as functions: what a program calls, as requests to the host and replies from it.

Each function comes twice, blocking and as a coroutine. `rewrite` turns `await call_mcp_tool(...)`
into the coroutine's call, so that a program need not know which one it wants.
"""

import json
from asyncio import get_running_loop as _get_running_loop, wait as _wait

from .protocol import Waiter
from .result import NotJson, argument_json

_CALL, _RAW, SEARCH, DISCOVER, _SCHEMA = range(5)
FILE, FETCH, CANCEL = range(5, 8)
TYPED, SERVERS, MODULE = range(8, 11)
_RESOURCES, _RESOURCE, _PROMPTS, _PROMPT = range(11, 15)

#: What the last byte of a reply says it is.
JSON, TEXT, ERROR, PARTS = range(4)

#: The most of a call's arguments, in bytes of JSON.
_ARGUMENTS_CAP = 16 << 20

_decode = json.JSONDecoder().raw_decode
_encode = json.JSONEncoder(separators=(",", ":")).encode


class McpToolError(Exception):
    """A tool call that failed.

    `tool` is the name that was called, `server` the server it led to (if it did), `code` a stable
    word for what happened, `content` the tool's own blocks when it answered.
    """

    def __init__(self, message="", code=None, server=None, tool=None, content=None):
        super().__init__(message)
        self.message = message
        self.code = code
        self.server = server
        self.tool = tool
        self.content = [] if content is None else content

    def __reduce__(self):
        return type(self), (self.message, self.code, self.server, self.tool, self.content)


class _State:
    """The conversation of this process; none before the program starts."""

    channel = None
    before_request = None
    #: Whether a value was given plainly that the program may still `await`.
    answered_plainly = False


state = _State()


def call_mcp_tool(name, args=None, **arguments):
    """Calls a tool: `call_mcp_tool('mcp__server__tool', {...})`.

    Gives its text, its structured value when that is the whole answer, its content blocks when
    there is anything else, None when there is nothing. Arguments may also be given by keyword.
    Raises McpToolError.
    """
    return ask(_CALL, _call_payload("call_mcp_tool", name, args, arguments))


async def call_mcp_tool_async(name, args=None, **arguments):
    """`call_mcp_tool` as a coroutine, for `asyncio.gather` and tasks."""
    return await ask_async(_CALL, _call_payload("call_mcp_tool_async", name, args, arguments))


def call_mcp_tool_raw(name, args=None, **arguments):
    """Calls a tool and gives the whole result: `{content, structuredContent?, isError}`."""
    return ask(_RAW, _call_payload("call_mcp_tool_raw", name, args, arguments))


async def call_mcp_tool_raw_async(name, args=None, **arguments):
    """`call_mcp_tool_raw` as a coroutine."""
    return await ask_async(_RAW, _call_payload("call_mcp_tool_raw_async", name, args, arguments))


def search_tools(query, limit=None):
    """Finds tools by intent, best first.

    A list of `{name, server, description, signature, callable}`.
    """
    return ask(SEARCH, search_payload(query, limit))


async def search_tools_async(query, limit=None):
    """`search_tools` as a coroutine."""
    return await ask_async(SEARCH, search_payload(query, limit))


def discover_mcp_tools(search=None, server=None):
    """Lists the tools, those of one server, or those that match."""
    return ask(DISCOVER, _discover_payload(search, server))


async def discover_mcp_tools_async(search=None, server=None):
    """`discover_mcp_tools` as a coroutine."""
    return await ask_async(DISCOVER, _discover_payload(search, server))


def get_tool_schema(name):
    """Everything about one tool, `{name, server, description, inputSchema, ...}`, or None."""
    return ask(_SCHEMA, _schema_payload(name))


async def get_tool_schema_async(name):
    """`get_tool_schema` as a coroutine."""
    return await ask_async(_SCHEMA, _schema_payload(name))


def list_resources(server=None):
    """The resources of one server, or of all: `{server, uri, name, ...}`, or `uriTemplate`."""
    return ask(_RESOURCES, {"server": text(server, "list_resources(server)")})


async def list_resources_async(server=None):
    """`list_resources` as a coroutine."""
    return await ask_async(_RESOURCES, {"server": text(server, "list_resources(server)")})


def read_resource(server, uri):
    """A resource's text when that is all of it, else its contents, blobs in base64."""
    return ask(_RESOURCE, _resource_payload(server, uri))


async def read_resource_async(server, uri):
    """`read_resource` as a coroutine."""
    return await ask_async(_RESOURCE, _resource_payload(server, uri))


def list_prompts(server=None):
    """The prompts of one server, or of all: `{server, name, description?, arguments?}`."""
    return ask(_PROMPTS, {"server": text(server, "list_prompts(server)")})


async def list_prompts_async(server=None):
    """`list_prompts` as a coroutine."""
    return await ask_async(_PROMPTS, {"server": text(server, "list_prompts(server)")})


def get_prompt(server, name, args=None, **arguments):
    """A prompt with these arguments filled in: `{description?, messages}`."""
    return ask(_PROMPT, _prompt_payload(server, name, args, arguments))


async def get_prompt_async(server, name, args=None, **arguments):
    """`get_prompt` as a coroutine."""
    return await ask_async(_PROMPT, _prompt_payload(server, name, args, arguments))


#: The coroutine function for each blocking one.
TWINS = (
    (call_mcp_tool, call_mcp_tool_async),
    (call_mcp_tool_raw, call_mcp_tool_raw_async),
    (search_tools, search_tools_async),
    (discover_mcp_tools, discover_mcp_tools_async),
    (get_tool_schema, get_tool_schema_async),
    (list_resources, list_resources_async),
    (read_resource, read_resource_async),
    (list_prompts, list_prompts_async),
    (get_prompt, get_prompt_async),
)


def _call_payload(label, name, args, arguments):
    if not isinstance(name, str):
        raise TypeError(f"{label} needs a tool name such as 'mcp__server__tool', got {name!r:.100}")
    if args is None:
        args = arguments
    elif not isinstance(args, dict):
        kind = type(args).__name__
        raise TypeError(f"{label}({name!r:.100}, ...) needs a dict of arguments, got {kind}")
    elif arguments:
        args = {**args, **arguments}
    return {"name": name, "arguments": args}


def search_payload(query, limit):
    """What is asked in a search."""
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, (int, float))):
        raise TypeError(f"search_tools(query, limit) needs a number, got {type(limit).__name__}")
    return {"query": text(query, "search_tools(query)") or "", "limit": limit}


def _discover_payload(search, server):
    return {"search": text(search, "search"), "server": text(server, "server")}


def _schema_payload(name):
    return {"name": text(name, "get_tool_schema(name)") or ""}


def _resource_payload(server, uri):
    label = "read_resource(server, uri)"
    return {"server": _needed(server, label), "uri": _needed(uri, label)}


def _prompt_payload(server, name, args, arguments):
    label = "get_prompt(server, name, args)"
    if args is not None and not isinstance(args, dict):
        raise TypeError(f"{label} needs a dict of arguments, got {type(args).__name__}")
    args = {**(args or {}), **arguments}
    return {"server": _needed(server, label), "name": _needed(name, label), "arguments": args}


def _needed(value, label):
    if value is None:
        raise TypeError(f"{label} needs a string, got None")
    return text(value, label)


def text(value, label):
    """A text, or None."""
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{label} needs a string, got {type(value).__name__}")
    return value


def _encoded(payload):
    try:
        encoded = argument_json(payload)
    except NotJson as error:
        raise ValueError(f"the arguments cannot be JSON: {error}") from None
    if len(encoded) > _ARGUMENTS_CAP:
        raise ValueError(
            f"the arguments are {len(encoded)} bytes of JSON, {_ARGUMENTS_CAP} (16 MiB) is the limit; "
            "send less"
        )
    return encoded


def ask(op, payload):
    """Asks the host and waits for what it answers. Raises McpToolError."""
    encoded = _encoded(payload)
    state.answered_plainly = True
    waiter = send(op, encoded)
    state.channel.wait(waiter)
    return _value(waiter.reply)


async def ask_async(op, payload):
    """`ask` as a coroutine."""
    asked = Asked(op, _encoded(payload))
    await asked.answered
    return _value(asked.waiter.reply)


def send(op, encoded, on_reply=None):
    """Asks the host for something; gives what waits for the reply."""
    # The host sees what was printed before what was asked.
    state.before_request()
    waiter = Waiter(on_reply)
    state.channel.request(op, encoded, waiter)
    return waiter


def cancel(waiter):
    """Tells the host that a reply is no longer wanted. It is taken in when it comes all the same."""
    if not waiter.done:
        state.channel.request(CANCEL, b'{"id":%d}' % waiter.number, Waiter())


class Asked:
    """A request from a running loop, whose future `answered` is done when `waiter` has the reply."""

    def __init__(self, op, encoded):
        self._loop = _get_running_loop()
        self._watch = _watch_of(self._loop)
        self.answered = self._loop.create_future()
        self._watch.begin()
        self.waiter = send(op, encoded, self._on_reply)

    def _on_reply(self, _):
        if _running_loop() is self._loop:
            self._settle()
            return
        try:
            self._loop.call_soon_threadsafe(self._settle)
        except RuntimeError:
            # The loop was closed before its call was answered.
            pass

    def _settle(self):
        self._watch.end()
        if not self.answered.done():
            self.answered.set_result(None)


async def settled(future, timeout):
    """Waits for a future for so many seconds. It is not cancelled."""
    await _wait((future,), timeout=timeout)


def _running_loop():
    try:
        return _get_running_loop()
    except RuntimeError:
        return None


class _Watch:
    """Makes a loop read the socket while calls of its own are under way."""

    def __init__(self, loop):
        self._loop = loop
        self._under_way = 0

    def begin(self):
        self._under_way += 1
        if self._under_way == 1:
            self._loop.add_reader(state.channel.fd, state.channel.pump)

    def stop(self):
        if self._under_way > 0:
            self._under_way = 1
            self.end()

    def end(self):
        if self._under_way == 0:
            # Stopped before.
            return
        self._under_way -= 1
        if self._under_way == 0 and not self._loop.is_closed():
            self._loop.remove_reader(state.channel.fd)


_WATCH = "_code_executor_watch"


def stop_watching(loop):
    """Forgets the calls of a loop that are not answered, and will not be."""
    watch = getattr(loop, _WATCH, None)
    if watch is not None:
        watch.stop()


def _watch_of(loop):
    watch = getattr(loop, _WATCH, None)
    if watch is None:
        watch = _Watch(loop)
        setattr(loop, _WATCH, watch)
    return watch


def encode_parts(header, content=b""):
    """A dict and bytes as one payload."""
    encoded = _encode(header).encode()
    return b"".join((len(encoded).to_bytes(4, "little"), encoded, content))


def split_parts(reply):
    """A dict and bytes out of a reply."""
    view = memoryview(reply)
    end = 4 + int.from_bytes(view[:4], "little")
    return _decode(str(view[4:end], "utf-8"))[0], view[end:-1]


def value_of(reply):
    """What a reply in JSON says."""
    with memoryview(reply) as view:
        return _decode(str(view[:-1], "utf-8"))[0] if len(view) > 1 else None


def _value(reply):
    tag = reply[-1]
    with memoryview(reply) as view:
        said = str(view[:-1], "utf-8")
    if tag == TEXT:
        return said
    if tag == JSON:
        return _decode(said)[0] if said else None
    details = _decode(said)[0]
    raise McpToolError(
        details.get("message", ""),
        details.get("code"),
        details.get("server"),
        details.get("tool"),
        details.get("content"),
    )
