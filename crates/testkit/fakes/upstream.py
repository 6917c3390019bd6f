"""A small MCP server for tests, legacy era, standard library only, that can misbehave.

Its one argument is the mode: well, exit-on-start, hang, garbage, slow-start, stubborn.
"""

import json
import os
import signal
import subprocess
import sys
import time

TOOLS = [
    {
        "name": "echo",
        "description": "Answers the text it was given.",
        "inputSchema": {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
            "additionalProperties": False,
        },
    },
    {
        "name": "big",
        "description": "Answers a text of the given number of megabytes.",
        "inputSchema": {
            "type": "object",
            "properties": {"megabytes": {"type": "integer"}},
            "required": ["megabytes"],
        },
    },
    {"name": "die", "description": "Ends the server during the call.", "inputSchema": {"type": "object"}},
    {
        "name": "slow",
        "description": "Answers after the given number of milliseconds.",
        "inputSchema": {
            "type": "object",
            "properties": {"ms": {"type": "integer"}},
            "required": ["ms"],
        },
    },
    {"name": "pid", "description": "Answers the server's process number.", "inputSchema": {"type": "object"}},
]

LINE = "the quick brown fox jumps over the lazy dog, 0123456789 times in a row\n"


def big(megabytes):
    size = megabytes * 1024 * 1024
    text = LINE * (size // len(LINE))
    needle = "needle: found it\n"
    middle = len(text) // 2
    return text[:middle] + "\n" + needle + text[middle:]


def call(name, arguments):
    if name == "echo":
        return arguments["text"]
    if name == "big":
        return big(arguments["megabytes"])
    if name == "die":
        os._exit(9)
    if name == "slow":
        time.sleep(arguments["ms"] / 1000)
        return "done"
    if name == "pid":
        return str(os.getpid())
    raise KeyError(name)


def answer(method, params):
    if method == "initialize":
        return {
            "protocolVersion": params.get("protocolVersion", "2025-06-18"),
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "fake", "version": "1"},
        }
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        text = call(params["name"], params.get("arguments") or {})
        return {"content": [{"type": "text", "text": text}]}
    if method == "ping":
        return {}
    return None


def serve():
    for line in sys.stdin:
        if not line.strip():
            continue
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


def main():
    mode = sys.argv[1]
    if mode == "exit-on-start":
        sys.stderr.write("fake upstream: refusing to start\n")
        sys.exit(3)
    if mode == "hang":
        while sys.stdin.readline():
            pass
        return
    if mode == "garbage":
        while sys.stdin.readline():
            sys.stdout.write("this is { no JSON\n\x00\xff\n")
            sys.stdout.flush()
        return
    if mode == "slow-start":
        time.sleep(4)
    if mode == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen(["sleep", "600"], start_new_session=True)
        serve()
        time.sleep(600)
    serve()


main()
