// `crypto` of the web: randomness, keys that say what they may do, and what is done with them. A part
// made at its first use. What keys hold never leaves this file but through exportKey.
(function (native, internal) {
  'use strict';
  const { DOMException } = internal.part('web:exceptions');
  const fail = (name, message) => new DOMException(message, name);
  const coded = internal.nodeErrors.coded;
  const OPERATION = 'The operation failed for an operation-specific reason';
  const KIND = 'The requested operation is not valid for the provided key';

  // What a key holds and may do; programs see copies. `inner` has type, extractable, usages, name,
  // hash, curve, length, bytes (secret or private) and public.
  const INSPECT = Symbol.for('nodejs.util.inspect.custom');
  const OURS = {};
  class CryptoKey {
    #inner; #algorithm; #usages;
    constructor(token, inner, algorithm) {
      if (token !== OURS) throw coded(new TypeError('Illegal constructor'), 'ERR_ILLEGAL_CONSTRUCTOR');
      this.#inner = inner;
      this.#algorithm = algorithm;
      this.#usages = [...inner.usages];
    }
    get type() { return this.#inner.type; }
    get extractable() { return this.#inner.extractable; }
    get algorithm() { return this.#algorithm; }
    get usages() { return this.#usages; }
    [INSPECT](depth, options, inspect) {
      const { type, extractable, algorithm, usages } = this;
      return depth < 0 ? this : `CryptoKey ${inspect({ type, extractable, algorithm, usages }, { ...options, depth: 1 })}`;
    }
    static innerOf(key) { return typeof key === 'object' && key !== null && #inner in key ? key.#inner : undefined; }
  }
  const { innerOf } = CryptoKey;
  delete CryptoKey.innerOf;

  const USAGES = ['encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey'];
  const FORMATS = ['raw', 'pkcs8', 'spki', 'jwk'];
  const CIPHER = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];
  const SIGN = ['sign', 'verify'];
  const DERIVE = ['deriveKey', 'deriveBits'];
  const HASHES = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };
  const HASH_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };
  const BLOCK_BITS = { sha1: 512, sha256: 512, sha384: 1024, sha512: 1024 };
  // What keys of each kind are for, and in which operations each takes which parameters.
  const kinds = {
    'AES-CBC': { uses: CIPHER, cipher: 'AesCbcParams' },
    'AES-CTR': { uses: CIPHER, cipher: 'AesCtrParams' },
    'AES-GCM': { uses: CIPHER, cipher: 'AesGcmParams' },
    HMAC: { uses: SIGN, sign: '' },
    ECDSA: { uses: SIGN, sign: 'EcdsaParams' },
    Ed25519: { uses: SIGN, sign: '' },
    'RSASSA-PKCS1-v1_5': { uses: SIGN, sign: '' },
    'RSA-PSS': { uses: SIGN, sign: 'RsaPssParams' },
    PBKDF2: { uses: DERIVE, derive: 'Pbkdf2Params' },
    HKDF: { uses: DERIVE, derive: 'HkdfParams' },
  };
  const required = {
    AesCbcParams: ['iv'], AesCtrParams: ['counter', 'length'], AesGcmParams: ['iv'], EcdsaParams: ['hash'], RsaPssParams: ['saltLength'],
    Pbkdf2Params: ['hash', 'iterations', 'salt'], HkdfParams: ['hash', 'info', 'salt'],
    AesKeyGenParams: ['length'], HmacKeyGenParams: ['hash'], EcKeyGenParams: ['namedCurve'], HmacImportParams: ['hash'], EcKeyImportParams: ['namedCurve'],
    AesDerivedKeyParams: ['length'], RsaHashedImportParams: ['hash'],
  };
  const BYTES = new Set(['iv', 'counter', 'salt', 'info', 'additionalData']);
  const NUMBERS = new Set(['length', 'iterations', 'saltLength', 'tagLength']);
  const ELSEWHERE = {
    'RSA-OAEP': 'RSA only signs here; encrypt with AES-GCM', ECDH: 'keys are not agreed upon here; derive them with HKDF or PBKDF2',
    X25519: 'keys are not agreed upon here; derive them with HKDF or PBKDF2', 'AES-KW': 'wrap keys with AES-GCM',
    Ed448: 'use Ed25519', X448: 'keys are not agreed upon here; derive them with HKDF or PBKDF2',
  };

  function nameIn(names, given, advice = {}) {
    const name = String(given).toUpperCase();
    for (const known of names) if (known.toUpperCase() === name) return known;
    const missing = Object.keys(advice).find((known) => known.toUpperCase() === name);
    throw fail('NotSupportedError', missing === undefined ? 'Unrecognized algorithm name' : `${missing} is not supported here: ${advice[missing]}`);
  }
  const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');
  function hashOf(given) {
    return HASHES[nameIn(Object.keys(HASHES), isObject(given) ? given.name : given)];
  }
  const hashName = (hash) => Object.keys(HASHES).find((name) => HASHES[name] === hash);

  // An algorithm as a program names it, with what its dictionary asks for.
  function normalized(given, dictionary) {
    if (!isObject(given)) given = { name: given };
    if (given.name === undefined) throw missing('Algorithm', 'name');
    const name = nameIn(Object.keys(kinds), given.name, ELSEWHERE);
    const type = typeof dictionary === 'function' ? dictionary(name) : dictionary;
    const algorithm = { name };
    for (const key of required[type] ?? []) if (given[key] === undefined) throw missing(type, key);
    for (const key of ['iv', 'counter', 'salt', 'info', 'additionalData', 'length', 'iterations', 'saltLength', 'tagLength', 'namedCurve', 'hash']) {
      const value = given[key];
      if (value === undefined || type === '') continue;
      if (BYTES.has(key)) algorithm[key] = new Uint8Array(bytesOf(value, () => `'${key}' of '${type}'`));
      else if (NUMBERS.has(key)) algorithm[key] = integer(value, key, type);
      else algorithm[key] = key === 'hash' ? hashOf(value) : String(value);
    }
    return algorithm;
  }
  const missing = (type, key) => coded(new TypeError(`Failed to normalize algorithm: passed algorithm can not be converted to '${type}' because '${key}' is required in '${type}'.`), 'ERR_MISSING_OPTION');
  function integer(value, key, type) {
    const number = Math.trunc(Number(value));
    if (!(number >= 0 && number <= 4294967295)) throw new TypeError(`Failed to normalize algorithm: '${key}' of '${type}' is outside the expected range of 0 to 4294967295.`);
    return number;
  }
  function bytesOf(data, name) {
    const view = isObject(data) ? internal.viewOf(data) : undefined;
    if (view === undefined) throw coded(new TypeError(`${name()} is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.`), 'ERR_INVALID_ARG_TYPE');
    return view;
  }
  function keyOf(key, name, position) {
    const inner = innerOf(key);
    if (inner === undefined) throw coded(new TypeError(`Failed to execute '${name}' on 'SubtleCrypto': ${position} argument is not of type CryptoKey.`), 'ERR_INVALID_ARG_TYPE');
    return inner;
  }
  const oneOf = (values, value, name, position, type) => {
    if (values.includes(value)) return value;
    throw coded(new TypeError(`Failed to execute '${name}' on 'SubtleCrypto': ${position} value '${value}' is not a valid enum value of type ${type}.`), 'ERR_INVALID_ARG_VALUE');
  };
  function usagesOf(given, name, position) {
    return [...new Set([...given].map((usage, at) => oneOf(USAGES, String(usage), name, `${position} argument, index ${at}`, 'KeyUsage')))];
  }

  function onlyUsages(usages, allowed, name) {
    if (usages.every((usage) => allowed.includes(usage))) return;
    throw fail('SyntaxError', `Unsupported key usage for ${/^[AEHR]/.test(name) ? 'an' : 'a'} ${name.startsWith('AES') ? 'AES' : name} key`);
  }
  // What a program sees of a key's algorithm.
  function shown({ name, length, hash, curve, modulusLength, publicExponent }, isMade) {
    const algorithm = { name };
    if (curve !== undefined) algorithm.namedCurve = curve;
    if (modulusLength !== undefined) Object.assign(algorithm, { modulusLength, publicExponent });
    if (length !== undefined && isMade) algorithm.length = length;
    if (hash !== undefined) algorithm.hash = { name: hashName(hash) };
    if (length !== undefined) algorithm.length = length;
    return algorithm;
  }
  const keyFrom = (inner, isMade) => new CryptoKey(OURS, inner, shown(inner, isMade));
  const buffer = (bytes) => bytes.buffer;
  const operated = (bytes) => {
    if (bytes == null) throw fail('OperationError', OPERATION);
    return buffer(bytes);
  };

  function generateKey(given, extractable, usages) {
    const algorithm = normalized(given, (name) => (name.startsWith('AES') ? 'AesKeyGenParams' : name === 'HMAC' ? 'HmacKeyGenParams' : name === 'ECDSA' ? 'EcKeyGenParams' : ''));
    const { name, hash } = algorithm;
    if (name.startsWith('RSA')) throw fail('NotSupportedError', `${name} keys are not made here: import one, or use ECDSA or Ed25519`);
    if (kinds[name].derive) throw fail('NotSupportedError', 'Unrecognized algorithm name');
    if (name === 'ECDSA') onlyCurve(algorithm.namedCurve);
    onlyUsages(usages, kinds[name].uses, name);
    const few = () => fail('SyntaxError', 'Usages cannot be empty when creating a key.');
    if (kinds[name].cipher || name === 'HMAC') {
      let { length } = algorithm;
      if (name === 'HMAC') {
        length ??= BLOCK_BITS[hash];
        if (length === 0) throw fail('OperationError', 'Zero-length key is not supported');
      } else if (![128, 192, 256].includes(length)) throw fail('OperationError', 'AES key length must be 128, 192, or 256 bits');
      if (usages.length === 0) throw few();
      if (length > 1 << 27) throw fail('OperationError', `a key of ${length} bits is longer than the most, ${1 << 27}`);
      return keyFrom({ type: 'secret', name, hash, length, extractable, usages, bytes: native.randomBytes(Math.ceil(length / 8)) }, true);
    }
    if (!usages.includes('sign')) throw few();
    const curve = algorithm.namedCurve;
    const pair = name === 'ECDSA' ? native.generateEc(curve) : native.generateEd25519();
    if (pair == null) throw fail('OperationError', OPERATION);
    const [bytes, open] = pair;
    const half = (type, own, allowed, secret) => keyFrom({
      type, name, curve, extractable: own, usages: usages.filter((usage) => usage === allowed), bytes: secret, public: open,
    });
    return Object.assign(Object.create(null), { publicKey: half('public', true, 'verify'), privateKey: half('private', extractable, 'sign', bytes) });
  }
  function onlyCurve(curve) {
    if (curve === 'P-256' || curve === 'P-384') return;
    throw fail('NotSupportedError', curve === 'P-521' ? 'P-521 is not supported here: use P-256 or P-384' : 'Unrecognized namedCurve');
  }

  // The same algorithm as the key's, and the key is for it.
  function permitted(key, name, usage) {
    if (key.name !== name) throw fail('InvalidAccessError', SIGN.includes(usage) ? `Unable to use this key to ${usage}` : KIND);
    if (!key.usages.includes(usage)) throw fail('InvalidAccessError', SIGN.includes(usage) ? `Unable to use this key to ${usage}` : KIND);
  }

  function crypt(direction, usage, given, key, data) {
    const algorithm = normalized(given, (name) => kinds[name].cipher ?? name);
    const { name, iv, counter, length } = algorithm;
    permitted(key, name, usage);
    const encrypt = direction === 'encrypt';
    if (name === 'AES-GCM') {
      const tagLength = algorithm.tagLength ?? 128;
      if (![32, 64, 96, 104, 112, 120, 128].includes(tagLength)) throw fail('OperationError', `${tagLength} is not a valid AES-GCM tag length`);
      if (!encrypt && data.length < tagLength / 8) throw fail('OperationError', 'The provided data is too small.');
      return operated(native.aesGcm(encrypt, key.bytes, iv, data, algorithm.additionalData ?? new Uint8Array(0), tagLength / 8));
    }
    if (name === 'AES-CBC') {
      if (iv.length !== 16) throw fail('OperationError', 'algorithm.iv must contain exactly 16 bytes');
      return operated(whole(native.cipher('cbc', encrypt, key.bytes, iv, 0), data));
    }
    if (counter.length !== 16) throw fail('OperationError', 'algorithm.counter must contain exactly 16 bytes');
    if (!(length >= 1 && length <= 128)) throw fail('OperationError', 'AES-CTR algorithm.length must be between 1 and 128');
    if (length < 32 && Math.ceil(data.length / 16) > 2 ** length) throw fail('OperationError', OPERATION);
    return operated(whole(native.cipher('ctr', encrypt, key.bytes, counter, length), data));
  }
  function whole(cipher, data) {
    if (cipher == null) return null;
    const first = cipher(0, data);
    const last = cipher(1);
    return last == null ? null : internal.joined([first, last]);
  }

  const signing = (name) => kinds[name].sign ?? name;
  function sign(given, key, data) {
    const { name, hash, saltLength } = normalized(given, signing);
    permitted(key, name, 'sign');
    switch (name) {
      case 'HMAC': return operated(native.digest(key.hash, data, key.bytes));
      case 'Ed25519': return operated(native.signEd25519(key.bytes, data));
      case 'ECDSA': {
        const own = key.curve === 'P-256' ? 'sha256' : 'sha384';
        if (hash !== own) throw fail('NotSupportedError', `ECDSA with ${key.curve} signs only ${hashName(own)} here, not ${hashName(hash)}`);
        return operated(native.signEc(key.curve, hash, key.bytes, key.public, data));
      }
      default: {
        const signature = native.signRsa(padding(name, key, saltLength), key.hash, key.bytes, data);
        if (signature == null) throw fail('NotSupportedError', `${name} with ${hashName(key.hash)} does not sign here: use SHA-256, SHA-384 or SHA-512`);
        return buffer(signature);
      }
    }
  }
  function padding(name, key, saltLength) {
    if (name !== 'RSA-PSS') return 'pkcs1';
    if (saltLength !== HASH_BYTES[key.hash]) throw fail('NotSupportedError', `RSA-PSS needs a salt as long as its digest here, ${HASH_BYTES[key.hash]} bytes, not ${saltLength}`);
    return 'pss';
  }
  function verify(given, key, signature, data) {
    const { name, hash, saltLength } = normalized(given, signing);
    permitted(key, name, 'verify');
    if (name === 'HMAC') return native.equalBytes(native.digest(key.hash, data, key.bytes), signature);
    if (name === 'Ed25519') return native.verifyEd25519(key.public, signature, data);
    const verified = name === 'ECDSA' ? native.verifyEc(key.curve, hash, key.public, signature, data)
      : native.verifyRsa(padding(name, key, saltLength), key.hash, key.public, signature, data);
    if (verified == null) throw fail('NotSupportedError', `${name} with ${hashName(hash ?? key.hash)} cannot be verified here: use the digest as long as the curve, or for RSA SHA-256 and longer`);
    return verified;
  }

  const deriving = (name) => kinds[name].derive ?? name;
  function derived(given, key, length, usage) {
    const algorithm = normalized(given, deriving);
    const { name, hash, salt, info, iterations } = algorithm;
    permitted(key, name, usage);
    if (length === null) throw fail('OperationError', 'length cannot be null');
    if (length % 8 !== 0) throw fail('OperationError', 'length must be a multiple of 8');
    if (length > 1 << 27) throw fail('OperationError', `a key of ${length} bits is longer than the most, ${1 << 27}`);
    if (name === 'PBKDF2' && iterations === 0) throw fail('OperationError', 'iterations cannot be zero');
    if (length === 0) return new Uint8Array(0);
    const bytes = name === 'PBKDF2' ? native.pbkdf2(hash, key.bytes, salt, iterations, length / 8) : native.hkdf(hash, key.bytes, salt, info, length / 8);
    if (bytes == null) throw fail('OperationError', OPERATION);
    return bytes;
  }
  function deriveKey(given, baseKey, wanted, extractable, usages) {
    const { name, hash, length } = normalized(wanted, (kind) => (kind.startsWith('AES') ? 'AesDerivedKeyParams' : kind === 'HMAC' ? 'HmacImportParams' : ''));
    if (kinds[name].derive === undefined && kinds[name].cipher === undefined && name !== 'HMAC') throw fail('NotSupportedError', 'Unrecognized algorithm name');
    const bits = kinds[name].derive ? null : length ?? BLOCK_BITS[hash];
    if (kinds[name].cipher && ![128, 192, 256].includes(bits)) throw fail('OperationError', 'Invalid key length');
    const bytes = derived(given, baseKey, bits, 'deriveKey');
    return internal.part('crypto_keys').importKey(toolbox, 'raw', bytes, wanted, extractable, usages);
  }

  const toolbox = { fail, normalized, kinds, onlyUsages, onlyCurve, keyFrom, hashName, HASH_BYTES };
  const ORDINALS = ['1st', '2nd', '3rd', '4th', '5th', '6th', '7th'];
  const data = (value, name, position) => bytesOf(value, () => `Failed to execute '${name}' on 'SubtleCrypto': ${ORDINALS[position - 1]} argument`);
  const key = (value, name, position) => keyOf(value, name, ORDINALS[position - 1]);
  const format = (value, name) => oneOf(FORMATS, String(value), name, '1st argument', 'KeyFormat');

  function exported(kind, inner) {
    if (!inner.extractable) throw fail('InvalidAccessError', 'key is not extractable');
    return internal.part('crypto_keys').exportKey(toolbox, kind, inner);
  }
  // The arguments of an import: what holds the key is an object for JWK, bytes for the rest.
  function keyData(kind, value, name) {
    if (kind !== 'jwk') return new Uint8Array(data(value, name, 2));
    if (!isObject(value) || internal.viewOf(value) !== undefined) throw fail('DataError', 'Invalid keyData');
    return value;
  }
  const operations = {
    encrypt: (algorithm, of, text) => crypt('encrypt', 'encrypt', algorithm, key(of, 'encrypt', 2), data(text, 'encrypt', 3)),
    decrypt: (algorithm, of, text) => crypt('decrypt', 'decrypt', algorithm, key(of, 'decrypt', 2), data(text, 'decrypt', 3)),
    sign: (algorithm, of, text) => sign(algorithm, key(of, 'sign', 2), data(text, 'sign', 3)),
    verify: (algorithm, of, signature, text) => verify(algorithm, key(of, 'verify', 2), data(signature, 'verify', 3), data(text, 'verify', 4)),
    digest(algorithm, text) {
      const bytes = data(text, 'digest', 2);
      return buffer(native.digest(hashOf(algorithm), bytes));
    },
    generateKey: (algorithm, extractable, usages) => generateKey(algorithm, Boolean(extractable), usagesOf(usages, 'generateKey', '3rd')),
    deriveKey: (algorithm, of, wanted, extractable, usages) => deriveKey(algorithm, key(of, 'deriveKey', 2), wanted, Boolean(extractable), usagesOf(usages, 'deriveKey', '5th')),
    deriveBits: (algorithm, of, length = null) => buffer(derived(algorithm, key(of, 'deriveBits', 2), length === null ? null : integer(length, 'length', 'deriveBits'), 'deriveBits')),
    importKey(kind, value, algorithm, extractable, usages) {
      kind = format(kind, 'importKey');
      return internal.part('crypto_keys').importKey(toolbox, kind, keyData(kind, value, 'importKey'), algorithm, Boolean(extractable), usagesOf(usages, 'importKey', '5th'));
    },
    exportKey(kind, of) {
      kind = format(kind, 'exportKey');
      return exported(kind, key(of, 'exportKey', 2));
    },
    wrapKey(kind, of, by, algorithm) {
      kind = format(kind, 'wrapKey');
      const [inner, wrapping] = [key(of, 'wrapKey', 2), key(by, 'wrapKey', 3)];
      const content = exported(kind, inner);
      return crypt('encrypt', 'wrapKey', algorithm, wrapping, kind === 'jwk' ? internal.bytesOf(JSON.stringify(content)) : new Uint8Array(content));
    },
    unwrapKey(kind, wrapped, by, algorithm, wanted, extractable, usages) {
      kind = format(kind, 'unwrapKey');
      const text = new Uint8Array(crypt('decrypt', 'unwrapKey', algorithm, key(by, 'unwrapKey', 3), data(wrapped, 'unwrapKey', 2)));
      let content = text;
      if (kind === 'jwk') {
        try { content = JSON.parse(internal.textOf(text)); } catch { throw fail('DataError', 'Invalid wrapped JWK key'); }
      }
      return internal.part('crypto_keys').importKey(toolbox, kind, keyData(kind, content, 'unwrapKey'), wanted, Boolean(extractable), usagesOf(usages, 'unwrapKey', '7th'));
    },
  };

  const illegal = () => coded(new TypeError('Illegal constructor'), 'ERR_ILLEGAL_CONSTRUCTOR');
  const stranger = (name) => coded(new TypeError(`Value of "this" must be of type ${name}`), 'ERR_INVALID_THIS');
  class SubtleCrypto {
    constructor() { throw illegal(); }
  }
  class Crypto {
    constructor() { throw illegal(); }
    get subtle() { if (this !== crypto) throw stranger('Crypto'); return subtle; }
    getRandomValues(array) {
      if (this !== crypto) throw stranger('Crypto');
      if (arguments.length === 0) throw coded(new TypeError("Failed to execute 'getRandomValues' on 'Crypto': 1 argument required, but only 0 present."), 'ERR_MISSING_ARGS');
      return fillRandom(array);
    }
    randomUUID() {
      if (this !== crypto) throw stranger('Crypto');
      return randomUUID();
    }
  }
  const INTEGERS = new Set(['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array']);
  const typeOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
  function fillRandom(array) {
    if (!INTEGERS.has(typeOf.call(array))) throw fail('TypeMismatchError', 'The data argument must be an integer-type TypedArray');
    const view = internal.viewOf(array);
    if (view.length > 65536) throw fail('QuotaExceededError', 'The requested length exceeds 65,536 bytes');
    view.set(native.randomBytes(view.length));
    return array;
  }
  function randomUUID() {
    const bytes = native.randomBytes(16);
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    const hex = native.decode(bytes, 'hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  const subtle = Object.create(SubtleCrypto.prototype);
  const crypto = Object.create(Crypto.prototype);
  const counts = { encrypt: 3, decrypt: 3, sign: 3, verify: 4, digest: 2, generateKey: 3, deriveKey: 5, deriveBits: 2, importKey: 5, exportKey: 2, wrapKey: 4, unwrapKey: 7 };
  for (const [name, operation] of Object.entries(operations)) {
    const least = counts[name];
    const method = {
      async [name](...args) {
        if (this !== subtle) throw stranger('SubtleCrypto');
        if (args.length < least) throw coded(new TypeError(`Failed to execute '${name}' on 'SubtleCrypto': ${least} arguments required, but only ${args.length} present.`), 'ERR_MISSING_ARGS');
        return operation(...args);
      },
    }[name];
    Object.defineProperty(method, 'length', { value: least, configurable: true });
    Object.defineProperty(SubtleCrypto.prototype, name, { value: method, writable: true, configurable: true, enumerable: true });
  }
  for (const [constructor, name, members] of [
    [CryptoKey, 'CryptoKey', ['type', 'extractable', 'algorithm', 'usages']], [SubtleCrypto, 'SubtleCrypto', []],
    [Crypto, 'Crypto', ['subtle', 'getRandomValues', 'randomUUID']],
  ]) {
    for (const member of members) Object.defineProperty(constructor.prototype, member, { enumerable: true });
    Object.defineProperty(constructor.prototype, Symbol.toStringTag, { value: name, configurable: true });
  }

  const hash = (name, bytes) => native.digest(name, bytes);
  const importAny = (kind, content, algorithm, usages) => internal.part('crypto_keys').importKey(toolbox, kind, content, algorithm, true, usages);
  return { crypto, subtle, Crypto, CryptoKey, SubtleCrypto, fillRandom, randomUUID, hash, innerOf, importAny };
})
