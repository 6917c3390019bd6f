"""An MCP server that offers the tools of a file, one JSON list, and can be called for none."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    TOOLS = json.load(file)


def answer(request):
    if request["method"] == "initialize":
        return {
            "protocolVersion": request["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "replay", "version": "1"},
        }
    if request["method"] == "tools/list":
        return {"tools": TOOLS}
    return None


for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    reply = {"jsonrpc": "2.0", "id": request["id"]}
    result = answer(request)
    if result is None:
        reply["error"] = {"code": -32601, "message": "there is no such method here"}
    else:
        reply["result"] = result
    print(json.dumps(reply), flush=True)
