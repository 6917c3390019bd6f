// Whether two values are the same all the way down: strictly, loosely (`==`, no prototypes), or as far as the second goes.
(function (native, internal) {
  'use strict';
  const { kindOf } = internal;
  const isObject = (value) => value !== null && typeof value === 'object';
  const tagOf = (value) => Object.prototype.toString.call(value);
  const enumerable = (object, key) => Object.prototype.propertyIsEnumerable.call(object, key);
  const symbolsOf = (object) => Object.getOwnPropertySymbols(object).filter((key) => enumerable(object, key));
  const isIndex = (key, length) => /^(?:0|[1-9]\d*)$/.test(key) && Number(key) < length;
  const unboxed = {
    Number: Number.prototype.valueOf, String: String.prototype.valueOf, Boolean: Boolean.prototype.valueOf,
    Symbol: Symbol.prototype.valueOf, BigInt: BigInt.prototype.valueOf,
  };
  const bytesOf = (buffer) => new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength);
  // A proxy is what it stands for, as far as that can be seen from outside.
  function shapeOf(value) {
    if (Array.isArray(value)) return 'Array';
    const kind = kindOf(value);
    return kind === 'Proxy' ? 'Object' : kind;
  }
  // What two of a kind are beside their properties; a weak collection is equal to itself alone.
  const inside = {
    Date: (one, other) => Date.prototype.getTime.call(one) === Date.prototype.getTime.call(other),
    RegExp: (one, other) => one.source === other.source && one.flags === other.flags && one.lastIndex === other.lastIndex,
    WeakMap: () => false, WeakSet: () => false, WeakRef: () => false,
    Error: (one, other, how) => one.message === other.message && one.name === other.name && ['cause', 'errors'].every((key) =>
      (how.partial && other[key] === undefined) || (Object.hasOwn(one, key) === Object.hasOwn(other, key) && same(one[key], other[key], how))),
  };
  for (const [kind, valueOf] of Object.entries(unboxed)) inside[kind] = (one, other) => Object.is(valueOf.call(one), valueOf.call(other));

  function same(one, other, how) {
    if (one === other) return one !== 0 || how.loose || Object.is(one, other);
    if (!isObject(one) || !isObject(other)) {
      if (how.loose && !isObject(one) && !isObject(other)) return one == other || (Number.isNaN(one) && Number.isNaN(other));
      return Number.isNaN(one) && Number.isNaN(other);
    }
    if (how.strict && Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
    const kind = shapeOf(one);
    if (kind !== shapeOf(other) || tagOf(one) !== tagOf(other)) return false;
    if (inside[kind]?.(one, other, how) === false) return false;
    if (one instanceof URL && other instanceof URL && one.href !== other.href) return false;
    return within(one, other, kind, how);
  }
  // Into both. A pair that is being compared already is as equal as the rest.
  function within(one, other, kind, how) {
    const others = how.open.get(one);
    if (others?.has(other)) return true;
    if (others === undefined) how.open.set(one, new Set([other])); else others.add(other);
    try { return contents(one, other, kind, how) && properties(one, other, kind, how); } finally { how.open.get(one).delete(other); }
  }

  function contents(one, other, kind, how) {
    switch (kind) {
      case 'Array': return how.partial ? sublist(one, other, how) : one.length === other.length;
      case 'TypedArray': {
        if (how.partial) return sublist(one, other, how);
        return one.length === other.length && one.every((item, at) => (how.loose ? item === other[at] : Object.is(item, other[at])));
      }
      case 'ArrayBuffer': case 'DataView': {
        const [bytes, wanted] = [bytesOf(one), bytesOf(other)];
        return (how.partial ? bytes.length >= wanted.length : bytes.length === wanted.length) && wanted.every((byte, at) => byte === bytes[at]);
      }
      case 'Set': return sizes(one, other, how) && matched(other, one, (wanted, item) => same(item, wanted, how), how);
      case 'Map': return sizes(one, other, how) && pairs(one, other, how);
      default: return true;
    }
  }
  const sizes = (one, other, how) => (how.partial ? one.size >= other.size : one.size === other.size);
  // What is wanted, in its order, with anything in between.
  function sublist(one, other, how) {
    if (one.length < other.length) return false;
    let at = 0;
    for (let wanted = 0; wanted < other.length; wanted++) {
      if (!Object.hasOwn(other, wanted)) continue;
      while (at < one.length && !(Object.hasOwn(one, at) && same(one[at], other[wanted], how))) at += 1;
      if (at >= one.length) return false;
      at += 1;
    }
    return true;
  }
  // Each that is wanted has one of its own: itself, or the first that is left and equal.
  function matched(wanted, held, equal, how) {
    const left = new Set(held);
    const unlike = [];
    for (const item of wanted) if (!left.delete(item)) unlike.push(item);
    return unlike.every((item) => {
      if (!how.loose && !isObject(item)) return false;
      for (const each of left) {
        if (!equal(item, each)) continue;
        left.delete(each);
        return true;
      }
      return false;
    });
  }
  function pairs(one, other, how) {
    const unlike = [];
    const left = new Set(one.keys());
    for (const [key, value] of other) {
      if (one.has(key) && same(one.get(key), value, how)) left.delete(key);
      else if (!how.loose && !isObject(key)) return false;
      else unlike.push([key, value]);
    }
    return matched(unlike, left, ([key, value], each) => same(each, key, how) && same(one.get(each), value, how), how);
  }

  function properties(one, other, kind, how) {
    const length = kind === 'Array' || kind === 'TypedArray' ? other.length : 0;
    const keysOf = (object, size) => Object.keys(object).filter((key) => !(how.partial || kind === 'TypedArray') || !isIndex(key, size));
    const keys = keysOf(other, length);
    if (!how.partial && keysOf(one, length).length !== keys.length) return false;
    if (!how.loose) {
      const symbols = symbolsOf(other);
      if (!how.partial && symbolsOf(one).length !== symbols.length) return false;
      keys.push(...symbols);
    }
    return keys.every((key) => Object.hasOwn(one, key) && enumerable(one, key)) && keys.every((key) => same(one[key], other[key], how));
  }

  const compare = (one, other, way) => same(one, other, { strict: false, loose: false, partial: false, [way]: true, open: new Map() });
  return {
    isDeepStrictEqual: (one, other) => compare(one, other, 'strict'),
    isDeepEqual: (one, other) => compare(one, other, 'loose'),
    isPartialStrictEqual: (one, other) => compare(one, other, 'partial'),
  };
})
