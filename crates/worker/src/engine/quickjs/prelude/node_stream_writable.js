// Writable of node:stream: one write goes to the sink at a time, what comes meanwhile waits.
(function (native, internal) {
  'use strict';
  const EventEmitter = internal.nodeModule('node:events');
  const { codes } = internal.part('node_codes');
  const { Stream } = internal.part('node_stream_base');
  const { Queue, tick, highWaterMark, life, destroy, fail, undestroy, construct, define, inherit, markError } = internal.part('node_stream_state');

  const none = () => {};

  function WritableState(options, isDuplex) {
    options ??= {};
    const objectMode = Boolean(options.objectMode || (isDuplex && options.writableObjectMode));
    Object.assign(this, {
      objectMode, highWaterMark: highWaterMark(options, 'writableHighWaterMark', objectMode, isDuplex), buffered: new Queue(), length: 0,
      writable: true, needDrain: false, ending: false, ended: false, finalCalled: false, prefinished: false, finished: false,
      corked: 0, writing: undefined, draining: false, pendingcb: 0, told: undefined, onFinish: [],
      ...life(options), decodeStrings: options.decodeStrings !== false, defaultEncoding: options.defaultEncoding || 'utf8',
    });
    if (!Buffer.isEncoding(this.defaultEncoding) && this.defaultEncoding !== 'buffer') throw new codes.ERR_UNKNOWN_ENCODING(options.defaultEncoding);
  }
  WritableState.prototype.getBuffer = function () { return [...this.buffered]; };
  function Writable(options) {
    if (!(this instanceof Writable)) return new Writable(options);
    setUp(this, options, false);
    Stream.call(this, options);
    if (options?.signal) internal.part('node_stream_pipeline').addAbortSignal(options.signal, this);
    construct(this, () => { ready(this); });
  }
  function setUp(stream, options, isDuplex) {
    stream._writableState = new WritableState(options, isDuplex);
    if (!options) return;
    for (const name of ['write', 'writev', 'destroy', 'final', 'construct']) if (typeof options[name] === 'function') stream[`_${name}`] = options[name];
  }
  // What waited for the stream to be constructed.
  function ready(stream) {
    const state = stream._writableState;
    if (!state.writing) drainQueue(stream, state);
    finishIfDone(stream, state);
  }
  inherit(Writable, Stream);
  // A Duplex is a Writable too, though it does not descend from it.
  Object.defineProperty(Writable, Symbol.hasInstance, {
    value(value) { return Function.prototype[Symbol.hasInstance].call(this, value) || (this === Writable && value?._writableState instanceof WritableState); },
  });

  function write(stream, chunk, encoding, callback) {
    const state = stream._writableState;
    if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding];
    encoding = encoding || state.defaultEncoding;
    if (encoding !== 'buffer' && !Buffer.isEncoding(encoding)) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
    if (typeof callback !== 'function') callback = none;
    if (chunk === null) throw new codes.ERR_STREAM_NULL_VALUES();
    if (!state.objectMode) {
      if (typeof chunk === 'string') {
        if (state.decodeStrings) [chunk, encoding] = [Buffer.from(chunk, encoding), 'buffer'];
      } else if (chunk instanceof Buffer) encoding = 'buffer';
      else if (ArrayBuffer.isView(chunk)) [chunk, encoding] = [Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), 'buffer'];
      else throw new codes.ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk);
    }
    const refused = state.ending ? new codes.ERR_STREAM_WRITE_AFTER_END() : state.destroyed ? new codes.ERR_STREAM_DESTROYED('write') : undefined;
    if (refused !== undefined) {
      tick(callback, refused);
      fail(stream, refused, true);
      return refused;
    }
    const size = state.objectMode ? 1 : chunk.length;
    state.pendingcb++;
    state.length += size;
    const entry = { chunk, encoding, callback, size };
    if (state.writing || state.corked > 0 || state.errored || !state.constructed) state.buffered.push(entry);
    else hand(stream, state, [entry], false);
    // What a sink took at once counts no more.
    const isBelow = state.length < state.highWaterMark || state.length === 0;
    if (!isBelow) state.needDrain = true;
    return isBelow && !state.errored && !state.destroyed;
  }
  // Gives the sink entries: one, or all that wait if it takes many.
  function hand(stream, state, entries, many) {
    const current = { entries, size: entries.reduce((sum, entry) => sum + entry.size, 0) };
    const done = (error) => {
      if (state.writing !== current) { fail(stream, new codes.ERR_MULTIPLE_CALLBACK()); return; }
      written(stream, state, current, error);
    };
    state.writing = current;
    state.sync = true;
    if (state.destroyed) done(new codes.ERR_STREAM_DESTROYED('write'));
    else if (many) stream._writev(Object.assign(entries.map(({ chunk, encoding, callback }) => ({ chunk, encoding, callback })), { allBuffers: entries.every(({ encoding }) => encoding === 'buffer') }), done);
    else stream._write(entries[0].chunk, entries[0].encoding, done);
    state.sync = false;
  }
  function written(stream, state, current, error) {
    const { sync } = state;
    state.writing = undefined;
    state.length -= current.size;
    if (error) {
      markError(stream, error);
      const tell = () => {
        state.pendingcb -= current.entries.length;
        for (const entry of current.entries) entry.callback(error);
        giveUp(state);
        fail(stream, error);
      };
      if (sync) tick(tell);
      else tell();
      return;
    }
    if (state.buffered.length > 0) drainQueue(stream, state);
    if (!sync) { told(stream, state, current.entries); return; }
    // Writes that are done at once and whom nobody waits for are told together in the next tick.
    if (state.told !== undefined && current.entries.every((entry) => entry.callback === none && state.told[0].callback === none)) { state.told.push(...current.entries); return; }
    const together = state.told = [...current.entries];
    tick(() => {
      if (state.told === together) state.told = undefined;
      told(stream, state, together);
    });
  }
  function told(stream, state, entries) {
    if (!state.ending && !state.destroyed && state.length === 0 && state.needDrain) {
      state.needDrain = false;
      stream.emit('drain');
    }
    for (const entry of entries) {
      state.pendingcb--;
      entry.callback(null);
    }
    if (state.destroyed) giveUp(state);
    finishIfDone(stream, state);
  }
  function drainQueue(stream, state) {
    if (state.corked > 0 || state.draining || state.destroyed || !state.constructed) return;
    state.draining = true;
    const { buffered } = state;
    if (buffered.length > 1 && stream._writev) hand(stream, state, buffered.clear(), true);
    else while (buffered.length > 0 && !state.writing && !state.destroyed) hand(stream, state, [buffered.shift()], false);
    state.draining = false;
  }
  // What is not written any more hears why.
  function giveUp(state) {
    if (state.writing) return;
    for (const entry of state.buffered.clear()) {
      state.length -= entry.size;
      state.pendingcb--;
      entry.callback(state.errored ?? new codes.ERR_STREAM_DESTROYED('write'));
    }
    tellFinish(state, state.errored ?? new codes.ERR_STREAM_DESTROYED('end'));
  }
  function tellFinish(state, error) {
    for (const callback of state.onFinish.splice(0)) callback(error);
  }

  const isDone = (state) => state.ending && state.constructed && !state.destroyed && !state.finished && !state.writing && state.length === 0
    && !state.errored && !state.errorEmitted && !state.closeEmitted;
  function finishIfDone(stream, state, sync = false) {
    if (!isDone(state)) return;
    if (!state.prefinished && !state.finalCalled) {
      state.finalCalled = true;
      if (typeof stream._final === 'function') final(stream, state);
      else {
        state.prefinished = true;
        stream.emit('prefinish');
      }
    }
    if (state.pendingcb > 0) return;
    if (sync) {
      state.pendingcb++;
      tick(() => {
        state.pendingcb--;
        if (isDone(state)) finish(stream, state);
      });
    } else if (isDone(state)) finish(stream, state);
  }
  function final(stream, state) {
    let called = false;
    state.pendingcb++;
    const done = (error) => {
      if (called) { fail(stream, error ?? new codes.ERR_MULTIPLE_CALLBACK()); return; }
      called = true;
      state.pendingcb--;
      if (error) {
        tellFinish(state, error);
        fail(stream, error, state.sync);
      } else if (isDone(state)) {
        state.prefinished = true;
        stream.emit('prefinish');
        state.pendingcb++;
        tick(() => { state.pendingcb--; finish(stream, state); });
      }
    };
    state.sync = true;
    try { stream._final(done); } catch (error) { done(error); }
    state.sync = false;
  }
  function finish(stream, state) {
    if (state.finished || state.errored || state.destroyed) return;
    state.finished = true;
    tellFinish(state, null);
    stream.emit('finish');
    const other = stream._readableState;
    if (state.autoDestroy && (!other || (other.autoDestroy && (other.endEmitted || other.readable === false)))) stream.destroy();
  }

  define(Writable.prototype, {
    constructor: Writable, _undestroy: undestroy,
    pipe() { fail(this, new codes.ERR_STREAM_CANNOT_PIPE()); },
    write(chunk, encoding, callback) { return write(this, chunk, encoding, callback) === true; },
    cork() { this._writableState.corked++; },
    uncork() {
      const state = this._writableState;
      if (state.corked === 0) return;
      state.corked--;
      if (!state.writing) drainQueue(this, state);
    },
    setDefaultEncoding(encoding) {
      if (typeof encoding === 'string') encoding = encoding.toLowerCase();
      if (!Buffer.isEncoding(encoding)) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
      this._writableState.defaultEncoding = encoding;
      return this;
    },
    _write(chunk, encoding, callback) {
      if (!this._writev) throw new codes.ERR_METHOD_NOT_IMPLEMENTED('_write()');
      this._writev([{ chunk, encoding }], callback);
    },
    _writev: null,
    end(chunk, encoding, callback) {
      const state = this._writableState;
      if (typeof chunk === 'function') [chunk, callback] = [undefined, chunk];
      else if (typeof encoding === 'function') [encoding, callback] = [undefined, encoding];
      let refused;
      if (chunk !== null && chunk !== undefined) {
        const result = write(this, chunk, encoding);
        if (typeof result !== 'boolean') refused = result;
      }
      if (state.corked > 0) {
        state.corked = 1;
        this.uncork();
      }
      if (refused === undefined) {
        if (!state.errored && !state.ending) {
          state.ending = true;
          finishIfDone(this, state, true);
          state.ended = true;
        } else if (state.finished) refused = new codes.ERR_STREAM_ALREADY_FINISHED('end');
        else if (state.destroyed) refused = new codes.ERR_STREAM_DESTROYED('end');
      }
      if (typeof callback === 'function') {
        if (refused ?? state.errored) tick(callback, refused ?? state.errored);
        else if (state.finished) tick(callback);
        else state.onFinish.push(callback);
      }
      return this;
    },
    destroy(error, callback) {
      const state = this._writableState;
      if (!state.destroyed && (state.buffered.length > 0 || state.onFinish.length > 0)) tick(giveUp, state);
      destroy.call(this, error, callback);
      return this;
    },
    _destroy(error, callback) { callback(error); },
    [EventEmitter.captureRejectionSymbol](error) { this.destroy(error); },
    async [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
      if (!this.destroyed) this.destroy(this.writableFinished ? null : new (internal.part('node_codes').AbortError)());
      await new Promise((resolve) => { internal.part('node_stream_pipeline').finished(this, () => { resolve(); }); });
    },
    get writable() {
      const state = this._writableState;
      return Boolean(state) && state.writable !== false && !state.destroyed && !state.errored && !state.ending && !state.ended;
    },
    set writable(value) { if (this._writableState) this._writableState.writable = Boolean(value); },
    get writableFinished() { return this._writableState?.finished ?? false; },
    get writableObjectMode() { return this._writableState?.objectMode ?? false; },
    get writableBuffer() { return this._writableState?.getBuffer(); },
    get writableEnded() { return this._writableState?.ending ?? false; },
    get writableNeedDrain() { const state = this._writableState; return Boolean(state) && !state.destroyed && !state.ending && state.needDrain; },
    get writableHighWaterMark() { return this._writableState?.highWaterMark; },
    get writableCorked() { return this._writableState?.corked ?? 0; },
    get writableLength() { return this._writableState?.length; },
    get writableAborted() { const state = this._writableState; return state.writable !== false && (state.destroyed || Boolean(state.errored)) && !state.finished; },
    get errored() { return this._writableState?.errored ?? null; },
    get closed() { return this._writableState?.closed ?? false; },
    get destroyed() { return this._writableState?.destroyed ?? false; },
    set destroyed(value) { if (this._writableState) this._writableState.destroyed = value; },
  });
  const adapters = () => internal.part('node_stream_web');
  Object.assign(Writable, {
    WritableState, fromWeb: (stream, options) => adapters().newStreamWritableFromWritableStream(stream, options), toWeb: (stream) => adapters().newWritableStreamFromStreamWritable(stream),
  });
  return { Writable, setUp, ready };
})
