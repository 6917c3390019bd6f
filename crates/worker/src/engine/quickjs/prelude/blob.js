// Blob and File: bytes with a type, which do not change.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, finish, missing, text, wrongType, isObject } = web;
  const CHUNK = 65536;

  const typeOf = (given) => {
    const type = `${given}`;
    return /[^\x20-\x7e]/.test(type) ? '' : type.toLowerCase();
  };
  let bytesOf, make, isBlob;
  class Blob {
    #bytes;
    #type;
    static {
      isBlob = (value) => isObject(value) && #bytes in value;
      bytesOf = (blob) => blob.#bytes;
      make = (bytes, type) => {
        const blob = new Blob();
        blob.#bytes = bytes;
        blob.#type = type;
        return blob;
      };
    }
    constructor(sources = [], options = {}) {
      if (!isObject(sources) || typeof sources[Symbol.iterator] !== 'function') throw wrongType('sources', 'a sequence', sources);
      if (options !== null && !isObject(options)) throw wrongType('options', 'a dictionary', options);
      const { type = '', endings = 'transparent' } = options ?? {};
      if (!['transparent', 'native'].includes(`${endings}`)) throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'options.endings' must be one of: 'transparent', 'native'. Received ${internal.inspect(endings)}`);
      const parts = [];
      for (const source of sources) {
        if (isBlob(source)) { parts.push(source.#bytes); continue; }
        const view = isObject(source) ? internal.viewOf(source) : undefined;
        parts.push(view === undefined ? internal.bytesOf(endings === 'native' ? text(source).replace(/\r\n?|\n/g, '\n') : text(source)) : view);
      }
      this.#bytes = parts.length === 1 ? new Uint8Array(parts[0]) : internal.joined(parts);
      this.#type = typeOf(type);
    }
    get size() { return this.#bytes.length; }
    get type() { return this.#type; }
    slice(start = 0, end = this.size, type = '') { return make(this.#bytes.subarray(start, end), typeOf(type)); }
    async arrayBuffer() { return new Uint8Array(this.#bytes).buffer; }
    async bytes() { return new Uint8Array(this.#bytes); }
    async text() { return native.decode(this.#bytes, 'utf8').replace(/^\ufeff/, ''); }
    stream() { return streamOf(this.#bytes); }
  }
  finish(Blob, ['size', 'type']);

  // A stream of bytes, in pieces of a copy.
  function streamOf(bytes) {
    let at = 0;
    const { create } = internal.part('web:readable_bytes');
    const stream = create({
      pull() {
        const { controller } = stream;
        if (at < bytes.length) {
          controller.enqueue(bytes.slice(at, at + CHUNK));
          at += CHUNK;
        }
        if (at >= bytes.length) {
          controller.close();
          if (controller.pulls.length > 0) controller.respond(0);
        }
      },
    });
    return internal.part('web:readable').wrap(stream);
  }

  class File extends Blob {
    #name;
    #lastModified;
    constructor(sources, name, options = {}) {
      if (arguments.length < 2) throw missing('fileBits', 'fileName');
      super(sources, options);
      const { lastModified = Date.now() } = options ?? {};
      this.#name = text(name);
      this.#lastModified = Math.trunc(Number(lastModified)) || 0;
    }
    get name() { return this.#name; }
    get lastModified() { return this.#lastModified; }
    get webkitRelativePath() { return ''; }
  }
  finish(File, ['size', 'type', 'name', 'lastModified']);
  // Another object of the same bytes.
  const copyOf = (blob) => (blob instanceof File ? new File([blob], blob.name, { type: blob.type, lastModified: blob.lastModified }) : make(bytesOf(blob), blob.type));
  return { Blob, File, isBlob, bytesOf, copyOf, streamOf };
})
