// TransformStream, and the streams that encode and decode text.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, finish, illegal, wrongType, isObject } = web;
  const { deferred, attempt, state, method, highWaterMark, sizeOf } = internal.part('web:streams');
  const readable = internal.part('web:readable');
  const writable = internal.part('web:writable');
  const made = Symbol('made');

  class Transform {
    backpressure = undefined;
    change = undefined;
    finished = undefined;
    // `steps` are transform, flush and cancel, each from within.
    constructor(steps, start, marks) {
      this.steps = steps;
      this.writable = writable.create({
        start: () => start, mark: marks.writable, size: marks.writableSize,
        write: (chunk) => this.#write(chunk), close: () => this.#close(), abort: (reason) => this.#abort(reason),
      });
      this.readable = readable.create({
        start: () => start, mark: marks.readable, size: marks.readableSize,
        pull: () => { this.setBackpressure(false); return this.change.promise; }, cancel: (reason) => this.#cancel(reason),
      });
      this.setBackpressure(true);
    }
    setBackpressure(backpressure) {
      this.change?.resolve();
      this.change = deferred();
      this.backpressure = backpressure;
    }
    fail(error) {
      this.readable.controller.fail(error);
      this.failWriting(error);
    }
    failWriting(error) {
      this.steps = {};
      this.writable.controller.failIfNeeded(error);
      this.#unblock();
    }
    #unblock() { if (this.backpressure) this.setBackpressure(false); }
    enqueue(chunk) {
      const { controller } = this.readable;
      if (!controller.isOpen) throw state('Unable to enqueue');
      try {
        controller.enqueue(chunk);
      } catch (error) {
        this.failWriting(error);
        throw this.readable.error;
      }
      const backpressure = !controller.wantsMore;
      if (backpressure !== this.backpressure) this.setBackpressure(true);
    }
    terminate() {
      this.readable.controller.close();
      this.failWriting(state('TransformStream has been terminated'));
    }
    #transform(chunk) {
      const { transform } = this.steps;
      return attempt(() => transform?.(chunk)).then(() => undefined, (error) => { this.fail(error); throw error; });
    }
    #write(chunk) {
      if (!this.backpressure) return this.#transform(chunk);
      return this.change.promise.then(() => {
        if (this.writable.state === 'erroring') throw this.writable.error;
        return this.#transform(chunk);
      });
    }
    // The end of both sides, from whichever it comes, once.
    #finish(run, succeeded, failed) {
      if (this.finished !== undefined) return this.finished.promise;
      this.finished = deferred();
      const result = attempt(run);
      this.steps = {};
      result.then(() => {
        const error = succeeded();
        if (error === undefined) this.finished.resolve(); else this.finished.reject(error.error);
      }, (error) => { failed(error); this.finished.reject(error); });
      return this.finished.promise;
    }
    #abort(reason) {
      const { cancel } = this.steps;
      return this.#finish(() => cancel?.(reason), () => {
        if (this.readable.state === 'errored') return { error: this.readable.error };
        this.readable.controller.fail(reason);
        return undefined;
      }, (error) => { this.readable.controller.fail(error); });
    }
    #close() {
      const { flush } = this.steps;
      return this.#finish(() => flush?.(), () => {
        if (this.readable.state === 'errored') return { error: this.readable.error };
        this.readable.controller.close();
        return undefined;
      }, (error) => { this.readable.controller.fail(error); });
    }
    #cancel(reason) {
      const { cancel } = this.steps;
      return this.#finish(() => cancel?.(reason), () => {
        if (this.writable.state === 'errored') return { error: this.writable.error };
        this.writable.controller.failIfNeeded(reason);
        this.#unblock();
        return undefined;
      }, (error) => { this.writable.controller.failIfNeeded(error); this.#unblock(); });
    }
  }
  // From within: `steps` get the transform itself.
  function create(steps) {
    const transform = new Transform({}, undefined, { writable: 1, writableSize: () => 1, readable: 0, readableSize: () => 1 });
    transform.steps = steps(transform);
    return transform;
  }

  class TransformStreamDefaultController {
    #record;
    constructor(key, record) {
      if (key !== made) throw illegal();
      this.#record = record;
    }
    get desiredSize() { return this.#record.readable.controller.desiredSize; }
    enqueue(chunk = undefined) { this.#record.enqueue(chunk); }
    error(reason = undefined) { this.#record.fail(reason); }
    terminate() { this.#record.terminate(); }
  }
  finish(TransformStreamDefaultController, []);

  class TransformStream {
    #record;
    constructor(transformer = {}, writableStrategy = {}, readableStrategy = {}) {
      if (transformer !== null && !isObject(transformer)) throw wrongType('transformer', 'of type object', transformer);
      for (const type of ['readableType', 'writableType']) {
        if (transformer?.[type] !== undefined) throw coded(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'transformer.${type}' is invalid. Received ${internal.inspect(transformer[type])}`);
      }
      const started = deferred();
      const marks = {
        readable: highWaterMark(readableStrategy, 0), readableSize: sizeOf(readableStrategy),
        writable: highWaterMark(writableStrategy, 1), writableSize: sizeOf(writableStrategy),
      };
      const [start, transform, flush, cancel] = ['start', 'transform', 'flush', 'cancel'].map((name) => method(transformer, name, 'transformer'));
      const record = new Transform({}, started.promise, marks);
      this.#record = record;
      const shown = new TransformStreamDefaultController(made, record);
      record.steps = {
        transform: transform === undefined ? (chunk) => record.enqueue(chunk) : (chunk) => transform(chunk, shown),
        flush: flush && (() => flush(shown)), cancel,
      };
      started.resolve(start?.(shown));
    }
    get readable() { return readable.wrap(this.#record.readable); }
    get writable() { return writable.wrap(this.#record.writable); }
    static backpressureOf(stream) { return stream.#record.backpressure; }
  }
  const { backpressureOf } = TransformStream;
  delete TransformStream.backpressureOf;
  finish(TransformStream, (stream) => ({ readable: stream.readable, writable: stream.writable, backpressure: backpressureOf(stream) }));

  // A class with the two sides of a transform of its own.
  function sided(Class, recordOf, fields) {
    Object.defineProperties(Class.prototype, {
      readable: { get() { return readable.wrap(recordOf(this).readable); }, configurable: true },
      writable: { get() { return writable.wrap(recordOf(this).writable); }, configurable: true },
    });
    return finish(Class, fields);
  }

  let encoderOf, decoderOf;
  class TextEncoderStream {
    #record;
    static { encoderOf = (stream) => stream.#record; }
    constructor() {
      // The first half of a pair, whose second has not come yet.
      let half = '';
      this.#record = create((transform) => ({
        transform(chunk) {
          const text = half + `${chunk}`;
          half = /[\ud800-\udbff]$/.test(text) ? text.at(-1) : '';
          const bytes = internal.bytesOf(half === '' ? text : text.slice(0, -1));
          if (bytes.length > 0) transform.enqueue(bytes);
        },
        flush() { if (half !== '') transform.enqueue(internal.bytesOf(half)); },
      }));
    }
    get encoding() { void this.#record; return 'utf-8'; }
  }
  sided(TextEncoderStream, (stream) => encoderOf(stream), ['encoding', 'readable', 'writable']);

  class TextDecoderStream {
    #record;
    #decoder;
    static { decoderOf = (stream) => stream.#record; }
    constructor(label = 'utf-8', options = {}) {
      const decoder = new (internal.part('web:encoding').TextDecoder)(label, options);
      this.#decoder = decoder;
      this.#record = create((transform) => ({
        transform(chunk) {
          if (chunk === undefined) throw wrongType('list', 'an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView', chunk);
          const text = decoder.decode(chunk, { stream: true });
          if (text !== '') transform.enqueue(text);
        },
        flush() {
          const text = decoder.decode();
          if (text !== '') transform.enqueue(text);
        },
      }));
    }
    get encoding() { return this.#decoder.encoding; }
    get fatal() { return this.#decoder.fatal; }
    get ignoreBOM() { return this.#decoder.ignoreBOM; }
  }
  sided(TextDecoderStream, (stream) => decoderOf(stream), ['encoding', 'fatal', 'ignoreBOM', 'readable', 'writable']);
  return { TransformStream, TransformStreamDefaultController, TextEncoderStream, TextDecoderStream, create, sided };
})
