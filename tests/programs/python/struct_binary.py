# features: struct, binary, zlib; oracle: cpython
import gzip
import io
import struct
import zipfile
import zlib
import bz2
import lzma
import array

packed = struct.pack(">IHb4sd", 0xDEADBEEF, 513, -2, b"abcd", 3.14159)
print(packed.hex(), struct.calcsize(">IHb4sd"), struct.unpack(">IHb4sd", packed))
print(struct.pack("<hhl", 1, 2, 3), struct.unpack_from("<H", b"\x00\x01\x02\x03", 2), list(struct.iter_unpack("BB", b"\x01\x02\x03\x04")))
try:
    struct.unpack("I", b"\x00")
except struct.error as error:
    print(error)
data = b"hello " * 500
for name, module in (("zlib", zlib), ("gzip", gzip), ("bz2", bz2), ("lzma", lzma)):
    small = module.compress(data)
    print(name, len(small) < 200, module.decompress(small) == data)
try:
    zlib.decompress(b"not zlib")
except zlib.error as error:
    print(error)
buf = io.BytesIO()
with zipfile.ZipFile(buf, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a.txt", "alpha")
    z.writestr("dir/b.txt", "beta" * 10)
with zipfile.ZipFile(io.BytesIO(buf.getvalue())) as z:
    print(z.namelist(), z.read("dir/b.txt")[:8], z.getinfo("a.txt").file_size, z.testzip())
a = array.array("i", [1, 2, 3])
a.append(4)
print(a, a.itemsize, sum(a), memoryview(b"abcdef")[1:3].tobytes(), bytearray(b"ab") + b"c")
ba = bytearray(b"hello")
ba[0] = ord("J")
ba.extend(b"!!")
print(ba, bytes(3), bytes([65, 66]), b"a,b".split(b","), b"\x00\xff".hex(), int.from_bytes(b"\x01\x00", "big"), (1024).to_bytes(2, "little"), (5).bit_length(), bin(10), (-5 & 0xFF))
out = io.BytesIO()
with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as f:
    f.write(b"text\n" * 3)
out.seek(0)
with gzip.open(out, "rt") as f:
    print([line.strip() for line in f])
