"""A small MCP server over stdio for tests. Its arguments say how it misbehaves."""

import json
import os
import subprocess
import sys
import threading
import time

MODES = set(sys.argv[1:])
LOCK = threading.Lock()
STATE = {"tools": ["echo"], "cancelled": [], "listen": None, "frozen": False, "swapped": [], "lists": 0}


def value(name, default=None):
    for mode in MODES:
        if mode.startswith(name + "="):
            return mode.split("=", 1)[1]
    return default


def send(message):
    write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")


def write(data):
    with LOCK:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def answer(request, result):
    send({"id": request["id"], "result": result})


def error(request, code, message):
    send({"id": request["id"], "error": {"code": code, "message": message}})


def text(request, words):
    answer(request, {"content": [{"type": "text", "text": words}]})


def capabilities():
    """What it says it has: tools always, the rest with the mode `content`."""
    all_of_it = {"tools": {"listChanged": True}}
    return {**all_of_it, "resources": {}, "prompts": {}} if "content" in MODES else all_of_it


def discover(request):
    mark("probes")
    if "exit-on-discover" in MODES:
        sys.exit(3)
    if "ignore-discover" in MODES:
        return
    if "modern" in MODES:
        answer(request, {
            "resultType": "complete", "supportedVersions": ["2026-07-28"],
            "capabilities": capabilities(), "ttlMs": 0, "cacheScope": "private",
        })
    else:
        error(request, -32601, "Method not found")


def initialize(request):
    if "modern" in MODES or "refuse" in MODES:
        error(request, -32600, "no initialize here")
        return
    answer(request, {
        "protocolVersion": "2025-06-18", "capabilities": capabilities(),
        "serverInfo": {"name": "fake", "version": "1"},
    })


def list_tools(request):
    STATE["lists"] += 1
    if "list-after" in " ".join(MODES):
        time.sleep(float(value("list-after")))
    if "restless" in MODES:
        # Never the same twice, and it says so each time.
        STATE["tools"] = ["echo", f"tool_{STATE['lists']}"]
        changed()
    pages = int(value("pages", "1"))
    page = int((request.get("params") or {}).get("cursor") or 0)
    if "bad-list" in MODES:
        answer(request, {"tools": "none"})
        return
    if "list-error" in MODES:
        error(request, -32000, "no list today")
        return
    tools = [{"name": name, "description": "d", "inputSchema": {"type": "object"}}
             for name in STATE["tools"]] if page == 0 else []
    tools += [{"name": f"tool_{page}_{n}", "inputSchema": {"type": "object", "properties": {}}}
              for n in range(int(value("tools", "0")))]
    result = {"tools": tools + [{"description": "nameless"}]}
    if page + 1 < pages or "endless" in MODES:
        result["nextCursor"] = "0" if "same-cursor" in MODES else str(page + 1)
    answer(request, result)


def list_content(request, key, name):
    """A page of resources, templates or prompts; `pages` and `endless` as for tools."""
    page = int((request.get("params") or {}).get("cursor") or 0)
    padding = int(value("padding", "0"))
    more = {"padding": "x" * padding} if padding else {}
    result = {key: [{name: f"{key}:{page}:{n}", "odd": 1, **more}
                    for n in range(int(value("entries", "2")))]}
    if page + 1 < int(value("pages", "1")) or "endless" in MODES:
        result["nextCursor"] = "0" if "same-cursor" in MODES else str(page + 1)
    answer(request, result)


def read_resource(request):
    uri = request["params"]["uri"]
    if uri == "fake:missing":
        error(request, -32002, "no such resource")
    elif uri == "fake:huge":
        huge(request, 50 * 1024 * 1024)
    elif uri == "fake:odd":
        answer(request, {"text": "no contents"})
    elif uri == "fake:slow":
        pass
    else:
        answer(request, {"resultType": "complete", "contents": [{"uri": uri, "text": "ü", "odd": 1}]})


def get_prompt(request):
    words = json.dumps(request["params"], sort_keys=True)
    answer(request, {"messages": [{"role": "user", "content": {"type": "text", "text": words}}]})


def changed():
    if STATE["listen"] is not None:
        send({"method": "notifications/tools/list_changed", "params": {
            "_meta": {"io.modelcontextprotocol/subscriptionId": STATE["listen"]}}})
    else:
        send({"method": "notifications/tools/list_changed"})


