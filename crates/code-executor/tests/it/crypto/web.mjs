// `crypto` of the web, a line per case. Run here and by the real Node, which have to print the same.
const { subtle } = crypto;
const hex = (data) => Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, '0')).join('');
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const utf8 = (text) => Uint8Array.from(text, (char) => char.charCodeAt(0));
async function show(label, work) {
  try {
    const made = await work();
    console.log(`${label}:`, made instanceof ArrayBuffer ? hex(made) : made);
  } catch (error) { console.log(`${label}: ${error.constructor.name} ${error.name} ${error.code} ${error.message}`); }
}
const text = utf8('The quick brown fox jumps over the lazy dog');

for (const name of ['SHA-1', 'sha-256', 'SHA-384', 'SHA-512']) await show(name, () => subtle.digest(name, text));
await show('digest of nothing', () => subtle.digest({ name: 'SHA-256' }, new ArrayBuffer(0)));
await show('digest of a part', () => subtle.digest('SHA-256', new DataView(text.buffer, 4, 5)));

// HMAC: RFC 4231.
const jefe = (hash, usages = ['sign', 'verify']) => subtle.importKey('raw', utf8('Jefe'), { name: 'HMAC', hash }, true, usages);
for (const hash of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']) {
  await show(`HMAC ${hash}`, async () => subtle.sign('HMAC', await jefe(hash), utf8('what do ya want for nothing?')));
}
const mac = await jefe('SHA-256');
const signature = await subtle.sign('hmac', mac, text);
await show('HMAC holds', () => subtle.verify('HMAC', mac, signature, text));
await show('HMAC fails', () => subtle.verify('HMAC', mac, signature.slice(1), text));
await show('HMAC key', () => mac);
await show('HMAC as JWK', () => subtle.exportKey('jwk', mac));
await show('HMAC made', async () => (await subtle.generateKey({ name: 'HMAC', hash: 'SHA-384' }, false, ['verify', 'sign', 'sign'])));
await show('HMAC length', async () => (await subtle.exportKey('raw', await subtle.generateKey({ name: 'HMAC', hash: 'SHA-1', length: 40 }, true, ['sign']))).byteLength);
await show('HMAC of a JWK', async () => subtle.exportKey('raw', await subtle.importKey('jwk', { kty: 'oct', k: 'AAECAwQ', alg: 'HS256', ext: true, key_ops: ['sign'] }, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])));

// AES: NIST SP 800-38A, and the cases of the GCM specification.
const plain = bytes('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51');
for (const key of ['2b7e151628aed2a6abf7158809cf4f3c', '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4']) {
  for (const algorithm of [
    { name: 'AES-CBC', iv: bytes('000102030405060708090a0b0c0d0e0f') },
    { name: 'AES-CTR', counter: bytes('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'), length: 64 },
    { name: 'AES-CTR', counter: bytes('ffffffffffffffffffffffffffffffff'), length: 32 },
    { name: 'AES-GCM', iv: bytes('cafebabefacedbaddecaf888') },
    { name: 'AES-GCM', iv: bytes('cafebabefacedbaddecaf888'), additionalData: bytes('feedfacedeadbeef'), tagLength: 96 },
    { name: 'AES-GCM', iv: bytes('cafebabefacedbaddecaf888cafebabe') },
  ]) {
    const label = `${algorithm.name} ${key.length * 4} ${hex(algorithm.iv ?? algorithm.counter)}`;
    const imported = await subtle.importKey('raw', bytes(key), algorithm.name, false, ['encrypt', 'decrypt']);
    for (const size of [32, 16, 5, 0]) {
      const packed = await subtle.encrypt(algorithm, imported, plain.subarray(0, size)).catch(String);
      await show(`${label} ${size}`, () => packed);
      await show(`${label} ${size} back`, () => subtle.decrypt(algorithm, imported, packed));
    }
  }
}
const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['decrypt', 'encrypt']);
await show('AES key', () => aes);
await show('AES names', async () => { const { k, ...rest } = await subtle.exportKey('jwk', aes); return [k.length, rest]; });
await show('AES 192', async () => (await subtle.exportKey('raw', await subtle.generateKey({ name: 'AES-CTR', length: 192 }, true, ['encrypt']))).byteLength);
for (const [label, algorithm, data] of [
  ['no iv', { name: 'AES-GCM' }, plain], ['tag of 5 bits', { name: 'AES-GCM', iv: plain, tagLength: 5 }, plain], ['empty iv', { name: 'AES-GCM', iv: new Uint8Array(0) }, plain],
  ['not authentic', { name: 'AES-GCM', iv: plain }, plain], ['too short', { name: 'AES-GCM', iv: plain }, plain.subarray(0, 6)], ['not its kind', { name: 'AES-CBC', iv: plain.subarray(16) }, plain],
]) await show(`decrypt ${label}`, () => subtle.decrypt(algorithm, aes, data));

