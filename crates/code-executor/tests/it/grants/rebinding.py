"""A network of its own with a resolver that lies, and the product in it.

Run in a network and a mount namespace of its own: `rebinding.py BINARY FOLDER PROGRAM`. A public
address is played by a second network namespace; what must never be touched listens on this host's own
addresses. Prints JSON: what the program printed, what was asked of the resolver, what was touched.
"""

import json
import os
import socket
import struct
import subprocess
import sys
import threading

PUBLIC, OURS = "93.184.216.34", "93.184.216.1"
RESOLVER = "127.0.0.53"

#: What each name leads to, look-up after look-up; the last answer stays.
ANSWERS = {
    "rebind.test": [[PUBLIC], ["127.0.0.1"], [PUBLIC], [OURS], ["169.254.169.254"], ["127.0.0.1"]],
    "mixed.test": [[PUBLIC, "127.0.0.1"]],
    "own.test": [[OURS]],
    "metadata.test": [["169.254.169.254"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "nat64.test": [["64:ff9b::7f00:1"]],
    "loopback6.test": [["::1"]],
    "zero.test": [["0.0.0.0"]],
}

asked = {}
touched = []
guard = threading.Lock()


def run(*command):
    subprocess.run(command, check=True)


def resolver(server):
    """Answers each question once with what stands next; a look-up asks for both families."""
    while True:
        question, sender = server.recvfrom(2048)
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1 : at + 1 + question[at]].decode())
            at += question[at] + 1
        name = ".".join(labels).lower()
        (kind,) = struct.unpack_from(">H", question, at + 1)
        family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
        with guard:
            turns = asked.setdefault(name, {}).setdefault(kind, 0)
            asked[name][kind] += 1
        answers = ANSWERS.get(name, [[]])
        addresses = answers[min(turns, len(answers) - 1)]
        packed = [
            socket.inet_pton(family, address)
            for address in addresses
            if family is not None and (":" in address) == (family == socket.AF_INET6)
        ]
        head = question[:2] + struct.pack(">HHHHH", 0x8180, 1, len(packed), 0, 0)
        body = question[12 : at + 5]
        for address in packed:
            body += struct.pack(">HHHIH", 0xC00C, kind, 1, 0, len(address)) + address
        server.sendto(head + body, sender)


def canary(family, address, port):
    """Notes whoever connects."""
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen()

    def serve():
        while True:
            peer, _ = listener.accept()
            with guard:
                touched.append(f"{address}:{port}")
            peer.close()

    threading.Thread(target=serve, daemon=True).start()


PUBLIC_SERVER = """
import http.server
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"public")
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("%s", 80), Answer)
print("ready", flush=True)
server.serve_forever()
""" % PUBLIC


def main(binary, folder, program):
    run("ip", "link", "set", "lo", "up")
    outside = subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "echo born; read go; exec python3 -c \"$0\"", PUBLIC_SERVER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    try:
        assert outside.stdout.readline() == "born\n"
        inside = ["nsenter", "--target", str(outside.pid), "--net"]
        run("ip", "link", "add", "here", "type", "veth", "peer", "name", "there")
        run("ip", "link", "set", "there", "netns", str(outside.pid))
        run("ip", "addr", "add", f"{OURS}/24", "dev", "here")
        run("ip", "link", "set", "here", "up")
        run(*inside, "ip", "addr", "add", f"{PUBLIC}/24", "dev", "there")
        run(*inside, "ip", "link", "set", "there", "up")
        outside.stdin.write("go\n")
        outside.stdin.flush()
        assert outside.stdout.readline() == "ready\n"

        configuration = os.path.join(folder, "resolv.conf")
        with open(configuration, "w") as file:
            file.write(f"nameserver {RESOLVER}\noptions attempts:1 timeout:2\n")
        run("mount", "--bind", configuration, os.path.realpath("/etc/resolv.conf"))
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind((RESOLVER, 53))
        threading.Thread(target=resolver, args=(server,), daemon=True).start()
        for address in ("127.0.0.1", OURS):
            canary(socket.AF_INET, address, 80)
        canary(socket.AF_INET6, "::1", 80)

        allowed = [part for name in ANSWERS for part in ("--allow-net", name)]
        ran = subprocess.run(
            [binary, "exec", "--json", *allowed, program], capture_output=True, text=True
        )
        outcome = json.loads(ran.stdout) if ran.stdout else {"stderr": ran.stderr}
        with guard:
            print(json.dumps({"outcome": outcome, "asked": asked, "touched": touched}))
    finally:
        outside.kill()
        outside.wait()


main(*sys.argv[1:])