def huge(request, size):
    """An answer whose id comes last, as some serialisers have it."""
    with LOCK:
        out = sys.stdout.buffer
        out.write(b'{"jsonrpc":"2.0","result":{"content":[{"type":"text","text":"')
        block = b'x' * 65536
        for _ in range(size // len(block)):
            out.write(block)
        out.write(b'\\"id\\":7"}]},"id":%s}\n' % json.dumps(request["id"]).encode())
        out.flush()


def swap(request):
    """Answers two calls, once both are there, each with the other's id."""
    with LOCK:
        STATE["swapped"].append(request)
        both = STATE["swapped"][-2:] if len(STATE["swapped"]) % 2 == 0 else []
    for asked, other in zip(both, reversed(both)):
        text({"id": other["id"]}, asked["params"]["arguments"]["name"])


def call(request):
    tool = request["params"]["name"]
    arguments = request["params"].get("arguments") or {}
    if tool == "echo":
        answer(request, {"content": [{"type": "text", "text": json.dumps(arguments), "odd": 1}],
                         "structuredContent": arguments})
    elif tool == "slow":
        time.sleep(arguments["seconds"])
        text(request, "slept")
    elif tool == "progress":
        token = request["params"]["_meta"]["progressToken"]
        for step in range(arguments["steps"]):
            time.sleep(arguments["pause"])
            send({"method": "notifications/progress",
                  "params": {"progressToken": token, "progress": step}})
        time.sleep(arguments["pause"])
        text(request, "done")
    elif tool == "never":
        pass
    elif tool == "swap":
        swap(request)
    elif tool == "twice":
        text(request, "first")
        text(request, "second")
    elif tool == "rich":
        blob = "QUJD" * 64
        content = [{"type": "image", "data": blob, "mimeType": "image/png"} for _ in range(100)]
        content.append({"type": "resource", "resource": {"uri": "fake:r", "blob": blob}})
        content.append({"type": "resource_link", "uri": "fake:l", "name": "l"})
        answer(request, {"content": content})
    elif tool == "bad_utf8":
        write(b'{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":"\xff\xfe"}]}}\n'
              % request["id"])
    elif tool == "storm":
        for _ in range(arguments["times"]):
            changed()
        text(request, "stormed")
    elif tool == "lists":
        text(request, json.dumps(STATE["lists"]))
    elif tool == "freeze":
        # Reads nothing more, and answers nothing: not even a ping.
        STATE["frozen"] = True
    elif tool == "die":
        os._exit(int(arguments.get("status", 9)))
    elif tool == "huge":
        huge(request, arguments["bytes"])
    elif tool == "large":
        text(request, "y" * arguments["bytes"])
    elif tool == "many":
        write(b'{"jsonrpc":"2.0","id":%d,"result":{"content":[],"structuredContent":[' % request["id"]
              + b"0," * arguments["values"] + b"0]}}\n")
    elif tool == "deep":
        write(b'{"jsonrpc":"2.0","id":%d,"result":{"content":[],"structuredContent":' % request["id"]
              + b"[" * 5000 + b"]" * 5000 + b"}}\n")
    elif tool == "garbage":
        write(b"hello\n\xff\xfe\n{broken\n" + b"z" * arguments.get("bytes", 0) + b"\n")
        text(request, "after garbage")
    elif tool == "fail":
        error(request, -32602, "no such thing")
    elif tool == "tool_error":
        answer(request, {"content": [{"type": "text", "text": "it broke"}], "isError": True})
    elif tool == "elicit":
        answer(request, {"resultType": "input_required", "inputRequests": {}})
    elif tool == "add_tool":
        STATE["tools"].append(arguments["name"])
        changed()
        text(request, "added")
    elif tool == "cancelled":
        text(request, json.dumps(len(STATE["cancelled"])))
    elif tool == "environment":
        answer(request, {"content": [], "structuredContent": dict(os.environ)})
    elif tool == "pid":
        text(request, str(os.getpid()))
    elif tool == "grandchild":
        # Out of its parent's group and session, as a daemon would be.
        child = subprocess.Popen(["sleep", "600"], start_new_session=True,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        text(request, str(child.pid))
    else:
        text(request, "unknown tool")


def listen(request):
    STATE["listen"] = request["id"]
    send({"method": "notifications/subscriptions/acknowledged", "params": {
        "_meta": {"io.modelcontextprotocol/subscriptionId": request["id"]},
        "notifications": {"toolsListChanged": True}}})


def handle(request):
    method = request.get("method")
    if method == "server/discover":
        discover(request)
    elif method == "initialize":
        initialize(request)
    elif method == "tools/list":
        list_tools(request)
    elif method == "tools/call":
        threading.Thread(target=call, args=(request,), daemon=True).start()
    elif method == "resources/list":
        list_content(request, "resources", "uri")
    elif method == "resources/templates/list":
        list_content(request, "resourceTemplates", "uriTemplate")
    elif method == "prompts/list":
        list_content(request, "prompts", "name")
    elif method == "resources/read":
        read_resource(request)
    elif method == "prompts/get":
        get_prompt(request)
    elif method == "subscriptions/listen":
        listen(request)
    elif method == "notifications/cancelled":
        STATE["cancelled"].append(request["params"]["requestId"])
    elif method == "ping":
        answer(request, {})
    elif "id" in request and method is not None:
        error(request, -32601, "Method not found")


def mark(mode):
    """Leaves a mark where the mode says, so that a test can count them."""
    path = value(mode)
    if path:
        with open(path, "a") as marks:
            marks.write(mode + "\n")
    return path


def count_start():
    path = mark("count")
    if path:
        if "ok-from" in " ".join(MODES):
            with open(path) as marks:
                if len(marks.readlines()) < int(value("ok-from")):
                    sys.exit(1)


def main():
    count_start()
    sys.stderr.write("a secret on standard error\n")
    if "exit" in MODES:
        sys.exit(7)
    if "hang" in MODES:
        time.sleep(600)
    if "print-garbage" in MODES:
        while True:
            write(b"Welcome to my server!\n")
            time.sleep(0.01)
    if "flood-garbage" in MODES:
        while True:
            write(b"Welcome to my server!" * 1000 + b"\n")
    if "banner" in MODES:
        write(b"Starting up...\n\nListening on stdio\n")
    time.sleep(float(value("start-after", "0")))
    for line in sys.stdin.buffer:
        while STATE["frozen"]:
            time.sleep(0.1)
        handle(json.loads(line))
    if "ignore-close" in MODES:
        time.sleep(600)


if "ignore-term" in MODES:
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
main()
