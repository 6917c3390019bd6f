// node:crypto: randomness, digests, derived keys and ciphers. Keys as objects and signatures are in
// node_crypto_keys.js.
(function (native, internal) {
  'use strict';
  const { nodeErrors: errors } = internal;
  const web = internal.part('crypto');
  const { coded } = errors;
  const BYTES = 'an instance of ArrayBuffer, Buffer, TypedArray, or DataView';
  const later = (work, callback) => setImmediate(() => {
    let made;
    try { made = work(); } catch (error) { callback(error); return; }
    callback(null, made);
  });
  const isObject = (value) => typeof value === 'object' && value !== null;
  const viewOf = (value) => (isObject(value) ? internal.viewOf(value) : undefined);

  // Bytes of an argument that may be text.
  function bytesOf(value, name, encoding, others = '') {
    const kind = internal.encodingOf(encoding === 'buffer' ? undefined : encoding);
    if (typeof value === 'string') return internal.bytesOf(kind === 'hex' && value.length % 2 === 1 ? refuseHex(value) : value, kind);
    const bytes = viewOf(value);
    if (bytes !== undefined) return bytes;
    throw errors.type(name, `of type string or ${others === '' ? BYTES : others}`, value);
  }
  const refuseHex = (value) => { throw errors.value('encoding', `is invalid for data of length ${value.length}`, 'hex'); };
  const DATA = 'an instance of Buffer, TypedArray, or DataView';
  const KEY = 'an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey';
  // A secret, as bytes, text, or one of both kinds of key objects.
  function secretOf(value, name = 'key', encoding) {
    const held = internal.part('node_crypto_keys').secretOf(value) ?? web.innerOf(value)?.bytes;
    return held ?? bytesOf(value, name, encoding, KEY);
  }
  function given(bytes, encoding) {
    const kind = internal.encodingOf(encoding);
    return kind === undefined ? internal.bufferOf(bytes) : internal.textOf(bytes, kind);
  }
  function text(value, name) {
    if (typeof value !== 'string') throw errors.type(name, 'of type string', value);
    return value;
  }
  function number(value, name, least = 0, most = 2147483647) {
    if (typeof value !== 'number') throw errors.type(name, 'of type number', value);
    if (!Number.isInteger(value)) throw errors.range(name, 'an integer', value);
    if (value < least || value > most) throw errors.range(name, `>= ${least} && <= ${most}`, value);
    return value;
  }
  function callbackOf(callback) {
    if (typeof callback !== 'function') throw errors.type('callback', 'of type function', callback);
    return callback;
  }

  // Digests.
  const SIZES = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64, 'sha512-256': 32 };
  const HASHES = ['RSA-MD5', 'RSA-SHA1', 'RSA-SHA256', 'RSA-SHA384', 'RSA-SHA512', 'RSA-SHA512/256', 'md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sha512-256'];
  const ELSEWHERE = /^(?:sha224|sha3-|shake|blake|ripemd|rmd160|whirlpool|sm3|md4|sha512-224)/;
  function hashName(name) {
    const plain = name.toLowerCase().replace(/^rsa-/, '').replace(/^(?:sha-|sha2-)(?=\d)/, 'sha').replace('/', '-');
    return plain === 'ssl3-md5' ? 'md5' : plain === 'ssl3-sha1' ? 'sha1' : plain;
  }
  function knownHash(name) {
    const plain = hashName(name);
    if (Object.hasOwn(SIZES, plain)) return plain;
    if (ELSEWHERE.test(plain)) throw errors.unsupported(`the digest ${name}`, `use one of ${Object.keys(SIZES).join(', ')}`);
    return undefined;
  }
  function digestOf(name) {
    const known = knownHash(text(name, 'digest'));
    if (known === undefined) throw coded(new TypeError(`Invalid digest: ${name}`), 'ERR_CRYPTO_INVALID_DIGEST');
    return known;
  }

  const finalized = () => coded(new Error('Digest already called'), 'ERR_CRYPTO_HASH_FINALIZED');
  // What a digest does as a stream is done by one that is made when it is first used so.
  const STREAM = [
    'write', 'end', 'on', 'once', 'off', 'emit', 'pipe', 'unpipe', 'read', 'addListener', 'removeListener', 'removeAllListeners', 'prependListener',
    'listenerCount', 'listeners', 'setEncoding', 'destroy', 'resume', 'pause', 'cork', 'uncork',
  ];
  function streaming(Class, piece, last) {
    const streams = new WeakMap();
    const attempt = (work, done) => {
      let made;
      try { made = work(); } catch (error) { done(error); return; }
      done(null, made);
    };
    const streamOf = (held) => {
      if (!streams.has(held)) {
        const { Transform } = internal.nodeModule('node:stream');
        streams.set(held, new Transform({
          transform(chunk, encoding, done) { attempt(() => piece(held, chunk), done); },
          flush(done) { attempt(() => last(held), done); },
        }));
      }
      return streams.get(held);
    };
    const define = (key, descriptor) => Object.defineProperty(Class.prototype, key, { ...descriptor, configurable: true, enumerable: false });
    for (const name of STREAM) {
      define(name, { value: { [name](...args) { const stream = streamOf(this); const result = stream[name](...args); return result === stream ? this : result; } }[name], writable: true });
    }
    define(Symbol.asyncIterator, { value() { return streamOf(this)[Symbol.asyncIterator](); }, writable: true });
    for (const name of ['readable', 'writable', '_readableState', '_writableState', 'destroyed', 'readableEnded', 'writableEnded', 'writableFinished', 'readableFlowing', 'writableNeedDrain', 'closed', 'errored']) {
      define(name, { get() { return streamOf(this)[name]; } });
    }
    return Class;
  }

  class Hash {
    #step; #length; #done = false;
    constructor(algorithm, options, copied) {
      if (copied !== undefined) { [this.#step, this.#length] = copied; return; }
      const name = knownHash(text(algorithm, 'algorithm'));
      if (name === undefined) throw new Error('Digest method not supported');
      const length = options?.outputLength;
      if (length !== undefined && number(length, 'options.outputLength') !== SIZES[name]) throw errors.unsupported(`a digest of ${length} bytes from ${name}`, `it has ${SIZES[name]}; cut what it gives`);
      this.#step = native.hasher(name);
      this.#length = length;
    }
    update(data, encoding) {
      if (this.#done) throw finalized();
      this.#step(0, bytesOf(data, 'data', encoding, DATA));
      return this;
    }
    digest(encoding) {
      if (this.#done) throw finalized();
      this.#done = true;
      return given(this.#step(1), encoding);
    }
    copy() {
      if (this.#done) throw finalized();
      return new Hash(undefined, undefined, [this.#step(2), this.#length]);
    }
  }
  class Hmac {
    #step; #done = false;
    constructor(algorithm, key) {
      text(algorithm, 'hmac');
      const secret = secretOf(key);
      const name = knownHash(algorithm);
      if (name === undefined) throw coded(new TypeError(`Invalid digest: ${algorithm}`), 'ERR_CRYPTO_INVALID_DIGEST');
      this.#step = native.hasher(name, secret);
    }
    update(data, encoding) {
      if (this.#done) throw finalized();
      this.#step(0, bytesOf(data, 'data', encoding, DATA));
      return this;
    }
    digest(encoding) {
      const bytes = this.#done ? new Uint8Array(0) : this.#step(1);
      this.#done = true;
      return given(bytes, encoding);
    }
  }
  for (const Class of [Hash, Hmac]) streaming(Class, (digest, chunk) => { digest.update(chunk); }, (digest) => digest.digest());

  // Randomness.
  function randomBytes(size, callback) {
    number(size, 'size');
    if (callback === undefined) return internal.bufferOf(native.randomBytes(size));
    callbackOf(callback);
    later(() => internal.bufferOf(native.randomBytes(size)), callback);
    return undefined;
  }
  function filled(buffer, offset = 0, size = undefined) {
    const view = viewOf(buffer);
    if (view === undefined) throw errors.type('buf', BYTES, buffer);
    const width = buffer.BYTES_PER_ELEMENT ?? 1;
    const from = number(offset, 'offset', 0, view.length / width) * width;
    const count = size === undefined ? view.length - from : number(size, 'size', 0, (view.length - from) / width) * width;
    view.set(native.randomBytes(count), from);
    return buffer;
  }
  function randomFill(buffer, ...rest) {
    const callback = callbackOf(rest.pop());
    if (viewOf(buffer) === undefined) throw errors.type('buf', BYTES, buffer);
    later(() => filled(buffer, ...rest), callback);
  }
  function randomInt(min, max, callback) {
    const isWhole = max === undefined || typeof max === 'function';
    if (isWhole) [min, max, callback] = [0, min, max];
    for (const [name, value] of [['min', min], ['max', max]]) if (!Number.isSafeInteger(value)) throw errors.type(name, 'a safe integer', value);
    if (callback !== undefined) callbackOf(callback);
    if (max <= min) throw errors.range('max', `greater than the value of "min" (${min})`, max);
    const range = max - min;
    if (!(range <= 281474976710655)) {
      const shown = String(range).replace(/\B(?=(?:\d{3})+$)/g, '_');
      throw coded(new RangeError(`The value of "${isWhole ? 'max' : 'max - min'}" is out of range. It must be <= 281474976710655. Received ${shown}`), 'ERR_OUT_OF_RANGE');
    }
    const one = () => {
      // Numbers beyond a multiple of the range would make some more likely than others.
      const limit = 281474976710656 - 281474976710656 % range;
      for (;;) {
        const bytes = native.randomBytes(6);
        const drawn = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
        if (drawn < limit) return min + drawn % range;
      }
    };
    if (callback === undefined) return one();
    later(one, callback);
    return undefined;
  }
  function timingSafeEqual(a, b) {
    const [one, two] = [['buf1', a], ['buf2', b]].map(([name, value]) => {
      const view = viewOf(value);
      if (view === undefined) throw coded(new TypeError(`The "${name}" argument must be ${BYTES}.`), 'ERR_INVALID_ARG_TYPE');
      return view;
    });
    if (one.length !== two.length) throw coded(new RangeError('Input buffers must have the same byte length'), 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH');
    return native.equalBytes(one, two);
  }

  // Derived keys: each as work that is done now or later.
  const LONGEST = 64 * 1048576;
  function length(value) {
    number(value, 'keylen');
    if (value > LONGEST) throw errors.range('keylen', `<= ${LONGEST}`, value);
    return value;
  }
  function pbkdf2(password, salt, iterations, keylen, digest) {
    text(digest, 'digest');
    const [secret, salted] = [new Uint8Array(bytesOf(password, 'password')), new Uint8Array(bytesOf(salt, 'salt'))];
    number(iterations, 'iterations', 1);
    length(keylen);
    const hash = digestOf(digest);
    if (hash === 'md5') throw errors.unsupported('PBKDF2 with md5', 'use sha256');
    return () => internal.bufferOf(native.pbkdf2(hash, secret, salted, iterations, keylen));
  }
  function hkdf(digest, key, salt, info, keylen) {
    text(digest, 'digest');
    const [secret, salted, told] = [new Uint8Array(secretOf(key, 'ikm')), new Uint8Array(bytesOf(salt, 'salt')), new Uint8Array(bytesOf(info, 'info'))];
    if (told.length > 1024) throw errors.range('info', 'must not contain more than 1024 bytes', told.length);
    length(keylen);
    const hash = digestOf(digest);
    if (keylen > 255 * SIZES[hash]) throw coded(new RangeError('Invalid key length'), 'ERR_CRYPTO_INVALID_KEYLEN');
    if (hash === 'md5') throw errors.unsupported('HKDF with md5', 'use sha256');
    return () => native.hkdf(hash, secret, salted, told, keylen).buffer;
  }
  function scrypt(password, salt, keylen, options = {}) {
    const [secret, salted] = [new Uint8Array(bytesOf(password, 'password')), new Uint8Array(bytesOf(salt, 'salt'))];
    length(keylen);
    const one = (name, other, usual) => number(options?.[name] ?? options?.[other] ?? usual, name, 1, 4294967295);
    const [cost, blocks, parallel] = [one('N', 'cost', 16384), one('r', 'blockSize', 8), one('p', 'parallelization', 1)];
    const most = options?.maxmem ?? 33554432;
    const invalid = (why) => coded(new RangeError(`Invalid scrypt params${why}`), 'ERR_CRYPTO_INVALID_SCRYPT_PARAMS');
    if (128 * cost * blocks > most) throw invalid(': error:030000AC:digital envelope routines::memory limit exceeded');
    if (cost < 2 || (cost & cost - 1) !== 0) throw invalid('');
    return () => {
      const bytes = native.scrypt(secret, salted, cost, blocks, parallel, keylen);
      if (bytes == null) throw invalid('');
      return internal.bufferOf(bytes);
    };
  }

  // Ciphers.
  const MODES = { cbc: 16, ctr: 16, gcm: 12 };
  const CIPHERS = ['128', '192', '256'].flatMap((bits) => Object.keys(MODES).map((mode) => `aes-${bits}-${mode}`)).sort();
  function cipherInfo(name) {
    const [, bits, mode] = /^(?:id-)?aes-?(128|192|256)-(cbc|ctr|gcm)$/i.exec(name) ?? [];
    if (bits === undefined) return undefined;
    return { bytes: Number(bits) / 8, mode: mode.toLowerCase() };
  }
  function openssl(number, reason) {
    const error = new Error(`error:${number}:Provider routines::${reason}`);
    return Object.assign(error, { library: 'Provider routines', reason, code: `ERR_OSSL_${reason.toUpperCase().replaceAll(' ', '_')}` });
  }
  const TAG_LENGTHS = [4, 8, 12, 13, 14, 15, 16];
  const invalidTag = (count) => coded(new TypeError(`Invalid authentication tag length: ${count}`), 'ERR_CRYPTO_INVALID_AUTH_TAG');
  const invalidState = (operation) => coded(new Error(`Invalid state for operation ${operation}`), 'ERR_CRYPTO_INVALID_STATE');
  const unknownCipher = (cipher) => (/^(?:aes|aria|camellia|chacha20|des|bf|cast|rc|sm4|seed|idea|id-)/i.test(cipher)
    ? errors.unsupported(`the cipher ${cipher}`, `use one of ${CIPHERS.join(', ')}`) : coded(new Error('Unknown cipher'), 'ERR_CRYPTO_UNKNOWN_CIPHER'));

  class Ciphering {
    #step; #isGcm; #encrypt; #tag = null; #tagLength; #done = false; #taken = 0; #decoder;
    constructor(encrypt, cipher, key, iv, options) {
      text(cipher, 'cipher');
      const secret = secretOf(key);
      const nonce = iv === null ? new Uint8Array(0) : bytesOf(iv, 'iv');
      const info = cipherInfo(cipher);
      if (info === undefined) throw unknownCipher(cipher);
      if (secret.length !== info.bytes) throw coded(new RangeError('Invalid key length'), 'ERR_CRYPTO_INVALID_KEYLEN');
      this.#isGcm = info.mode === 'gcm';
      if (this.#isGcm ? nonce.length === 0 : nonce.length !== 16) throw coded(new TypeError('Invalid initialization vector'), 'ERR_CRYPTO_INVALID_IV');
      this.#tagLength = this.#isGcm ? options?.authTagLength : undefined;
      if (this.#tagLength !== undefined && !TAG_LENGTHS.includes(this.#tagLength)) throw invalidTag(this.#tagLength);
      this.#encrypt = encrypt;
      this.#step = native.cipher(info.mode, encrypt, secret, nonce, 128);
    }
    // A character that is cut between two pieces is whole in what comes out of both.
    #give(bytes, encoding, end) {
      const kind = internal.encodingOf(encoding);
      if (kind === undefined) return internal.bufferOf(bytes);
      this.#decoder ??= new (internal.nodeModule('node:string_decoder').StringDecoder)(kind);
      return this.#decoder[end](internal.bufferOf(bytes));
    }
    update(data, from, to) {
      const bytes = bytesOf(data, 'data', from, DATA);
      if (this.#done) throw new Error('Trying to add data in unsupported state');
      this.#taken += bytes.length;
      return this.#give(this.#step(0, bytes), to, 'write');
    }
    final(to) {
      if (this.#done) throw coded(new Error('Invalid state'), 'ERR_CRYPTO_INVALID_STATE');
      this.#done = true;
      const bytes = this.#step(1, this.#tag);
      if (bytes != null) return this.#give(bytes, to, 'end');
      if (this.#isGcm) throw new Error('Unsupported state or unable to authenticate data');
      throw this.#encrypt || this.#taken % 16 !== 0 || this.#taken === 0 ? openssl('1C80006B', 'wrong final block length') : openssl('1C800064', 'bad decrypt');
    }
    setAutoPadding(padded = true) {
      if (!padded) this.#step(4);
      return this;
    }
    setAAD(data, options) {
      const bytes = bytesOf(data, 'buffer', options?.encoding, DATA);
      if (this.#done || this.#taken > 0 || !this.#isGcm) throw invalidState('setAAD');
      this.#step(2, bytes);
      return this;
    }
    static tagOf(cipher) {
      if (!cipher.#done || !cipher.#isGcm) throw invalidState('getAuthTag');
      return internal.bufferOf(cipher.#step(3).slice(0, cipher.#tagLength ?? 16));
    }
    static expect(cipher, bytes) {
      if (!cipher.#isGcm || cipher.#done || cipher.#tag !== null) throw invalidState('setAuthTag');
      if (!TAG_LENGTHS.includes(bytes.length) || bytes.length !== (cipher.#tagLength ?? bytes.length)) throw invalidTag(bytes.length);
      cipher.#tag = new Uint8Array(bytes);
    }
  }
  const { tagOf, expect } = Ciphering;
  delete Ciphering.tagOf;
  delete Ciphering.expect;
  class Cipheriv extends Ciphering {
    constructor(cipher, key, iv, options) { super(true, cipher, key, iv, options); }
    getAuthTag() { return tagOf(this); }
  }
  class Decipheriv extends Ciphering {
    constructor(cipher, key, iv, options) { super(false, cipher, key, iv, options); }
    setAuthTag(tag, encoding) {
      expect(this, bytesOf(tag, 'buffer', encoding));
      return this;
    }
  }
  streaming(Ciphering, (cipher, chunk) => cipher.update(chunk), (cipher) => cipher.final());

  const unsupported = (names, advice) => Object.fromEntries(names.split(' ').map((name) => [name, { [name]() { throw errors.unsupported(`crypto.${name}`, advice); } }[name]]));
  const crypto = {
    randomBytes, randomFill, randomFillSync: (buffer, offset, size) => filled(buffer, offset, size), randomInt,
    randomUUID: () => web.randomUUID(), timingSafeEqual,
    createHash: (algorithm, options) => new Hash(algorithm, options), createHmac: (algorithm, key) => new Hmac(algorithm, key), Hash, Hmac,
    hash(algorithm, data, encoding = 'hex') {
      const hash = new Hash(algorithm);
      const bytes = bytesOf(data, 'input', 'utf8', DATA);
      return hash.update(bytes).digest(typeof encoding === 'object' ? encoding?.outputEncoding : encoding);
    },
    getHashes: () => [...HASHES], getCiphers: () => [...CIPHERS], getCurves: () => ['prime256v1', 'secp384r1'], getFips: () => 0,
    getCipherInfo(name) {
      const info = cipherInfo(String(name));
      if (info === undefined) return undefined;
      const { bytes, mode } = info;
      return { mode, name: mode === 'gcm' ? `id-aes${bytes * 8}-GCM` : `aes-${bytes * 8}-${mode}`, blockSize: mode === 'cbc' ? 16 : 1, ivLength: MODES[mode], keyLength: bytes };
    },
    pbkdf2Sync: (...args) => pbkdf2(...args)(), hkdfSync: (...args) => hkdf(...args)(),
    scryptSync: (password, salt, keylen, options) => scrypt(password, salt, keylen, options)(),
    pbkdf2(password, salt, iterations, keylen, digest, callback) {
      if (typeof digest === 'function') throw errors.type('digest', 'of type string', undefined);
      callbackOf(callback);
      later(pbkdf2(password, salt, iterations, keylen, digest), callback);
    },
    hkdf(digest, key, salt, info, keylen, callback) {
      callbackOf(callback);
      later(hkdf(digest, key, salt, info, keylen), callback);
    },
    scrypt(password, salt, keylen, options, callback) {
      if (typeof options === 'function') [options, callback] = [undefined, options];
      callbackOf(callback);
      later(scrypt(password, salt, keylen, options), callback);
    },
    createCipheriv: (cipher, key, iv, options) => new Cipheriv(cipher, key, iv, options), createDecipheriv: (cipher, key, iv, options) => new Decipheriv(cipher, key, iv, options),
    Cipheriv, Decipheriv,
    ...internal.part('node_crypto_keys').functions,
    ...unsupported('createDiffieHellman createDiffieHellmanGroup getDiffieHellman createECDH diffieHellman', 'keys are not agreed upon here; derive them with hkdf() or scrypt()'),
    ...unsupported('publicEncrypt publicDecrypt privateEncrypt privateDecrypt', 'RSA only signs here; encrypt with createCipheriv("aes-256-gcm")'),
    ...unsupported('generatePrime generatePrimeSync checkPrime checkPrimeSync setEngine setFips secureHeapUsed', 'OpenSSL is not here'),
    webcrypto: web.crypto, subtle: web.subtle, getRandomValues: (array) => web.fillRandom(array), constants: Object.freeze({ RSA_PKCS1_PADDING: 1, RSA_PKCS1_PSS_PADDING: 6, RSA_PSS_SALTLEN_DIGEST: -1, RSA_PSS_SALTLEN_AUTO: -2 }),
  };
  for (const [name, value] of Object.entries(crypto)) if (typeof value === 'function' && value.name === '') Object.defineProperty(value, 'name', { value: name });
  return crypto;
})
