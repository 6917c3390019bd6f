// Readable of node:stream: what is pushed waits until it is read, by whom asks for it or by flowing.
(function (native, internal) {
  'use strict';
  const EventEmitter = internal.nodeModule('node:events');
  const { codes, AbortError } = internal.part('node_codes');
  const { Stream } = internal.part('node_stream_base');
  const { Queue, tick, highWaterMark, life, destroy, fail, undestroy, construct, define, inherit, destroyAny } = internal.part('node_stream_state');

  function ReadableState(options, isDuplex) {
    const { encoding } = options ?? {};
    options ??= {};
    const objectMode = Boolean(options.objectMode || (isDuplex && options.readableObjectMode));
    Object.assign(this, {
      objectMode, highWaterMark: highWaterMark(options, 'readableHighWaterMark', objectMode, isDuplex), buffer: new Queue(), length: 0,
      pipes: [], awaitDrainWriters: null, flowing: null, paused: false, ended: false, endEmitted: false, reading: false, readable: true,
      needReadable: false, emittedReadable: false, readableListening: false, resumeScheduled: false, readingMore: false, dataEmitted: false,
      ...life(options), defaultEncoding: options.defaultEncoding || 'utf8', decoder: null, encoding: null,
    });
    if (encoding) setEncoding(this, encoding);
  }
  function setEncoding(state, encoding) {
    const { StringDecoder } = internal.nodeModule('node:string_decoder');
    state.decoder = new StringDecoder(encoding);
    state.encoding = state.decoder.encoding;
  }
  function Readable(options) {
    if (!(this instanceof Readable)) return new Readable(options);
    setUp(this, options, false);
    Stream.call(this, options);
    if (options?.signal) internal.part('node_stream_pipeline').addAbortSignal(options.signal, this);
    construct(this, () => { if (this._readableState.needReadable) prefetch(this, this._readableState); });
  }
  // What is given in place of a method of a class.
  function setUp(stream, options, isDuplex) {
    stream._readableState = new ReadableState(options, isDuplex);
    if (!options) return;
    if (typeof options.read === 'function') stream._read = options.read;
    if (typeof options.destroy === 'function') stream._destroy = options.destroy;
    if (typeof options.construct === 'function') stream._construct = options.construct;
  }
  inherit(Readable, Stream);

  // Gives what was pushed to whom listens, or keeps it.
  function add(stream, state, chunk, front) {
    if (state.flowing && state.length === 0 && !state.sync && stream.listenerCount('data') > 0) {
      state.awaitDrainWriters = null;
      state.dataEmitted = true;
      stream.emit('data', chunk);
    } else {
      state.length += state.objectMode ? 1 : chunk.length;
      if (front) state.buffer.unshift(chunk);
      else state.buffer.push(chunk);
      if (state.needReadable) announce(stream, state);
    }
    prefetch(stream, state);
  }
  // The chunk as it is kept: bytes, or text once an encoding is set. Undefined for what cannot be one.
  function kept(state, chunk, encoding, front) {
    if (typeof chunk === 'string') {
      const from = encoding || state.defaultEncoding;
      if (from === state.encoding) return { chunk, decoded: true };
      const bytes = Buffer.from(chunk, from);
      return front && state.encoding ? { chunk: bytes.toString(state.encoding), decoded: true } : { chunk: bytes };
    }
    if (chunk instanceof Buffer) return { chunk };
    if (ArrayBuffer.isView(chunk)) return { chunk: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) };
    return undefined;
  }
  function push(stream, chunk, encoding, front) {
    const state = stream._readableState;
    if (chunk === null) {
      state.reading = false;
      atEnd(stream, state);
      return false;
    }
    let decoded = state.objectMode;
    if (!state.objectMode && chunk !== undefined) {
      const made = kept(state, chunk, encoding, front);
      if (made === undefined) {
        fail(stream, new codes.ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk));
        return false;
      }
      ({ chunk, decoded } = made);
    }
    const isEmpty = !state.objectMode && !(chunk?.length > 0);
    if (front) {
      if (isEmpty) return wants(state);
      if (state.endEmitted) { fail(stream, new codes.ERR_STREAM_UNSHIFT_AFTER_END_EVENT()); return false; }
      if (state.destroyed || state.errored) return false;
      add(stream, state, chunk, true);
      return wants(state);
    }
    if (!isEmpty && state.ended) { fail(stream, new codes.ERR_STREAM_PUSH_AFTER_EOF()); return false; }
    if (!isEmpty && (state.destroyed || state.errored)) return false;
    state.reading = false;
    if (!isEmpty && state.decoder !== null && (!decoded || state.objectMode) && typeof chunk !== 'string') chunk = state.decoder.write(chunk);
    if (isEmpty || (!state.objectMode && chunk.length === 0)) prefetch(stream, state);
    else add(stream, state, chunk, false);
    return wants(state);
  }
  const wants = (state) => !state.ended && (state.length < state.highWaterMark || state.length === 0);
  function atEnd(stream, state) {
    if (state.ended) return;
    const rest = state.decoder?.end();
    if (rest) {
      state.buffer.push(rest);
      state.length += state.objectMode ? 1 : rest.length;
    }
    state.ended = true;
    if (state.sync) { announce(stream, state); return; }
    state.needReadable = false;
    state.emittedReadable = true;
    tellReadable(stream, state);
  }

  // 'readable' is told in the next tick, once for all that came until then; what flows goes on.
  function announce(stream, state) {
    state.needReadable = false;
    if (state.emittedReadable) return;
    state.emittedReadable = true;
    tick(tellReadable, stream, state);
  }
  function tellReadable(stream, state) {
    if (!state.destroyed && !state.errored && (state.length > 0 || state.ended)) {
      stream.emit('readable');
      state.emittedReadable = false;
    }
    state.needReadable = !state.flowing && !state.ended && state.length <= state.highWaterMark;
    flow(stream);
  }
  // Reads ahead until enough waits.
  function prefetch(stream, state) {
    if (state.readingMore || !state.constructed) return;
    state.readingMore = true;
    tick(() => {
      for (let before = -1; before !== state.length;) {
        if (state.reading || state.ended || (state.length >= state.highWaterMark && !(state.flowing && state.length === 0))) break;
        before = state.length;
        stream.read(0);
      }
      state.readingMore = false;
    });
  }
  function flow(stream) {
    while (stream._readableState.flowing && stream.read() !== null);
  }
  function end(stream, state) {
    if (state.endEmitted) return;
    state.ended = true;
    tick(() => {
      if (state.errored || state.closeEmitted || state.endEmitted || state.length > 0) return;
      state.endEmitted = true;
      stream.emit('end');
      const other = stream._writableState;
      if (stream.writable && stream.allowHalfOpen === false) {
        tick(() => { if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end(); });
      } else if (state.autoDestroy && (!other || (other.autoDestroy && (other.finished || other.writable === false)))) stream.destroy();
    });
  }
  // How much of what waits a read of `size` gives: all or nothing, unless it is the last.
  function available(state, size) {
    if (size <= 0 || (state.length === 0 && state.ended)) return 0;
    if (state.objectMode) return 1;
    if (Number.isNaN(size)) return state.flowing && state.length > 0 ? state.buffer.first().length : state.length;
    if (size <= state.length) return size;
    return state.ended ? state.length : 0;
  }
  function take(state, size) {
    const { buffer } = state;
    if (state.length === 0) return null;
    if (state.objectMode) return buffer.shift();
    const parts = [];
    let left = size;
    while (left > 0) {
      const first = buffer.first();
      if (first.length > left) {
        parts.push(first.slice(0, left));
        buffer.replaceFirst(first.slice(left));
        left = 0;
      } else {
        parts.push(buffer.shift());
        left -= first.length;
      }
    }
    if (parts.length === 1) return parts[0];
    return state.decoder ? parts.join('') : Buffer.concat(parts, size);
  }
  // Asks the source for more, if it is wanted and nothing was asked yet.
  function ask(stream, state) {
    state.reading = true;
    state.sync = true;
    if (state.length === 0) state.needReadable = true;
    try { stream._read(state.highWaterMark); } catch (error) { fail(stream, error); }
    state.sync = false;
  }

  define(Readable.prototype, {
    constructor: Readable, destroy, _undestroy: undestroy,
    _destroy(error, callback) { callback(error); },
    _read() { throw new codes.ERR_METHOD_NOT_IMPLEMENTED('_read()'); },
    [EventEmitter.captureRejectionSymbol](error) { this.destroy(error); },
    push(chunk, encoding) { return push(this, chunk, encoding, false); },
    unshift(chunk, encoding) { return push(this, chunk, encoding, true); },
    isPaused() { return this._readableState.paused === true || this._readableState.flowing === false; },
    setEncoding(encoding) {
      const state = this._readableState;
      setEncoding(state, encoding);
      const text = state.buffer.clear().map((chunk) => (typeof chunk === 'string' ? chunk : state.decoder.write(chunk))).join('');
      if (text !== '') state.buffer.push(text);
      state.length = text.length;
      return this;
    },
    read(size) {
      const state = this._readableState;
      const asked = size === undefined ? NaN : Number.parseInt(size, 10);
      if (asked > state.highWaterMark) state.highWaterMark = asked > 2 ** 30 ? refuse(asked) : 2 ** Math.ceil(Math.log2(asked));
      if (asked !== 0) state.emittedReadable = false;
      // Asked to look only: somebody waits to hear what is there already.
      if (asked === 0 && state.needReadable && ((state.highWaterMark === 0 ? state.length > 0 : state.length >= state.highWaterMark) || state.ended)) {
        if (state.length === 0 && state.ended) end(this, state);
        else announce(this, state);
        return null;
      }
      let count = available(state, asked);
      if (count === 0 && state.ended) {
        if (state.length === 0) end(this, state);
        return null;
      }
      const low = state.needReadable || state.length === 0 || state.length - count < state.highWaterMark;
      if (low && !state.ended && !state.reading && !state.destroyed && !state.errored && state.constructed) {
        ask(this, state);
        if (!state.reading) count = available(state, asked);
      }
      const result = count > 0 ? take(state, count) : null;
      if (result === null) {
        state.needReadable = state.length <= state.highWaterMark;
        count = 0;
      } else {
        state.length -= state.objectMode ? 1 : count;
        state.awaitDrainWriters = null;
      }
      if (state.length === 0) {
        if (!state.ended) state.needReadable = true;
        else if (!Object.is(asked, count)) end(this, state);
      }
      if (result !== null && !state.errored && !state.closeEmitted) {
        state.dataEmitted = true;
        this.emit('data', result);
      }
      return result;
    },
    pause() {
      const state = this._readableState;
      if (state.flowing !== false) {
        state.flowing = false;
        this.emit('pause');
      }
      state.paused = true;
      return this;
    },
    resume() {
      const state = this._readableState;
      if (!state.flowing) {
        state.flowing = !state.readableListening;
        resumeLater(this, state);
      }
      state.paused = false;
      return this;
    },
    on(name, listener) {
      const result = Stream.prototype.on.call(this, name, listener);
      const state = this._readableState;
      if (name === 'data') {
        state.readableListening = this.listenerCount('readable') > 0;
        if (state.flowing !== false) this.resume();
      } else if (name === 'readable' && !state.endEmitted && !state.readableListening) {
        Object.assign(state, { readableListening: true, needReadable: true, flowing: false, emittedReadable: false });
        if (state.length > 0) announce(this, state);
        else if (!state.reading) tick(() => { this.read(0); });
      }
      return result;
    },
    removeListener(name, listener) {
      const result = Stream.prototype.removeListener.call(this, name, listener);
      if (name === 'readable') tick(listening, this);
      else if (name === 'data' && this.listenerCount('data') === 0) unflow(this);
      return result;
    },
    removeAllListeners(...names) {
      const result = Stream.prototype.removeAllListeners.apply(this, names);
      if (names.length === 0 || names[0] === undefined || names[0] === 'readable') tick(listening, this);
      return result;
    },
    [Symbol.asyncIterator]() { return iterate(this); },
    iterator(options) {
      if (options !== undefined) internal.part('node_codes').validateObject(options, 'options');
      return iterate(this, options);
    },
    async [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
      const error = this.destroyed ? null : this.readableEnded ? null : new AbortError();
      if (error !== null) this.destroy(error);
      await new Promise((resolve, reject) => { internal.part('node_stream_pipeline').finished(this, (failed) => { if (failed && failed !== error) reject(failed); else resolve(); }); });
    },
    // A stream of the first kind, which only tells 'data', 'end' and 'error'.
    wrap(old) {
      let paused = false;
      old.on('data', (chunk) => { if (!this.push(chunk) && old.pause) { paused = true; old.pause(); } });
      old.on('end', () => { this.push(null); });
      old.on('error', (error) => { fail(this, error); });
      old.on('close', () => { this.destroy(); });
      old.on('destroy', () => { this.destroy(); });
      this._read = () => { if (paused && old.resume) { paused = false; old.resume(); } };
      for (const key of Object.keys(old)) if (this[key] === undefined && typeof old[key] === 'function') this[key] = old[key].bind(old);
      return this;
    },
    get readable() {
      const state = this._readableState;
      return Boolean(state) && state.readable !== false && !state.destroyed && !state.errorEmitted && !state.endEmitted;
    },
    set readable(value) { if (this._readableState) this._readableState.readable = Boolean(value); },
    get readableDidRead() { return this._readableState.dataEmitted; },
    get readableAborted() { const state = this._readableState; return state.readable !== false && (state.destroyed || Boolean(state.errored)) && !state.endEmitted; },
    get readableHighWaterMark() { return this._readableState.highWaterMark; },
    get readableBuffer() { return this._readableState.buffer; },
    get readableFlowing() { return this._readableState.flowing; },
    set readableFlowing(value) { if (this._readableState) this._readableState.flowing = value; },
    get readableLength() { return this._readableState.length; },
    get readableObjectMode() { return this._readableState?.objectMode ?? false; },
    get readableEncoding() { return this._readableState?.encoding ?? null; },
    get readableEnded() { return this._readableState?.endEmitted ?? false; },
    get errored() { return this._readableState?.errored ?? null; },
    get closed() { return this._readableState?.closed ?? false; },
    get destroyed() { return this._readableState?.destroyed ?? false; },
    set destroyed(value) { if (this._readableState) this._readableState.destroyed = value; },
  });
  for (const [name, same] of [['addListener', 'on'], ['off', 'removeListener']]) define(Readable.prototype, { [name]: Readable.prototype[same] });
  const refuse = (size) => { throw new codes.ERR_OUT_OF_RANGE('size', '<= 1GiB', size); };

  // Who listens for 'readable' reads himself; when nobody does, 'data' flows again.
  function listening(stream) {
    const state = stream._readableState;
    state.readableListening = stream.listenerCount('readable') > 0;
    if (state.resumeScheduled && !state.paused) state.flowing = true;
    else if (stream.listenerCount('data') > 0) stream.resume();
    else if (!state.readableListening) state.flowing = null;
  }
  function unflow(stream) { if (stream._readableState.readableListening) tick(listening, stream); }
  function resumeLater(stream, state) {
    if (state.resumeScheduled) return;
    state.resumeScheduled = true;
    tick(() => {
      if (!state.reading) stream.read(0);
      state.resumeScheduled = false;
      stream.emit('resume');
      flow(stream);
      if (state.flowing && !state.reading) stream.read(0);
    });
  }

  // for await: reads whenever there is something; leaving the loop destroys the stream.
  async function* iterate(stream, options) {
    let wake = () => {};
    const onReadable = () => { wake(); };
    stream.on('readable', onReadable);
    let error;
    const release = internal.part('node_stream_pipeline').finished(stream, { writable: false }, (failed) => {
      error = failed ?? null;
      wake();
    });
    try {
      for (;;) {
        const chunk = stream.destroyed ? null : stream.read();
        if (chunk !== null) yield chunk;
        else if (error) throw error;
        else if (error === null) return;
        else await new Promise((resolve) => { wake = resolve; });
      }
    } catch (failed) {
      error ??= failed;
      throw failed;
    } finally {
      if ((error || options?.destroyOnReturn !== false) && (error === undefined || stream._readableState?.autoDestroy)) {
        // The error of having stopped early is heard by what waits for the end here, and is nobody else's.
        destroyAny(stream, error || undefined);
      } else {
        release();
        stream.off('readable', onReadable);
      }
    }
  }

  // A stream of what `source` gives, one by one.
  function from(source, options, Class = Readable) {
    if (typeof source === 'string' || source instanceof Buffer) {
      let given = false;
      return new Class({ objectMode: true, ...options, read() { if (given) this.push(null); else { given = true; this.push(source); this.push(null); } } });
    }
    const make = source?.[Symbol.asyncIterator] ?? source?.[Symbol.iterator];
    if (typeof make !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('iterable', ['Iterable'], source);
    const iterator = make.call(source);
    const isAsync = Boolean(source[Symbol.asyncIterator]);
    let busy = false;
    async function pull(stream) {
      try {
        for (;;) {
          const { value, done } = isAsync ? await iterator.next() : iterator.next();
          if (done) { stream.push(null); return; }
          const chunk = value && typeof value.then === 'function' ? await value : value;
          if (chunk === null) throw new codes.ERR_STREAM_NULL_VALUES();
          if (!stream.push(chunk)) { busy = false; return; }
        }
      } catch (error) {
        // What was given before is read first.
        if (isAsync) stream.destroy(error);
        else tick(() => { stream.destroy(error); });
      }
    }
    async function leave(error) {
      if (error && typeof iterator.throw === 'function') {
        const { value, done } = await iterator.throw(error);
        await value;
        if (done) return;
      }
      if (typeof iterator.return === 'function') await (await iterator.return()).value;
    }
    return new Class({
      objectMode: true, highWaterMark: 1, ...options,
      read() { if (!busy) { busy = true; pull(this); } },
      destroy(error, callback) { leave(error).then(() => { tick(callback, error); }, (failed) => { tick(callback, failed || error); }); },
    });
  }
  const adapters = () => internal.part('node_stream_web');
  Object.assign(Readable, {
    ReadableState, from: (source, options) => from(source, options),
    fromWeb: (stream, options) => adapters().newStreamReadableFromReadableStream(stream, options),
    toWeb: (stream, options) => adapters().newReadableStreamFromStreamReadable(stream, options),
    wrap: (source, options) => new Readable({ objectMode: source.readableObjectMode ?? source.objectMode ?? true, ...options, destroy(error, callback) { destroyAny(source, error); callback(error); } }).wrap(source),
  });
  return { Readable, setUp, prefetch, from };
})
