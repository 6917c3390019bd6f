// Streams of bytes, which can be read into buffers of the reader's own.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, finish, illegal, wrongType } = web;
  const { deferred, state, method, options } = internal.part('web:streams');
  const { Puller, Reader, shared, unparent, readerOf, pairs, detached, close, fail, waiting } = internal.part('web:readable');
  const made = Symbol('made');
  const transfer = (buffer) => buffer.transfer();

  class ByteController extends Puller {
    isBytes = true;
    // Pieces of buffers, and how many bytes they are.
    queue = { items: [], size: 0 };
    // What reads into buffers: the bytes that are wanted, and those that are there.
    pulls = [];
    request = null;
    #clear() { this.queue = { items: [], size: 0 }; }
    #dropRequest() {
      this.request?.drop();
      this.request = null;
    }
    #put(buffer, offset, length) {
      this.queue.items.push({ buffer, offset, length });
      this.queue.size += length;
    }
    #putCopy(buffer, offset, length) { this.#put(buffer.slice(offset, offset + length), 0, length); }
    enqueue(chunk) {
      if (!this.isOpen) return;
      const { buffer, byteOffset, byteLength } = chunk;
      if (buffer.detached) throw state('chunk.buffer is detached');
      const bytes = transfer(buffer);
      const [first] = this.pulls;
      if (first !== undefined) {
        if (first.buffer.detached) throw state('Destination ArrayBuffer is detached');
        this.#dropRequest();
        first.buffer = transfer(first.buffer);
        if (first.kind === 'none') this.#keepFilled(first);
      }
      const { stream } = this;
      if (stream.reader !== undefined && !stream.reader.isByob) {
        this.#serve();
        if (waiting(stream) === 0) {
          this.#put(bytes, byteOffset, byteLength);
        } else {
          this.pulls.shift();
          stream.reader.requests.shift().chunk(new Uint8Array(bytes, byteOffset, byteLength));
        }
      } else {
        this.#put(bytes, byteOffset, byteLength);
        if (stream.reader !== undefined) this.#commitAll(this.#fillPulls());
      }
      this.pullIfNeeded();
    }
    #keepFilled(pull) {
      if (pull.filled > 0) this.#putCopy(pull.buffer, pull.offset, pull.filled);
      this.pulls.shift();
    }
    #serve() {
      const { reader } = this.stream;
      while (reader.requests.length > 0 && this.queue.size > 0) this.#give(reader.requests.shift());
    }
    #give(request) {
      const { buffer, offset, length } = this.queue.items.shift();
      this.queue.size -= length;
      this.#drained();
      request.chunk(new Uint8Array(buffer, offset, length));
    }
    #drained() {
      if (this.queue.size === 0 && this.closing) { this.forget(); close(this.stream); } else this.pullIfNeeded();
    }
    #view(pull) { return new pull.Type(transfer(pull.buffer), pull.offset, pull.filled / pull.unit); }
    #commit(pull) {
      const isDone = this.stream.state === 'closed';
      const view = this.#view(pull);
      const request = this.stream.reader.requests.shift();
      if (isDone) request.close(view); else request.chunk(view);
    }
    #commitAll(pulls) { for (const pull of pulls) this.#commit(pull); }
    #fillPulls() {
      const filled = [];
      while (this.pulls.length > 0 && this.queue.size > 0) {
        if (!this.#fill(this.pulls[0])) continue;
        filled.push(this.pulls.shift());
      }
      return filled;
    }
    // Moves bytes into a pull; whether it has what it wants.
    #fill(pull) {
      const most = pull.filled + Math.min(this.queue.size, pull.length - pull.filled);
      const whole = most - (most % pull.unit);
      const isReady = whole >= pull.least;
      let left = (isReady ? whole : most) - pull.filled;
      while (left > 0) {
        const head = this.queue.items[0];
        const count = Math.min(left, head.length);
        new Uint8Array(pull.buffer, pull.offset + pull.filled, count).set(new Uint8Array(head.buffer, head.offset, count));
        if (head.length === count) this.queue.items.shift();
        else { head.offset += count; head.length -= count; }
        this.queue.size -= count;
        pull.filled += count;
        left -= count;
      }
      return isReady;
    }
    pullInto(view, least, request) {
      const unit = view.BYTES_PER_ELEMENT ?? 1;
      const Type = view instanceof DataView ? DataView : Object.getPrototypeOf(view).constructor;
      const { byteOffset: offset, byteLength: length } = view;
      let buffer;
      try { buffer = transfer(view.buffer); } catch (error) { request.error(error); return; }
      const pull = { buffer, size: buffer.byteLength, offset, length, filled: 0, least: least * unit, unit, Type, kind: 'byob' };
      const wait = () => { this.pulls.push(pull); this.stream.reader.requests.push(request); };
      if (this.pulls.length > 0) { wait(); return; }
      if (this.stream.state === 'closed') { request.close(new Type(buffer, offset, 0)); return; }
      if (this.queue.size > 0) {
        if (this.#fill(pull)) {
          const filled = this.#view(pull);
          this.#drained();
          request.chunk(filled);
          return;
        }
        if (this.closing) {
          const error = state('ReadableStream closed');
          this.fail(error);
          request.error(error);
          return;
        }
      }
      wait();
      this.pullIfNeeded();
    }
    respond(count) {
      const [first] = this.pulls;
      if (this.stream.state === 'closed') {
        if (count !== 0) throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'bytesWritten' is invalid. Received ${count}`);
      } else {
        if (count === 0) throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'bytesWritten' is invalid. Received ${count}`);
        if (first.filled + count > first.length) throw coded(RangeError, 'ERR_INVALID_ARG_VALUE', `The argument 'bytesWritten' is invalid. Received ${count}`);
      }
      first.buffer = transfer(first.buffer);
      this.#respond(first, count);
    }
    respondWithNewView(view) {
      const [first] = this.pulls;
      const { byteLength: count } = view;
      const wrong = (Type) => coded(Type, 'ERR_INVALID_ARG_VALUE', `The argument 'view' is invalid. Received ${internal.inspect(view)}`);
      if (this.stream.state === 'closed' ? count !== 0 : count === 0) throw state(count === 0 ? 'View can not be zero-length' : 'The ReadableStream is closed');
      if (first.offset + first.filled !== view.byteOffset || first.size !== view.buffer.byteLength || first.filled + count > first.length) throw wrong(RangeError);
      first.buffer = transfer(view.buffer);
      this.#respond(first, count);
    }
    #respond(first, count) {
      this.#dropRequest();
      if (this.stream.state === 'closed') this.#respondClosed(first); else this.#respondOpen(first, count);
      this.pullIfNeeded();
    }
    #respondClosed(first) {
      if (first.kind === 'none') this.pulls.shift();
      if (!this.stream.reader?.isByob) return;
      while (waiting(this.stream) > 0) this.#commit(this.pulls.shift());
    }
    #respondOpen(first, count) {
      first.filled += count;
      if (first.kind === 'none') {
        this.#keepFilled(first);
        this.#commitAll(this.#fillPulls());
        return;
      }
      if (first.filled < first.least) return;
      this.pulls.shift();
      const odd = first.filled % first.unit;
      if (odd > 0) this.#putCopy(first.buffer, first.offset + first.filled - odd, odd);
      first.filled -= odd;
      const more = this.#fillPulls();
      this.#commit(first);
      this.#commitAll(more);
    }
    close() {
      if (!this.isOpen) return;
      if (this.queue.size > 0) { this.closing = true; return; }
      if (this.pulls.length > 0 && this.pulls[0].filled % this.pulls[0].unit !== 0) {
        const error = state('Partial read');
        this.fail(error);
        throw error;
      }
      this.forget();
      close(this.stream);
    }
    fail(error) {
      if (this.stream.state !== 'readable') return;
      this.#dropRequest();
      this.pulls = [];
      this.#clear();
      this.forget();
      fail(this.stream, error);
    }
    get byobRequest() {
      const [first] = this.pulls;
      if (this.request === null && first !== undefined) {
        const view = new Uint8Array(first.buffer, first.offset + first.filled, first.length - first.filled);
        const state = { controller: this, view, drop() { this.controller = undefined; this.view = null; } };
        state.shown = new ReadableStreamBYOBRequest(made, state);
        this.request = state;
      }
      return this.request?.shown ?? null;
    }
    cancelSteps(reason) {
      this.#dropRequest();
      this.pulls = [];
      this.#clear();
      return this.cancelWith(reason);
    }
    pullSteps(request) {
      if (this.queue.size > 0) { this.#give(request); return; }
      if (this.auto !== undefined) {
        let buffer;
        try { buffer = new ArrayBuffer(this.auto); } catch (error) { request.error(error); return; }
        this.pulls.push({ buffer, size: this.auto, offset: 0, length: this.auto, filled: 0, least: 1, unit: 1, Type: Uint8Array, kind: 'default' });
      }
      this.stream.reader.requests.push(request);
      this.pullIfNeeded();
    }
    releaseSteps() {
      if (this.pulls.length === 0) return;
      this.pulls = [this.pulls[0]];
      this.pulls[0].kind = 'none';
    }
  }

  class ReadableStreamBYOBRequest {
    #state;
    constructor(key, state) {
      if (key !== made) throw illegal();
      this.#state = state;
    }
    #controller() {
      const { controller } = this.#state;
      if (controller === undefined) throw state('This BYOB request has been invalidated');
      return controller;
    }
    get view() { return this.#state.view; }
    respond(bytesWritten) {
      const controller = this.#controller();
      if (this.#state.view.buffer.detached) throw state('Viewed ArrayBuffer is detached');
      const count = Math.trunc(Number(bytesWritten));
      if (!(count >= 0)) throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'bytesWritten' is invalid. Received ${internal.inspect(bytesWritten)}`);
      controller.respond(count);
    }
    respondWithNewView(view) {
      const controller = this.#controller();
      if (!ArrayBuffer.isView(view)) throw wrongType('view', 'an instance of Buffer, TypedArray, or DataView', view);
      if (view.buffer.detached) throw state('Viewed ArrayBuffer is detached');
      controller.respondWithNewView(view);
    }
  }
  finish(ReadableStreamBYOBRequest, ['view']);

  class ReadableByteStreamController {
    #record;
    constructor(key, controller) {
      if (key !== made) throw illegal();
      this.#record = controller;
    }
    get byobRequest() { return this.#record.byobRequest; }
    get desiredSize() { return this.#record.desiredSize; }
    close() {
      if (this.#record.closing) throw state('Controller is already closed');
      if (this.#record.stream.state !== 'readable') throw state('ReadableStream is already closed');
      this.#record.close();
    }
    enqueue(chunk) {
      if (!ArrayBuffer.isView(chunk)) throw wrongType('buffer', 'an instance of Buffer, TypedArray, or DataView', chunk);
      if (chunk.byteLength === 0) throw state('chunk ArrayBuffer is zero-length or detached');
      if (this.#record.closing) throw state('Controller is already closed');
      if (this.#record.stream.state !== 'readable') throw state('ReadableStream is already closed');
      this.#record.enqueue(chunk);
    }
    error(error = undefined) { this.#record.fail(error); }
  }
  finish(ReadableByteStreamController, []);

  class ReadableStreamBYOBReader extends Reader {
    constructor(stream) { super(stream, true); }
    read(view, given = undefined) {
      let reader, least;
      try {
        reader = readerOf(this, 'ReadableStreamBYOBReader');
        if (!ArrayBuffer.isView(view)) throw wrongType('view', 'an instance of Buffer, TypedArray, or DataView', view);
        if (view.byteLength === 0 || view.buffer.byteLength === 0 || view.buffer.detached) throw state(view.byteLength === 0 && view.buffer.byteLength !== 0 ? 'View has zero byteLength' : 'View or Viewed ArrayBuffer is zero-length or detached');
        least = Math.trunc(Number(options(given, 'options').min ?? 1));
        if (!(least > 0)) throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'options.min' must be greater than 0. Received ${internal.inspect(given.min)}`);
        if (least > (view.length ?? view.byteLength)) throw internal.nodeErrors.range('options.min', `<= ${view.length ?? view.byteLength}`, least);
      } catch (error) {
        return Promise.reject(error);
      }
      if (reader.stream === undefined) return detached();
      const result = deferred();
      const { stream } = reader;
      stream.disturbed = true;
      if (stream.state === 'errored') result.reject(stream.error);
      else stream.controller.pullInto(view, least, pairs(result));
      return result.promise;
    }
  }
  shared(unparent(ReadableStreamBYOBReader));

  function setUp(stream, source, mark) {
    const auto = source.autoAllocateChunkSize;
    if (auto !== undefined && !(Number.isInteger(Number(auto)) && Number(auto) > 0)) throw coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'source.autoAllocateChunkSize' is invalid. Received ${internal.inspect(auto)}`);
    const [start, pull, cancel] = ['start', 'pull', 'cancel'].map((name) => method(source, name, 'source'));
    const { controller, shown } = make(stream, mark);
    if (auto !== undefined) controller.auto = Number(auto);
    Object.assign(controller, { pull: pull === undefined ? () => undefined : () => pull(shown), cancel: cancel ?? (() => undefined) });
    controller.begin(start?.(shown));
  }
  function make(stream, mark) {
    const controller = new ByteController(stream, mark);
    stream.controller = controller;
    return { controller, shown: new ReadableByteStreamController(made, controller) };
  }
  // A stream of bytes from within.
  function create({ pull, cancel = () => undefined, mark = 0 }) {
    const stream = { state: 'readable', reader: undefined, error: undefined, disturbed: false, controller: undefined, self: undefined };
    const { controller } = make(stream, mark);
    Object.assign(controller, { pull, cancel });
    controller.begin();
    return stream;
  }
  return { ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableByteStreamController, setUp, create };
})
