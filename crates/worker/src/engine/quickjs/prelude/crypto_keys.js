// Keys of `crypto` as they come and go: raw, JWK, PKCS #8 and SPKI. A part made at its first use.
(function (native, internal) {
  'use strict';
  const isSecret = (name) => name.startsWith('AES') || name === 'HMAC';
  const isRsa = (name) => name.startsWith('RSA');
  const toText = (bytes) => native.decode(bytes, 'base64url');
  const HS = { sha1: 'HS1', sha256: 'HS256', sha384: 'HS384', sha512: 'HS512' };
  const RS = { sha1: 'RS1', sha256: 'RS256', sha384: 'RS384', sha512: 'RS512' };
  const PS = { sha1: 'PS1', sha256: 'PS256', sha384: 'PS384', sha512: 'PS512' };
  const SHORT = { 'AES-CBC': 'CBC', 'AES-CTR': 'CTR', 'AES-GCM': 'GCM' };
  const POINT = { 'P-256': 32, 'P-384': 48 };
  const RSA_PARTS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];
  // The name that a JWK gives to what a key is for.
  function jwaName({ name, hash, length }) {
    if (name === 'HMAC') return HS[hash];
    if (name === 'Ed25519') return 'Ed25519';
    if (isRsa(name)) return (name === 'RSA-PSS' ? PS : RS)[hash];
    return isSecret(name) ? `A${length}${SHORT[name]}` : undefined;
  }

  function importKey(tools, format, data, given, extractable, usages) {
    const { fail, normalized, kinds, onlyUsages, keyFrom } = tools;
    const algorithm = normalized(given, (name) => (name === 'HMAC' ? 'HmacImportParams' : name === 'ECDSA' ? 'EcKeyImportParams' : isRsa(name) ? 'RsaHashedImportParams' : ''));
    const { name } = algorithm;
    const invalid = (message = 'Invalid keyData') => fail('DataError', message);
    const refused = () => fail('NotSupportedError', `Unable to import ${name} using ${format} format`);
    if (name === 'ECDSA') tools.onlyCurve(algorithm.namedCurve);
    // Made in one go: no setter of a program's sees what a key holds.
    let inner;
    if (kinds[name].derive) {
      if (format !== 'raw') throw refused();
      onlyUsages(usages, kinds[name].uses, name);
      if (extractable) throw fail('SyntaxError', `${name} keys are not extractable`);
      inner = { name, extractable, usages, type: 'secret', bytes: new Uint8Array(data) };
    } else if (isSecret(name)) {
      onlyUsages(usages, kinds[name].uses, name);
      if (format !== 'raw' && format !== 'jwk') throw refused();
      inner = { name, extractable, usages, ...secret(algorithm, format, data, invalid, fail) };
      if (format === 'jwk') agree(data, inner, 'oct', invalid);
    } else {
      inner = { name, extractable, usages, ...asymmetric(algorithm, format, data, invalid, refused) };
      onlyUsages(usages, [inner.type === 'private' ? 'sign' : 'verify'], name);
      if (format === 'jwk') agree(data, inner, { ECDSA: 'EC', Ed25519: 'OKP' }[name] ?? 'RSA', invalid);
    }
    if (inner.type !== 'public' && usages.length === 0) throw fail('SyntaxError', `Usages cannot be empty when importing a ${inner.type} key.`);
    return keyFrom(inner);
  }

  // A part of a JWK in base64url.
  function part(jwk, key, invalid) {
    const text = jwk[key];
    if (typeof text !== 'string' || !/^[\w-]+$/.test(text)) throw invalid();
    return native.encode(text, 'base64url');
  }
  // What else a JWK says must not be against what it is taken for.
  function agree(jwk, inner, kty, invalid) {
    if (jwk.kty !== kty) throw invalid('Invalid JWK "kty" Parameter');
    const { usages } = inner;
    const use = inner.name.startsWith('AES') ? 'enc' : 'sig';
    if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) throw invalid('Invalid JWK "use" Parameter');
    if (jwk.key_ops !== undefined) {
      if (!Array.isArray(jwk.key_ops) || new Set(jwk.key_ops).size !== jwk.key_ops.length || !usages.every((usage) => jwk.key_ops.includes(usage))) throw invalid('Key operations and usage mismatch');
    }
    if (jwk.ext === false && inner.extractable) throw invalid('JWK "ext" Parameter and extractable mismatch');
    const expected = jwaName(inner);
    const isOther = inner.name === 'Ed25519' ? jwk.alg !== 'EdDSA' && jwk.alg !== expected : jwk.alg !== expected;
    if (jwk.alg !== undefined && expected !== undefined && isOther) throw invalid('JWK "alg" does not match the requested algorithm');
  }

  function secret({ name, hash, length }, format, data, invalid, fail) {
    if (format === 'jwk' && data.kty !== 'oct') throw invalid('Invalid JWK "kty" Parameter');
    const bytes = format === 'jwk' ? part(data, 'k', invalid) : new Uint8Array(data);
    const bits = bytes.length * 8;
    if (name !== 'HMAC') {
      if (![128, 192, 256].includes(bits)) throw invalid('Invalid key length');
      return { type: 'secret', bytes, length: bits };
    }
    if (bits === 0 || length === 0) throw invalid('Zero-length key is not supported');
    if (length !== undefined && length !== bits) throw fail('NotSupportedError', 'Unsupported algorithm.length');
    return { type: 'secret', hash, bytes, length: bits };
  }

  function asymmetric(algorithm, format, data, invalid, refused) {
    const { name } = algorithm;
    if (format === 'jwk') return ofJwk(algorithm, data, invalid);
    if (format === 'raw') {
      if (isRsa(name)) throw refused();
      if (name === 'Ed25519' && data.length !== 32) throw invalid('Ed25519 raw keys must be exactly 32-bytes');
      return checked(algorithm, { type: 'public', public: data }, invalid);
    }
    const read = format === 'spki' ? native.readPublicKey(data) : native.readPrivateKey(data);
    const kind = name === 'ECDSA' ? algorithm.namedCurve : name === 'Ed25519' ? name : 'RSA';
    if (read == null || read[0] !== kind) throw invalid();
    const [, bytes, open] = read;
    return checked(algorithm, format === 'spki' ? { type: 'public', public: open } : { type: 'private', bytes, public: open ?? undefined }, invalid);
  }
  function ofJwk(algorithm, jwk, invalid) {
    const { name, namedCurve } = algorithm;
    const type = jwk.d === undefined ? 'public' : 'private';
    if (isRsa(name)) {
      if (jwk.kty !== 'RSA') throw invalid('Invalid JWK "kty" Parameter');
      const parts = (type === 'private' ? RSA_PARTS : RSA_PARTS.slice(0, 2)).map((key) => part(jwk, key, invalid));
      const open = native.writeNumbers(parts.slice(0, 2));
      return checked(algorithm, type === 'public' ? { type, public: open } : { type, public: open, bytes: native.writeNumbers([new Uint8Array(1), ...parts]) }, invalid);
    }
    if (jwk.kty !== (name === 'ECDSA' ? 'EC' : 'OKP')) throw invalid('Invalid JWK "kty" Parameter');
    if (jwk.crv !== (namedCurve ?? name)) throw invalid('JWK "crv" does not match the requested algorithm');
    const bytes = type === 'private' ? part(jwk, 'd', invalid) : undefined;
    const x = part(jwk, 'x', invalid);
    if (name === 'Ed25519') return checked(algorithm, { type, bytes, public: x }, invalid);
    const y = part(jwk, 'y', invalid);
    const size = POINT[namedCurve];
    if (x.length !== size || y.length !== size) throw invalid('Invalid JWK EC key');
    return checked(algorithm, { type, bytes, public: internal.joined([new Uint8Array([4]), x, y]) }, invalid);
  }

  // Whether there is such a key, and what else is known of it.
  function checked({ name, namedCurve, hash }, inner, invalid) {
    const { bytes } = inner;
    if (name === 'ECDSA') {
      if (inner.public === undefined) throw invalid('a private key without its public one cannot be imported here: export it with both');
      const isKey = bytes === undefined ? native.isEcPoint(namedCurve, inner.public) : native.isEcPair(namedCurve, bytes, inner.public);
      if (!isKey) throw invalid();
      return { ...inner, curve: namedCurve };
    }
    if (name === 'Ed25519') {
      if ((bytes ?? inner.public).length !== 32) throw invalid();
      if (bytes === undefined) return inner;
      const open = native.publicOfEd25519(bytes);
      if (inner.public !== undefined && !native.equalBytes(open, inner.public)) throw invalid();
      return { ...inner, public: open };
    }
    const numbers = native.readNumbers(inner.public);
    if (numbers == null || numbers.length !== 2) throw invalid();
    if (bytes !== undefined && !native.isRsaKey(bytes)) throw invalid('Invalid keyData: RSA keys that sign have 2048 to 4096 bits');
    const [modulus, exponent] = numbers;
    const modulusLength = modulus.length === 0 ? 0 : modulus.length * 8 - Math.clz32(modulus[0]) + 24;
    return { ...inner, hash, modulusLength, publicExponent: exponent };
  }

  function exportKey({ fail }, format, inner) {
    const { name, type, bytes } = inner;
    const refused = () => fail('NotSupportedError', `Unable to export ${name} ${type} key using ${format} format`);
    const kind = inner.curve ?? (name === 'Ed25519' ? name : 'RSA');
    switch (format) {
      case 'jwk': return jwkOf(inner);
      case 'raw':
        if (type === 'secret') return new Uint8Array(bytes).buffer;
        if (type === 'private' || isRsa(name)) throw refused();
        return new Uint8Array(inner.public).buffer;
      case 'spki':
        if (type !== 'public') throw refused();
        return native.writePublicKey(kind, inner.public).buffer;
      default:
        if (type !== 'private') throw refused();
        return native.writePrivateKey(kind, bytes, inner.public).buffer;
    }
  }
  function jwkOf(inner) {
    const { name, type, bytes, curve } = inner;
    const jwk = { key_ops: [...inner.usages], ext: inner.extractable };
    const alg = jwaName(inner);
    if (alg !== undefined) jwk.alg = alg;
    if (type === 'secret') return Object.assign(jwk, { kty: 'oct', k: toText(bytes) });
    const isPrivate = type === 'private';
    if (name === 'Ed25519') return Object.assign(jwk, { crv: name }, isPrivate && { d: toText(bytes) }, { x: toText(inner.public), kty: 'OKP' });
    if (name === 'ECDSA') {
      const size = POINT[curve];
      const [x, y] = [toText(inner.public.subarray(1, 1 + size)), toText(inner.public.subarray(1 + size))];
      return Object.assign(jwk, { kty: 'EC', x, y, crv: curve }, isPrivate && { d: toText(bytes) });
    }
    const numbers = isPrivate ? native.readNumbers(bytes).slice(1) : native.readNumbers(inner.public);
    jwk.kty = 'RSA';
    numbers.forEach((digits, at) => { jwk[RSA_PARTS[at]] = toText(digits); });
    return jwk;
  }

  return { importKey, exportKey };
})
