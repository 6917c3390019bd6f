// Timers. The order and the waiting are the worker's; callbacks are kept here.
(function (native, internal) {
  'use strict';
  const callbacks = new Map();
  let last = 0;

  function start(name, callback, delay, repeat, args) {
    if (typeof callback !== 'function') {
      throw new TypeError(`${name} needs a function, got ${callback === null ? 'null' : typeof callback}`);
    }
    const ms = Math.min(Math.max(Math.trunc(Number(delay)) || 0, 0), 2147483647);
    const id = ++last;
    callbacks.set(id, { callback, args, ms, repeat });
    native.startTimer(id, repeat ? Math.max(ms, 1) : ms);
    return id;
  }
  const stop = (id) => {
    const key = Number(id);
    if (callbacks.delete(key)) native.stopTimer(key);
  };

  internal.fireTimer = function (id) {
    const timer = callbacks.get(id);
    if (timer === undefined) return;
    if (timer.repeat) native.startTimer(id, Math.max(timer.ms, 1));
    else callbacks.delete(id);
    timer.callback(...timer.args);
  };

  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  define('setTimeout', function setTimeout(callback, delay, ...args) { return start('setTimeout', callback, delay, false, args); });
  define('setInterval', function setInterval(callback, delay, ...args) { return start('setInterval', callback, delay, true, args); });
  define('setImmediate', function setImmediate(callback, ...args) { return start('setImmediate', callback, 0, false, args); });
  define('clearTimeout', function clearTimeout(id) { stop(id); });
  define('clearInterval', function clearInterval(id) { stop(id); });
  define('clearImmediate', function clearImmediate(id) { stop(id); });
  // The engine's own would swallow what the callback throws.
  define('queueMicrotask', function queueMicrotask(callback) {
    if (typeof callback !== 'function') throw new TypeError(`queueMicrotask needs a function, got ${typeof callback}`);
    Promise.resolve().then(() => { callback(); });
  });
})
