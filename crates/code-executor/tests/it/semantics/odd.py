"""An MCP server whose tools have odd names and answer in every shape, and whose resources say odd
things of themselves. Standard library only."""

import json
import sys

NAMES = ["read.file", "read-file", "delete", "index", "读文件", "constructor", "json", "list",
         "broken", "deep", "both", "blocks", "nothing", "fail", "all", "main", "default", "__proto__",
         "find", "begin", "_names", "name", "tools"]
ANSWERS = {
    "json": {"content": [{"type": "text", "text": " {\"a\": [1, 2]}\n"}]},
    "list": {"content": [{"type": "text", "text": "[1, \"two\", null]"}]},
    "broken": {"content": [{"type": "text", "text": "{\"a\": [1, 2}"}]},
    "deep": {"content": [{"type": "text", "text": "[" * 2000 + "]" * 2000}]},
    "both": {
        "content": [{"type": "text", "text": "two notes"}],
        "structuredContent": {"notes": 2},
    },
    "blocks": {
        "content": [
            {"type": "text", "text": "[1]"},
            {"type": "image", "data": "AA==", "mimeType": "image/png"},
        ]
    },
    "nothing": {"content": []},
    "fail": {"content": [{"type": "text", "text": "{\"no\": 1}"}], "isError": True},
}


def call(name):
    return ANSWERS.get(name) or {"content": [{"type": "text", "text": "called " + name}]}


def answer(method, params):
    if method == "initialize":
        return {
            "protocolVersion": params.get("protocolVersion", "2025-06-18"),
            "capabilities": {"tools": {}, "resources": {}, "prompts": {}},
            "serverInfo": {"name": "odd", "version": "1"},
        }
    if method == "tools/list":
        schema = {"type": "object", "properties": {"path": {"type": "string"}}}
        described = {"description": "Says what was called.", "inputSchema": schema}
        return {"tools": [{"name": name, **described} for name in NAMES]}
    if method == "tools/call":
        return call(params["name"])
    if method == "resources/list":
        hidden = "a\u202eb\u001b[31mc\u200bd"
        return {"resources": [{"uri": "odd://a", "name": hidden, "description": hidden}, {"name": "x"}]}
    if method == "resources/read":
        return {"contents": [{"uri": params["uri"], "text": "text of " + params["uri"]}]}
    if method == "prompts/list":
        return {"prompts": [{"name": "greet", "arguments": [{"name": "who", "required": True}]}]}
    if method == "prompts/get":
        text = "Greet " + params.get("arguments", {}).get("who", "nobody")
        return {"messages": [{"role": "user", "content": {"type": "text", "text": text}}]}
    return None


for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message or "method" not in message:
        continue
    result = answer(message["method"], message.get("params") or {})
    reply = {"jsonrpc": "2.0", "id": message["id"]}
    if result is None:
        reply["error"] = {"code": -32601, "message": "method not found: " + message["method"]}
    else:
        reply["result"] = result
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()
