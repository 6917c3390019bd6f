// features: hashing, webcrypto, typed-arrays; oracle: node 22
import { createHash, randomInt, randomBytes, scryptSync, pbkdf2Sync, createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
function uuidv5(name: string, namespace: string): string {
  const ns = Buffer.from(namespace.replace(/-/g, ''), 'hex');
  const h = createHash('sha1').update(ns).update(name).digest();
  h[6] = (h[6] & 0x0f) | 0x50; h[8] = (h[8] & 0x3f) | 0x80;
  return h.toString('hex', 0, 16).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}
console.log(uuidv5('example.com', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'));
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
const nanoid = (n = 21) => Array.from(crypto.getRandomValues(new Uint8Array(n)), (b) => alphabet[b & 63]).join('');
console.log(nanoid().length, /^[\w-]{10}$/.test(nanoid(10)), new Set(Array.from({ length: 200 }, () => nanoid())).size);
console.log(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()), Array.from({ length: 50 }, () => randomInt(1, 7)).every((n) => n >= 1 && n < 7), randomBytes(8).length);
console.log(pbkdf2Sync('password', 'salt', 1000, 32, 'sha256').toString('hex'), Buffer.from(hkdfSync('sha256', 'key', 'salt', 'info', 16)).toString('hex'));
console.log(scryptSync('password', 'salt', 16, { N: 1024 }).toString('hex'));
const key = createHash('sha256').update('k').digest(), iv = Buffer.alloc(12, 1);
const c = createCipheriv('aes-256-gcm', key, iv);
const ct = Buffer.concat([c.update('secret message', 'utf8'), c.final()]), tag = c.getAuthTag();
console.log(ct.toString('hex'), tag.toString('base64'));
const d = createDecipheriv('aes-256-gcm', key, iv); d.setAuthTag(tag);
console.log(d.update(ct, undefined, 'utf8') + d.final('utf8'));
const contentHash = (o: unknown): string => createHash('sha256').update(JSON.stringify(o, (_, v) => (v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v))).digest('hex').slice(0, 12);
console.log(contentHash({ b: 1, a: { d: 2, c: 3 } }) === contentHash({ a: { c: 3, d: 2 }, b: 1 }), contentHash([1, 2]));
function mulberry32(a: number) { return () => { a |= 0; a = (a + 0x6d2b79f5) | 0; let t = Math.imul(a ^ (a >>> 15), 1 | a); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; }; }
const rnd = mulberry32(42); console.log([rnd(), rnd(), rnd()], [...'abcdef'].map((x) => [rnd(), x] as const).sort((p, q) => p[0] - q[0]).map((p) => p[1]).join(''));
