"""The official Python client, driving a server over stdio or HTTP.

Reads one JSON object from stdin: command, args, cwd, env, or url; mode ("auto", "legacy" or a revision)
and calls, a list of {name, arguments}. A call that is `told` collects its progress, one that is
`abandoned` is cancelled at the first word of it.
Prints one JSON object: protocolVersion, server, tools, results.
"""

import asyncio
import json
import sys

from mcp import Client
from mcp.client.stdio import StdioServerParameters


async def call_tool(client, call):
    progress = []
    begun = asyncio.Event()

    async def told(_progress, _total, message):
        progress.append(message)
        begun.set()

    listener = told if call.get("told") or call.get("abandoned") else None
    calling = asyncio.ensure_future(
        client.call_tool(call["name"], call["arguments"], progress_callback=listener)
    )
    if call.get("abandoned"):
        await begun.wait()
        calling.cancel()
        await asyncio.wait([calling])
        return {"cancelled": calling.cancelled(), "progress": progress}
    result = (await calling).model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**result, "progress": progress}


async def drive(plan):
    server = plan.get("url") or StdioServerParameters(
        command=plan["command"], args=plan["args"], cwd=plan["cwd"], env=plan["env"]
    )
    async with Client(server, mode=plan["mode"], read_timeout_seconds=60) as client:
        listed = await client.list_tools()
        results = []
        for call in plan["calls"]:
            results.append(await call_tool(client, call))
        return {
            "protocolVersion": client.protocol_version,
            "server": client.server_info.name if client.server_info else None,
            "tools": [tool.name for tool in listed.tools],
            "results": results,
        }


print(json.dumps(asyncio.run(drive(json.load(sys.stdin)))))
