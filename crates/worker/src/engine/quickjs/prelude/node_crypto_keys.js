// node:crypto's keys as objects, and signatures with them: HMAC keys, RSA, ECDSA and Ed25519. A part
// made at its first use. Keys are read from PEM, DER and JWK.
(function (native, internal) {
  'use strict';
  const { nodeErrors: errors } = internal;
  const { coded } = errors;
  const OURS = {};
  const CURVES = { prime256v1: 'P-256', 'P-256': 'P-256', secp256r1: 'P-256', secp384r1: 'P-384', 'P-384': 'P-384' };
  const NODE_CURVES = { 'P-256': 'prime256v1', 'P-384': 'secp384r1' };
  const isObject = (value) => typeof value === 'object' && value !== null;
  const viewOf = (value) => (isObject(value) ? internal.viewOf(value) : undefined);

  // `inner` has type, kind (RSA, P-256, P-384, Ed25519), bytes (secret or private) and public.
  class KeyObject {
    #inner;
    constructor(token, inner) {
      if (token !== OURS) throw coded(new TypeError('Illegal constructor'), 'ERR_ILLEGAL_CONSTRUCTOR');
      this.#inner = inner;
    }
    get type() { return this.#inner.type; }
    equals(other) {
      const [mine, theirs] = [this.#inner, innerOf(other)];
      if (theirs === undefined) throw errors.type('otherKeyObject', 'an instance of KeyObject', other);
      const same = (a, b) => (a === undefined || b === undefined ? a === b : native.equalBytes(a, b));
      return mine.type === theirs.type && mine.kind === theirs.kind && same(mine.bytes, theirs.bytes) && same(mine.public, theirs.public);
    }
    export(options) { return exported(this.#inner, options); }
    toCryptoKey(algorithm, extractable, usages) { throw errors.unsupported('toCryptoKey()', 'import what export() gives with crypto.subtle.importKey()'); }
    static from(key) {
      const held = internal.part('crypto').innerOf(key);
      if (held === undefined) throw errors.type('key', 'an instance of CryptoKey', key);
      if (!held.extractable) throw errors.unsupported('a KeyObject of a key that is not extractable', 'use it with crypto.subtle');
      return make({ type: held.type, kind: held.type === 'secret' ? undefined : held.curve ?? (held.name === 'Ed25519' ? held.name : 'RSA'), bytes: held.bytes, public: held.public });
    }
    static innerOf(value) { return isObject(value) && #inner in value ? value.#inner : undefined; }
  }
  const { innerOf } = KeyObject;
  delete KeyObject.innerOf;
  class SecretKeyObject extends KeyObject {
    get symmetricKeySize() { return innerOf(this).bytes.length; }
  }
  class AsymmetricKeyObject extends KeyObject {
    get asymmetricKeyType() { return { RSA: 'rsa', Ed25519: 'ed25519' }[innerOf(this).kind] ?? 'ec'; }
    get asymmetricKeyDetails() {
      const { kind, public: open } = innerOf(this);
      if (kind === 'Ed25519') return {};
      if (kind !== 'RSA') return { namedCurve: NODE_CURVES[kind] };
      const [modulus, exponent] = native.readNumbers(open);
      return { modulusLength: modulus.length * 8 - Math.clz32(modulus[0]) + 24, publicExponent: exponent.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) };
    }
  }
  class PublicKeyObject extends AsymmetricKeyObject {}
  class PrivateKeyObject extends AsymmetricKeyObject {}
  const make = (inner) => new ({ secret: SecretKeyObject, public: PublicKeyObject, private: PrivateKeyObject }[inner.type])(OURS, inner);

  function pem(label, der) {
    const lines = native.decode(der, 'base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
  }
  function exported(inner, options) {
    const { type, kind, bytes, public: open } = inner;
    const format = options?.format ?? (type === 'secret' ? 'buffer' : undefined);
    if (format === 'jwk') {
      const name = type === 'secret' ? 'HMAC' : kind === 'Ed25519' ? kind : kind === 'RSA' ? 'RSASSA-PKCS1-v1_5' : 'ECDSA';
      const { key_ops: operations, ext, alg, ...jwk } = internal.part('crypto_keys').exportKey({}, 'jwk', { ...inner, name, usages: [], curve: kind === 'RSA' || kind === 'Ed25519' ? undefined : kind });
      return jwk;
    }
    if (type === 'secret') return internal.bufferOf(new Uint8Array(bytes));
    if (format !== 'pem' && format !== 'der') throw errors.value('options.format', 'is invalid', format);
    const wanted = options?.type ?? (type === 'public' ? 'spki' : 'pkcs8');
    if (options?.cipher !== undefined) throw errors.unsupported('exporting an encrypted key', 'export it plainly and encrypt that');
    let label, der;
    if (wanted === 'spki' && type === 'public') [label, der] = ['PUBLIC KEY', native.writePublicKey(kind, open)];
    else if (wanted === 'pkcs8' && type === 'private') [label, der] = ['PRIVATE KEY', native.writePrivateKey(kind, bytes, open)];
    else if (wanted === 'pkcs1' && kind === 'RSA') [label, der] = type === 'public' ? ['RSA PUBLIC KEY', open] : ['RSA PRIVATE KEY', bytes];
    else throw errors.unsupported(`exporting a ${type} key as ${wanted}`, 'use spki for public and pkcs8 for private keys');
    return format === 'pem' ? pem(label, der) : internal.bufferOf(new Uint8Array(der));
  }

  const undecodable = () => Object.assign(new Error('error:1E08010C:DECODER routines::unsupported'), { library: 'DECODER routines', reason: 'unsupported', code: 'ERR_OSSL_UNSUPPORTED' });
  function ofDer(der, type) {
    const inner = { type, kind: undefined, bytes: undefined, public: undefined };
    if (type === 'pkcs1-public' || type === 'pkcs1-private') {
      const numbers = native.readNumbers(der);
      if (numbers == null) throw undecodable();
      return type === 'pkcs1-public' ? { ...inner, type: 'public', kind: 'RSA', public: der }
        : { ...inner, type: 'private', kind: 'RSA', bytes: der, public: native.writeNumbers(numbers.slice(1, 3)) };
    }
    const read = type === 'public' ? native.readPublicKey(der) : native.readPrivateKey(der);
    if (read == null) throw undecodable();
    const [kind, bytes, open] = read;
    if (type === 'public') return { ...inner, kind, public: open };
    const known = kind === 'Ed25519' ? native.publicOfEd25519(bytes) : open;
    if (known == null) throw errors.unsupported('a private key without its public one', 'export it with both');
    return { ...inner, kind, bytes, public: known };
  }
  const LABELS = { 'PUBLIC KEY': 'public', 'PRIVATE KEY': 'private', 'RSA PUBLIC KEY': 'pkcs1-public', 'RSA PRIVATE KEY': 'pkcs1-private' };
  function ofPem(text) {
    const [, label, body] = /-----BEGIN ([A-Z ]+)-----([\s\S]*?)-----END \1-----/.exec(text) ?? [];
    if (label === undefined) throw undecodable();
    if (!Object.hasOwn(LABELS, label)) throw errors.unsupported(`a PEM of "${label}"`, 'convert it to PKCS #8 (PRIVATE KEY) or SPKI (PUBLIC KEY), not encrypted');
    return ofDer(native.encode(body, 'base64'), LABELS[label]);
  }
  function ofJwk(jwk) {
    const name = { EC: 'ECDSA', OKP: 'Ed25519', RSA: 'RSASSA-PKCS1-v1_5' }[jwk.kty];
    if (name === undefined) throw errors.value('key.kty', 'is invalid', jwk.kty);
    const algorithm = { name, namedCurve: jwk.crv, hash: 'SHA-256' };
    const isPrivate = jwk.d !== undefined;
    const { kty, crv, x, y, d, n, e, p, q, dp, dq, qi } = jwk;
    const web = internal.part('crypto');
    const key = web.importAny('jwk', { kty, crv, x, y, d, n, e, p, q, dp, dq, qi }, algorithm, [isPrivate ? 'sign' : 'verify']);
    const held = web.innerOf(key);
    return { type: held.type, kind: held.curve ?? (name === 'Ed25519' ? name : 'RSA'), bytes: held.bytes, public: held.public };
  }
  // A key as programs give them: an object, PEM, DER or JWK.
  function read(given, wanted) {
    const held = innerOf(given) ?? (isObject(given) ? innerOf(given.key) : undefined);
    if (held !== undefined) return held;
    if (typeof given === 'string') return ofPem(given);
    const bytes = viewOf(given);
    if (bytes !== undefined) return ofPem(internal.textOf(bytes));
    if (!isObject(given) || given.key === undefined) throw errors.type('key', 'of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey', given);
    const { key, format = 'pem', type } = given;
    if (given.passphrase !== undefined) throw errors.unsupported('an encrypted key', 'decrypt it first');
    if (format === 'jwk') return ofJwk(key);
    const content = typeof key === 'string' ? key : viewOf(key);
    if (content === undefined) throw errors.type('key.key', 'of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey', key);
    if (format === 'pem') return ofPem(typeof content === 'string' ? content : internal.textOf(content));
    const der = typeof content === 'string' ? native.encode(content, given.encoding ?? 'utf8') : new Uint8Array(content);
    return ofDer(der, type === 'pkcs1' ? `pkcs1-${wanted}` : wanted);
  }
  function privateOf(key) {
    const inner = read(key, 'private');
    if (inner.type !== 'private') throw coded(new TypeError(`Invalid key object type ${inner.type}, expected private.`), 'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE');
    return inner;
  }
  function publicOf(key) {
    const inner = read(key, 'public');
    if (inner.type === 'secret') throw coded(new TypeError('Invalid key object type secret, expected private or public.'), 'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE');
    return { ...inner, type: 'public', bytes: undefined };
  }

  // What is signed, and how: [hash, encoding of ECDSA, padding of RSA].
  function hashOf(algorithm, kind) {
    if (kind === 'Ed25519') return undefined;
    const name = String(algorithm ?? 'sha256').toLowerCase().replace(/^rsa-/, '').replace(/^(?:sha-|sha2-)(?=\d)/, 'sha');
    if (['sha1', 'sha256', 'sha384', 'sha512'].includes(name)) return name;
    throw coded(new Error(`Invalid digest: ${algorithm}`), 'ERR_CRYPTO_INVALID_DIGEST');
  }
  function manner(key, { kind }) {
    const options = isObject(key) && innerOf(key) === undefined && viewOf(key) === undefined ? key : {};
    if (kind === 'RSA' && options.padding === 6) {
      if (![undefined, -1, -2].includes(options.saltLength) && ![32, 48, 64].includes(options.saltLength)) throw errors.unsupported(`RSA-PSS with a salt of ${options.saltLength} bytes`, 'use crypto.constants.RSA_PSS_SALTLEN_DIGEST');
      return 'pss';
    }
    return kind === 'RSA' ? 'pkcs1' : options.dsaEncoding ?? 'der';
  }
  function signed(algorithm, data, key) {
    const inner = privateOf(key);
    const { kind, bytes, public: open } = inner;
    const hash = hashOf(algorithm, kind);
    const how = manner(key, inner);
    const signature = kind === 'Ed25519' ? native.signEd25519(bytes, data) : kind === 'RSA' ? native.signRsa(how, hash, bytes, data) : native.signEc(kind, hash, bytes, open, data);
    if (signature == null) throw errors.unsupported(`signing with ${kind} and ${hash}`, 'use sha256 (P-384: sha384), and RSA keys of 2048 to 4096 bits');
    if (how !== 'der') return internal.bufferOf(signature);
    if (kind === 'Ed25519') return internal.bufferOf(signature);
    const half = signature.length / 2;
    return internal.bufferOf(native.writeNumbers([signature.subarray(0, half), signature.subarray(half)]));
  }
  function verified(algorithm, data, key, signature) {
    const inner = publicOf(key);
    const { kind, public: open } = inner;
    const hash = hashOf(algorithm, kind);
    const how = manner(key, inner);
    if (kind === 'Ed25519') return native.verifyEd25519(open, signature, data);
    if (kind === 'RSA') {
      const result = native.verifyRsa(how, hash, open, signature, data);
      if (result == null) throw errors.unsupported(`verifying RSA with ${hash}`, 'use sha256');
      return result;
    }
    let both = signature;
    if (how === 'der') {
      const size = kind === 'P-256' ? 32 : 48;
      const numbers = native.readNumbers(signature);
      if (numbers == null || numbers.length !== 2 || numbers.some((digits) => digits.length > size)) return false;
      both = new Uint8Array(2 * size);
      numbers.forEach((digits, at) => { both.set(digits, (at + 1) * size - digits.length); });
    }
    const result = native.verifyEc(kind, hash, open, both, data);
    if (result == null) throw errors.unsupported(`verifying ${kind} with ${hash}`, 'use sha256 or sha384');
    return result;
  }

  const bytesOf = (value, name, encoding) => {
    const bytes = typeof value === 'string' ? internal.bytesOf(value, internal.encodingOf(encoding)) : viewOf(value);
    if (bytes === undefined) throw errors.type(name, 'of type string or an instance of Buffer, TypedArray, or DataView', value);
    return bytes;
  };
  class Collected {
    #parts = [];
    #algorithm;
    constructor(algorithm) {
      if (typeof algorithm !== 'string') throw errors.type('algorithm', 'of type string', algorithm);
      hashOf(algorithm);
      this.#algorithm = algorithm;
    }
    update(data, encoding) {
      this.#parts.push(new Uint8Array(bytesOf(data, 'data', encoding)));
      return this;
    }
    write(data, encoding) { this.update(data, encoding); return true; }
    end(data, encoding) {
      if (data !== undefined) this.update(data, encoding);
      return this;
    }
    static of(value) { return [value.#algorithm, internal.joined([...value.#parts, new Uint8Array(0)])]; }
  }
  const { of } = Collected;
  delete Collected.of;
  class Sign extends Collected {
    sign(key, encoding) {
      const signature = signed(...of(this), key);
      const kind = internal.encodingOf(encoding);
      return kind === undefined ? signature : internal.textOf(signature, kind);
    }
  }
  class Verify extends Collected {
    verify(key, signature, encoding) { return verified(...of(this), key, bytesOf(signature, 'signature', encoding)); }
  }

  function pairOf(type, options = {}) {
    if (type === 'rsa' || type === 'rsa-pss') throw errors.unsupported(`making ${type} keys`, "import one, or make 'ec' or 'ed25519' keys");
    if (type !== 'ec' && type !== 'ed25519') throw errors.unsupported(`making ${type} keys`, "make 'ec' or 'ed25519' keys");
    const kind = type === 'ec' ? CURVES[options.namedCurve] : 'Ed25519';
    if (kind === undefined) throw errors.unsupported(`the curve ${options.namedCurve}`, 'use prime256v1 (P-256) or secp384r1 (P-384)');
    const [bytes, open] = type === 'ec' ? native.generateEc(kind) : native.generateEd25519();
    const [publicKey, privateKey] = [make({ type: 'public', kind, public: open }), make({ type: 'private', kind, bytes, public: open })];
    return {
      publicKey: options.publicKeyEncoding === undefined ? publicKey : publicKey.export(options.publicKeyEncoding),
      privateKey: options.privateKeyEncoding === undefined ? privateKey : privateKey.export(options.privateKeyEncoding),
    };
  }
  const later = (work, callback) => {
    if (typeof callback !== 'function') throw errors.type('callback', 'of type function', callback);
    setImmediate(() => {
      let made;
      try { made = work(); } catch (error) { callback(error); return; }
      callback(null, ...made);
    });
  };

  const functions = {
    KeyObject, Sign, Verify,
    createSecretKey: (key, encoding) => make({ type: 'secret', bytes: new Uint8Array(bytesOf(key, 'key', encoding)) }),
    createPrivateKey: (key) => make(privateOf(key)), createPublicKey: (key) => make(publicOf(key)),
    createSign: (algorithm) => new Sign(algorithm), createVerify: (algorithm) => new Verify(algorithm),
    sign(algorithm, data, key, callback) {
      const bytes = bytesOf(data, 'data');
      if (callback === undefined) return signed(algorithm, bytes, key);
      later(() => [signed(algorithm, bytes, key)], callback);
      return undefined;
    },
    verify(algorithm, data, key, signature, callback) {
      const [bytes, given] = [bytesOf(data, 'data'), bytesOf(signature, 'signature')];
      if (callback === undefined) return verified(algorithm, bytes, key, given);
      later(() => [verified(algorithm, bytes, key, given)], callback);
      return undefined;
    },
    generateKeyPairSync: (type, options) => pairOf(type, options),
    generateKeyPair(type, options, callback) {
      later(() => { const { publicKey, privateKey } = pairOf(type, options); return [publicKey, privateKey]; }, callback);
    },
    generateKeySync(type, options) {
      if (type !== 'hmac' && type !== 'aes') throw errors.value('type', 'must be a supported key type', type);
      const length = options?.length;
      if (typeof length !== 'number') throw errors.type('options.length', 'of type number', length);
      if (type === 'aes' && ![128, 192, 256].includes(length)) throw errors.value('options.length', 'must be one of: 128, 192, 256', length);
      if (length < 8 || length > 1 << 27) throw errors.range('options.length', `>= 8 && <= ${1 << 27}`, length);
      return make({ type: 'secret', bytes: native.randomBytes(length >> 3) });
    },
    generateKey(type, options, callback) { later(() => [functions.generateKeySync(type, options)], callback); },
  };
  Object.defineProperty(functions.generateKeyPair, Symbol.for('nodejs.util.promisify.custom'), {
    value: (type, options) => new Promise((resolve, reject) => {
      functions.generateKeyPair(type, options, (error, publicKey, privateKey) => { if (error) reject(error); else resolve({ publicKey, privateKey }); });
    }),
    configurable: true,
  });
  const secretOf = (value) => {
    const inner = innerOf(value);
    if (inner === undefined) return undefined;
    if (inner.type !== 'secret') throw coded(new TypeError(`Invalid key object type ${inner.type}, expected secret.`), 'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE');
    return inner.bytes;
  };
  return { functions, secretOf };
})
