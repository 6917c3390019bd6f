"""A proxy: prints its port, then a line for each request, and sends everything to one port of here."""

import socket
import sys
import threading

target = int(sys.argv[1])


def copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for side in (source, sink):
        try:
            side.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        data = client.recv(65536)
        if not data:
            return
        head += data
    line = head.split(b"\r\n", 1)[0].decode()
    print(line, flush=True)
    upstream = socket.create_connection(("127.0.0.1", target))
    if line.startswith("CONNECT "):
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    else:
        upstream.sendall(head)
    threading.Thread(target=copy, args=(upstream, client), daemon=True).start()
    copy(client, upstream)


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
