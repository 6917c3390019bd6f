// structuredClone: copies of values with their cycles, and buffers that are handed over.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, exception, isObject, missing } = web;
  const { kindOf } = internal;
  const PLAIN = native.classOf({});
  const typedArrayTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
  const errors = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const types = new Map(Object.getOwnPropertyNames(globalThis).filter((name) => /^(?:Big)?(?:Uint|Int|Float)\d+(?:Clamped)?Array$/.test(name)).map((name) => [name, globalThis[name]]));

  const nameOf = (value) => {
    if (typeof value === 'function') return Function.prototype.toString.call(value);
    if (typeof value === 'symbol') return value.toString();
    const kind = kindOf(value);
    if (kind === 'Symbol') return '[object Symbol]';
    const tag = value[Symbol.toStringTag];
    return /(?:Generator|Iterator)$/.test(tag) ? `[object ${tag}]` : `#<${kind === 'Object' || kind === 'Arguments' ? 'Object' : internal.className(value) ?? 'Object'}>`;
  };
  const refused = (value) => exception(`${nameOf(value)} could not be cloned.`, 'DataCloneError');
  const own = (target, key, value) => Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  const hidden = (target, key, value) => Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true });

  // What `known` holds are copies by what they are of.
  function copy(value, known) {
    if (!isObject(value)) {
      if (typeof value === 'symbol') throw refused(value);
      return value;
    }
    if (known.has(value)) return known.get(value);
    if (typeof value === 'function') throw refused(value);
    const kind = kindOf(value);
    const keep = (made) => { known.set(value, made); return made; };
    switch (kind) {
      case 'Number': case 'String': case 'Boolean': case 'BigInt': return keep(Object({ Number, String, Boolean, BigInt }[kind].prototype.valueOf.call(value)));
      case 'Date': return keep(new Date(Date.prototype.getTime.call(value)));
      case 'RegExp': return keep(new RegExp(value.source, value.flags));
      case 'ArrayBuffer': return keep(buffer(value));
      case 'TypedArray': case 'DataView': return keep(view(value, kind, known));
      case 'Map': {
        const made = keep(new Map());
        for (const [key, item] of [...Map.prototype.entries.call(value)]) made.set(copy(key, known), copy(item, known));
        return made;
      }
      case 'Set': {
        const made = keep(new Set());
        for (const item of [...Set.prototype.values.call(value)]) made.add(copy(item, known));
        return made;
      }
      case 'Error': return error(value, known, keep);
      case 'Array': return entries(value, keep(new Array(value.length)), known);
      case 'Object': return object(value, known, keep);
      default: throw refused(value);
    }
  }
  function buffer(value) {
    if (value.detached) throw exception('An ArrayBuffer is detached and could not be cloned.', 'DataCloneError');
    if (!value.resizable) return value.slice();
    const made = new ArrayBuffer(value.byteLength, { maxByteLength: value.maxByteLength });
    new Uint8Array(made).set(new Uint8Array(value));
    return made;
  }
  function view(value, kind, known) {
    const made = copy(value.buffer, known);
    if (kind === 'DataView') return new DataView(made, value.byteOffset, value.byteLength);
    return new (types.get(typedArrayTag.call(value)))(made, value.byteOffset, value.length);
  }
  function error(value, known, keep) {
    if (internal.className(value) === 'DOMException') return keep(exception(value.message, value.name));
    const Type = Object.hasOwn(errors, value.name) ? errors[value.name] : Error;
    const real = keep(new Type());
    for (const key of ['message', 'cause']) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (property !== undefined && 'value' in property) hidden(real, key, key === 'message' ? `${property.value}` : copy(property.value, known));
    }
    const { stack } = value;
    if (typeof stack === 'string') hidden(real, 'stack', stack);
    return real;
  }
  function entries(value, made, known) {
    for (const key of Object.keys(value)) own(made, key, copy(value[key], known));
    return made;
  }
  // Objects of the web that are more than their properties.
  const movable = ['MessagePort', 'ReadableStream', 'WritableStream', 'TransformStream'];
  const fixed = { URL: 'web:url', URLSearchParams: 'web:url', Headers: 'web:headers', Request: 'web:messages', Response: 'web:messages', FormData: 'web:form_data' };
  function object(value, known, keep) {
    if (native.classOf(value) !== PLAIN) throw refused(value);
    const tag = value[Symbol.toStringTag];
    if (tag === 'Blob' || tag === 'File') {
      const { isBlob, copyOf } = internal.part('web:blob');
      if (isBlob(value)) return keep(copyOf(value));
    }
    if (Object.hasOwn(fixed, tag) && value instanceof internal.part(fixed[tag])[tag]) throw exception('Cannot clone object of unsupported type.', 'DataCloneError');
    if (movable.includes(tag) && value instanceof globalThis[tag]) {
      throw exception('Object that needs transfer was found in message but not listed in transferList', 'DataCloneError');
    }
    return entries(value, keep({}), known);
  }

  function structuredClone(value, options = undefined) {
    if (arguments.length === 0) throw missing('value');
    if (options !== undefined && options !== null && !isObject(options)) throw coded(TypeError, 'ERR_INVALID_ARG_TYPE', "Failed to execute 'structuredClone': Options cannot be converted to a dictionary");
    return transferring(value, options?.transfer);
  }
  // What is transferred is lost to its owner once all else is copied.
  function transferring(value, transfer) {
    const known = new Map();
    const isPort = (item) => isObject(item) && item[Symbol.toStringTag] === 'MessagePort' && internal.part('web:channels').isPort(item);
    const list = transfer === undefined ? [] : [...transfer];
    for (const item of list) {
      if (known.has(item)) throw exception(`Transfer list contains duplicate ${isPort(item) ? 'MessagePort' : 'ArrayBuffer'}`, 'DataCloneError');
      if (isPort(item)) { known.set(item, internal.part('web:channels').move(item)); continue; }
      if (!isObject(item) || kindOf(item) !== 'ArrayBuffer') {
        if (isObject(item) && movable.includes(item[Symbol.toStringTag])) throw exception(`a ${item[Symbol.toStringTag]} cannot be transferred here: there is only one thread, pass the stream itself on`, 'DataCloneError');
        if (isObject(item)) throw exception('Found invalid value in transferList.', 'DataCloneError');
        throw coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'Value is not an object');
      }
      known.set(item, buffer(item));
    }
    const made = copy(value, known);
    for (const item of list) if (kindOf(item) === 'ArrayBuffer') item.transfer();
    return made;
  }
  return { structuredClone, transferring };
})
