"""An HTTP API for the tests of OpenAPI servers: says what was asked of it, and can misbehave."""

import json
import select
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

SEEN = []
CANCELLED = [0]
PNG = bytes.fromhex("89504e470d0a1a0a")


def parameter(name, place="query", **schema):
    return {"name": name, "in": place, "required": place == "path",
            "schema": schema or {"type": "string"}}


def operation(name, *parameters, body=None, schema=None):
    content = {"application/json": {"schema": schema}} if schema else {}
    made = {"operationId": name, "parameters": list(parameters),
            "responses": {"200": {"description": "Answer", "content": content}}}
    if body:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made


def document(server):
    echo = {"type": "object", "properties": {"path": {"type": "string"}}}
    item = {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"}, "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}}}
    reference = {"$ref": "#/components/schemas/Item"}
    return {
        "openapi": "3.1.0", "info": {"title": "Echo", "version": "1"}, "servers": [{"url": server}],
        "paths": {
            "/items/{id}": {
                "get": operation("getItem", parameter("id", "path"), parameter("tags", type="array"),
                                 parameter("X-Trace", "header"), schema=echo),
                "delete": operation("deleteItem", parameter("id", "path")),
            },
            "/items": {"post": operation("addItem", body=reference, schema=echo)},
            "/list": {"get": operation("list")}, "/photo": {"get": operation("photo")},
            "/text": {"get": operation("text")},
            "/fail": {"get": operation("fail", parameter("status", type="integer"))},
            "/slow": {"get": operation("slow")},
            "/cancelled": {"get": operation("cancelled")},
            "/large": {"get": operation("large", parameter("bytes", type="integer"))},
            "/redirect": {"get": operation("redirect", parameter("to"))},
            "/broken": {"get": operation("broken")},
        },
        "components": {"schemas": {"Item": item}},
    }


class Api(BaseHTTPRequestHandler):
    """Each request in a thread of its own."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        parts = urlsplit(self.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        SEEN.append(parts.path)
        given = dict(query)
        name = parts.path.rsplit("/", 1)[-1]
        if name == "openapi.json":
            if given.get("locked") and self.headers.get("X-Api-Key") != "hush":
                return self.answer(401, "text/plain", b"no key")
            made = json.dumps(document(given.get("server", "/v1"))).encode()
            return self.answer(200, "application/json", made)
        if name == "photo":
            return self.answer(200, "image/png", PNG)
        if name == "text":
            return self.answer(200, "text/plain; charset=utf-8", "grüße".encode())
        if name == "list":
            return self.answer(200, "application/json", b"[1, 2,\n 3]")
        if name == "fail":
            return self.answer(int(given["status"]), "application/json", b'{"why": "because"}')
        if name == "large":
            return self.answer(200, "application/json", b'"' + b"x" * int(given["bytes"]) + b'"')
        if name == "cancelled":
            return self.json({"count": CANCELLED[0]})
        if name == "broken":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.close_connection = True
            return None
        if name == "redirect":
            return self.answer(302, "text/plain", b"", Location=given["to"])
        if name == "slow":
            return self.slow()
        if self.command == "DELETE":
            return self.answer(204, None, b"")
        return self.json({"method": self.command, "path": parts.path, "query": query, "body": body,
                          "trace": self.headers.get("X-Trace"), "key": self.headers.get("X-Api-Key") == "hush",
                          "type": self.headers.get("Content-Type")})

    do_POST = do_DELETE = do_GET

    def slow(self):
        """Answers never; counts that the caller went away."""
        readable, _, _ = select.select([self.connection], [], [], 60)
        if readable and not self.connection.recv(1):
            CANCELLED[0] += 1
        self.close_connection = True

    def json(self, value):
        self.answer(200, "application/json", json.dumps(value).encode())

    def answer(self, status, media, body, **headers):
        self.send_response(status)
        if media:
            self.send_header("Content-Type", media)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing is logged."""


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = ThreadingHTTPServer(("127.0.0.1", port), Api)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    # Ends with whoever started it.
    sys.stdin.read()


if __name__ == "__main__":
    main()
