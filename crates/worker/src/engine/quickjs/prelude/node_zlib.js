// node:zlib: everything at once, with a callback, and as streams. Zstandard is not there.
(function (native, internal) {
  'use strict';
  const { nodeErrors: errors } = internal;
  const { machine } = internal.part('compression');
  const numbers = (names, from, step = 1) => names.split(' ').map((name, at) => [name, from + at * step]);
  const constants = Object.fromEntries([
    ...numbers('Z_NO_FLUSH Z_PARTIAL_FLUSH Z_SYNC_FLUSH Z_FULL_FLUSH Z_FINISH Z_BLOCK', 0), ...numbers('Z_OK Z_STREAM_END Z_NEED_DICT', 0),
    ...numbers('Z_ERRNO Z_STREAM_ERROR Z_DATA_ERROR Z_MEM_ERROR Z_BUF_ERROR Z_VERSION_ERROR', -1, -1),
    ['Z_NO_COMPRESSION', 0], ['Z_BEST_SPEED', 1], ['Z_BEST_COMPRESSION', 9], ['Z_DEFAULT_COMPRESSION', -1],
    ...numbers('Z_FILTERED Z_HUFFMAN_ONLY Z_RLE Z_FIXED', 1), ['Z_DEFAULT_STRATEGY', 0], ['ZLIB_VERNUM', 4880],
    ...numbers('DEFLATE INFLATE GZIP GUNZIP DEFLATERAW INFLATERAW UNZIP BROTLI_DECODE BROTLI_ENCODE', 1),
    ['Z_MIN_WINDOWBITS', 8], ['Z_MAX_WINDOWBITS', 15], ['Z_DEFAULT_WINDOWBITS', 15], ['Z_MIN_CHUNK', 64], ['Z_MAX_CHUNK', Infinity], ['Z_DEFAULT_CHUNK', 16384],
    ['Z_MIN_MEMLEVEL', 1], ['Z_MAX_MEMLEVEL', 9], ['Z_DEFAULT_MEMLEVEL', 8], ['Z_MIN_LEVEL', -1], ['Z_MAX_LEVEL', 9], ['Z_DEFAULT_LEVEL', -1],
    ...numbers('BROTLI_OPERATION_PROCESS BROTLI_OPERATION_FLUSH BROTLI_OPERATION_FINISH BROTLI_OPERATION_EMIT_METADATA', 0),
    ['BROTLI_PARAM_MODE', 0], ...numbers('BROTLI_MODE_GENERIC BROTLI_MODE_TEXT BROTLI_MODE_FONT', 0), ['BROTLI_DEFAULT_MODE', 0],
    ['BROTLI_PARAM_QUALITY', 1], ['BROTLI_MIN_QUALITY', 0], ['BROTLI_MAX_QUALITY', 11], ['BROTLI_DEFAULT_QUALITY', 11], ['BROTLI_PARAM_LGWIN', 2],
    ['BROTLI_MIN_WINDOW_BITS', 10], ['BROTLI_MAX_WINDOW_BITS', 24], ['BROTLI_LARGE_MAX_WINDOW_BITS', 30], ['BROTLI_DEFAULT_WINDOW', 22],
    ...numbers('BROTLI_PARAM_LGBLOCK BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING BROTLI_PARAM_SIZE_HINT BROTLI_PARAM_LARGE_WINDOW BROTLI_PARAM_NPOSTFIX BROTLI_PARAM_NDIRECT', 3),
    ['BROTLI_MIN_INPUT_BLOCK_BITS', 16], ['BROTLI_MAX_INPUT_BLOCK_BITS', 24],
    ...numbers('BROTLI_DECODER_PARAM_DISABLE_RING_BUFFER_REALLOCATION BROTLI_DECODER_PARAM_LARGE_WINDOW', 0),
  ]);
  const codes = Object.fromEntries(numbers('Z_OK Z_STREAM_END Z_NEED_DICT', 0).concat(numbers('Z_ERRNO Z_STREAM_ERROR Z_DATA_ERROR Z_MEM_ERROR Z_BUF_ERROR Z_VERSION_ERROR', -1, -1)).flatMap(([name, value]) => [[name, value], [String(value), name]]));
  Object.freeze(constants);
  Object.freeze(codes);

  const kinds = {
    Deflate: ['deflate', 'compress'], Inflate: ['deflate', 'decompress'], Gzip: ['gzip', 'compress'], Gunzip: ['gzip', 'decompress'],
    DeflateRaw: ['deflate-raw', 'compress'], InflateRaw: ['deflate-raw', 'decompress'], Unzip: ['unzip', 'decompress'],
    BrotliCompress: ['brotli', 'compress'], BrotliDecompress: ['brotli', 'decompress'],
  };
  const ZSTD = 'Zstandard is not built in; use gzip or brotli';

  function checkedNumber(options, name, least, most) {
    const value = options[name];
    if (value === undefined || Number.isNaN(value)) return undefined;
    if (typeof value !== 'number') throw errors.coded(new TypeError(errors.type(`options.${name}`, 'of type number', value).message.replace('argument', 'property')), 'ERR_INVALID_ARG_TYPE');
    if (value < least || value > most) throw errors.range(`options.${name}`, most === Infinity ? `>= ${least}` : `>= ${least} and <= ${most}`, value);
    return value;
  }
  // What a program's options come to.
  function settings(kind, given = {}) {
    const [format, direction] = kinds[kind];
    const options = given ?? {};
    const isBrotli = format === 'brotli';
    checkedNumber(options, 'chunkSize', 64, Infinity);
    const most = checkedNumber(options, 'maxOutputLength', 1, Number.MAX_SAFE_INTEGER) ?? Number.MAX_SAFE_INTEGER;
    if (options.dictionary !== undefined) throw errors.unsupported('options.dictionary of zlib', 'compress without a dictionary');
    const last = isBrotli ? constants.BROTLI_OPERATION_FINISH : constants.Z_FINISH;
    const finishes = (checkedNumber(options, 'finishFlush', 0, isBrotli ? 3 : 5) ?? last) === last;
    if (isBrotli) {
      const params = options.params ?? {};
      const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_LGWIN: window } = constants;
      return { format, direction, most, finishes, machine: { quality: params[quality], windowBits: params[window] } };
    }
    checkedNumber(options, 'windowBits', direction === 'decompress' ? 0 : format === 'gzip' ? 9 : 8, 15);
    checkedNumber(options, 'memLevel', 1, 9);
    checkedNumber(options, 'strategy', 0, 4);
    const level = checkedNumber(options, 'level', -1, 9) ?? -1;
    return { format, direction, most, finishes, machine: { level: level < 0 ? 6 : level, members: format !== 'deflate-raw' && format !== 'deflate' } };
  }
  const kindOfZip = (first) => (first === 0x1f ? 'gzip' : 'deflate');
  function machineOf({ format, direction, machine: options }, first, piece) {
    const actual = format === 'unzip' ? kindOfZip(first) : format;
    return machine(actual, direction, { ...options, members: options.members && actual === 'gzip', piece });
  }

  const GIVEN = 'of type string or an instance of Buffer, TypedArray, DataView, or ArrayBuffer';
  function bytesOf(buffer, name = 'buffer') {
    const bytes = typeof buffer === 'string' ? internal.bytesOf(buffer) : typeof buffer === 'object' && buffer !== null ? internal.viewOf(buffer) : undefined;
    if (bytes === undefined) throw errors.type(name, GIVEN, buffer);
    return bytes;
  }

  // All of it at once.
  function whole(kind, bytes, set) {
    const { direction, most, finishes } = set;
    const guess = direction === 'compress' ? bytes.length : bytes.length * 4;
    const engine = machineOf(set, bytes[0], Math.min(Math.max(guess, 1024), 1048576));
    const parts = [];
    let size = 0;
    for (const part of finishes ? engine.finish(bytes) : engine.push(bytes)) {
      size += part.length;
      if (size > most) throw errors.coded(new RangeError(`Cannot create a Buffer larger than ${most} bytes`), 'ERR_BUFFER_TOO_LARGE');
      parts.push(part);
    }
    return internal.bufferOf(parts.length === 0 ? new Uint8Array(0) : internal.joined(parts));
  }

  const zlib = {};
  function define(name, kind) {
    const result = (buffer, options) => (options?.info ? { buffer, engine: new zlib[kind](options) } : buffer);
    zlib[name] = {
      [name](buffer, options, callback) {
        if (typeof options === 'function') [options, callback] = [undefined, options];
        if (typeof callback !== 'function') throw errors.type('callback', 'of type function', callback);
        const [bytes, set] = [bytesOf(buffer), settings(kind, options)];
        setImmediate(() => {
          let made;
          try { made = result(whole(kind, bytes, set), options); } catch (error) { callback(error); return; }
          callback(null, made);
        });
      },
    }[name];
    const sync = `${name}Sync`;
    zlib[sync] = { [sync](buffer, options) { return result(whole(kind, bytesOf(buffer), settings(kind, options)), options); } }[sync];
  }
  for (const kind of Object.keys(kinds)) define(kind[0].toLowerCase() + kind.slice(1), kind);

  // The streams, made when the first is: they are Transforms.
  let classes;
  function streams() {
    if (classes !== undefined) return classes;
    const { Transform } = internal.nodeModule('node:stream');
    classes = {};
    for (const kind of Object.keys(kinds)) classes[kind] = classOf(Transform, kind);
    return classes;
  }
  function classOf(Transform, kind) {
    return {
      [kind]: class extends Transform {
        #set;
        #engine;
        #size = 0;
        constructor(options) {
          const set = settings(kind, options);
          super({ ...options, objectMode: false, autoDestroy: true });
          this.#set = set;
          this.bytesWritten = 0;
        }
        // Gives the pieces as fast as they are read: few bytes may become many.
        #send(pieces, done) {
          try {
            for (;;) {
              const { value: piece, done: isEnd } = pieces.next();
              if (isEnd) break;
              this.#size += piece.length;
              if (this.#size > this.#set.most) throw errors.coded(new RangeError(`Cannot create a Buffer larger than ${this.#set.most} bytes`), 'ERR_BUFFER_TOO_LARGE');
              if (this.push(internal.bufferOf(piece)) || this.destroyed) continue;
              this._read = () => { delete this._read; this.#send(pieces, done); };
              return;
            }
          } catch (error) { done(error); return; }
          done();
        }
        #ready(first) { return this.#engine ??= machineOf(this.#set, first); }
        _transform(chunk, encoding, done) {
          const bytes = bytesOf(chunk, 'chunk');
          if (bytes.length === 0) { done(); return; }
          const engine = this.#ready(bytes[0]);
          this.#send(engine.push(bytes), (error) => { this.bytesWritten = engine.taken; done(error); });
        }
        _flush(done) {
          const engine = this.#ready(0);
          // An empty stream is read as an empty text.
          if (this.#set.direction === 'decompress' && (!this.#set.finishes || engine.taken === 0)) { done(); return; }
          this.#send(engine.finish(), done);
        }
        flush(kindOfFlush, done) {
          if (typeof kindOfFlush === 'function') [kindOfFlush, done] = [undefined, kindOfFlush];
          const brotli = this.#set.format === 'brotli';
          const empty = new Uint8Array(0);
          const run = () => this.#send(this.#ready(0).run(empty, brotli ? 2 : kindOfFlush ?? 3), (error) => { if (error) this.destroy(error); else done?.(); });
          if (this.writableLength === 0) run(); else this.write(empty, run);
        }
        close(done) {
          if (typeof done === 'function') this.once('close', () => { done(); });
          this.destroy();
        }
        params(level, strategy, done) { throw errors.unsupported('params() of a zlib stream', 'make a new stream with the level wanted'); }
        reset() {
          this.#engine = undefined;
          this.#size = 0;
        }
      },
    }[kind];
  }
  for (const kind of Object.keys(kinds)) {
    // Stands for the class until somebody makes one: importing this module makes no streams.
    zlib[kind] = { [kind]: function (options) { return new (streams()[kind])(options); } }[kind];
    Object.defineProperty(zlib[kind], Symbol.hasInstance, { value: (value) => classes !== undefined && value instanceof classes[kind] });
    const create = `create${kind}`;
    zlib[create] = { [create](options) { return new (streams()[kind])(options); } }[create];
  }
  for (const kind of ['ZstdCompress', 'ZstdDecompress']) {
    const name = kind[0].toLowerCase() + kind.slice(1);
    for (const each of [name, `${name}Sync`, `create${kind}`]) zlib[each] = { [each]() { throw errors.unsupported(`zlib.${each}`, ZSTD); } }[each];
  }
  zlib.crc32 = function crc32(data, value = 0) {
    if (typeof value !== 'number') throw errors.type('value', 'of type number', value);
    if (!Number.isInteger(value) || value < 0 || value > 4294967295) throw errors.range('value', '>= 0 && <= 4294967295', value);
    if (typeof data !== 'string' && !ArrayBuffer.isView(data)) throw errors.type('data', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
    return native.crc32(bytesOf(data), value);
  };
  return Object.assign(zlib, { constants, codes });
})
