// Text as bytes and bytes as text: TextEncoder and TextDecoder, atob and btoa.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, exception, finish, missing, text, wrongType, isObject } = web;

  class TextEncoder {
    get encoding() { return 'utf-8'; }
    encode(input = '') { return native.encode(text(input), 'utf8'); }
    encodeInto(source, destination) {
      if (typeof source !== 'string') throw wrongType('src', 'of type string', source);
      if (internal.kindOf(destination) !== 'TypedArray' || !(destination instanceof Uint8Array)) throw wrongType('dest', 'an instance of Uint8Array', destination);
      const room = destination.length;
      // A unit takes a byte at least; half a pair is left for later.
      let read = Math.min(source.length, room);
      if (read < source.length && /[\ud800-\udbff]/.test(source[read - 1] ?? '') && /[\udc00-\udfff]/.test(source[read])) read--;
      let bytes = native.encode(text(source.slice(0, read)), 'utf8');
      if (bytes.length > room) {
        let end = room;
        while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
        bytes = bytes.subarray(0, end);
        read = native.decode(bytes, 'utf8').length;
      }
      destination.set(bytes);
      return { read, written: bytes.length };
    }
  }
  finish(TextEncoder);

  const bytesOf = (input) => {
    if (input === undefined) return undefined;
    const bytes = internal.viewOf(input);
    if (bytes === undefined) throw wrongType('list', 'an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView', input);
    return bytes;
  };
  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBOM;
    // What decodes a text that comes in parts.
    #open;
    constructor(label = 'utf-8', options = undefined) {
      const given = `${label}`;
      if (options !== undefined && options !== null && !isObject(options)) throw wrongType('options', 'of type object', options);
      const name = native.web.encodingName(internal.clean(given));
      if (!name) throw coded(RangeError, 'ERR_ENCODING_NOT_SUPPORTED', `The "${given}" encoding is not supported`);
      this.#encoding = name;
      this.#fatal = Boolean(options?.fatal);
      this.#ignoreBOM = Boolean(options?.ignoreBOM);
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }
    decode(input = undefined, options = undefined) {
      const bytes = bytesOf(input);
      if (options !== undefined && options !== null && !isObject(options)) throw wrongType('options', 'of type object', options);
      const stream = Boolean(options?.stream);
      const decoder = this.#open ?? native.web.decoder(this.#encoding, this.#fatal, this.#ignoreBOM);
      const decoded = decoder(bytes ?? null, !stream);
      this.#open = stream && typeof decoded === 'string' ? decoder : undefined;
      if (typeof decoded !== 'string') throw coded(TypeError, 'ERR_ENCODING_INVALID_ENCODED_DATA', `The encoded data was not valid for encoding ${this.#encoding}`);
      return decoded;
    }
  }
  finish(TextDecoder);

  function btoa(input) {
    if (arguments.length === 0) throw missing('input');
    const given = `${input}`;
    if (/[^\0-\xff]/.test(given)) throw exception('Invalid character', 'InvalidCharacterError');
    return native.decode(native.encode(given, 'latin1'), 'base64');
  }
  function atob(input) {
    if (arguments.length === 0) throw missing('input');
    let given = `${input}`.replace(/[\t\n\f\r ]/g, '');
    if (given.length % 4 === 0) given = given.replace(/={1,2}$/, '');
    if (/[^A-Za-z0-9+/]/.test(given)) throw exception('Invalid character', 'InvalidCharacterError');
    if (given.length % 4 === 1) throw exception('The string to be decoded is not correctly encoded.', 'InvalidCharacterError');
    return native.decode(native.encode(given, 'base64'), 'latin1');
  }
  return { TextEncoder, TextDecoder, atob, btoa };
})
