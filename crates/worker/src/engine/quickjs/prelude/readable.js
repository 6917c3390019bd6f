// ReadableStream, its default controller and its default reader. What happens is said by functions
// over records; the classes that programs see hold such a record each. Names are the standard's.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, finish, illegal, wrongThis, wrongType, isObject } = web;
  const { deferred, quiet, resolved, rejected, attempt, state, Queue, method, highWaterMark, sizeOf, options } = internal.part('web:streams');
  const made = Symbol('made');

  const isLocked = (stream) => stream.reader !== undefined;
  const waiting = (stream) => (stream.reader !== undefined ? stream.reader.requests.length : 0);

  function close(stream) {
    stream.state = 'closed';
    const { reader } = stream;
    if (reader === undefined) return;
    reader.closed.resolve();
    if (reader.isByob) return;
    const { requests } = reader;
    reader.requests = [];
    for (const request of requests) request.close();
  }
  function fail(stream, error) {
    stream.state = 'errored';
    stream.error = error;
    const { reader } = stream;
    if (reader === undefined) return;
    reader.closed.reject(error);
    quiet(reader.closed.promise);
    failRequests(reader, error);
  }
  function failRequests(reader, error) {
    const { requests } = reader;
    reader.requests = [];
    for (const request of requests) request.error(error);
  }
  function cancel(stream, reason) {
    stream.disturbed = true;
    if (stream.state === 'closed') return Promise.resolve();
    if (stream.state === 'errored') return Promise.reject(stream.error);
    close(stream);
    const { reader } = stream;
    if (reader?.isByob) {
      const { requests } = reader;
      reader.requests = [];
      for (const request of requests) request.close(undefined);
    }
    return stream.controller.cancelSteps(reason).then(() => undefined);
  }

  // A reader of either kind.
  function acquire(stream, isByob = false) {
    if (isLocked(stream)) throw state('ReadableStream is locked');
    const reader = { stream, isByob, requests: [] };
    reader.closed = stream.state === 'readable' ? deferred() : stream.state === 'closed' ? resolved() : rejected(stream.error);
    stream.reader = reader;
    return reader;
  }
  function release(reader) {
    const { stream } = reader;
    const error = state('Reader released');
    if (stream.state === 'readable') reader.closed.reject(error); else reader.closed = rejected(error);
    quiet(reader.closed.promise);
    stream.controller.releaseSteps();
    stream.reader = undefined;
    reader.stream = undefined;
    failRequests(reader, state('Releasing reader'));
  }
  function read(reader, request) {
    const { stream } = reader;
    stream.disturbed = true;
    if (stream.state === 'closed') request.close();
    else if (stream.state === 'errored') request.error(stream.error);
    else stream.controller.pullSteps(request);
  }

  // What calls `pull` when there is room, once at a time.
  class Puller {
    started = false;
    pulling = false;
    again = false;
    closing = false;
    constructor(stream, mark) {
      this.stream = stream;
      this.mark = mark;
    }
    get desiredSize() {
      const { state: now } = this.stream;
      return now === 'errored' ? null : now === 'closed' ? 0 : this.mark - this.queue.size;
    }
    get isOpen() { return !this.closing && this.stream.state === 'readable'; }
    get wantsMore() { return this.isOpen && this.started && (waiting(this.stream) > 0 || this.desiredSize > 0); }
    pullIfNeeded() {
      if (!this.wantsMore) return;
      if (this.pulling) { this.again = true; return; }
      this.pulling = true;
      attempt(this.pull).then(() => {
        this.pulling = false;
        if (this.again) { this.again = false; this.pullIfNeeded(); }
      }, (error) => { this.fail(error); });
    }
    begin(start) {
      Promise.resolve(start).then(() => {
        this.started = true;
        this.pullIfNeeded();
      }, (error) => { this.fail(error); });
    }
    forget() { this.pull = this.cancel = this.size = undefined; }
    cancelWith(reason) {
      const { cancel: run } = this;
      const result = attempt(() => run(reason));
      this.forget();
      return result;
    }
  }

  class DefaultController extends Puller {
    queue = new Queue();
    enqueue(chunk) {
      if (!this.isOpen) return;
      if (waiting(this.stream) > 0) {
        this.stream.reader.requests.shift().chunk(chunk);
      } else {
        try {
          this.queue.push(chunk, this.size(chunk));
        } catch (error) {
          this.fail(error);
          throw error;
        }
      }
      this.pullIfNeeded();
    }
    close() {
      if (!this.isOpen) return;
      this.closing = true;
      if (this.queue.length === 0) { this.forget(); close(this.stream); }
    }
    fail(error) {
      if (this.stream.state !== 'readable') return;
      this.queue.clear();
      this.forget();
      fail(this.stream, error);
    }
    cancelSteps(reason) { this.queue.clear(); return this.cancelWith(reason); }
    pullSteps(request) {
      if (this.queue.length === 0) {
        this.stream.reader.requests.push(request);
        this.pullIfNeeded();
        return;
      }
      const chunk = this.queue.shift();
      if (this.closing && this.queue.length === 0) { this.forget(); close(this.stream); } else this.pullIfNeeded();
      request.chunk(chunk);
    }
    releaseSteps() {}
  }

  const record = () => ({ state: 'readable', reader: undefined, error: undefined, disturbed: false, controller: undefined, self: undefined });
  // A stream from within: `start`, `pull` and `cancel` are called with nothing but a reason.
  function create({ start = () => undefined, pull = () => undefined, cancel: onCancel = () => undefined, mark = 1, size = () => 1 }) {
    const stream = record();
    const controller = new DefaultController(stream, mark);
    Object.assign(controller, { pull, cancel: onCancel, size });
    stream.controller = controller;
    controller.begin(start());
    return stream;
  }
  // The object that stands for a record.
  const wrap = (stream) => stream.self ?? new ReadableStream(made, stream);

  class ReadableStreamDefaultController {
    #record;
    constructor(key, controller) {
      if (key !== made) throw illegal();
      this.#record = controller;
    }
    get desiredSize() { return this.#record.desiredSize; }
    close() {
      if (!this.#record.isOpen) throw state('Controller is already closed');
      this.#record.close();
    }
    enqueue(chunk = undefined) {
      if (!this.#record.isOpen) throw state('Controller is already closed');
      this.#record.enqueue(chunk);
    }
    error(error = undefined) { this.#record.fail(error); }
  }
  finish(ReadableStreamDefaultController, []);

  // What all readers have.
  class Reader {
    #record;
    constructor(stream, isByob, name) {
      const of = recordOf(stream);
      if (of === undefined) throw wrongType('stream', 'an instance of ReadableStream', stream);
      if (isByob && !of.controller.isBytes) throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'stream' must be a byte stream. Received ${internal.inspect(stream)}`);
      void name;
      this.#record = acquire(of, isByob);
    }
    static recordOf(reader, name) {
      if (!isObject(reader) || !(#record in reader)) throw wrongThis(name);
      return reader.#record;
    }
  }
  const { recordOf: readerOf } = Reader;
  delete Reader.recordOf;
  const detached = () => Promise.reject(state('The reader is not attached to a stream'));
  const pairs = (given) => ({
    chunk: (value) => given.resolve({ value, done: false }),
    close: (value) => given.resolve({ value, done: true }),
    error: given.reject,
  });
  const shared = (Class) => {
    const name = Class.name;
    Object.defineProperties(Class.prototype, {
      closed: { get() { try { return readerOf(this, name).closed.promise; } catch (error) { return Promise.reject(error); } }, configurable: true },
      cancel: {
        value: { cancel(reason = undefined) {
          let reader;
          try { reader = readerOf(this, name); } catch (error) { return Promise.reject(error); }
          return reader.stream === undefined ? detached() : cancel(reader.stream, reason);
        } }.cancel, writable: true, configurable: true,
      },
      releaseLock: {
        value: { releaseLock() {
          const reader = readerOf(this, name);
          if (reader.stream !== undefined) release(reader);
        } }.releaseLock, writable: true, configurable: true,
      },
    });
    return finish(Class, (reader) => {
      const { stream, requests, closed } = readerOf(reader, name);
      return { stream: stream === undefined ? undefined : wrap(stream), [Class === ReadableStreamDefaultReader ? 'readRequests' : 'readIntoRequests']: requests.length, close: closed.promise };
    });
  };

  class ReadableStreamDefaultReader extends Reader {
    constructor(stream) { super(stream, false); }
    read() {
      let reader;
      try { reader = readerOf(this, 'ReadableStreamDefaultReader'); } catch (error) { return Promise.reject(error); }
      if (reader.stream === undefined) return detached();
      const given = deferred();
      read(reader, pairs(given));
      return given.promise;
    }
  }
  // Programs see a class without a parent.
  const unparent = (Class) => {
    Object.setPrototypeOf(Class.prototype, Object.prototype);
    return Class;
  };

  let recordOf;
  class ReadableStream {
    #record;
    static { recordOf = (stream) => (isObject(stream) && #record in stream ? stream.#record : undefined); }
    constructor(source = {}, strategy = {}) {
      if (source === made) {
        this.#record = strategy;
        strategy.self = this;
        return;
      }
      if (!isObject(source)) throw wrongType('source', 'of type object', source);
      if (strategy !== null && !isObject(strategy)) throw wrongType('strategy', 'of type object', strategy);
      const stream = record();
      stream.self = this;
      this.#record = stream;
      const type = source.type === undefined ? undefined : `${source.type}`;
      if (type === 'bytes') {
        if (strategy?.size !== undefined) throw coded(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'strategy.size' is invalid. Received ${internal.inspect(strategy.size)}`);
        internal.part('web:readable_bytes').setUp(stream, source, highWaterMark(strategy, 0));
        return;
      }
      if (type !== undefined) throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'source.type' is invalid. Received ${internal.inspect(source.type)}`);
      const size = sizeOf(strategy);
      const mark = highWaterMark(strategy, 1);
      const controller = new DefaultController(stream, mark);
      const shown = new ReadableStreamDefaultController(made, controller);
      const [start, pull, onCancel] = ['start', 'pull', 'cancel'].map((name) => method(source, name, 'source'));
      Object.assign(controller, { size, pull: pull === undefined ? () => undefined : () => pull(shown), cancel: onCancel ?? (() => undefined) });
      stream.controller = controller;
      controller.begin(start?.(shown));
    }
    static from(iterable) { return wrap(internal.part('web:readable_more').from(iterable)); }
    get locked() { return isLocked(this.#record); }
    cancel(reason = undefined) {
      if (recordOf(this) === undefined) return Promise.reject(wrongThis('ReadableStream'));
      if (this.locked) return Promise.reject(state('ReadableStream is locked'));
      return cancel(this.#record, reason);
    }
    getReader(given = undefined) {
      const { mode } = options(given, 'options');
      if (mode === undefined) return new ReadableStreamDefaultReader(this);
      if (`${mode}` !== 'byob') throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'options.mode' is invalid. Received ${internal.inspect(mode)}`);
      return new (internal.part('web:readable_bytes').ReadableStreamBYOBReader)(this);
    }
    pipeThrough(transform, given = undefined) {
      const { readable, writable } = transform;
      if (recordOf(readable) === undefined) throw wrongType('transform.readable', 'an instance of ReadableStream', readable);
      const to = internal.part('web:writable').recordOf(writable);
      if (to === undefined) throw wrongType('transform.writable', 'an instance of WritableStream', writable);
      const wanted = this.#pipeOptions(given);
      if (this.locked) throw state('The ReadableStream is locked');
      if (to.writer !== undefined) throw state('The WritableStream is locked');
      quiet(internal.part('web:readable_more').pipe(this.#record, to, wanted));
      return readable;
    }
    pipeTo(destination, given = undefined) {
      return attempt(() => {
        const to = internal.part('web:writable').recordOf(destination);
        if (to === undefined) throw wrongType('transform.writable', 'an instance of WritableStream', destination);
        const wanted = this.#pipeOptions(given);
        if (this.locked) throw state('The ReadableStream is locked');
        if (to.writer !== undefined) throw state('The WritableStream is locked');
        return internal.part('web:readable_more').pipe(this.#record, to, wanted);
      });
    }
    #pipeOptions(given) {
      const { preventAbort, preventCancel, preventClose, signal } = options(given, 'options');
      if (signal !== undefined && !internal.isSignal(signal)) throw wrongType('options.signal', 'an instance of AbortSignal', signal);
      return { preventAbort: Boolean(preventAbort), preventCancel: Boolean(preventCancel), preventClose: Boolean(preventClose), signal };
    }
    tee() {
      void this.#record;
      if (this.locked) throw state('ReadableStream is locked');
      return internal.part('web:readable_more').tee(this.#record).map(wrap);
    }
    values(given = undefined) {
      const { preventCancel } = options(given, 'options');
      return internal.part('web:readable_more').iterate(this.#record, Boolean(preventCancel));
    }
  }
  Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, { value: ReadableStream.prototype.values, writable: true, configurable: true });
  finish(ReadableStream, (stream) => {
    const { state: now, controller } = recordOf(stream);
    return { locked: stream.locked, state: now, supportsBYOB: controller.isBytes === true };
  });
  shared(unparent(ReadableStreamDefaultReader));
  return {
    ReadableStream, ReadableStreamDefaultReader, ReadableStreamDefaultController,
    Puller, Reader, shared, unparent, readerOf, pairs, detached, recordOf, wrap, create, acquire, release, read, cancel, close, fail, waiting, isLocked,
  };
})
