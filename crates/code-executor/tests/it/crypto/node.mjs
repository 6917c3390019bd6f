// node:crypto, a line per case. Run here and by the real Node, which have to print the same.
import crypto, { createHash, createHmac, randomBytes, webcrypto } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

function show(label, work) {
  try { console.log(`${label}:`, work()); } catch (error) { console.log(`${label}: ${error.constructor.name} ${error.name} ${error.code} ${error.message}`); }
}
const text = 'The quick brown fox jumps over the lazy dög';

for (const name of ['md5', 'sha1', 'sha256', 'SHA384', 'sha512', 'sha-256', 'RSA-SHA256', 'sha512-256']) {
  show(`hash ${name}`, () => createHash(name).update(text).update(Buffer.from(text)).digest('hex'));
}
for (const encoding of ['hex', 'base64', 'base64url', 'latin1', 'binary', 'buffer', undefined]) show(`digest as ${encoding}`, () => createHash('md5').update('a').digest(encoding));
show('hash of hex', () => createHash('sha1').update('61', 'hex').digest('hex'));
show('hash of bytes', () => createHash('sha1').update(new Uint16Array([1, 2])).update(new DataView(new ArrayBuffer(3))).digest('hex'));
show('hash copied', () => { const a = createHash('sha256').update('a'); const b = a.copy().update('b'); return [a.digest('hex'), b.digest('hex')]; });
show('hash unknown', () => createHash('foo'));
show('hash of a number', () => createHash('sha256').update(5));
show('hash of no name', () => createHash(5));
for (const [label, use] of [['digest', (hash) => hash.digest()], ['update', (hash) => hash.update('a')], ['copy', (hash) => hash.copy()]]) {
  show(`${label} after the end`, () => { const hash = createHash('sha256'); hash.digest(); return use(hash); });
}
show('hash at once', () => [crypto.hash('sha1', 'abc'), crypto.hash('md5', Buffer.from('abc'), 'base64')]);
show('hash stream', () => { const hash = createHash('sha256'); hash.write('abc'); hash.end(); return hash.read().toString('hex'); });

for (const name of ['md5', 'sha1', 'sha256', 'sha384', 'sha512']) show(`hmac ${name}`, () => createHmac(name, 'key').update(text).digest('hex'));
show('hmac long key', () => createHmac('sha256', Buffer.alloc(200, 7)).update('').digest('base64'));
show('hmac empty key', () => createHmac('sha256', '').update('a').digest('hex'));
show('hmac with a key object', () => createHmac('sha256', crypto.createSecretKey(Buffer.from('key'))).update('a').digest('hex'));
show('hmac unknown', () => createHmac('foo', 'k'));
show('hmac without a key', () => createHmac('sha256'));
show('hmac twice', () => { const hmac = createHmac('sha256', 'k'); hmac.digest('hex'); return hmac.digest('hex'); });
show('hmac after the end', () => { const hmac = createHmac('sha256', 'k'); hmac.digest('hex'); return hmac.update('a'); });

