# features: encodings, binary, algorithms; oracle: cpython
import base64
import struct
from collections import Counter
from heapq import heapify, heappop, heappush
from itertools import groupby


def huffman(text):
    heap = [(n, i, c) for i, (c, n) in enumerate(sorted(Counter(text).items()))]
    heapify(heap)
    i = len(heap)
    while len(heap) > 1:
        a, b = heappop(heap), heappop(heap)
        heappush(heap, (a[0] + b[0], i, (a[2], b[2])))
        i += 1
    codes = {}

    def walk(node, prefix=""):
        if isinstance(node, str):
            codes[node] = prefix or "0"
        else:
            walk(node[0], prefix + "0")
            walk(node[1], prefix + "1")
    walk(heap[0][2])
    return codes


codes = huffman("abracadabra")
encoded = "".join(codes[c] for c in "abracadabra")
print(codes, len(encoded), encoded)
print("".join(f"{len(list(g))}{k}" for k, g in groupby("aaabccdddd")))


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


print([varint(n).hex() for n in (1, 127, 128, 300, 2 ** 32)], sum((b & 127) << 7 * i for i, b in enumerate(varint(300))))


def crc16(data, crc=0xFFFF):
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


print(hex(crc16(b"123456789")), f"{0b1011:08b}", ~5, 5 & 3, 5 | 3, 5 ^ 3, 1 << 10, -17 >> 2, (255).bit_count(), int.from_bytes(b"\xff\xfe", "little", signed=True))
frame = struct.pack("!BHI5s", 1, 500, 70000, b"hello")
version, size, total, payload = struct.unpack("!BHI5s", frame)
print(frame.hex(" "), version, size, total, payload, base64.b64encode(frame).decode(), base64.b32hexencode(b"hi").decode(), base64.a85encode(b"test").decode())
print("".join(chr(ord(c) ^ 0x20) for c in "Hello"), bytes(a ^ b for a, b in zip(b"secret", b"keykey")).hex(), bytes.fromhex("68 69").decode(), "é".encode("utf-8").hex(), [f"U+{ord(c):04X}" for c in "aé€🎉"])


def hexdump(data, width=8):
    for i in range(0, len(data), width):
        chunk = data[i:i + width]
        print(f"{i:04x}  {chunk.hex(' '):<{width * 3}} {''.join(chr(b) if 32 <= b < 127 else '.' for b in chunk)}")


hexdump(b"The quick\n\x00\xffbrown fox")
