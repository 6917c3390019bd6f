// node:timers and node:timers/promises.
(function (native, internal) {
  'use strict';
  const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globalThis;
  const { AbortError } = internal.part('node_codes');
  const { validateObject, validateAbortSignal, validateBoolean, validateNumber } = internal.part('node_codes');
  const CUSTOM = Symbol.for('nodejs.util.promisify.custom');

  function checked(options) {
    validateObject(options, 'options');
    if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
    if (options.ref !== undefined) validateBoolean(options.ref, 'options.ref');
    return options;
  }
  // A timer as a promise, which a signal ends early.
  function waiting(start, stop, value, options = {}) {
    let signal, ref;
    try { ({ signal, ref = true } = checked(options)); } catch (error) { return Promise.reject(error); }
    if (signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: signal.reason }));
    return new Promise((resolve, reject) => {
      const timer = start(() => { signal?.removeEventListener('abort', abort); resolve(value); });
      if (!ref) timer.unref();
      function abort() { stop(timer); reject(new AbortError(undefined, { cause: signal.reason })); }
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
  const promises = {
    setTimeout(delay, value, options) {
      try { if (delay !== undefined) validateNumber(delay, 'delay'); } catch (error) { return Promise.reject(error); }
      return waiting((done) => setTimeout(done, delay), clearTimeout, value, options);
    },
    setImmediate: (value, options) => waiting((done) => setImmediate(done), clearImmediate, value, options),
    async* setInterval(delay, value, options = {}) {
      const { signal, ref = true } = checked(options);
      if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
      let due = 0, wake;
      const timer = setInterval(() => { due++; wake?.(); }, delay);
      if (!ref) timer.unref();
      const abort = () => { clearInterval(timer); wake?.(); };
      signal?.addEventListener('abort', abort, { once: true });
      try {
        while (!signal?.aborted) {
          if (due === 0) await new Promise((resolve) => { wake = resolve; });
          for (; due > 0; due--) yield value;
        }
        throw new AbortError(undefined, { cause: signal.reason });
      } finally {
        clearInterval(timer);
        signal?.removeEventListener('abort', abort);
      }
    },
  };
  promises.scheduler = { wait: (delay, options) => promises.setTimeout(delay, undefined, options), yield: () => promises.setImmediate() };
  for (const [of, name] of [[setTimeout, 'setTimeout'], [setImmediate, 'setImmediate']]) {
    Object.defineProperty(of, CUSTOM, { get: () => promises[name], enumerable: true, configurable: true });
  }
  return { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, promises };
})
