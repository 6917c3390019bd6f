"""Runs a module with something that stands for what a program finds in the sandbox."""

import asyncio
import sys
import types

from servers.demo import get_note, get_note_async

try:
    get_note(id=1)
    raise AssertionError("it was called outside")
except RuntimeError as error:
    assert "programs that code-executor runs" in str(error), error


class McpToolError(Exception):
    def __init__(self, message, code, server, tool, content):
        super().__init__(message)
        self.code, self.server, self.tool = code, server, tool


answers, calls = [], []


def call_raw(name, args):
    calls.append((name, args))
    return {"isError": False, **answers.pop(0)}


async def call_raw_async(name, args):
    return call_raw(name, args)


guest = types.ModuleType("code_executor")
guest.call_mcp_tool_raw, guest.call_mcp_tool_raw_async = call_raw, call_raw_async
guest.McpToolError = McpToolError
sys.modules["code_executor"] = guest


def text(words):
    return {"type": "text", "text": words}


def gives(answer):
    answers.append(answer)
    first = get_note({"id": 7})
    answers.append(answer)
    assert asyncio.run(get_note_async(id=7)) == first
    return first


note = {"id": 7, "title": "t", "body": "b", "tags": []}
assert gives({"content": [text("a note")], "structuredContent": note}) == note
assert gives({"content": [text('{"id": 7}')]}) == {"id": 7}
assert gives({"content": [text("7")]}) == "7"
assert gives({"content": [text("{no"), text("json}")]}) == "{no\njson}"
assert gives({"content": []}) is None
assert calls[0] == calls[1] == ("mcp__demo__get_note", {"id": 7}), calls
try:
    gives({"content": [text("no such note")], "isError": True})
    raise AssertionError("nothing was raised")
except McpToolError as error:
    told = (str(error), error.code, error.server, error.tool)
    assert told == ("no such note", "tool_error", "demo", "mcp__demo__get_note"), told
print("as it should be")
