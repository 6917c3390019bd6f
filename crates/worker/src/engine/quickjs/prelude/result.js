// The program's value as JSON, or why it is none. What JSON.stringify makes `{}` of in silence is
// either given its natural form here or refused by name.
(function (native, internal) {
  'use strict';
  const { kindOf } = internal;
  const DEEPEST = 500, MOST = 4_000_000;
  const identifier = /^[A-Za-z_$][\w$]*$/;

  class NotJson extends Error {}
  const refuse = (reason) => { throw new NotJson(reason); };

  function plain(value, path, state) {
    if (++state.count > MOST) refuse(`more than ${MOST} values; return a part of them`);
    if (value === null) return null;
    switch (typeof value) {
      case 'string': return internal.clean(value);
      case 'boolean': return value;
      case 'number': return Number.isFinite(value) ? value : null;
      case 'bigint': return refuse(`a BigInt at ${path}: convert it with Number() or String()`);
      case 'undefined': case 'function': case 'symbol': return undefined;
    }
    if (state.open.has(value)) refuse(`a cycle at ${path}: return a part of it`);
    if (state.open.size > DEEPEST) refuse(`more than ${DEEPEST} levels at ${path.slice(0, 60)}...`);
    state.open.add(value);
    const out = object(value, path, state);
    state.open.delete(value);
    return out;
  }

  function list(items, path, state) {
    const out = [];
    for (let at = 0; at < items.length; at++) out.push(plain(items[at], `${path}[${at}]`, state) ?? null);
    return out;
  }

  function object(value, path, state) {
    if (typeof value.toJSON === 'function') return plain(value.toJSON(), path, state);
    if (Array.isArray(value)) return list(value, path, state);
    if (internal.isTimer(value)) return undefined;
    const kind = kindOf(value);
    switch (kind) {
      case 'Set': return list([...value], path, state);
      case 'Map': return map(value, path, state);
      case 'TypedArray': case 'Arguments': return list(value, path, state);
      case 'ArrayBuffer': return list(new Uint8Array(value), path, state);
      case 'DataView': return list(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), path, state);
      case 'RegExp': return String(value);
      case 'Number': case 'String': case 'Boolean': case 'BigInt': case 'Symbol': return plain(value.valueOf(), path, state);
      case 'Error': return error(value, path, state);
      case 'Promise': return refuse(`a Promise at ${path}: await it, several with Promise.all`);
      case 'WeakMap': case 'WeakSet': case 'WeakRef': return refuse(`a ${kind} at ${path}: its contents cannot be listed`);
      default:
        if (typeof value.next === 'function' && (Symbol.iterator in value || Symbol.asyncIterator in value)) {
          refuse(`an iterator at ${path}: make it an array first, as in [...it]`);
        }
        return own(value, path, state);
    }
  }

  // An object when all keys make different names, else a list of pairs.
  function map(value, path, state) {
    const pairs = [...value];
    const names = new Set();
    for (const [key] of pairs) {
      if (key !== null && typeof key === 'object') return list(pairs, path, state);
      names.add(String(key));
    }
    if (names.size < pairs.length) return list(pairs, path, state);
    return own(Object.fromEntries(pairs.map(([key, item]) => [String(key), item])), path, state);
  }

  function error(value, path, state) {
    const out = { name: internal.nameOf(value), message: String(value.message) };
    for (const key of ['cause', 'errors']) {
      if (Object.hasOwn(value, key)) out[key] = plain(value[key], `${path}.${key}`, state);
    }
    return { ...out, ...own(value, path, state) };
  }

  function own(value, path, state) {
    const out = {};
    for (const key of Object.keys(value)) {
      const item = plain(value[key], identifier.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, state);
      if (item === undefined) continue;
      if (key === '__proto__') Object.defineProperty(out, key, { value: item, writable: true, enumerable: true, configurable: true });
      else out[key] = item;
    }
    return out;
  }

  // Why a value as a whole is none that JSON knows.
  function unknown(value) {
    if (typeof value === 'function') return `it is ${/^\[class/.test(internal.inspect(value)) ? 'a class' : 'a function'}: return what it gives instead`;
    if (typeof value === 'symbol') return 'it is a symbol';
    if (typeof value === 'number' && !Number.isFinite(value)) return `it is ${value}: return a string instead`;
    return null;
  }

  // [json] or [null, why not]; [null, null] when there is no value. Throws what getters throw.
  internal.serialize = function (value) {
    const reason = unknown(value);
    if (reason !== null) return [null, reason];
    try {
      const json = JSON.stringify(plain(value, '$', { open: new Set(), count: 0 }));
      return json === undefined ? [null, null] : [json, null];
    } catch (error) {
      if (error instanceof NotJson) return [null, error.message];
      throw error;
    }
  };

  // Touches in the zygote what most programs use.
  internal.warmUp = function () {
    const sample = { name: 'a "b"', list: [1, 'two', { three: null }], map: new Map([['k', 1]]), many: Array.from({ length: 8 }, (_, at) => at) };
    internal.format(['%s', sample, sample]);
    internal.serialize(sample);
  };
})
