// Compressing and decompressing in pieces, over the worker's machines: for streams of the web and
// for node:zlib. A part made at its first use.
(function (native, internal) {
  'use strict';
  const NONE = 0, FINISH = 4;
  const PIECE = 65536;
  const defaults = { 'deflate-raw': 6, deflate: 6, gzip: 6, brotli: 11 };

  function broken(code, errno, message) {
    const error = new Error(message);
    error.errno = errno;
    error.code = code;
    return error;
  }

  // A machine takes bytes and gives pieces of what becomes of them. All pieces of one push are to be
  // taken before the next.
  class Machine {
    #make;
    #step;
    #decompress;
    #members;
    #brotli;
    #piece;
    ended = false;
    trailing = 0;
    // Bytes of the compressed side or the plain one that were taken.
    taken = 0;

    constructor(format, direction, options = {}) {
      const { level, quality, windowBits, members = false, piece = PIECE } = options;
      this.#decompress = direction === 'decompress';
      this.#brotli = format === 'brotli';
      this.#members = members;
      this.#piece = piece;
      this.#make = () => native.compression(format, this.#decompress, (this.#brotli ? quality : level) ?? defaults[format], windowBits ?? 22);
      this.#step = this.#make();
    }

    push(bytes) { return this.run(bytes, NONE); }
    finish(bytes = new Uint8Array(0)) { return this.run(bytes, FINISH); }

    *run(bytes, flush) {
      let from = 0;
      for (;;) {
        if (this.ended && !this.#again(bytes, from)) return;
        const [output, second, third, fourth] = this.#step(bytes, from, flush, this.#piece);
        if (output === null) { this.ended = true; throw broken(second, third, fourth); }
        from += second;
        this.taken += second;
        this.ended = third;
        if (output.length > 0) yield output;
        if (!third && from >= bytes.length && output.length < this.#piece) break;
      }
      if (flush === FINISH && this.#decompress) throw broken('Z_BUF_ERROR', -5, 'unexpected end of file');
    }

    // At the end of the data: whether another member of a gzip file begins.
    #again(bytes, from) {
      if (from >= bytes.length) return false;
      // Zeros fill up blocks of tapes; anything else must be another member.
      if (!this.#decompress || !this.#members || bytes[from] === 0) {
        this.trailing += bytes.length - from;
        return false;
      }
      this.#step = this.#make();
      this.ended = false;
      return true;
    }
  }

  return { machine: (format, direction, options) => new Machine(format, direction, options) };
})
