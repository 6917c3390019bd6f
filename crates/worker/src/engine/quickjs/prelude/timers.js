// Timers. The order and the waiting are the worker's; callbacks are kept here.
(function (native, internal) {
  'use strict';
  const LONGEST = 2147483647;
  const set = new Map();
  const { apply } = Reflect;
  let last = 0;

  // What setTimeout gives: an object as in Node, that is a number where one is wanted.
  class Timeout {
    #id;
    constructor(id) { this.#id = id; }
    static isTimer(value) { return #id in value; }
    static idOf(value) { return typeof value === 'object' && value !== null && #id in value ? value.#id : typeof value === 'symbol' ? NaN : Number(value); }
    ref() { native.holdTimer(this.#id, true); return this; }
    unref() { native.holdTimer(this.#id, false); return this; }
    hasRef() { return native.timerHolds(this.#id); }
    refresh() {
      const timer = set.get(this.#id);
      if (timer !== undefined) native.startTimer(this.#id, timer.ms);
      return this;
    }
    close() { stop(this); return this; }
    [Symbol.toPrimitive]() { return this.#id; }
    [Symbol.dispose]() { stop(this); }
  }
  class Immediate extends Timeout {}
  const { idOf } = Timeout;
  internal.isTimer = Timeout.isTimer;
  delete Timeout.idOf;
  delete Timeout.isTimer;

  function start(callback, delay, repeat, args) {
    if (typeof callback !== 'function') throw internal.nodeErrors.type('callback', 'of type function', callback);
    // As in Node: a delay that is no number, less than 1 or beyond 2^31 - 1 is 1.
    const wanted = Number(delay);
    const ms = wanted >= 1 && wanted <= LONGEST ? Math.trunc(wanted) : 1;
    const id = ++last;
    const timer = new Timeout(id);
    set.set(id, { callback: internal.kept(callback), args, ms, repeat, timer });
    native.startTimer(id, ms);
    return timer;
  }
  function stop(timer) {
    const id = idOf(timer);
    if (set.delete(id)) native.stopTimer(id);
  }

  internal.atEnd(() => { set.clear(); });

  internal.fireTimer = function (id) {
    const timer = set.get(id);
    if (timer === undefined) return;
    if (!timer.repeat) set.delete(id);
    const { callback, args } = timer;
    apply(callback, timer.timer, args);
    if (timer.repeat && set.has(id)) native.startTimer(id, timer.ms);
  };

  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  define('setTimeout', function setTimeout(callback, delay, ...args) { return start(callback, delay, false, args); });
  define('setInterval', function setInterval(callback, delay, ...args) { return start(callback, delay, true, args); });
  define('setImmediate', function setImmediate(callback, ...args) {
    if (typeof callback !== 'function') throw internal.nodeErrors.type('callback', 'of type function', callback);
    const id = ++last;
    const timer = new Immediate(id);
    set.set(id, { callback: internal.kept(callback), args, ms: 0, repeat: false, timer });
    native.startTimer(id, 0);
    return timer;
  });
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) {
    define(name, { [name](timer) { stop(timer); } }[name]);
  }
  // The engine's own would swallow what the callback throws.
  define('queueMicrotask', function queueMicrotask(callback) {
    if (typeof callback !== 'function') throw internal.nodeErrors.type('callback', 'of type function', callback);
    const kept = internal.kept(callback);
    Promise.resolve().then(() => { kept(); });
  });
})
