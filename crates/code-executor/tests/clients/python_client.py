"""The official Python client, driving a server over stdio.

Reads one JSON object from stdin: command, args, cwd, env, mode ("auto", "legacy" or a revision) and
calls, a list of {name, arguments}. Prints one JSON object: protocolVersion, server, tools, results.
"""

import asyncio
import json
import sys

from mcp import Client
from mcp.client.stdio import StdioServerParameters


async def drive(plan):
    server = StdioServerParameters(
        command=plan["command"], args=plan["args"], cwd=plan["cwd"], env=plan["env"]
    )
    async with Client(server, mode=plan["mode"], read_timeout_seconds=60) as client:
        listed = await client.list_tools()
        results = []
        for call in plan["calls"]:
            result = await client.call_tool(call["name"], call["arguments"])
            results.append(result.model_dump(mode="json", by_alias=True, exclude_none=True))
        return {
            "protocolVersion": client.protocol_version,
            "server": client.server_info.name if client.server_info else None,
            "tools": [tool.name for tool in listed.tools],
            "results": results,
        }


print(json.dumps(asyncio.run(drive(json.load(sys.stdin)))))
