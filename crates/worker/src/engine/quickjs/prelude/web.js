// The web platform's globals: which file makes which at its first use, and what those files share.
(function (native, internal) {
  'use strict';
  const CUSTOM = Symbol.for('nodejs.util.inspect.custom');
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  const { ownKeys } = Reflect;

  // Errors with a code, as Node's; property by property, so that no setter of a program is called.
  const coded = (Type, code, message, more = {}) => {
    const error = new Type(message);
    for (const [key, value] of Object.entries({ code, ...more })) defineProperty(error, key, { value, writable: true, configurable: true, enumerable: true });
    // Shown behind its name, as Node shows all but this one.
    if (code !== 'ERR_INVALID_URL') {
      internal.showsCode?.(error);
      defineProperty(error, 'toString', { value() { return `${this.name} [${code}]: ${this.message}`; }, writable: true, configurable: true, enumerable: false });
    }
    return error;
  };
  const missing = (...names) => {
    const quoted = names.map((name) => `"${name}"`);
    const list = quoted.length < 3 ? quoted.join(' and ') : `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
    return coded(TypeError, 'ERR_MISSING_ARGS', `The ${list} argument${names.length > 1 ? 's' : ''} must be specified`);
  };
  const illegal = () => coded(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
  const wrongThis = (name) => coded(TypeError, 'ERR_INVALID_THIS', `Value of "this" must be of type ${name}`);
  const wrongType = (...args) => internal.nodeErrors.type(...args);
  const exception = (message, name) => new (internal.part('web:exceptions').DOMException)(message, name);

  // Members of a class can be listed, as those of the web's classes; what is shown of it is `fields`.
  function finish(Class, fields) {
    for (const target of [Class.prototype, Class]) {
      for (const key of ownKeys(target)) {
        if (typeof key !== 'string' || ['constructor', 'prototype', 'name', 'length'].includes(key)) continue;
        defineProperty(target, key, { ...getOwnPropertyDescriptor(target, key), enumerable: true });
      }
    }
    defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
    if (fields === undefined) return Class;
    const shown = typeof fields === 'function' ? fields : (value) => Object.fromEntries(fields.map((field) => [field, value[field]]));
    const custom = function (depth, options, inspect) {
      if (typeof depth === 'number' && depth < 0) return this;
      const inner = { ...options, depth: typeof options?.depth === 'number' ? options.depth - 1 : options?.depth };
      const content = shown(this, inner, inspect);
      return `${internal.className(this)} ${typeof content === 'string' ? content : inspect(content, inner)}`;
    };
    defineProperty(Class.prototype, CUSTOM, { value: custom, writable: true, configurable: true });
    return Class;
  }

  // keys, values, entries, forEach and iteration of a class; `at` gives the pair at an index, while
  // there is one. What is added meanwhile is met.
  function iterable(Class, at) {
    const states = new WeakMap();
    const parent = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
    const prototype = Object.create(parent, {
      next: {
        value: function next() {
          const state = states.get(this);
          if (state === undefined) throw wrongThis(`${Class.name} Iterator`);
          const pair = at(state.target, state.index);
          if (pair === undefined) return { value: undefined, done: true };
          state.index++;
          return { value: state.pick(pair), done: false };
        },
        writable: true, enumerable: true, configurable: true,
      },
      [Symbol.toStringTag]: { value: `${Class.name} Iterator`, configurable: true },
      [CUSTOM]: {
        value: function (depth, options, inspect) {
          const { target, index, pick } = states.get(this);
          const rest = [];
          for (let next = index, pair; (pair = at(target, next)) !== undefined; next++) rest.push(inspect(pick(pair), options));
          return `${Class.name} Iterator {${rest.length === 0 ? '  ' : ` ${rest.join(', ')} `}}`;
        },
        configurable: true,
      },
    });
    const iterate = (target, pick) => {
      at(target, 0);
      const iterator = Object.create(prototype);
      states.set(iterator, { target, index: 0, pick });
      return iterator;
    };
    const methods = {
      entries() { return iterate(this, ([name, value]) => [name, value]); },
      keys() { return iterate(this, ([name]) => name); },
      values() { return iterate(this, ([, value]) => value); },
      forEach(callback, self = undefined) {
        at(this, 0);
        if (typeof callback !== 'function') throw wrongType('callback', 'of type function', callback);
        for (let index = 0, pair; (pair = at(this, index)) !== undefined; index++) callback.call(self, pair[1], pair[0], this);
      },
    };
    for (const [name, value] of Object.entries(methods)) defineProperty(Class.prototype, name, { value, writable: true, configurable: true, enumerable: true });
    defineProperty(Class.prototype, Symbol.iterator, { value: methods.entries, writable: true, configurable: true, enumerable: false });
  }

  // Text without halves of surrogate pairs.
  const text = (value) => internal.clean(`${value}`);
  // What is thrown where nobody can catch it ends the program, as any other unhandled error.
  const report = (error) => { Promise.reject(error); };
  const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';
  internal.web = { CUSTOM, coded, missing, illegal, wrongThis, wrongType, exception, finish, iterable, text, report, isObject };

  internal.isSignal = (value) => isObject(value) && internal.part('web:abort').isSignal(value);
  internal.follow = (signal, follower) => internal.part('web:abort').follow(signal, follower);

  const files = {
    exceptions: ['DOMException'],
    events: ['Event', 'EventTarget', 'CustomEvent', 'ErrorEvent', 'MessageEvent', 'CloseEvent'],
    abort: ['AbortSignal', 'AbortController'],
    url: ['URL', 'URLSearchParams'],
    url_pattern: ['URLPattern'],
    encoding: ['TextEncoder', 'TextDecoder', 'atob', 'btoa'],
    streams: ['ByteLengthQueuingStrategy', 'CountQueuingStrategy'],
    readable: ['ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamDefaultController'],
    readable_bytes: ['ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest', 'ReadableByteStreamController'],
    writable: ['WritableStream', 'WritableStreamDefaultWriter', 'WritableStreamDefaultController'],
    transform: ['TransformStream', 'TransformStreamDefaultController', 'TextEncoderStream', 'TextDecoderStream'],
    compression_streams: ['CompressionStream', 'DecompressionStream'],
    blob: ['Blob', 'File'],
    form_data: ['FormData'],
    clone: ['structuredClone'],
    runtime: ['performance', 'Performance', 'PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure', 'navigator', 'Navigator'],
    channels: ['MessageChannel', 'MessagePort'],
    headers: ['Headers'],
    messages: ['Request', 'Response'],
  };
  for (const [file, names] of Object.entries(files)) {
    for (const name of names) internal.lazyGlobal(name, () => internal.part(`web:${file}`)[name]);
  }
  defineProperty(globalThis, 'reportError', {
    value: function reportError(error) {
      if (arguments.length === 0) throw missing('error');
      report(error);
    },
    writable: true, configurable: true, enumerable: false,
  });
})