show('random bytes', () => [randomBytes(7).length, Buffer.isBuffer(randomBytes(2)), randomBytes(0).length, randomBytes(100000).equals(randomBytes(100000))]);
show('random bytes of -1', () => randomBytes(-1));
show('random bytes of a', () => randomBytes('a'));
show('filled', () => { const buffer = Buffer.alloc(40); crypto.randomFillSync(buffer, 20); return [buffer.subarray(0, 20).every((byte) => byte === 0), buffer.subarray(20).some((byte) => byte !== 0)]; });
show('numbers', () => Array.from({ length: 500 }, () => crypto.randomInt(3)).reduce((seen, value) => seen | 1 << value, 0));
show('number from', () => { const value = crypto.randomInt(-5, -2); return value >= -5 && value < -2; });
for (const args of [[5, 5], ['a'], [2 ** 50], [0.5], [5, 1], [0, 2 ** 48]]) show(`number of ${args}`, () => crypto.randomInt(...args) >= 0);
show('UUID', () => /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(crypto.randomUUID()));
show('equal', () => [crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')), crypto.timingSafeEqual(new Uint8Array([1]), new Uint8Array([2]))]);
show('equal of other lengths', () => crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('ab')));
show('equal of text', () => crypto.timingSafeEqual('a', Buffer.from('ab')));

show('pbkdf2', () => crypto.pbkdf2Sync('password', 'salt', 10, 24, 'sha512').toString('hex'));
show('pbkdf2 sha1', () => crypto.pbkdf2Sync(Buffer.from('p'), 's', 2, 5, 'SHA1').toString('hex'));
show('pbkdf2 unknown', () => crypto.pbkdf2Sync('p', 's', 10, 16, 'foo'));
show('pbkdf2 without iterations', () => crypto.pbkdf2Sync('p', 's', 0, 16, 'sha256'));
show('pbkdf2 without a digest', () => crypto.pbkdf2Sync('p', 's', 1, 16));
show('pbkdf2 without a callback', () => crypto.pbkdf2('p', 's', 1, 16, 'sha256'));
show('pbkdf2 salt', () => crypto.pbkdf2Sync('p', 5, 1, 16, 'sha1'));
show('hkdf', () => Buffer.from(crypto.hkdfSync('sha512', 'key', 'salt', 'info', 64)).toString('hex'));
show('hkdf unknown', () => crypto.hkdfSync('foo', 'key', 'salt', 'info', 16));
show('hkdf too long', () => crypto.hkdfSync('sha256', 'key', 'salt', 'info', 9999));
show('scrypt', () => crypto.scryptSync('p', 's', 16, { N: 1024, r: 8, p: 2 }).toString('hex'));
show('scrypt cost 3', () => crypto.scryptSync('p', 's', 16, { N: 3 }));

const sealed = (name, key, iv, size = 40) => {
  const cipher = crypto.createCipheriv(name, Buffer.alloc(key, 1), Buffer.alloc(iv, 2));
  if (name.endsWith('gcm')) cipher.setAAD(Buffer.from('header'));
  const made = cipher.update(text.slice(0, size), 'utf8', 'hex') + cipher.final('hex');
  return [made, name.endsWith('gcm') && cipher.getAuthTag().toString('hex')];
};
for (const bits of [128, 192, 256]) {
  for (const [mode, iv] of [['cbc', 16], ['ctr', 16], ['gcm', 12], ['gcm', 16]]) {
    const name = `aes-${bits}-${mode}`;
    for (const size of [0, 15, 16, 40]) show(`${name} ${iv} ${size}`, () => sealed(name, bits / 8, iv, size));
    show(`${name} ${iv} back`, () => {
      const [made, tag] = sealed(name, bits / 8, iv, 100);
      const decipher = crypto.createDecipheriv(name, Buffer.alloc(bits / 8, 1), Buffer.alloc(iv, 2));
      if (tag) decipher.setAAD(Buffer.from('header')).setAuthTag(Buffer.from(tag, 'hex'));
      let plain = '';
      for (const pair of made.match(/../g)) plain += decipher.update(pair, 'hex', 'utf8');
      return plain + decipher.final('utf8');
    });
  }
}
const cipher = (name, key = 16, iv = 16) => crypto.createCipheriv(name, Buffer.alloc(key), Buffer.alloc(iv));
const decipher = (name, key = 16, iv = 16) => crypto.createDecipheriv(name, Buffer.alloc(key), Buffer.alloc(iv));
show('unknown cipher', () => cipher('foo'));
show('short key', () => cipher('aes-128-cbc', 15));
show('short iv', () => cipher('aes-128-cbc', 16, 15));
show('no iv', () => crypto.createCipheriv('aes-128-cbc', '0123456789abcdef', null));
show('key that is none', () => crypto.createCipheriv('aes-128-cbc', 5, null));
show('bad padding', () => { const made = decipher('aes-128-cbc'); made.update(Buffer.alloc(16)); return made.final('hex'); });
show('bad length', () => { const made = decipher('aes-128-cbc'); made.update(Buffer.alloc(5)); return made.final('hex'); });
show('no padding', () => { const made = cipher('aes-128-cbc').setAutoPadding(false); return [made.update(Buffer.alloc(32)).length, made.final().length]; });
show('no padding, bad length', () => { const made = cipher('aes-128-cbc').setAutoPadding(false); made.update('abc'); return made.final(); });
show('no tag', () => { const made = decipher('aes-256-gcm', 32, 12); made.update(Buffer.alloc(5)); return made.final('hex'); });
show('another tag', () => { const made = decipher('aes-256-gcm', 32, 12); made.setAuthTag(Buffer.alloc(16)); made.update(Buffer.alloc(5)); return made.final('hex'); });
show('short tag', () => decipher('aes-256-gcm', 32, 12).setAuthTag(Buffer.alloc(3)));
show('tag before the end', () => cipher('aes-256-gcm', 32, 12).getAuthTag());
show('update after the end', () => { const made = cipher('aes-256-gcm', 32, 12); made.final(); return made.update('a'); });
show('final after the end', () => { const made = cipher('aes-256-gcm', 32, 12); made.final(); return made.final(); });
show('base64 in pieces', () => { const made = cipher('aes-128-ctr'); return made.update('a', 'utf8', 'base64') + made.update('bc', 'utf8', 'base64') + made.final('base64'); });

show('scrypt memory', () => crypto.scryptSync('p', 's', 16, { N: 2 ** 20 }));
for (const [type, options] of [['ec', { namedCurve: 'P-256' }], ['ec', { namedCurve: 'secp384r1' }], ['ed25519', {}]]) {
  const label = `${type} ${options.namedCurve ?? ''}`;
  const { publicKey, privateKey } = crypto.generateKeyPairSync(type, options);
  show(`${label} keys`, () => [publicKey.type, privateKey.type, publicKey.asymmetricKeyType, publicKey.asymmetricKeyDetails]);
  const algorithm = type === 'ec' ? (options.namedCurve === 'P-256' ? 'sha256' : 'sha384') : null;
  const pem = [publicKey.export({ type: 'spki', format: 'pem' }), privateKey.export({ type: 'pkcs8', format: 'pem' })];
  show(`${label} PEM`, () => pem.map((each) => each.replace(/\n.*\n/gs, ' ')));
  const signature = crypto.sign(algorithm, Buffer.from(text), pem[1]);
  show(`${label} holds`, () => [crypto.verify(algorithm, Buffer.from(text), pem[0], signature), crypto.verify(algorithm, Buffer.from(text), publicKey, signature), crypto.verify(algorithm, Buffer.from('b'), publicKey, signature)]);
  show(`${label} again`, () => crypto.createPublicKey(pem[1]).equals(publicKey));
  show(`${label} JWK`, () => Object.keys(privateKey.export({ format: 'jwk' })).sort());
  if (type === 'ec') {
    show(`${label} raw`, () => { const raw = crypto.sign(algorithm, Buffer.from('a'), { key: privateKey, dsaEncoding: 'ieee-p1363' }); return [raw.length, crypto.verify(algorithm, Buffer.from('a'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)]; });
    show(`${label} in parts`, () => { const made = crypto.createSign(algorithm).update('a').update('b').sign(privateKey, 'base64'); return crypto.createVerify(algorithm).update('ab').verify(publicKey, made, 'base64'); });
  }
}
show('secret key', () => { const key = crypto.createSecretKey('abc', 'utf8'); return [key.type, key.symmetricKeySize, key.export().toString(), key.export({ format: 'jwk' })]; });
show('no PEM', () => { try { crypto.createPrivateKey('nonsense'); } catch (error) { return error.code; } return undefined; });
show('web', () => [webcrypto === globalThis.crypto, crypto.subtle === globalThis.crypto.subtle, crypto.getRandomValues(new Uint8Array(3)).length]);
show('names', () => [crypto.getHashes().includes('sha256'), crypto.getCiphers().includes('aes-256-gcm'), crypto.getCipherInfo('aes-256-gcm').keyLength, crypto.getCipherInfo('foo')]);

console.log('later:', (await promisify(crypto.randomBytes)(5)).length, (await promisify(crypto.pbkdf2)('p', 's', 1, 8, 'sha256')).toString('hex'));
console.log('scrypt later:', (await promisify(crypto.scrypt)('p', 's', 8)).toString('hex'), Buffer.from(await promisify(crypto.hkdf)('sha256', 'k', 's', 'i', 8)).toString('hex'));
console.log('keys later:', Object.keys(await promisify(crypto.generateKeyPair)('ed25519', {})).sort());

// Digests and ciphers as streams.
const hash = createHash('sha256');
await pipeline(Readable.from(['a', 'b', 'c']), hash);
console.log('hash of a stream:', hash.read().toString('hex'));
for await (const part of Readable.from(['abc']).pipe(createHash('md5').setEncoding('hex'))) console.log('hash read:', part);
const parts = [];
for await (const part of Readable.from(['hello ', 'world '.repeat(10)]).pipe(cipher('aes-256-cbc', 32))) parts.push(part);
console.log('cipher stream:', Buffer.concat(parts).toString('hex'));
let opened = '';
await pipeline(Readable.from([Buffer.concat(parts)]), decipher('aes-256-cbc', 32), async (source) => { for await (const part of source) opened += part; });
console.log('decipher stream:', opened);
await pipeline(Readable.from(['x'.repeat(16)]), decipher('aes-256-cbc', 32), async (source) => { for await (const part of source) opened += part; })
  .catch((error) => console.log('broken stream:', error.code));
