// Numbers in a Buffer: whole and broken ones, of every size, the low or the high byte first.
(function (native, internal) {
  'use strict';
  const { ERR_OUT_OF_RANGE, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE } = internal.part('node_codes').codes;
  const { validateNumber } = internal.part('node_codes');

  const isBig = (value) => typeof value === 'bigint';
  // Where a number of so many bytes lies; told as Node tells it when it is not within the buffer.
  function place(bytes, offset, size) {
    if (offset === undefined) offset = 0;
    if (typeof offset !== 'number') throw new ERR_INVALID_ARG_TYPE('offset', 'number', offset);
    if (Number.isInteger(offset) && offset >= 0 && offset + size <= bytes.length) return offset;
    validateNumber(offset, 'offset');
    if (!Number.isInteger(offset) && Math.floor(offset) !== offset) throw new ERR_OUT_OF_RANGE('offset', 'an integer', offset);
    if (bytes.length - size < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS();
    throw new ERR_OUT_OF_RANGE('offset', `>= 0 and <= ${bytes.length - size}`, offset);
  }
  function sizeOf(size) {
    if (typeof size !== 'number') throw new ERR_INVALID_ARG_TYPE('byteLength', 'number', size);
    if (!Number.isInteger(size)) throw new ERR_OUT_OF_RANGE('byteLength', 'an integer', size);
    if (size < 1 || size > 6) throw new ERR_OUT_OF_RANGE('byteLength', '>= 1 and <= 6', size);
    return size;
  }
  // A value that does not fit is refused, with its bounds.
  function fit(value, min, max, size) {
    if (!(value > max || value < min)) return;
    const n = isBig(min) ? 'n' : '';
    let range;
    if (size <= 4) range = `>= ${min} and <= ${max}`;
    else if (min === 0 || min === 0n) range = `>= 0${n} and < 2${n} ** ${size * 8}${n}`;
    else range = `>= -(2${n} ** ${size * 8 - 1}${n}) and < 2${n} ** ${size * 8 - 1}${n}`;
    throw new ERR_OUT_OF_RANGE('value', range, value);
  }

  function readUnsigned(bytes, at, size, little) {
    let value = 0;
    for (let next = 0; next < size; next++) value = value * 256 + bytes[little ? at + size - 1 - next : at + next];
    return value;
  }
  function readSigned(bytes, at, size, little) {
    const value = readUnsigned(bytes, at, size, little);
    const half = 2 ** (size * 8 - 1);
    return value >= half ? value - 2 * half : value;
  }
  function writeWhole(bytes, value, at, size, little) {
    value = Math.trunc(value) || 0;
    if (value < 0) value += 2 ** (size * 8);
    for (let next = 0; next < size; next++) {
      bytes[little ? at + next : at + size - 1 - next] = value % 256;
      value = Math.floor(value / 256);
    }
    return at + size;
  }
  const bounds = (size, signed) => (signed ? [-(2 ** (size * 8 - 1)), 2 ** (size * 8 - 1) - 1] : [0, 2 ** (size * 8) - 1]);
  const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  return function add(Buffer) {
    const { prototype } = Buffer;
    function define(name, value, alias) {
      Object.defineProperty(value, 'name', { value: name });
      for (const each of [name, alias]) {
        if (each !== undefined) Object.defineProperty(prototype, each, { value, writable: true, configurable: true, enumerable: false });
      }
    }
    const alias = (name) => (name.includes('UInt') ? name.replace('UInt', 'Uint') : undefined);
    for (const signed of [false, true]) {
      const read = signed ? readSigned : readUnsigned;
      const kind = signed ? 'Int' : 'UInt';
      for (const size of [1, 2, 4]) {
        const [min, max] = bounds(size, signed);
        for (const order of size === 1 ? [''] : ['LE', 'BE']) {
          const little = order === 'LE';
          const name = `${kind}${size * 8}${order}`;
          define(`read${name}`, function (offset = 0) { return read(this, place(this, offset, size), size, little); }, alias(`read${name}`));
          define(`write${name}`, function (value, offset = 0) {
            value = +value;
            fit(value, min, max, size);
            return writeWhole(this, value, place(this, offset, size), size, little);
          }, alias(`write${name}`));
        }
      }
      for (const order of ['LE', 'BE']) {
        const little = order === 'LE';
        define(`read${kind}${order}`, function (offset, size) {
          if (offset === undefined) throw new ERR_INVALID_ARG_TYPE('offset', 'number', offset);
          sizeOf(size);
          return read(this, place(this, offset, size), size, little);
        }, alias(`read${kind}${order}`));
        define(`write${kind}${order}`, function (value, offset, size) {
          sizeOf(size);
          value = +value;
          fit(value, ...bounds(size, signed), size);
          if (offset === undefined) throw new ERR_INVALID_ARG_TYPE('offset', 'number', offset);
          return writeWhole(this, value, place(this, offset, size), size, little);
        }, alias(`write${kind}${order}`));
        const big = signed ? 'BigInt64' : 'BigUInt64';
        const [least, most] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
        define(`read${big}${order}`, function (offset = 0) { return view(this)[signed ? 'getBigInt64' : 'getBigUint64'](place(this, offset, 8), little); }, alias(`read${big}${order}`));
        define(`write${big}${order}`, function (value, offset = 0) {
          if (!isBig(value)) throw new TypeError(`Cannot mix BigInt and other types, use explicit conversions`);
          fit(value, least, most, 8);
          const at = place(this, offset, 8);
          view(this).setBigInt64(at, BigInt.asIntN(64, value), little);
          return at + 8;
        }, alias(`write${big}${order}`));
      }
    }
    for (const [name, size, get, set] of [['Float', 4, 'getFloat32', 'setFloat32'], ['Double', 8, 'getFloat64', 'setFloat64']]) {
      for (const order of ['LE', 'BE']) {
        const little = order === 'LE';
        define(`read${name}${order}`, function (offset = 0) { return view(this)[get](place(this, offset, size), little); });
        define(`write${name}${order}`, function (value, offset = 0) {
          const at = place(this, offset, size);
          view(this)[set](at, +value, little);
          return at + size;
        });
      }
    }
  };
})
