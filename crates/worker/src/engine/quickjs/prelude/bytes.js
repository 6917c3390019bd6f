// Bytes and text: the encodings that programs name, and what a file's content is when none is named.
(function (native, internal) {
  'use strict';
  const encodings = new Map(Object.entries({
    utf8: 'utf8', 'utf-8': 'utf8', ascii: 'ascii', latin1: 'latin1', binary: 'latin1', hex: 'hex', base64: 'base64', base64url: 'base64url',
    ucs2: 'utf16le', 'ucs-2': 'utf16le', utf16le: 'utf16le', 'utf-16le': 'utf16le',
  }));
  // Our own name for an encoding; undefined when there is none of that name.
  internal.encodingOf = (name) => (typeof name === 'string' ? encodings.get(name.toLowerCase()) : undefined);
  internal.textOf = (bytes, encoding = 'utf8') => native.decode(bytes, encoding);
  internal.bytesOf = (text, encoding = 'utf8') => native.encode(internal.clean(text), encoding);

  // The bytes of a view or a buffer, not copied; undefined for anything else.
  internal.viewOf = function (data) {
    if (ArrayBuffer.isView(data)) {
      return data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    }
    return internal.kindOf(data) === 'ArrayBuffer' ? new Uint8Array(data) : undefined;
  };

  internal.joined = function (parts) {
    if (parts.length === 1) return parts[0];
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };

  // What Node's functions give for bytes: a Buffer of them, not copied.
  internal.bufferOf = (bytes) => internal.nodeModule('node:buffer').Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
})
