// features: webcrypto, hashing, encodings; oracle: node 22
const enc = new TextEncoder();
const toHex = (buf: ArrayBuffer) => [...new Uint8Array(buf)].map((b) => b.toString(16).padStart(2, '0')).join('');
for (const algo of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']) console.log(algo, toHex(await crypto.subtle.digest(algo, enc.encode('hello'))));

const key = await crypto.subtle.importKey('raw', enc.encode('my secret'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
const sig = await crypto.subtle.sign('HMAC', key, enc.encode('payload'));
console.log('sig', toHex(sig), await crypto.subtle.verify('HMAC', key, sig, enc.encode('payload')), await crypto.subtle.verify('HMAC', key, sig, enc.encode('tampered')));

const base = await crypto.subtle.importKey('raw', enc.encode('password'), 'PBKDF2', false, ['deriveKey', 'deriveBits']);
const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', salt: enc.encode('salt'), iterations: 1000, hash: 'SHA-256' }, base, 256);
console.log('pbkdf2', toHex(bits));
const aes = await crypto.subtle.deriveKey({ name: 'PBKDF2', salt: enc.encode('salt'), iterations: 1000, hash: 'SHA-256' }, base, { name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']);
const iv = new Uint8Array(12).fill(7);
const ct = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, aes, enc.encode('attack at dawn'));
console.log('ct', toHex(ct));
console.log(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, aes, ct)));
try {
  const bad = new Uint8Array(ct); bad[0] ^= 1;
  await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, aes, bad);
} catch (e: any) { console.log('decrypt failed:', e.name); }
console.log(toHex(await crypto.subtle.exportKey('raw', aes)), aes.type, aes.extractable, aes.usages);
const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']) as CryptoKeyPair;
const s = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, enc.encode('m'));
console.log(s.byteLength, await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, pair.publicKey, s, enc.encode('m')));
const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
console.log(jwk.kty, jwk.crv, Object.keys(jwk).sort());
console.log(crypto.getRandomValues(new Uint8Array(8)).length, crypto.randomUUID().split('-').map((p) => p.length));
