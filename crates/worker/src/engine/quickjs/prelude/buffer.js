// Buffer and node:buffer: bytes as Node's programs hold them. Numbers in them are in buffer_numbers.
(function (native, internal) {
  'use strict';
  const {
    ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_ENCODING, ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_BUFFER_SIZE,
  } = internal.part('node_codes').codes;
  const { validateArray, validateString, validateNumber, validateInteger } = internal.part('node_codes');
  const MOST = 2 ** 53 - 1;
  const { encodingOf } = internal;
  const isBytes = (value) => value instanceof Uint8Array;
  const isBuffer = (value) => value instanceof Buffer;
  const isArrayBuffer = (value) => internal.kindOf(value) === 'ArrayBuffer';
  const known = (name) => {
    const encoding = name === undefined || name === null || name === '' ? 'utf8' : encodingOf(name);
    if (encoding === undefined) throw new ERR_UNKNOWN_ENCODING(name);
    return encoding;
  };

  // What the class makes: `Buffer` itself may be called without `new`.
  class FastBuffer extends Uint8Array {}
  function Buffer(value, encodingOrOffset, length) {
    if (typeof value === 'number') return Buffer.alloc(value);
    return Buffer.from(value, encodingOrOffset, length);
  }
  Object.setPrototypeOf(Buffer, Uint8Array);
  Buffer.prototype = FastBuffer.prototype;
  Object.defineProperty(Buffer, Symbol.species, { get() { return FastBuffer; }, configurable: true });
  Object.defineProperty(Buffer.prototype, 'constructor', { value: Buffer, writable: true, configurable: true, enumerable: false });
  // The bytes of a view as a Buffer, not copied.
  const wrap = (bytes) => new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  function encoded(text, encoding) {
    if (encoding === 'utf16le' && !text.isWellFormed()) {
      const units = Uint16Array.from(text, (_, at) => text.charCodeAt(at));
      return new Uint8Array(units.buffer);
    }
    return internal.bytesOf(text, encoding);
  }
  function fromArrayLike(list) {
    if (!(list.length > 0)) return new FastBuffer();
    const bytes = new FastBuffer(list.length);
    bytes.set(Array.isArray(list) || ArrayBuffer.isView(list) ? list : Array.from(list));
    return bytes;
  }
  function fromArrayBuffer(buffer, offset, length) {
    offset = offset === undefined ? 0 : +offset || 0;
    const most = buffer.byteLength - offset;
    if (most < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
    if (length !== undefined) {
      length = +length;
      if (!(length > 0)) length = 0;
      else if (length > most) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
    }
    return new FastBuffer(buffer, offset, length);
  }
  function fromObject(value) {
    if (value.length !== undefined || isArrayBuffer(value.buffer)) return typeof value.length !== 'number' ? new FastBuffer() : fromArrayLike(value);
    return value.type === 'Buffer' && Array.isArray(value.data) ? fromArrayLike(value.data) : undefined;
  }
  function checkSize(size) { validateNumber(size, 'size', 0, MOST); }
  function offsetWithin(value, name, min = 0, max = MOST) { validateInteger(value, name, min, max); }

  const statics = {
    from(value, encodingOrOffset, length) {
      if (typeof value === 'string') return wrap(encoded(value, typeof encodingOrOffset === 'string' ? known(encodingOrOffset) : 'utf8'));
      if (typeof value === 'object' && value !== null) {
        if (isArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
        const inner = value.valueOf?.();
        if (inner != null && inner !== value && (typeof inner === 'string' || typeof inner === 'object')) return Buffer.from(inner, encodingOrOffset, length);
        const made = fromObject(value);
        if (made !== undefined) return made;
        const text = typeof value[Symbol.toPrimitive] === 'function' ? value[Symbol.toPrimitive]('string') : undefined;
        if (typeof text === 'string') return Buffer.from(text, encodingOrOffset);
      }
      throw new ERR_INVALID_ARG_TYPE('first argument', ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'], value);
    },
    alloc(size, fill, encoding) {
      checkSize(size);
      const bytes = new FastBuffer(size);
      return fill !== undefined && fill !== 0 && size > 0 ? bytes.fill(fill, encoding) : bytes;
    },
    allocUnsafe(size) { checkSize(size); return new FastBuffer(size); },
    allocUnsafeSlow(size) { checkSize(size); return new FastBuffer(size); },
    copyBytesFrom(view, offset, length) {
      if (!ArrayBuffer.isView(view) || internal.kindOf(view) !== 'TypedArray') throw new ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view);
      if (offset !== undefined) validateInteger(offset, 'offset', 0);
      if (length !== undefined) validateInteger(length, 'length', 0);
      const part = view.slice(offset ?? 0, length === undefined ? undefined : (offset ?? 0) + length);
      return fromArrayLike(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    },
    isBuffer,
    isEncoding: (name) => typeof name === 'string' && name.length !== 0 && encodingOf(name) !== undefined,
    byteLength(text, encoding) {
      if (typeof text !== 'string') {
        if (ArrayBuffer.isView(text) || isArrayBuffer(text)) return text.byteLength;
        throw new ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], text);
      }
      switch (encodingOf(encoding) ?? 'utf8') {
        case 'latin1': case 'ascii': return text.length;
        case 'utf16le': return text.length * 2;
        case 'hex': return text.length >>> 1;
        case 'base64': case 'base64url': {
          const length = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
          return (length * 3) >>> 2;
        }
        default: return encoded(text, 'utf8').length;
      }
    },
    compare(one, other) {
      if (!isBytes(one)) throw new ERR_INVALID_ARG_TYPE('buf1', ['Buffer', 'Uint8Array'], one);
      if (!isBytes(other)) throw new ERR_INVALID_ARG_TYPE('buf2', ['Buffer', 'Uint8Array'], other);
      return compare(one, other);
    },
    concat(list, length) {
      validateArray(list, 'list');
      if (list.length === 0) return new FastBuffer();
      if (length === undefined) length = list.reduce((sum, each) => sum + (each.length || 0), 0);
      else offsetWithin(length, 'length');
      const all = new FastBuffer(length);
      let at = 0;
      list.forEach((bytes, index) => {
        if (!isBytes(bytes)) throw new ERR_INVALID_ARG_TYPE(`list[${index}]`, ['Buffer', 'Uint8Array'], bytes);
        if (at < length) all.set(bytes.length > length - at ? bytes.subarray(0, length - at) : bytes, at);
        at += bytes.length;
      });
      return all;
    },
    poolSize: 8192,
  };
  Object.assign(Buffer, statics);

  function compare(one, other) {
    const length = Math.min(one.length, other.length);
    for (let at = 0; at < length; at++) if (one[at] !== other[at]) return one[at] < other[at] ? -1 : 1;
    return Math.sign(one.length - other.length);
  }

  // Where `wanted` begins, looking from `from` on; -1 when nowhere.
  function find(bytes, wanted, from, forward, step) {
    const last = bytes.length - wanted.length;
    if (wanted.length === 0) return Math.min(from, bytes.length);
    for (let at = forward ? from : Math.min(from, last); forward ? at <= last : at >= 0; at += forward ? 1 : -1) {
      if ((at - from) % step !== 0 && step > 1) continue;
      let same = 0;
      while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
      if (same === wanted.length) return at;
    }
    return -1;
  }
  function indexOf(bytes, value, from, encoding, forward) {
    if (typeof from === 'string') { encoding = from; from = undefined; }
    from = Math.trunc(+from);
    if (Number.isNaN(from)) from = forward ? 0 : bytes.length;
    if (from < 0) from += bytes.length;
    if (from < 0) { if (!forward) return -1; from = 0; }
    if (typeof value === 'number') {
      const start = forward ? from : Math.min(from, bytes.length - 1);
      return forward ? Uint8Array.prototype.indexOf.call(bytes, value & 255, start) : start < 0 ? -1 : Uint8Array.prototype.lastIndexOf.call(bytes, value & 255, start);
    }
    if (typeof value === 'string') {
      const name = known(encoding);
      return find(bytes, encoded(value, name), from, forward, name === 'utf16le' ? 2 : 1);
    }
    if (isBytes(value)) return find(bytes, value, from, forward, 1);
    throw new ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value);
  }

  // How many of the bytes of a text fit without a character being cut.
  function whole(bytes, room, encoding) {
    if (bytes.length <= room) return bytes.length;
    if (encoding === 'utf16le') return room & ~1;
    let end = room;
    if (encoding === 'utf8') while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
    return end;
  }

  const methods = {
    toString(encoding, start, end) {
      const length = this.length;
      start = !(start > 0) ? 0 : Math.trunc(start);
      end = end === undefined || end > length ? length : Math.trunc(end) || 0;
      if (start >= length || end <= start) return '';
      const name = encoding === undefined ? 'utf8' : encodingOf(`${encoding}`);
      if (name === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
      const part = start === 0 && end === length ? this : this.subarray(start, end);
      return internal.textOf(part, name);
    },
    toJSON() { return { type: 'Buffer', data: Array.from(this) }; },
    equals(other) {
      if (!isBytes(other)) throw new ERR_INVALID_ARG_TYPE('otherBuffer', ['Buffer', 'Uint8Array'], other);
      return this === other || (this.length === other.length && compare(this, other) === 0);
    },
    compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
      if (!isBytes(target)) throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
      if (targetStart !== undefined) offsetWithin(targetStart, 'targetStart');
      if (targetEnd !== undefined) offsetWithin(targetEnd, 'targetEnd', 0, target.length);
      if (sourceStart !== undefined) offsetWithin(sourceStart, 'sourceStart');
      if (sourceEnd !== undefined) offsetWithin(sourceEnd, 'sourceEnd', 0, this.length);
      return compare(this.subarray(sourceStart ?? 0, sourceEnd), target.subarray(targetStart ?? 0, targetEnd));
    },
    copy(target, targetStart, sourceStart, sourceEnd) {
      if (!ArrayBuffer.isView(target)) throw new ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
      const number = (value, usual) => (value === undefined ? usual : Math.trunc(+value) || 0);
      targetStart = number(targetStart, 0);
      sourceStart = number(sourceStart, 0);
      sourceEnd = number(sourceEnd, this.length);
      if (targetStart < 0) throw new ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart);
      if (sourceStart < 0 || sourceStart > this.length) throw new ERR_OUT_OF_RANGE('sourceStart', `>= 0 && <= ${this.length}`, sourceStart);
      if (sourceEnd < 0) throw new ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd);
      const to = internal.viewOf(target);
      if (targetStart >= to.length || sourceStart >= sourceEnd) return 0;
      const count = Math.min(sourceEnd - sourceStart, to.length - targetStart, this.length - sourceStart);
      to.set(this.subarray(sourceStart, sourceStart + count), targetStart);
      return count;
    },
    slice(start, end) { return this.subarray(start, end); },
    fill(value, offset, end, encoding) {
      if (typeof value === 'string') {
        if (offset === undefined || typeof offset === 'string') { encoding = offset; offset = 0; end = this.length; }
        else if (typeof end === 'string') { encoding = end; end = this.length; }
        if (encoding !== undefined && encoding !== null && typeof encoding !== 'string') validateString(encoding, 'encoding');
        const name = known(encoding);
        value = value === '' ? 0 : encoded(value, name);
        if (value.length === 0) throw new ERR_INVALID_ARG_VALUE('value', arguments[0]);
      } else if (typeof value === 'boolean') value = +value;
      if (offset === undefined) { offset = 0; end = this.length; }
      else {
        offsetWithin(offset, 'offset');
        if (end === undefined) end = this.length;
        else offsetWithin(end, 'end', 0, this.length);
      }
      if (offset >= end) return this;
      if (!isBytes(value)) { Uint8Array.prototype.fill.call(this, value & 255, offset, end); return this; }
      if (value.length === 0) throw new ERR_INVALID_ARG_VALUE('value', value);
      for (let at = offset; at < end; at++) this[at] = value[(at - offset) % value.length];
      return this;
    },
    write(text, offset, length, encoding) {
      if (typeof text !== 'string') throw internal.nodeErrors.coded(new TypeError('argument must be a string'), 'ERR_INVALID_ARG_TYPE');
      if (offset === undefined) { offset = 0; length = this.length; }
      else if (length === undefined && typeof offset === 'string') { encoding = offset; offset = 0; length = this.length; }
      else {
        offsetWithin(offset, 'offset', 0, this.length);
        const left = this.length - offset;
        if (length === undefined) length = left;
        else if (typeof length === 'string') { encoding = length; length = left; }
        else { offsetWithin(length, 'length', 0, this.length); length = Math.min(length, left); }
      }
      const name = known(encoding);
      const bytes = encoded(text, name);
      const count = whole(bytes, length, name);
      this.set(bytes.subarray(0, count), offset);
      return count;
    },
    indexOf(value, from, encoding) { return indexOf(this, value, from, encoding, true); },
    lastIndexOf(value, from, encoding) { return indexOf(this, value, from, encoding, false); },
    includes(value, from, encoding) { return indexOf(this, value, from, encoding, true) !== -1; },
    [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
      const most = 50;
      const shown = Array.from(this.subarray(0, most), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
      const more = this.length - most;
      const keys = Object.keys(this).slice(this.length).map((key) => `${key}: ${internal.inspectAs(this[key], options)}`);
      const extra = keys.length > 0 ? `${this.length > 0 ? ', ' : ''}${keys.join(', ')}` : '';
      return `<${this.constructor.name} ${shown}${more > 0 ? ` ... ${more} more byte${more > 1 ? 's' : ''}` : ''}${extra}>`;
    },
  };
  for (const size of [2, 4, 8]) {
    const name = `swap${size * 8}`;
    methods[name] = { [name]() {
      if (this.length % size !== 0) throw new ERR_INVALID_BUFFER_SIZE(`${size * 8}-bits`);
      for (let at = 0; at < this.length; at += size) this.subarray(at, at + size).reverse();
      return this;
    } }[name];
  }
  methods.toLocaleString = methods.toString;
  for (const key of Reflect.ownKeys(methods)) Object.defineProperty(Buffer.prototype, key, { value: methods[key], writable: true, configurable: true, enumerable: false });
  for (const [name, of] of [['parent', (bytes) => bytes.buffer], ['offset', (bytes) => bytes.byteOffset]]) {
    Object.defineProperty(Buffer.prototype, name, { get() { return this instanceof Buffer ? of(this) : undefined; }, enumerable: true, configurable: true });
  }
  internal.part('buffer_numbers')(Buffer);
  internal.Buffer = Buffer;

  const { atob, btoa } = globalThis;
  const webClass = (name) => ({ get() { return globalThis[name]; }, enumerable: true, configurable: true });
  const module = {
    Buffer, constants: { MAX_LENGTH: MOST, MAX_STRING_LENGTH: 536870888 }, kMaxLength: MOST, kStringMaxLength: 536870888, INSPECT_MAX_BYTES: 50,
    SlowBuffer: Buffer, atob, btoa,
    isAscii: (bytes) => internal.viewOf(bytes).every((byte) => byte < 128),
    isUtf8: (bytes) => { const view = internal.viewOf(bytes); return compare(encoded(internal.textOf(view), 'utf8'), view) === 0; },
    transcode: (bytes, from, to) => Buffer.from(internal.textOf(internal.viewOf(bytes), known(from)), known(to)),
  };
  Object.defineProperties(module, { Blob: webClass('Blob'), File: webClass('File') });
  return module;
})
