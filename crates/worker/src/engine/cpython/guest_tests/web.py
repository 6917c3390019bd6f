"""A host's side of requests for tests: answers `Fetch` as servers would, without any."""

import json

from harness import FETCH, Later, Parts, ToolFailed, echo


def web(op, request):
    """`/echo` tells what was asked, `/status/N` answers so, `/redirect/URL` redirects; hosts that
    begin with `no` cannot be reached."""
    if op != FETCH:
        return echo(op, request)
    assert request["redirect"] == "manual"
    scheme, _, rest = request["url"].partition("://")
    host, slash, path = rest.partition("/")
    path = slash + path
    if host.startswith("no"):
        code = {"no": "EgressUnreachable", "not": "EgressDenied", "notls": "EgressTls"}.get(host.split(".")[0])
        raise ToolFailed(code or "EgressProtocol", f"{host}:80 is not what it should be")
    if path.startswith("/slow"):
        return Later(_page(request, 200, b"late"), 1.5)
    if path.startswith("/redirect/"):
        return _page(request, 302, b"", [["location", path[len("/redirect"):]]])
    if path.startswith("/status/"):
        return _page(request, int(path.split("/")[2]), b"so it is")
    if path.startswith("/big"):
        return _page(request, 200, b"0123456789" * 300_000, [["content-type", "application/octet-stream"]])
    if path.startswith("/cookie"):
        return _page(request, 200, b"{}", [["set-cookie", "a=1"], ["set-cookie", "b=2"]])
    told = {
        "url": request["url"], "method": request["method"], "headers": dict(request["headers"]),
        "body": request["content"].decode("latin-1")[:100], "length": len(request["content"]),
    }
    return _page(request, 200, json.dumps(told).encode(), [["content-type", "application/json"]])


def _page(request, status, body, headers=()):
    if request["method"] == "HEAD":
        headers, body = [*headers, ["content-length", str(len(body))]], b""
    header = {
        "status": status, "statusText": "Some Reason", "url": request["url"], "redirected": False,
        "headers": [["x-served", "yes"], *headers],
    }
    return Parts(header, body)
