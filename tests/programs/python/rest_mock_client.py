# features: classes, json, retries, contextlib; oracle: cpython
from __future__ import annotations
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit, parse_qs


@dataclass
class Response:
    status: int
    body: str
    headers: dict = field(default_factory=dict)

    def json(self):
        return json.loads(self.body)

    def raise_for_status(self):
        if self.status >= 400:
            raise HTTPError(self.status, HTTPStatus(self.status).phrase)
        return self


class HTTPError(Exception):
    def __init__(self, status, reason):
        super().__init__(f"{status} {reason}")
        self.status = status


class FakeServer:
    def __init__(self):
        self.db = {1: {"id": 1, "name": "ann"}}
        self.hits = 0

    def handle(self, method, url, body=None):
        self.hits += 1
        parts = urlsplit(url)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        match (method, parts.path.strip("/").split("/")):
            case ("GET", ["users"]):
                return Response(200, json.dumps([u for u in self.db.values() if query.get("q", "") in u["name"]]))
            case ("GET", ["users", uid]) if int(uid) in self.db:
                return Response(200, json.dumps(self.db[int(uid)]))
            case ("POST", ["users"]):
                uid = max(self.db) + 1
                self.db[uid] = {"id": uid, **json.loads(body)}
                return Response(201, json.dumps(self.db[uid]), {"Location": f"/users/{uid}"})
            case ("GET", ["flaky"]):
                return Response(503 if self.hits % 3 else 200, '"ok"')
        return Response(404, '{"error": "not found"}')


class Client:
    def __init__(self, server, base="http://api.test", retries=3):
        self.server, self.base, self.retries = server, base, retries

    def request(self, method, path, params=None, payload=None):
        url = f"{self.base}{path}" + (f"?{urlencode(params)}" if params else "")
        for attempt in range(self.retries + 1):
            response = self.server.handle(method, url, json.dumps(payload) if payload else None)
            if response.status < 500 or attempt == self.retries:
                return response.raise_for_status()
            time.sleep(0.001 * 2 ** attempt)


@contextmanager
def session(server):
    client = Client(server)
    print("session open")
    try:
        yield client
    finally:
        print("session closed after", server.hits, "hits")


with session(FakeServer()) as api:
    created = api.request("POST", "/users", payload={"name": "Zoë", "tags": ["x"]})
    print(created.status, created.json(), created.headers)
    print(api.request("GET", "/users", {"q": "an"}).json(), api.request("GET", "/users/2").json()["name"])
    print(api.request("GET", "/flaky").json())
    try:
        api.request("GET", "/nope")
    except HTTPError as error:
        print(error, error.status, HTTPStatus.NOT_FOUND.value, HTTPStatus(418).phrase)
