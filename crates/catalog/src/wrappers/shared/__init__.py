# Made by code-executor: what finds tools. Changes will be overwritten.
"""Every server as a package, every tool as a function: `from servers.<server> import <tool>`."""

from typing import Any

from . import _runtime

__all__ = [
    "list_servers",
    "list_servers_async",
    "list_tools",
    "list_tools_async",
    "search_tools",
    "search_tools_async",
]

#: Each server's name, by its package.
_SERVERS: dict[str, str] = {}


def list_servers() -> list[str]:
    """The packages of all servers."""
    return list(_SERVERS)


async def list_servers_async() -> list[str]:
    """`list_servers` as a coroutine."""
    return list_servers()


def list_tools(server: str | None = None) -> list[dict[str, Any]]:
    """All tools, or those of one server, which its package or its name says."""
    tools: list[dict[str, Any]] = _runtime.guest().discover_mcp_tools(server=_named(server))
    return tools


async def list_tools_async(server: str | None = None) -> list[dict[str, Any]]:
    """`list_tools` as a coroutine."""
    guest = _runtime.guest()
    tools: list[dict[str, Any]] = await guest.discover_mcp_tools_async(server=_named(server))
    return tools


def search_tools(query: str, server: str | None = None, limit: int = 10) -> list[dict[str, Any]]:
    """Tools by what they do, best first."""
    most = limit if server is None else 1_000
    return _only(server, _runtime.guest().search_tools(query, most))[:limit]


async def search_tools_async(
    query: str, server: str | None = None, limit: int = 10
) -> list[dict[str, Any]]:
    """`search_tools` as a coroutine."""
    most = limit if server is None else 1_000
    return _only(server, await _runtime.guest().search_tools_async(query, most))[:limit]


def _named(server: str | None) -> str | None:
    return None if server is None else _SERVERS.get(server, server)


def _only(server: str | None, tools: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [tool for tool in tools if server is None or tool["server"] == _named(server)]
