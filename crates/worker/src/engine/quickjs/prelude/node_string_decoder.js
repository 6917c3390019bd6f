// node:string_decoder: text of bytes that come in pieces, no character being cut.
(function (native, internal) {
  'use strict';
  const { codes: { ERR_UNKNOWN_ENCODING, ERR_INVALID_ARG_TYPE } } = internal.part('node_codes');
  const { textOf, joined } = internal;

  // How many bytes at the end begin a character that is not whole yet.
  const unfinished = {
    utf8(bytes) {
      for (let back = 1; back <= Math.min(3, bytes.length); back++) {
        const byte = bytes[bytes.length - back];
        if ((byte & 0xc0) === 0x80) continue;
        const size = byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 ? (byte < 0xf0 ? 3 : 1) : byte >= 0xc2 ? 2 : 1;
        return size > back ? (valid(bytes, bytes.length - back) ? back : 0) : 0;
      }
      return 0;
    },
    utf16le(bytes) {
      const odd = bytes.length % 2;
      const high = bytes.length - odd - 1;
      return odd + (high > 0 && bytes[high] >= 0xd8 && bytes[high] <= 0xdb ? 2 : 0);
    },
    base64: (bytes) => bytes.length % 3, base64url: (bytes) => bytes.length % 3,
  };
  // Whether the byte after the first can follow it.
  function valid(bytes, at) {
    if (at + 1 >= bytes.length) return true;
    const [first, second] = [bytes[at], bytes[at + 1]];
    if (first === 0xe0) return second >= 0xa0;
    if (first === 0xed) return second <= 0x9f;
    if (first === 0xf0) return second >= 0x90;
    if (first === 0xf4) return second <= 0x8f;
    return true;
  }

  function StringDecoder(encoding) {
    this.encoding = encoding === undefined || encoding === null ? 'utf8' : internal.encodingOf(encoding);
    if (this.encoding === undefined) throw new ERR_UNKNOWN_ENCODING(encoding);
    Object.defineProperty(this, 'kept', { value: new Uint8Array(0), writable: true, enumerable: false });
  }
  StringDecoder.prototype.write = function write(chunk) {
    if (typeof chunk === 'string') return chunk;
    const bytes = ArrayBuffer.isView(chunk) ? internal.viewOf(chunk) : undefined;
    if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], chunk);
    const all = this.kept.length === 0 ? bytes : joined([this.kept, bytes]);
    const left = unfinished[this.encoding]?.(all) ?? 0;
    this.kept = all.slice(all.length - left);
    return all.length === left ? '' : textOf(all.subarray(0, all.length - left), this.encoding);
  };
  StringDecoder.prototype.end = function end(chunk) {
    const text = chunk === undefined ? '' : this.write(chunk);
    const rest = this.kept.length === 0 ? '' : this.encoding === 'utf8' ? '\ufffd' : textOf(this.kept, this.encoding);
    this.kept = new Uint8Array(0);
    return text + rest;
  };
  StringDecoder.prototype.text = function slice(chunk, offset) {
    this.kept = new Uint8Array(0);
    return this.write(chunk.slice(offset));
  };
  return { StringDecoder };
})
