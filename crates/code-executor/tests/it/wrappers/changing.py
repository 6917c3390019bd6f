"""A server whose tools are the names in a file, and which says so when the file changes."""

import json
import sys
import threading
import time

LOCK = threading.Lock()


def names():
    with open(sys.argv[1], encoding="utf-8") as file:
        return file.read().split()


def send(message):
    with LOCK:
        print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def watch():
    known = names()
    while True:
        time.sleep(0.02)
        now = names()
        if now != known:
            known = now
            send({"method": "notifications/tools/list_changed"})


def answer(method):
    if method == "initialize":
        return {
            "protocolVersion": "2025-06-18",
            "capabilities": {"tools": {"listChanged": True}},
            "serverInfo": {"name": "changing", "version": "1"},
        }
    if method == "tools/list":
        return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in names()]}
    return None


threading.Thread(target=watch, daemon=True).start()
for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        result = answer(message["method"])
        error = {"error": {"code": -32601, "message": "no such method"}}
        send({"id": message["id"], **({"result": result} if result is not None else error)})
