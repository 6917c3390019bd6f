# refused: a socket of one's own; says: network; permissions.net
import socket

s = socket.create_connection(("example.com", 80), timeout=2)
s.send(b"GET / HTTP/1.0\r\n\r\n")
