// Duplex, Transform and PassThrough of node:stream: streams with both sides.
(function (native, internal) {
  'use strict';
  const { codes } = internal.part('node_codes');
  const { Stream } = internal.part('node_stream_base');
  const state = internal.part('node_stream_state');
  const { tick, construct, define, inherit, isReadableNode, isWritableNode, destroyAny } = state;
  const readableSide = internal.part('node_stream_readable');
  const writableSide = internal.part('node_stream_writable');
  const { Readable } = readableSide;
  const { Writable } = writableSide;

  function Duplex(options) {
    if (!(this instanceof Duplex)) return new Duplex(options);
    readableSide.setUp(this, options, true);
    writableSide.setUp(this, options, true);
    this.allowHalfOpen = options?.allowHalfOpen !== false;
    if (options?.readable === false) Object.assign(this._readableState, { readable: false, ended: true, endEmitted: true });
    if (options?.writable === false) Object.assign(this._writableState, { writable: false, ending: true, ended: true, finished: true });
    Stream.call(this, options);
    if (options?.signal) internal.part('node_stream_pipeline').addAbortSignal(options.signal, this);
    construct(this, () => {
      if (this._readableState.needReadable) readableSide.prefetch(this, this._readableState);
      writableSide.ready(this);
    });
  }
  inherit(Duplex, Readable);
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Writable.prototype))) {
    if (key === 'destroy' || (key !== 'pipe' && !Object.hasOwn(Readable.prototype, key))) Object.defineProperty(Duplex.prototype, key, descriptor);
  }
  define(Duplex.prototype, {
    constructor: Duplex,
    get destroyed() { return Boolean(this._readableState?.destroyed && this._writableState?.destroyed); },
    set destroyed(value) { if (this._readableState && this._writableState) this._readableState.destroyed = this._writableState.destroyed = value; },
  });

  // What a chunk becomes is read before the next one is taken.
  function Transform(options) {
    if (!(this instanceof Transform)) return new Transform(options);
    Duplex.call(this, options?.readableHighWaterMark === 0 ? { ...options, highWaterMark: null, writableHighWaterMark: options.writableHighWaterMark || 0 } : options);
    this._readableState.sync = false;
    this.resumeTransform = null;
    Object.defineProperty(this, 'resumeTransform', { enumerable: false });
    if (typeof options?.transform === 'function') this._transform = options.transform;
    if (typeof options?.flush === 'function') this._flush = options.flush;
    // Who has a _final of its own is flushed after it.
    this.on('prefinish', () => {
      if (this._final !== Transform.prototype._final) Transform.prototype._final.call(this, (error) => { if (error) this.destroy(error); });
    });
  }
  inherit(Transform, Duplex);
  define(Transform.prototype, {
    constructor: Transform,
    _transform() { throw new codes.ERR_METHOD_NOT_IMPLEMENTED('_transform()'); },
    _write(chunk, encoding, callback) {
      const reading = this._readableState;
      const before = reading.length;
      this._transform(chunk, encoding, (error, value) => {
        if (error) { callback(error); return; }
        if (value !== null && value !== undefined) this.push(value);
        if (this._writableState.ended || reading.length === before || reading.length < reading.highWaterMark) callback();
        else this.resumeTransform = callback;
      });
    },
    _read() {
      const { resumeTransform } = this;
      this.resumeTransform = null;
      resumeTransform?.();
    },
    _final(callback) {
      const end = (error, value) => {
        if (error) { callback(error); return; }
        if (value !== null && value !== undefined) this.push(value);
        this.push(null);
        callback();
      };
      if (typeof this._flush === 'function' && !this.destroyed) this._flush(end);
      else end();
    },
  });

  function PassThrough(options) {
    if (!(this instanceof PassThrough)) return new PassThrough(options);
    Transform.call(this, options);
  }
  inherit(PassThrough, Transform);
  define(PassThrough.prototype, { constructor: PassThrough, _transform(chunk, encoding, callback) { callback(null, chunk); } });

  // One stream of two: what is written goes to `first`, what is read comes from `last`.
  function joined(first, last, options) {
    const writable = isWritableNode(first) && state.isWritable(first) !== false;
    const readable = isReadableNode(last) && state.isReadable(last) !== false;
    let waiting = null;
    const stream = new Duplex({
      readableObjectMode: Boolean(last?.readableObjectMode ?? true), writableObjectMode: Boolean(first?.writableObjectMode ?? true), ...options, readable, writable,
      write(chunk, encoding, callback) {
        if (first.write(chunk, encoding)) callback();
        else waiting = callback;
      },
      final(callback) {
        first.end();
        if (first.writableFinished) callback();
        else first.once('finish', () => { callback(); });
      },
      read() {
        for (let chunk; (chunk = last.read()) !== null;) if (!this.push(chunk)) return;
        last.once('readable', () => { this._read(); });
      },
      destroy(error, callback) {
        for (const each of new Set([first, last])) if (each !== undefined) destroyAny(each, error ?? undefined);
        callback(error);
      },
    });
    const { finished } = internal.part('node_stream_pipeline');
    if (writable) first.on('drain', () => { const callback = waiting; waiting = null; callback?.(); });
    if (readable) last.on('end', () => { stream.push(null); });
    for (const each of new Set([writable ? first : undefined, readable ? last : undefined])) {
      if (each !== undefined) finished(each, { writable: each === first && writable, readable: each === last && readable }, (error) => { if (error) stream.destroy(error); });
    }
    return stream;
  }
  // A function takes what is written as an async iterable, and gives such, or a promise when it only takes.
  function ofFunction(work) {
    const chunks = [];
    let wake = () => {};
    let callback = () => {};
    let ended = false;
    const abort = new AbortController();
    async function* source() {
      for (;;) {
        while (chunks.length > 0) {
          const { chunk, done } = chunks.shift();
          yield chunk;
          tick(done);
        }
        if (ended) { tick(callback); return; }
        await new Promise((resolve) => { wake = resolve; });
      }
    }
    const value = work(source(), { signal: abort.signal });
    const taking = {
      objectMode: true,
      write(chunk, encoding, done) { chunks.push({ chunk, done }); wake(); },
      final(done) { ended = true; callback = done; wake(); },
      destroy(error, done) { abort.abort(); done(error); },
    };
    if (typeof value?.[Symbol.asyncIterator] === 'function' || typeof value?.[Symbol.iterator] === 'function') return readableSide.from(value, taking, class extends Duplex {
      constructor(options) { super({ ...options, write: taking.write, final: taking.final, destroy(error, done) { abort.abort(); options.destroy.call(this, error, done); } }); }
    });
    if (typeof value?.then !== 'function') throw new codes.ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or AsyncFunction', 'body', value);
    const stream = new Duplex({ ...taking, readable: false });
    value.then((result) => { if (result !== undefined && result !== null) stream.destroy(new codes.ERR_INVALID_RETURN_VALUE('nully', 'body', result)); else if (!ended) stream.destroy(); }, (error) => { stream.destroy(error); });
    return stream;
  }
  const wrongBody = (body) => new codes.ERR_INVALID_ARG_TYPE('body', ['Blob', 'ReadableStream', 'WritableStream', 'Stream', 'Iterable', 'AsyncIterable', 'Function', '{ readable, writable } pair', 'Promise'], body);
  Duplex.from = function (body) {
    if (body instanceof Duplex) return body;
    if (typeof body === 'function') return ofFunction(body);
    if (body instanceof ReadableStream) return joined(undefined, Readable.fromWeb(body));
    if (body instanceof WritableStream) return joined(Writable.fromWeb(body), undefined);
    if (body instanceof Blob) return Duplex.from(body.arrayBuffer());
    if (isReadableNode(body) || isWritableNode(body)) return joined(isWritableNode(body) ? body : undefined, isReadableNode(body) ? body : undefined);
    if (typeof body === 'string' || typeof body?.[Symbol.asyncIterator] === 'function' || typeof body?.[Symbol.iterator] === 'function') {
      return readableSide.from(body, { writable: false }, Duplex);
    }
    const parts = { readable: body?.readable, writable: body?.writable };
    if (typeof parts.readable === 'object' || typeof parts.writable === 'object') {
      const readable = parts.readable instanceof ReadableStream ? Readable.fromWeb(parts.readable) : parts.readable;
      const writable = parts.writable instanceof WritableStream ? Writable.fromWeb(parts.writable) : parts.writable;
      return joined(writable, readable);
    }
    if (typeof body?.then === 'function') return readableSide.from((async function* () { const value = await body; if (value !== undefined && value !== null) yield value; })(), { writable: false }, Duplex);
    throw wrongBody(body);
  };
  Duplex.fromWeb = (pair, options) => internal.part('node_stream_web').newStreamDuplexFromReadableWritablePair(pair, options);
  Duplex.toWeb = (duplex) => internal.part('node_stream_web').newReadableWritablePairFromDuplex(duplex);

  // Two that are connected: what is written to one is read from the other.
  function duplexPair(options) {
    const made = [];
    const make = (at) => {
      let waiting = null;
      made[at] = new Duplex({
        ...options,
        read() { const callback = waiting; waiting = null; callback?.(); },
        write(chunk, encoding, callback) { if (chunk.length === 0) tick(callback); else { made[1 - at].push(chunk); made[1 - at].onTaken(callback); } },
        final(callback) { made[1 - at].on('end', callback); made[1 - at].push(null); },
      });
      Object.defineProperty(made[at], 'onTaken', { value: (callback) => { waiting = callback; } });
    };
    make(0);
    make(1);
    return made;
  }
  return { Duplex, Transform, PassThrough, joined, duplexPair, wrongBody };
})
