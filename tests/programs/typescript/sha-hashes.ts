// features: hashing, encodings, node-crypto; oracle: node 22
import { createHash, createHmac, timingSafeEqual, randomBytes, randomUUID, getHashes } from 'node:crypto';

const input = 'The quick brown fox jumps over the lazy dog';
for (const algo of ['md5', 'sha1', 'sha256', 'sha384', 'sha512']) {
  console.log(algo.padEnd(7), createHash(algo).update(input).digest('hex'));
}
console.log(createHash('sha256').update('a').update(Buffer.from('b')).digest('base64'));
console.log(createHash('sha256').update('ab').digest('base64url'));
const hmac = createHmac('sha256', 'secret-key').update(JSON.stringify({ user: 1 })).digest('hex');
console.log('hmac', hmac);
const a = Buffer.from(hmac, 'hex'), b = Buffer.from(hmac, 'hex');
console.log(timingSafeEqual(a, b), a.equals(b), a.length);
try { timingSafeEqual(a, Buffer.alloc(3)); } catch (e: any) { console.log(e.code, e.message); }
console.log(randomBytes(16).length, randomBytes(4).toString('hex').length, /^[0-9a-f-]{36}$/.test(randomUUID()));
const etag = (body: string) => `"${createHash('sha1').update(body).digest('base64').slice(0, 27)}"`;
console.log(etag('hello'));
console.log(getHashes().includes('sha256'), createHash('sha256').update('').digest());
const h = createHash('md5');
h.update('x');
const copy = h.copy();
console.log(h.digest('hex'), copy.update('y').digest('hex'));
try { h.update('more'); } catch (e: any) { console.log(e.code); }