// Keys that cannot be.
for (const [label, algorithm, usages] of [
  ['100 bits', { name: 'AES-GCM', length: 100 }, ['encrypt']], ['to sign', { name: 'AES-GCM', length: 256 }, ['sign']], ['for nothing', { name: 'AES-GCM', length: 256 }, []],
  ['unknown', 'FOO', []], ['no length', 'AES-GCM', ['encrypt']], ['no hash', 'HMAC', ['sign']], ['unknown hash', { name: 'HMAC', hash: 'SHA-999' }, ['sign']],
  ['unknown curve', { name: 'ECDSA', namedCurve: 'P-999' }, ['sign']], ['only to verify', { name: 'ECDSA', namedCurve: 'P-256' }, ['verify']], ['unknown usage', { name: 'AES-GCM', length: 256 }, ['foo']],
]) await show(`generate ${label}`, () => subtle.generateKey(algorithm, true, usages));
for (const [label, format, data, algorithm, usages, extractable = true] of [
  ['5 bytes', 'raw', new Uint8Array(5), 'AES-GCM', ['encrypt']], ['for nothing', 'raw', new Uint8Array(16), 'AES-GCM', []], ['unknown format', 'foo', new Uint8Array(16), 'AES-GCM', ['encrypt']],
  ['text', 'raw', 'abc', 'AES-GCM', ['encrypt']], ['short JWK', 'jwk', { kty: 'oct', k: 'AAAA' }, 'AES-GCM', ['encrypt']], ['JWK of a curve', 'jwk', { kty: 'EC' }, 'AES-GCM', ['encrypt']],
  ['no bytes', 'raw', new Uint8Array(0), { name: 'HMAC', hash: 'SHA-256' }, ['sign']], ['extractable password', 'raw', new Uint8Array(16), 'PBKDF2', ['deriveBits']],
  ['no PKCS #8', 'pkcs8', new Uint8Array(16), { name: 'ECDSA', namedCurve: 'P-256' }, ['sign']], ['no point', 'raw', new Uint8Array(65), { name: 'ECDSA', namedCurve: 'P-256' }, ['verify']],
  ['33 bytes', 'raw', new Uint8Array(33), 'Ed25519', ['verify']], ['bytes as JWK', 'jwk', new Uint8Array(33), 'Ed25519', ['verify']], ['SPKI of AES', 'spki', new Uint8Array(33), 'AES-GCM', ['encrypt']],
]) await show(`import ${label}`, () => subtle.importKey(format, data, algorithm, extractable, usages));
const hidden = await subtle.importKey('raw', new Uint8Array(16), 'AES-GCM', false, ['encrypt']);
await show('export as SPKI', () => subtle.exportKey('spki', aes));
await show('export as foo', () => subtle.exportKey('foo', aes));
await show('export no key', () => subtle.exportKey('raw', {}));
await show('hidden key', () => subtle.exportKey('raw', hidden).catch((error) => [error instanceof DOMException, error.message]));
await show('decrypt with a key to encrypt', () => subtle.decrypt({ name: 'AES-GCM', iv: plain }, hidden, plain));

// Signatures.
for (const algorithm of [{ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }, { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }, { name: 'Ed25519' }]) {
  const label = `${algorithm.name} ${algorithm.namedCurve ?? ''}`;
  const { publicKey, privateKey } = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  await show(`${label} keys`, () => [publicKey, privateKey]);
  const signed = await subtle.sign(algorithm, privateKey, text);
  await show(`${label} length`, () => signed.byteLength);
  await show(`${label} holds`, () => subtle.verify(algorithm, publicKey, signed, text));
  await show(`${label} fails`, () => subtle.verify(algorithm, publicKey, signed, plain));
  await show(`${label} of nothing`, () => subtle.verify(algorithm, publicKey, new Uint8Array(0), text));
  await show(`${label} with the public key`, () => subtle.sign(algorithm, publicKey, text));
  for (const [format, key, usage] of [['jwk', privateKey, 'sign'], ['pkcs8', privateKey, 'sign'], ['jwk', publicKey, 'verify'], ['spki', publicKey, 'verify'], ['raw', publicKey, 'verify']]) {
    const exported = await subtle.exportKey(format, key);
    await show(`${label} ${format} ${usage}`, () => (format === 'jwk' ? Object.keys(exported) : exported.byteLength));
    const again = await subtle.importKey(format, exported, algorithm, true, [usage]);
    const whole = usage === 'sign' ? await subtle.verify(algorithm, publicKey, await subtle.sign(algorithm, again, text), text) : await subtle.verify(algorithm, again, signed, text);
    await show(`${label} ${format} ${usage} again`, () => whole);
  }
  await show(`${label} raw private`, () => subtle.exportKey('raw', privateKey));
}
// RFC 8032, a key of RFC 6979, and RFC 7515's.
const seed = '302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
await show('Ed25519 of RFC 8032', async () => subtle.sign('Ed25519', await subtle.importKey('pkcs8', bytes(seed), 'Ed25519', false, ['sign']), new Uint8Array(0)));
const fromRfc = { kty: 'EC', crv: 'P-256', x: 'YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y', y: 'eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk' };
await show('ECDSA of RFC 6979', async () => subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, await subtle.importKey('jwk', fromRfc, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']),
  bytes('efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8'), utf8('sample')));
