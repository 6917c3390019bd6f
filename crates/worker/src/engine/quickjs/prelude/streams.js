// What all streams share: promises that are settled from outside, queues with sizes, strategies.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, finish, wrongType, isObject } = web;

  function deferred() {
    const made = { settled: false };
    made.promise = new Promise((resolve, reject) => {
      made.resolve = (value) => { made.settled = true; resolve(value); };
      made.reject = (error) => { made.settled = true; reject(error); };
    });
    return made;
  }
  const quiet = (promise) => { promise.then(undefined, () => {}); return promise; };
  const resolved = (value) => { const made = deferred(); made.resolve(value); return made; };
  const rejected = (error) => { const made = deferred(); made.reject(error); quiet(made.promise); return made; };
  const attempt = (call) => { try { return Promise.resolve(call()); } catch (error) { return Promise.reject(error); } };
  const state = (message) => coded(TypeError, 'ERR_INVALID_STATE', `Invalid state: ${message}`);

  // A queue of values whose sizes add up.
  class Queue {
    items = [];
    size = 0;
    push(value, size) {
      const number = Number(size);
      if (!(number >= 0 && number < Infinity)) throw coded(RangeError, 'ERR_INVALID_ARG_VALUE', `The argument 'size' is invalid. Received ${internal.inspect(size)}`);
      this.items.push({ value, size: number });
      this.size += number;
    }
    shift() {
      const { value, size } = this.items.shift();
      this.size = Math.max(this.size - size, 0);
      return value;
    }
    get length() { return this.items.length; }
    get first() { return this.items[0].value; }
    clear() { this.items = []; this.size = 0; }
  }

  // A source's or sink's own function, which is looked up once; undefined when there is none.
  function method(object, name, label) {
    const found = object?.[name];
    if (found === undefined) return undefined;
    if (typeof found !== 'function') throw wrongType(`${label}.${name}`, 'of type function', found);
    return (...args) => found.apply(object, args);
  }
  function highWaterMark(strategy, usual) {
    const given = strategy?.highWaterMark;
    if (given === undefined) return usual;
    const number = Number(given);
    if (Number.isNaN(number) || number < 0) throw coded(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'strategy.highWaterMark' is invalid. Received ${internal.inspect(given)}`);
    return number;
  }
  function sizeOf(strategy) {
    const size = strategy?.size;
    if (size === undefined) return () => 1;
    if (typeof size !== 'function') throw wrongType('strategy.size', 'of type function', size);
    return (chunk) => size(chunk);
  }
  function options(given, label) {
    if (given === undefined || given === null) return {};
    if (!isObject(given)) throw wrongType(label, 'of type object', given);
    return given;
  }

  function strategy(name, size) {
    const Class = { [name]: class {
      #mark;
      constructor(init) {
        if (!isObject(init)) throw wrongType('init', 'of type object', init);
        if (init.highWaterMark === undefined) throw coded(TypeError, 'ERR_MISSING_OPTION', 'init.highWaterMark is required');
        this.#mark = Number(init.highWaterMark);
      }
      get highWaterMark() { return this.#mark; }
      get size() { void this.#mark; return size; }
    } }[name];
    return finish(Class, ['highWaterMark']);
  }
  const byteLength = { size(chunk) { return chunk.byteLength; } }.size;
  const one = { size() { return 1; } }.size;
  return {
    deferred, quiet, resolved, rejected, attempt, state, Queue, method, highWaterMark, sizeOf, options,
    ByteLengthQueuingStrategy: strategy('ByteLengthQueuingStrategy', byteLength),
    CountQueuingStrategy: strategy('CountQueuingStrategy', one),
  };
})
