// WritableStream, its controller and its writer, as readable.js has those that are read.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, finish, illegal, wrongThis, wrongType, isObject } = web;
  const { deferred, quiet, resolved, rejected, attempt, state, Queue, method, highWaterMark, sizeOf } = internal.part('web:streams');
  const { AbortController } = internal.part('web:abort');
  const made = Symbol('made');
  const CLOSE = Symbol('close');

  const isClosing = (stream) => stream.closeRequest !== undefined || stream.closeInFlight !== undefined;
  const isOver = (stream) => stream.state === 'closed' || stream.state === 'errored';
  const isBusy = (stream) => stream.writeInFlight !== undefined || stream.closeInFlight !== undefined;

  function abort(stream, reason) {
    if (isOver(stream)) return Promise.resolve();
    stream.controller.aborter.abort(reason);
    if (isOver(stream)) return Promise.resolve();
    if (stream.pendingAbort !== undefined) return stream.pendingAbort.promise;
    const wasErroring = stream.state === 'erroring';
    stream.pendingAbort = { ...deferredParts(), reason: wasErroring ? undefined : reason, wasErroring };
    const { promise } = stream.pendingAbort;
    if (!wasErroring) startErroring(stream, reason);
    return promise;
  }
  function deferredParts() {
    const { promise, resolve, reject } = deferred();
    return { promise, resolve, reject };
  }
  function close(stream) {
    if (isOver(stream)) return Promise.reject(state('WritableStream is closed'));
    if (isClosing(stream)) return Promise.reject(state('Failure closing WritableStream'));
    stream.closeRequest = deferred();
    const { promise } = stream.closeRequest;
    if (stream.writer !== undefined && stream.backpressure && stream.state === 'writable') stream.writer.ready.resolve();
    stream.controller.queue.push(CLOSE, 0);
    stream.controller.advance();
    return promise;
  }
  function startErroring(stream, reason) {
    stream.state = 'erroring';
    stream.error = reason;
    if (stream.writer !== undefined) refuse(stream.writer, 'ready', reason);
    if (!isBusy(stream) && stream.controller.started) finishErroring(stream);
  }
  function finishErroring(stream) {
    stream.state = 'errored';
    stream.controller.queue.clear();
    const { requests, pendingAbort } = stream;
    stream.requests = [];
    for (const request of requests) request.reject(stream.error);
    stream.pendingAbort = undefined;
    if (pendingAbort === undefined) { refuseClosing(stream); return; }
    if (pendingAbort.wasErroring) {
      pendingAbort.reject(stream.error);
      refuseClosing(stream);
      return;
    }
    stream.controller.abortSteps(pendingAbort.reason).then(
      () => { pendingAbort.resolve(); refuseClosing(stream); },
      (error) => { pendingAbort.reject(error); refuseClosing(stream); });
  }
  function refuseClosing(stream) {
    stream.closeRequest?.reject(stream.error);
    stream.closeRequest = undefined;
    if (stream.writer === undefined) return;
    stream.writer.closed.reject(stream.error);
    quiet(stream.writer.closed.promise);
  }
  function reject(stream, error) {
    if (stream.state === 'writable') startErroring(stream, error); else finishErroring(stream);
  }
  // Makes one of a writer's promises one that is rejected.
  function refuse(writer, name, error) {
    if (writer[name].settled) writer[name] = rejected(error);
    else { writer[name].reject(error); quiet(writer[name].promise); }
  }
  function setBackpressure(stream, backpressure) {
    const { writer } = stream;
    if (writer !== undefined && backpressure !== stream.backpressure) {
      if (backpressure) writer.ready = deferred(); else writer.ready.resolve();
    }
    stream.backpressure = backpressure;
  }

  class Controller {
    queue = new Queue();
    started = false;
    aborter = new AbortController();
    constructor(stream, mark) { this.stream = stream; this.mark = mark; }
    get desiredSize() { return this.mark - this.queue.size; }
    forget() { this.write = this.close = this.abort = this.size = undefined; }
    abortSteps(reason) {
      const { abort: run } = this;
      const result = attempt(() => run?.(reason));
      this.forget();
      return result;
    }
    begin(start) {
      setBackpressure(this.stream, this.desiredSize <= 0);
      Promise.resolve(start).then(
        () => { this.started = true; this.advance(); },
        (error) => { this.started = true; reject(this.stream, error); });
    }
    fail(error) {
      this.forget();
      startErroring(this.stream, error);
    }
    failIfNeeded(error) { if (this.stream.state === 'writable') this.fail(error); }
    sizeOf(chunk) {
      if (this.size === undefined) return 1;
      try { return this.size(chunk); } catch (error) { this.failIfNeeded(error); return 1; }
    }
    put(chunk, size) {
      try { this.queue.push(chunk, size); } catch (error) { this.failIfNeeded(error); return; }
      const { stream } = this;
      if (!isClosing(stream) && stream.state === 'writable') setBackpressure(stream, this.desiredSize <= 0);
      this.advance();
    }
    advance() {
      const { stream } = this;
      if (!this.started || stream.writeInFlight !== undefined) return;
      if (stream.state === 'erroring') { finishErroring(stream); return; }
      if (this.queue.length === 0 || isOver(stream)) return;
      if (this.queue.first === CLOSE) this.#close(); else this.#write(this.queue.first);
    }
    #close() {
      const { stream } = this;
      stream.closeInFlight = stream.closeRequest;
      stream.closeRequest = undefined;
      this.queue.shift();
      const { close: run } = this;
      const closed = attempt(() => run?.());
      this.forget();
      closed.then(() => {
        stream.closeInFlight.resolve();
        stream.closeInFlight = undefined;
        if (stream.state === 'erroring') {
          stream.error = undefined;
          stream.pendingAbort?.resolve();
          stream.pendingAbort = undefined;
        }
        stream.state = 'closed';
        stream.writer?.closed.resolve();
      }, (error) => {
        stream.closeInFlight.reject(error);
        stream.closeInFlight = undefined;
        stream.pendingAbort?.reject(error);
        stream.pendingAbort = undefined;
        reject(stream, error);
      });
    }
    #write(chunk) {
      const { stream } = this;
      stream.writeInFlight = stream.requests.shift();
      const { write: run } = this;
      attempt(() => run?.(chunk)).then(() => {
        stream.writeInFlight.resolve();
        stream.writeInFlight = undefined;
        this.queue.shift();
        if (!isClosing(stream) && stream.state === 'writable') setBackpressure(stream, this.desiredSize <= 0);
        this.advance();
      }, (error) => {
        if (stream.state === 'writable') this.forget();
        stream.writeInFlight.reject(error);
        stream.writeInFlight = undefined;
        reject(stream, error);
      });
    }
  }

  function acquire(stream) {
    if (stream.writer !== undefined) throw state('WritableStream is locked');
    const writer = { stream };
    const { state: now, error } = stream;
    writer.ready = now === 'erroring' || now === 'errored' ? rejected(error)
      : now === 'writable' && !isClosing(stream) && stream.backpressure ? deferred() : resolved();
    writer.closed = now === 'closed' ? resolved() : now === 'errored' ? rejected(error) : deferred();
    stream.writer = writer;
    return writer;
  }
  function release(writer) {
    const error = state('Writer has been released');
    refuse(writer, 'ready', error);
    refuse(writer, 'closed', error);
    writer.stream.writer = undefined;
    writer.stream = undefined;
  }
  function write(writer, chunk) {
    const { stream } = writer;
    const size = stream.controller.sizeOf(chunk);
    if (stream !== writer.stream) return Promise.reject(state('Mismatched WritableStreams'));
    if (stream.state === 'errored') return Promise.reject(stream.error);
    if (isClosing(stream) || stream.state === 'closed') return Promise.reject(state('WritableStream is closed'));
    if (stream.state === 'erroring') return Promise.reject(stream.error);
    const request = deferred();
    stream.requests.push(request);
    stream.controller.put(chunk, size);
    return request.promise;
  }
  function closeSoftly({ stream }) {
    if (isClosing(stream) || stream.state === 'closed') return Promise.resolve();
    return stream.state === 'errored' ? Promise.reject(stream.error) : close(stream);
  }

  const record = () => ({
    state: 'writable', error: undefined, writer: undefined, controller: undefined, requests: [], writeInFlight: undefined,
    closeRequest: undefined, closeInFlight: undefined, pendingAbort: undefined, backpressure: false, self: undefined,
  });
  // A stream from within.
  function create({ start = () => undefined, mark, size, ...steps }) {
    const stream = record();
    const controller = new Controller(stream, mark);
    Object.assign(controller, { size, ...steps });
    stream.controller = controller;
    controller.begin(start());
    return stream;
  }

  class WritableStreamDefaultController {
    #record;
    constructor(key, controller) {
      if (key !== made) throw illegal();
      this.#record = controller;
    }
    get signal() { return this.#record.aborter.signal; }
    error(error = undefined) { this.#record.failIfNeeded(error); }
  }
  finish(WritableStreamDefaultController, []);

  let recordOf;
  class WritableStream {
    #record;
    static { recordOf = (stream) => (isObject(stream) && #record in stream ? stream.#record : undefined); }
    constructor(sink = {}, strategy = {}) {
      if (sink === made) {
        this.#record = strategy;
        strategy.self = this;
        return;
      }
      if (sink !== null && !isObject(sink)) throw wrongType('sink', 'of type object', sink);
      if (strategy !== null && !isObject(strategy)) throw wrongType('strategy', 'of type object', strategy);
      if (sink?.type !== undefined) throw coded(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'sink.type' is invalid. Received ${internal.inspect(sink.type)}`);
      const stream = record();
      stream.self = this;
      this.#record = stream;
      const size = sizeOf(strategy);
      const controller = new Controller(stream, highWaterMark(strategy, 1));
      const shown = new WritableStreamDefaultController(made, controller);
      const [start, onWrite, onClose, onAbort] = ['start', 'write', 'close', 'abort'].map((name) => method(sink, name, 'sink'));
      Object.assign(controller, { size, write: onWrite && ((chunk) => onWrite(chunk, shown)), close: onClose && (() => onClose()), abort: onAbort });
      stream.controller = controller;
      controller.begin(start?.(shown));
    }
    get locked() { return this.#record.writer !== undefined; }
    abort(reason = undefined) {
      if (recordOf(this) === undefined) return Promise.reject(wrongThis('WritableStream'));
      return this.locked ? Promise.reject(state('WritableStream is locked')) : abort(this.#record, reason);
    }
    close() {
      if (recordOf(this) === undefined) return Promise.reject(wrongThis('WritableStream'));
      if (this.locked) return Promise.reject(state('WritableStream is locked'));
      return isClosing(this.#record) ? Promise.reject(state('Failure closing WritableStream')) : close(this.#record);
    }
    getWriter() { return new WritableStreamDefaultWriter(this); }
  }
  finish(WritableStream, (stream) => ({ locked: stream.locked, state: recordOf(stream).state }));
  const wrap = (stream) => stream.self ?? new WritableStream(made, stream);

  class WritableStreamDefaultWriter {
    #record;
    constructor(stream) {
      const of = recordOf(stream);
      if (of === undefined) throw wrongType('stream', 'an instance of WritableStream', stream);
      this.#record = acquire(of);
    }
    get closed() { return this.#record.closed.promise; }
    get ready() { return this.#record.ready.promise; }
    #stream() {
      const { stream } = this.#record;
      if (stream === undefined) throw state('Writer is not bound to a WritableStream');
      return stream;
    }
    get desiredSize() {
      const stream = this.#stream();
      return stream.state === 'errored' || stream.state === 'erroring' ? null : stream.state === 'closed' ? 0 : stream.controller.desiredSize;
    }
    abort(reason = undefined) { return attempt(() => abort(this.#stream(), reason)); }
    close() {
      return attempt(() => {
        const stream = this.#stream();
        if (isClosing(stream)) throw state('Failure to close WritableStream');
        return close(stream);
      });
    }
    write(chunk = undefined) { return attempt(() => { this.#stream(); return write(this.#record, chunk); }); }
    releaseLock() { if (this.#record.stream !== undefined) release(this.#record); }
  }
  finish(WritableStreamDefaultWriter, (writer) => ({ stream: undefined, close: writer.closed, ready: writer.ready, desiredSize: writer.desiredSize }));
  return {
    WritableStream, WritableStreamDefaultWriter, WritableStreamDefaultController,
    recordOf, wrap, create, acquire, release, write, close, abort, closeSoftly, isClosing,
  };
})