await show('a point that is none', async () => subtle.importKey('jwk', { ...fromRfc, y: fromRfc.x }, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']).catch((error) => error.name));

// Derived keys.
const password = await subtle.importKey('raw', utf8('password'), 'PBKDF2', false, ['deriveKey', 'deriveBits']);
const stretched = { name: 'PBKDF2', hash: 'SHA-256', salt: utf8('salt'), iterations: 100 };
for (const hash of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']) await show(`PBKDF2 ${hash}`, () => subtle.deriveBits({ ...stretched, hash }, password, 160));
for (const length of [0, 7, null]) await show(`PBKDF2 of ${length} bits`, () => subtle.deriveBits(stretched, password, length));
await show('PBKDF2 without iterations', () => subtle.deriveBits({ ...stretched, iterations: 0 }, password, 8));
await show('PBKDF2 without a hash', () => subtle.deriveBits({ name: 'PBKDF2' }, password, 8));
await show('PBKDF2 to AES', async () => subtle.exportKey('raw', await subtle.deriveKey(stretched, password, { name: 'AES-GCM', length: 256 }, true, ['encrypt'])));
await show('PBKDF2 to HMAC', async () => (await subtle.exportKey('raw', await subtle.deriveKey(stretched, password, { name: 'HMAC', hash: 'SHA-512' }, true, ['sign']))).byteLength);
const material = await subtle.importKey('raw', bytes('0b'.repeat(22)), 'HKDF', false, ['deriveBits']);
const expanded = { name: 'HKDF', hash: 'SHA-256', salt: bytes('000102030405060708090a0b0c'), info: bytes('f0f1f2f3f4f5f6f7f8f9') };
await show('HKDF of RFC 5869', () => subtle.deriveBits(expanded, material, 336));
await show('HKDF too long', () => subtle.deriveBits(expanded, material, 255 * 32 * 8 + 8));
await show('HKDF without info', () => subtle.deriveBits({ ...expanded, info: undefined }, material, 8));

// Wrapped keys, and what is random.
const wrapping = await subtle.importKey('raw', bytes('00112233445566778899aabbccddeeff'), 'AES-GCM', false, ['wrapKey', 'unwrapKey']);
const wrapped = await subtle.wrapKey('raw', mac, wrapping, { name: 'AES-GCM', iv: plain });
await show('wrapped', () => wrapped);
await show('unwrapped', async () => subtle.exportKey('raw', await subtle.unwrapKey('raw', wrapped, wrapping, { name: 'AES-GCM', iv: plain }, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])));
await show('wrapped as JWK', async () => subtle.exportKey('raw', await subtle.unwrapKey('jwk', await subtle.wrapKey('jwk', mac, wrapping, { name: 'AES-GCM', iv: plain }), wrapping, { name: 'AES-GCM', iv: plain }, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])));
await show('a UUID', () => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()));
const drawn = new Uint32Array(1000);
await show('random numbers', () => [crypto.getRandomValues(drawn) === drawn, new Set(drawn).size > 990]);
for (const array of [new Float32Array(2), new Uint8Array(65537), [], new DataView(new ArrayBuffer(3))]) await show('random refused', () => crypto.getRandomValues(array).length);
for (const Class of [CryptoKey, Crypto, SubtleCrypto]) await show(Class.name, () => new Class());
await show('objects', () => [crypto, subtle, String(crypto), Object.prototype.toString.call(aes)]);
await show('another this', () => subtle.digest.call({}, 'SHA-256', text));
await show('lengths', () => [subtle.digest.length, subtle.importKey.length, subtle.deriveBits.length]);
await show('too few', () => subtle.digest('SHA-256'));
await show('text', () => subtle.digest('SHA-256', 'abc'));
await show('MD5', () => subtle.digest('MD5', text));
