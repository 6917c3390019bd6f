"""Tools of every configured MCP server, for the program that runs here.

Every function works plainly, `call_mcp_tool(...)`, and awaited, `await call_mcp_tool(...)`. Those
that end in `_async` give coroutines, for `asyncio.gather` and tasks.
"""

from .bridge import (
    McpToolError,
    call_mcp_tool,
    call_mcp_tool_async,
    call_mcp_tool_raw,
    call_mcp_tool_raw_async,
    discover_mcp_tools,
    discover_mcp_tools_async,
    get_prompt,
    get_prompt_async,
    get_tool_schema,
    get_tool_schema_async,
    list_prompts,
    list_prompts_async,
    list_resources,
    list_resources_async,
    read_resource,
    read_resource_async,
    search_tools,
    search_tools_async,
)
from .loop import UnsettledAwaitError

__all__ = [
    "McpToolError",
    "UnsettledAwaitError",
    "call_mcp_tool",
    "call_mcp_tool_async",
    "call_mcp_tool_raw",
    "call_mcp_tool_raw_async",
    "discover_mcp_tools",
    "discover_mcp_tools_async",
    "get_prompt",
    "get_prompt_async",
    "get_tool_schema",
    "get_tool_schema_async",
    "list_prompts",
    "list_prompts_async",
    "list_resources",
    "list_resources_async",
    "read_resource",
    "read_resource_async",
    "search_tools",
    "search_tools_async",
]
