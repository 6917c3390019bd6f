// The program's value as JSON, or why it is none.
(function (native, internal) {
  'use strict';
  const TypedArray = Object.getPrototypeOf(Uint8Array);

  class NotJson extends Error {}

  function plain(value, path, open) {
    if (value === null) return null;
    switch (typeof value) {
      case 'string': return internal.clean(value);
      case 'boolean': return value;
      case 'number': return Number.isFinite(value) ? value : null;
      case 'bigint': throw new NotJson(`a BigInt at ${path}: convert it with Number() or String()`);
      case 'undefined': case 'function': case 'symbol': return undefined;
    }
    if (open.has(value)) throw new NotJson(`a cycle at ${path}: return a part of it`);
    if (open.size > 500) throw new NotJson(`more than 500 levels at ${path.slice(0, 60)}...`);
    open.add(value);
    const out = object(value, path, open);
    open.delete(value);
    return out;
  }

  const list = (items, path, open) => items.map((item, at) => plain(item, `${path}[${at}]`, open) ?? null);

  function object(value, path, open) {
    if (typeof value.toJSON === 'function') return plain(value.toJSON(), path, open);
    if (Array.isArray(value)) return list(value, path, open);
    if (value instanceof Set) return list([...value], path, open);
    if (value instanceof TypedArray) return list(Array.from(value), path, open);
    if (value instanceof Number || value instanceof String || value instanceof Boolean) return value.valueOf();
    if (value instanceof Error) return { name: String(value.name), message: String(value.message), ...own(value, path, open) };
    if (value instanceof Map) {
      const keys = [...value.keys()];
      if (keys.some((key) => typeof key === 'object' && key !== null)) {
        return list([...value], path, open);
      }
      return own(Object.fromEntries([...value].map(([key, item]) => [String(key), item])), path, open);
    }
    return own(value, path, open);
  }

  function own(value, path, open) {
    const out = {};
    for (const key of Object.keys(value)) {
      const item = plain(value[key], /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, open);
      if (item !== undefined) {
        Object.defineProperty(out, key, { value: item, writable: true, enumerable: true, configurable: true });
      }
    }
    return out;
  }

  // [json] or [null, why not]; [null, null] when there is no value. Throws what getters throw.
  internal.serialize = function (value) {
    try {
      const json = JSON.stringify(plain(value, '$', new Set()));
      return json === undefined ? [null, null] : [json, null];
    } catch (error) {
      if (error instanceof NotJson) return [null, error.message];
      throw error;
    }
  };
})
