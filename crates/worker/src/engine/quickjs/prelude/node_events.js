// node:events: what programs listen to and what they are told, and waiting for it: once, on.
(function (native, internal) {
  'use strict';
  const { AbortError, codes, validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateNumber, validateObject, validateString } = internal.part('node_codes');
  const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_UNHANDLED_ERROR } = codes;
  const { unsupported } = internal;
  const rejection = Symbol.for('nodejs.rejection');
  const errorMonitor = Symbol('events.errorMonitor');
  const kCapture = Symbol('kCapture');
  const kShape = Symbol('shapeMode');
  const isTarget = (value) => typeof value?.addEventListener === 'function';
  const originalOf = (listener) => listener.listener ?? listener;

  let usualLimit = 10;
  function checkLimit(value, name) {
    validateNumber(value, name);
    if (!(value >= 0)) throw new ERR_OUT_OF_RANGE(name, '>= 0', value);
    return value;
  }

  function EventEmitter(options) { EventEmitter.init.call(this, options); }
  // What listens, by event: a function or a list of them, which is replaced when it changes, so that one
  // that is being told keeps its members.
  Object.assign(EventEmitter.prototype, { _events: undefined, _eventsCount: 0, _maxListeners: undefined });
  Object.defineProperty(EventEmitter.prototype, kCapture, { value: false, writable: true });
  EventEmitter.init = function (options) {
    if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
      this._events = Object.create(null);
      this._eventsCount = 0;
    }
    this._maxListeners ||= undefined;
    this[kShape] = false;
    if (options?.captureRejections) validateBoolean(options.captureRejections, 'options.captureRejections');
    this[kCapture] = options?.captureRejections ? true : EventEmitter.prototype[kCapture];
  };
  function listOf(emitter, type) {
    const held = emitter._events?.[type];
    return held === undefined ? [] : typeof held === 'function' ? [held] : held;
  }
  function keep(emitter, type, list) {
    const events = emitter._events;
    const known = events[type] !== undefined;
    if (list.length > 0) events[type] = list.length === 1 ? list[0] : list;
    else if (known) delete events[type];
    emitter._eventsCount += Number(list.length > 0) - Number(known);
  }

  function add(emitter, type, listener, first) {
    validateFunction(listener, 'listener');
    if (emitter._events === undefined) {
      emitter._events = Object.create(null);
      emitter._eventsCount = 0;
    } else if (emitter._events.newListener !== undefined) {
      emitter.emit('newListener', type, originalOf(listener));
    }
    const before = listOf(emitter, type);
    const list = first ? [listener, ...before] : [...before, listener];
    if (before.warned) list.warned = true;
    const limit = emitter.getMaxListeners();
    if (limit > 0 && list.length > limit && !list.warned) {
      list.warned = true;
      const warning = new Error(`Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to ${internal.inspectAs(emitter, { depth: -1 })}. MaxListeners is ${limit}. Use emitter.setMaxListeners() to increase limit`);
      internal.process.emitWarning(Object.assign(warning, { name: 'MaxListenersExceededWarning', emitter, type, count: list.length }));
    }
    keep(emitter, type, list);
    return emitter;
  }
  function wrapped(emitter, type, listener) {
    validateFunction(listener, 'listener');
    let told = false;
    const wrapper = function onceWrapper(...args) {
      if (told) return undefined;
      told = true;
      emitter.removeListener(type, wrapper);
      return Reflect.apply(listener, emitter, args);
    };
    Object.defineProperty(wrapper, 'name', { value: 'bound onceWrapper', configurable: true });
    wrapper.listener = listener;
    return wrapper;
  }

  // A promise that a listener gave and that is rejected becomes an event.
  function watch(emitter, result, type, args) {
    if (typeof result?.then !== 'function') return;
    result.then(undefined, (error) => {
      internal.process.nextTick(() => {
        if (typeof emitter[rejection] === 'function') { emitter[rejection](error, type, ...args); return; }
        const before = emitter[kCapture];
        // One that listens to errors and fails in turn must not come round again.
        emitter[kCapture] = false;
        try { emitter.emit('error', error); } finally { emitter[kCapture] = before; }
      });
    });
  }
  function unheard(args) {
    const [error] = args;
    if (error instanceof Error) return error;
    let shown;
    try { shown = internal.inspectAs(error); } catch { shown = error; }
    return Object.assign(new ERR_UNHANDLED_ERROR(shown), { context: error });
  }

  const methods = {
    setMaxListeners(limit) { this._maxListeners = checkLimit(limit, 'setMaxListeners'); return this; },
    getMaxListeners() { return this._maxListeners ?? usualLimit; },
    emit(type, ...args) {
      const list = listOf(this, type);
      if (type === 'error') {
        if (this._events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...args);
        if (list.length === 0) throw unheard(args);
      }
      for (const listener of list.length > 1 ? list.slice() : list) {
        const result = Reflect.apply(listener, this, args);
        if (result !== undefined && result !== null && this[kCapture]) watch(this, result, type, args);
      }
      return list.length > 0;
    },
    addListener(type, listener) { return add(this, type, listener, false); },
    prependListener(type, listener) { return add(this, type, listener, true); },
    once(type, listener) { return this.on(type, wrapped(this, type, listener)); },
    prependOnceListener(type, listener) { return this.prependListener(type, wrapped(this, type, listener)); },
    removeListener(type, listener) {
      validateFunction(listener, 'listener');
      const list = listOf(this, type);
      const at = list.findLastIndex((each) => each === listener || each.listener === listener);
      if (at < 0) return this;
      const left = list.toSpliced(at, 1);
      if (list.warned) left.warned = true;
      keep(this, type, left);
      if (this._events.removeListener !== undefined) this.emit('removeListener', type, originalOf(list[at]));
      return this;
    },
    removeAllListeners(...types) {
      if (this._events === undefined) return this;
      if (this._events.removeListener === undefined) {
        if (types.length > 0) keep(this, types[0], []);
        else [this._events, this._eventsCount] = [Object.create(null), 0];
        return this;
      }
      if (types.length === 0) {
        for (const type of this.eventNames()) if (type !== 'removeListener') this.removeAllListeners(type);
        this.removeAllListeners('removeListener');
        return this;
      }
      for (const listener of listOf(this, types[0]).toReversed()) this.removeListener(types[0], listener);
      return this;
    },
    listeners(type) { return listOf(this, type).map(originalOf); },
    rawListeners(type) { return listOf(this, type).slice(); },
    listenerCount(type, listener) {
      const list = listOf(this, type);
      return listener == null ? list.length : list.filter((each) => each === listener || each.listener === listener).length;
    },
    eventNames() { return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : []; },
  };
  for (const [name, method] of Object.entries(methods)) {
    EventEmitter.prototype[name] = method;
    if (name === 'addListener') EventEmitter.prototype.on = method;
    if (name === 'removeListener') EventEmitter.prototype.off = method;
  }

  // Anything that is listened to: ours, one that only behaves so, or an EventTarget.
  function listen(emitter, type, listener, once) {
    if (typeof emitter?.on === 'function') {
      if (once) emitter.once(type, listener); else emitter.on(type, listener);
      return () => { emitter.removeListener(type, listener); };
    }
    if (!isTarget(emitter)) throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
    emitter.addEventListener(type, listener, { once });
    return () => { emitter.removeEventListener(type, listener); };
  }
  const abortOf = (signal) => new AbortError(undefined, { cause: signal.reason });
  function whenAborted(signal, listener) {
    if (signal === undefined) return () => {};
    signal.addEventListener('abort', listener, { once: true });
    return () => { signal.removeEventListener('abort', listener); };
  }
  function signalOf(options) {
    validateObject(options, 'options');
    validateAbortSignal(options.signal, 'options.signal');
    if (options.signal?.aborted) throw abortOf(options.signal);
    return options.signal;
  }

  async function once(emitter, type, options = {}) {
    const signal = signalOf(options);
    return new Promise((resolve, reject) => {
      const undo = [];
      const end = (settle, value) => { for (const each of undo) each(); settle(value); };
      undo.push(listen(emitter, type, (...args) => { end(resolve, args); }, true));
      if (type !== 'error' && typeof emitter.once === 'function') undo.push(listen(emitter, 'error', (error) => { end(reject, error); }, true));
      undo.push(whenAborted(signal, () => { end(reject, abortOf(signal)); }));
    });
  }

  const asyncIterators = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype));
  function on(emitter, type, options = {}) {
    const signal = signalOf(options);
    const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
    const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
    validateInteger(high, 'options.highWaterMark', 1);
    validateInteger(low, 'options.lowWaterMark', 1);
    const events = [];
    const waiting = [];
    let [failure, finished, paused] = [null, false, false];
    const result = (value, done) => ({ value, done });
    const told = (...args) => {
      const next = waiting.shift();
      if (next !== undefined) { next.resolve(result(args, false)); return; }
      events.push(args);
      if (!paused && events.length > high) { paused = true; emitter.pause?.(); }
    };
    const undo = [];
    function close() {
      for (const each of undo.splice(0)) each();
      finished = true;
      for (const next of waiting.splice(0)) next.resolve(result(undefined, true));
      return Promise.resolve(result(undefined, true));
    }
    function fail(error) {
      const next = waiting.shift();
      if (next === undefined) failure = error; else next.reject(error);
      close();
    }
    undo.push(listen(emitter, type, told, false));
    if (type !== 'error' && typeof emitter.on === 'function') undo.push(listen(emitter, 'error', fail, false));
    for (const each of options.close ?? []) undo.push(listen(emitter, each, close, false));
    undo.push(whenAborted(signal, () => { fail(abortOf(signal)); }));
    return Object.setPrototypeOf({
      next() {
        if (events.length > 0) {
          const value = events.shift();
          if (paused && events.length < low) { paused = false; emitter.resume?.(); }
          return Promise.resolve(result(value, false));
        }
        if (failure !== null) {
          const error = failure;
          failure = null;
          return Promise.reject(error);
        }
        if (finished) return close();
        return new Promise((resolve, reject) => { waiting.push({ resolve, reject }); });
      },
      return: () => close(),
      throw(error) {
        if (!(error instanceof Error)) throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', error);
        fail(error);
      },
      [Symbol.asyncIterator]() { return this; },
    }, asyncIterators);
  }

  function addAbortListener(signal, listener) {
    if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
    validateAbortSignal(signal, 'signal');
    validateFunction(listener, 'listener');
    let undo = () => {};
    if (signal.aborted) queueMicrotask(() => { listener(); }); else undo = whenAborted(signal, listener);
    return { [Symbol.dispose ?? Symbol.for('Symbol.dispose')]() { undo(); } };
  }
  function getEventListeners(emitter, type) {
    if (typeof emitter?.listeners === 'function') return emitter.listeners(type);
    if (emitter instanceof EventTarget) return internal.part('web:events').listenersOf(emitter, type);
    throw new ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitter);
  }

  // How many may listen to an EventTarget, where it was said: nobody is warned there.
  const limits = new WeakMap();
  function getMaxListeners(emitter) {
    if (typeof emitter?.getMaxListeners === 'function') return emitter.getMaxListeners();
    if (emitter instanceof EventTarget) return limits.get(emitter) ?? usualLimit;
    throw new ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitter);
  }
  function setMaxListeners(limit = usualLimit, ...emitters) {
    checkLimit(limit, 'setMaxListeners');
    if (emitters.length === 0) usualLimit = limit;
    for (const emitter of emitters) {
      if (typeof emitter?.setMaxListeners === 'function') emitter.setMaxListeners(limit);
      else if (emitter instanceof EventTarget) limits.set(emitter, limit);
      else throw new ERR_INVALID_ARG_TYPE('eventTargets', ['EventEmitter', 'EventTarget'], emitter);
    }
  }
  class EventEmitterAsyncResource {
    constructor() { throw unsupported('EventEmitterAsyncResource', 'use EventEmitter, and AsyncResource.bind for the listeners'); }
  }

  Object.assign(EventEmitter, { addAbortListener, once, on, getEventListeners, getMaxListeners, EventEmitter, usingDomains: false, captureRejectionSymbol: rejection });
  Object.defineProperty(EventEmitter, 'captureRejections', {
    get: () => EventEmitter.prototype[kCapture],
    set(value) { validateBoolean(value, 'EventEmitter.captureRejections'); EventEmitter.prototype[kCapture] = value; },
    enumerable: true,
  });
  Object.assign(EventEmitter, { EventEmitterAsyncResource, errorMonitor });
  Object.defineProperty(EventEmitter, 'defaultMaxListeners', {
    get: () => usualLimit, set(value) { usualLimit = checkLimit(value, 'defaultMaxListeners'); }, enumerable: true,
  });
  EventEmitter.setMaxListeners = setMaxListeners;
  EventEmitter.listenerCount = (emitter, type) => (typeof emitter?.listenerCount === 'function' ? emitter.listenerCount(type) : getEventListeners(emitter, type).length);
  // What a session changed is as it was for the next program.
  internal.atEnd?.(() => { usualLimit = 10; EventEmitter.prototype[kCapture] = false; });
  return EventEmitter;
})
