# Made by code-executor: how tools are called. Changes will be overwritten.
"""How tools are called: by a program that code-executor runs, through what it finds around itself."""

import importlib
import json
from typing import Any


def guest() -> Any:
    """What a program finds around itself; an error outside of the sandbox."""
    try:
        return importlib.import_module("code_executor")
    except ImportError:
        message = "there is no code_executor here: tools are called by programs that code-executor runs"
        raise RuntimeError(message) from None


def call(name: str, arguments: Any, named: dict[str, Any]) -> Any:
    """Calls a tool and gives its value, as `value` has it."""
    return value(name, guest().call_mcp_tool_raw(name, {**(arguments or {}), **named}))


async def call_async(name: str, arguments: Any, named: dict[str, Any]) -> Any:
    """`call` as a coroutine."""
    return value(name, await guest().call_mcp_tool_raw_async(name, {**(arguments or {}), **named}))


def value(name: str, answer: dict[str, Any]) -> Any:
    """The structured value of an answer, or else its text, read as JSON where all of it is a JSON object
    or array; the content blocks when there is anything else, None when there is nothing."""
    content = answer["content"]
    texts = [block.get("text", "") for block in content if block["type"] == "text"]
    text = "\n".join(texts)
    if answer["isError"]:
        server = name.split("__")[1]
        raise guest().McpToolError(text or f"{name} failed", "tool_error", server, name, content)
    structured = answer.get("structuredContent")
    if structured is not None:
        return structured
    if not content:
        return None
    return read(text) if len(texts) == len(content) else content


def read(text: str) -> Any:
    """Text, or what it is as JSON when all of it is an object or an array."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
