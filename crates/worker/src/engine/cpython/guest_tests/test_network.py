"""Requests by the usual libraries, made by the host; sockets, which there are none of."""

import importlib.util
import unittest

from harness import CANCEL, FETCH, run
from web import web

BIG = 3_000_000

#: As in a zygote, which has not imported it.
WITHOUT_SSL = "import sys\nsys.modules.pop('ssl', None)\n"


def needs(name):
    return unittest.skipUnless(importlib.util.find_spec(name), f"{name} is not installed")


class Network(unittest.TestCase):
    def outcome_of(self, source, net=True):
        outcome = run(source, web, {"net": True} if net else None)
        self.assertIsNone(outcome.error, outcome.error)
        return outcome

    def result_of(self, source):
        return self.outcome_of(source).result

    def cancelled(self, outcome):
        """The URLs of the requests that were given up."""
        return [
            outcome.requests[request["id"] - 1][1]["url"]
            for op, request in outcome.requests if op == CANCEL
        ]

    def assert_kinds(self, told, expected):
        """What was raised, by class, and a part of what it says."""
        self.assertEqual([kind for kind, _ in told], [kind for kind, _ in expected])
        for (_, text), (_, part) in zip(told, expected):
            self.assertIn(part, text)

    def test_urllib(self):
        for prefix in ("", WITHOUT_SSL):
            with self.subTest(prefix):
                self.check_urllib(prefix)

    def check_urllib(self, prefix):
        result = self.result_of(prefix + """
import json, urllib.request
from urllib.request import Request, urlopen
get = urlopen("http://example.com/echo?a=1#part")
post = urlopen(Request("https://example.com:8443/echo", data=b"x=1", headers={"X-Name": "value"}))
moved = urlopen("http://example.com/redirect/echo")
[[get.status, get.reason, get.headers["X-Served"], json.load(get)], json.load(post), moved.url,
 len(urlopen("http://example.com/big").read())]
""")
        (status, reason, served, get), post, moved, big = result
        self.assertEqual((status, reason, served), (200, "Some Reason", "yes"))
        self.assertEqual((get["url"], get["method"]), ("http://example.com/echo?a=1", "GET"))
        self.assertEqual((post["url"], post["method"]), ("https://example.com:8443/echo", "POST"))
        self.assertEqual((post["body"], post["headers"]["x-name"]), ("x=1", "value"))
        self.assertEqual((moved, big), ("http://example.com/echo", BIG))

    def test_urllib_without_ssl_until_it_is_asked_for(self):
        self.assertEqual(self.result_of(WITHOUT_SSL + """
import http.client, sys, urllib.request
told = ["ssl" in sys.modules, issubclass(http.client.HTTPSConnection, http.client.HTTPConnection)]
import ssl
answer = urllib.request.urlopen("https://example.com/echo", context=ssl.create_default_context())
told + [answer.status, http.client.open is open if hasattr(http.client, "open") else True]
"""), [False, True, 200, True])

    def test_errors_of_urllib(self):
        outcome = self.outcome_of(WITHOUT_SSL + """
import urllib.request
told = []
for url in ("http://no.such/", "https://not.granted/", "https://notls.x/", "http://nonsense/", "http://e.com/status/404"):
    try:
        urllib.request.urlopen(url)
    except Exception as error:
        told.append([type(error).__name__, str(error)])
try:
    urllib.request.urlopen("http://example.com/slow", timeout=0.2)
except OSError as error:
    told.append(["timeout", str(error)])
told
""")
        self.assert_kinds(outcome.result, [
            ("URLError", "EgressUnreachable: no.such"), ("URLError", "EgressDenied: not.granted"),
            ("URLError", "EgressTls: notls.x"), ("ConnectionAbortedError", "EgressProtocol: nonsense"),
            ("HTTPError", "404"), ("timeout", "timed out"),
        ])
        self.assertEqual(self.cancelled(outcome), ["http://example.com/slow"])

    def test_http_client(self):
        result = self.result_of("""
import http.client, json
c = http.client.HTTPSConnection("example.com", timeout=5)
def answer():
    response = c.getresponse()
    return [response.status, response.getheader("Content-Length"), response.read().decode()]
c.request("POST", "/echo", body=iter([b"abc", b"def"]), headers={"A": "B"})
told = [answer()]
c.request("HEAD", "/echo"); told.append(answer())
c.putrequest("PUT", "/echo"); c.putheader("Content-Length", "3"); c.endheaders(); c.send(b"a"); c.send(b"bc")
told.append(answer())
c.request("GET", "/status/204"); told.append(answer())
c.close()
plain = http.client.HTTPConnection("::1", 8080); plain.request("GET", "/echo")
told.append(json.loads(plain.getresponse().read())["url"])
told
""")
        self.assertIn('"body": "abcdef", "length": 6', result[0][2])
        self.assertEqual(result[1][2], "")
        self.assertGreater(int(result[1][1]), 50)
        self.assertIn('"method": "PUT"', result[2][2])
        self.assertIn('"body": "abc"', result[2][2])
        self.assertEqual(result[3], [204, None, ""])
        self.assertEqual(result[4], "http://[::1]:8080/echo")

    def test_what_cannot_be_sent_is_refused(self):
        outcome = self.outcome_of("""
import http.client
told = []
def step(function):
    try: function()
    except OSError as error: told.append([type(error).__name__, str(error)])
c = http.client.HTTPConnection("proxy", 3128)
step(lambda: c.request("GET", "http://example.com/"))
c = http.client.HTTPSConnection("proxy", 3128); c.set_tunnel("example.com")
step(lambda: c.request("GET", "/"))
c = http.client.HTTPConnection("example.com")
step(lambda: c.request("POST", "/echo", body=b"x" * (17 << 20)))
c = http.client.HTTPConnection("example.com")
step(lambda: c.request("POST", "/echo", body=iter([b"x" * 1_000_000] * 17)))
told
""")
        self.assert_kinds(outcome.result, [
            ("OSError", "for a proxy"), ("PermissionError", "without a proxy"),
            ("OSError", "16 MiB"), ("OSError", "16 MiB"),
        ])
        self.assertEqual(outcome.requests, [])

    def test_threads_ask_at_once(self):
        outcome = self.outcome_of("""
import urllib.request
from concurrent.futures import ThreadPoolExecutor
def work(n):
    try: return urllib.request.urlopen(f"http://example.com/slow/{n}", timeout=None if n % 2 else 0.2).read().decode()
    except OSError: return "timeout"
with ThreadPoolExecutor(8) as pool: listed = list(pool.map(work, range(8)))
listed
""")
        self.assertEqual(outcome.result, ["timeout", "late"] * 4)
        self.assertEqual(outcome.most_at_once, 8)
        self.assertEqual(len(self.cancelled(outcome)), 4)

    def test_what_was_printed_before_is_seen_before(self):
        outcome = self.outcome_of(
            "import urllib.request\nprint('first', end='')\nurllib.request.urlopen('http://example.com/echo')")
        self.assertEqual(outcome.output, "first")

    def test_sockets_say_what_there_is_instead(self):
        source = """
import asyncio, socket
told = []
async def opened():
    await asyncio.open_connection("example.com", 80)
for each in (lambda: socket.create_connection(("a", 1)), socket.socket, lambda: socket.getaddrinfo("a", 1),
             lambda: asyncio.run(opened())):
    try: each()
    except OSError as error: told.append([type(error).__name__, str(error)])
told
"""
        for net, part in ((True, "there are no sockets here"), (False, "ask for the hosts it needs with permissions.net")):
            told = self.outcome_of(source, net).result
            self.assert_kinds(told, [("PermissionError", part)] * 4)

    def test_without_a_grant_libraries_say_what_to_ask_for(self):
        outcome = self.outcome_of("""
import urllib.request
try: urllib.request.urlopen("https://example.com/")
except OSError as error: print(type(error).__name__, error)
""", net=False)
        self.assertIn("URLError", outcome.output)
        self.assertIn("permissions.net", outcome.output)
        self.assertEqual(outcome.requests, [])

    def test_socket_pairs_and_loops_still_work(self):
        self.assertEqual(self.result_of("""
import asyncio, socket
a, b = socket.socketpair(); a.send(b"x")
[b.recv(1), await asyncio.sleep(0, 1), await asyncio.to_thread(int, "2") if hasattr(asyncio, "to_thread") else 2]
"""), ["x", 1, 2])

    @needs("requests")
    def test_requests(self):
        told = self.result_of("""
import requests
session = requests.Session()
told = [session.get("https://example.com/echo", params={"n": n}).json()["url"] for n in range(3)]
told.append(requests.post("http://example.com/echo", json={"a": 1}).json()["body"])
told.append(requests.post("http://example.com/echo", data=iter([b"a", b"b"])).json()["body"])
moved = requests.get("http://example.com/redirect/echo")
told += [len(moved.history), moved.url]
session.get("http://example.com/cookie")
told.append(session.get("http://example.com/echo").json()["headers"]["cookie"])
with requests.get("http://example.com/big", stream=True) as response:
    told.append(sum(len(piece) for piece in response.iter_content(10_000)))
told.append(requests.head("http://example.com/echo").status_code)
told
""")
        self.assertEqual(told[:3], [f"https://example.com/echo?n={n}" for n in range(3)])
        self.assertEqual(told[3:], ['{"a": 1}', "ab", 1, "http://example.com/echo", "a=1; b=2", BIG, 200])

    @needs("requests")
    def test_errors_of_requests(self):
        outcome = self.outcome_of("""
import requests
told = []
for url in ("http://no.such/", "https://not.granted/", "https://notls.x/", "http://nonsense/", "http://example.com/slow"):
    try: requests.get(url, timeout=0.2)
    except requests.RequestException as error: told.append([type(error).__name__, str(error)])
told
""")
        self.assert_kinds(outcome.result, [
            ("ConnectionError", "EgressUnreachable: no.such"), ("ConnectionError", "EgressDenied: not.granted"),
            ("SSLError", "EgressTls: notls.x"), ("ConnectionError", "EgressProtocol: nonsense"),
            ("ReadTimeout", "timed out"),
        ])
        self.assertEqual(self.cancelled(outcome), ["http://example.com/slow"])

    @needs("httpx")
    def test_httpx(self):
        told = self.result_of("""
import httpx
told = [httpx.get("https://example.com/echo", params={"n": 1}).json()["url"]]
with httpx.Client() as client:
    told += [client.post("https://example.com/echo", json={"n": n}).json()["length"] for n in range(3)]
    told.append(str(client.get("http://example.com/redirect/echo", follow_redirects=True).url))
    with client.stream("GET", "http://example.com/big") as response:
        told.append(sum(len(piece) for piece in response.iter_bytes()))
told
""")
        self.assertEqual(told[0], "https://example.com/echo?n=1")
        self.assertEqual(told[4:], ["http://example.com/echo", BIG])

    @needs("httpx")
    def test_httpx_at_once(self):
        outcome = self.outcome_of("""
import asyncio, httpx
async with httpx.AsyncClient() as client:
    answers = await asyncio.gather(*(client.get(f"https://example.com/slow/{n}") for n in range(5)))
    big = await client.get("http://example.com/big")
    try: await asyncio.wait_for(client.get("http://example.com/slow/cut"), 0.2)
    except asyncio.TimeoutError: print("cut")
[[each.text for each in answers], len(big.content)]
""")
        self.assertEqual(outcome.result, [["late"] * 5, BIG])
        self.assertEqual((outcome.output, outcome.most_at_once), ("cut\n", 5))
        self.assertEqual(self.cancelled(outcome), ["http://example.com/slow/cut"])

    @needs("httpx")
    def test_errors_of_httpx(self):
        source = """
import httpx
told = []
urls = ("http://no.such/", "https://not.granted/", "https://notls.x/", "http://nonsense/", "http://example.com/slow")
{opening} as client:
    for url in urls:
        try: {get}(url, timeout=0.2)
        except httpx.HTTPError as error: told.append([type(error).__name__, str(error)])
told
"""
        for opening, get in (("with httpx.Client()", "client.get"), ("async with httpx.AsyncClient()", "await client.get")):
            outcome = self.outcome_of(source.format(opening=opening, get=get))
            self.assert_kinds(outcome.result, [
                ("ConnectError", "EgressUnreachable: no.such"), ("ConnectError", "EgressDenied: not.granted"),
                ("ConnectError", "EgressTls: notls.x"), ("RemoteProtocolError", "EgressProtocol: nonsense"),
                ("ReadTimeout", "timed out"),
            ])
            self.assertEqual(self.cancelled(outcome), ["http://example.com/slow"])

    @needs("httpx2")
    def test_httpx2(self):
        told = self.result_of("""
import httpx2
async with httpx2.AsyncClient() as client:
    answer = await client.get("https://example.com/echo")
[httpx2.get("https://example.com/echo").json()["url"], answer.status_code]
""")
        self.assertEqual(told, ["https://example.com/echo", 200])

    @needs("aiohttp")
    def test_aiohttp_says_what_there_is_instead(self):
        error = run("import aiohttp\nasync with aiohttp.ClientSession() as session:\n"
                    "    await session.get('http://example.com/')", web, {"net": True}).error
        self.assertIn("there are no sockets here", error["message"])

    def test_many_requests_leave_nothing_behind(self):
        outcome = self.outcome_of("""
import urllib.request
for n in range(300): urllib.request.urlopen("http://example.com/echo").read()
""")
        self.assertEqual([op for op, _ in outcome.requests], [FETCH] * 300)


if __name__ == "__main__":
    unittest.main()
