# features: hashing, base64, encodings; oracle: cpython
import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
import zlib

text = "The quick brown fox jumps over the lazy dog"
for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256"):
    print(f"{name:<9}", hashlib.new(name, text.encode()).hexdigest()[:64])
h = hashlib.sha256()
for chunk in (b"a", b"b"):
    h.update(chunk)
print(h.hexdigest() == hashlib.sha256(b"ab").hexdigest(), h.digest_size, h.name, "sha256" in hashlib.algorithms_available)
sig = hmac.new(b"secret", b"payload", hashlib.sha256)
print(sig.hexdigest(), hmac.compare_digest(sig.digest(), hmac.digest(b"secret", b"payload", "sha256")))
print(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex())
print(hashlib.scrypt(b"password", salt=b"salt", n=1024, r=8, p=1, dklen=16).hex())
print(base64.b64encode(text.encode())[:20], base64.urlsafe_b64encode(b"\xff\xfe\xfd"), base64.b32encode(b"foobar"), base64.b16encode(b"hi"), base64.b85encode(b"hello"))
print(base64.b64decode("aGk=").decode(), binascii.hexlify(b"\x01\xff"), bytes.fromhex("de ad be ef"), b"abc".hex("-"), binascii.crc32(b"hello"), zlib.adler32(b"Wikipedia"))
try:
    base64.b64decode("abc", validate=True)
except binascii.Error as error:
    print(error)
print(uuid.uuid5(uuid.NAMESPACE_DNS, "example.com"), uuid.uuid3(uuid.NAMESPACE_URL, "http://x"), uuid.UUID(int=1), uuid.uuid4().version)
print(len(secrets.token_hex(16)), len(secrets.token_bytes(8)), secrets.choice([7]), len(secrets.token_urlsafe(16)) >= 20, secrets.randbelow(1))
