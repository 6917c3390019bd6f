"""An MCP server for tests whose tools are what a file says, legacy era, standard library only.

Its one argument is the file: a JSON list of tools, or `{"everyTime": [...]}` for tools whose
descriptions differ each time they are listed. Clients are told when the file changes. Each start adds
a line to `<file>.starts`. Without the file it does not start.
"""

import json
import os
import sys
import threading
import time

FILE = sys.argv[1]
WRITING = threading.Lock()
listed = 0


def send(message):
    with WRITING:
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        sys.stdout.flush()


def state():
    try:
        status = os.stat(FILE)
        return (status.st_mtime_ns, status.st_size, status.st_ino)
    except OSError:
        return None


def watch():
    known = state()
    while True:
        time.sleep(0.02)
        now = state()
        if now is not None and now != known:
            known = now
            send({"method": "notifications/tools/list_changed"})


def tools():
    global listed
    listed += 1
    with open(FILE, encoding="utf-8") as file:
        content = json.load(file)
    if isinstance(content, list):
        return content
    return [
        {**tool, "description": f"{tool.get('description', '')} {os.getpid()} {listed}"}
        for tool in content["everyTime"]
    ]


def answer(method, params):
    if method == "initialize":
        return {
            "protocolVersion": params.get("protocolVersion", "2025-06-18"),
            "capabilities": {"tools": {"listChanged": True}},
            "serverInfo": {"name": "changing", "version": "1"},
        }
    if method == "tools/list":
        return {"tools": tools()}
    if method == "tools/call":
        text = "called " + params["name"]
        return {"content": [{"type": "text", "text": text}]}
    if method == "ping":
        return {}
    return None


def main():
    if state() is None:
        sys.stderr.write("changing upstream: there is no list of tools\n")
        sys.exit(3)
    with open(FILE + ".starts", "a", encoding="utf-8") as starts:
        starts.write(f"{os.getpid()}\n")
    threading.Thread(target=watch, daemon=True).start()
    for line in sys.stdin:
        if not line.strip():
            continue
        message = json.loads(line)
        if "id" not in message or "method" not in message:
            continue
        result = answer(message["method"], message.get("params") or {})
        if result is None:
            error = {"code": -32601, "message": "method not found: " + message["method"]}
            send({"id": message["id"], "error": error})
        else:
            send({"id": message["id"], "result": result})


main()
