"""An MCP server for tests, by the official SDK, over stdio in every era the SDK speaks.

Its one argument is a file, to which it adds a line when the tool `wait` begins (`began`) and when its
caller no longer waits (`cancelled`).
"""

import sys

import anyio
from mcp.server import MCPServer

server = MCPServer("waiting")


def mark(line):
    with open(sys.argv[1], "a", encoding="utf-8") as marks:
        marks.write(line + "\n")


@server.tool()
async def wait(seconds: float = 60) -> str:
    """Waits, and takes note when nobody waits for it any more."""
    mark("began")
    try:
        await anyio.sleep(seconds)
    except anyio.get_cancelled_exc_class():
        mark("cancelled")
        raise
    return "waited"


if __name__ == "__main__":
    server.run("stdio")
