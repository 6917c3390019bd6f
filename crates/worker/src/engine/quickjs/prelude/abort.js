// AbortController and AbortSignal, and the errors they give. The events are as much as they need.
(function (native, internal) {
  'use strict';
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  const { setTimeout } = globalThis;

  const codes = {
    IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5, NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9,
    InUseAttributeError: 10, InvalidStateError: 11, SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17,
    SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23, InvalidNodeTypeError: 24, DataCloneError: 25,
  };
  class DOMException extends Error {
    #name;
    constructor(message = '', options = 'Error') {
      const { name = 'Error', ...rest } = typeof options === 'object' && options !== null ? options : { name: options };
      super(message, rest);
      this.#name = String(name);
    }
    get name() { return this.#name; }
    get code() { return Object.hasOwn(codes, this.#name) ? codes[this.#name] : 0; }
  }
  for (const [name, code] of Object.entries(codes)) {
    const constant = `${name.replace(/Error$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}_ERR`;
    for (const target of [DOMException, DOMException.prototype]) Object.defineProperty(target, constant, { value: code, enumerable: true });
  }
  define('DOMException', DOMException);

  const made = Symbol('made');
  class AbortSignal {
    #reason;
    #aborted = false;
    #listeners = [];
    #followers = new Set();
    #handler = null;
    constructor(key) { if (key !== made) throw new TypeError('Illegal constructor'); }
    static is(value) { return typeof value === 'object' && value !== null && #aborted in value; }
    static fire(signal, reason) { signal.#abort(reason); }
    // The signal's own listeners, which a program cannot take away, are called first.
    static follow(signal, follower) { signal.#followers.add(follower); return () => { signal.#followers.delete(follower); }; }

    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    get onabort() { return this.#handler; }
    // Called in its turn among the listeners, which is when there was first one.
    set onabort(handler) {
      this.#handler = typeof handler === 'function' ? handler : null;
      this.addEventListener('abort', this.#turn);
    }
    #turn = (event) => { this.#handler?.call(this, event); };
    throwIfAborted() { if (this.#aborted) throw this.#reason; }

    addEventListener(type, listener, options) {
      if (type !== 'abort' || listener === null || listener === undefined || this.#listeners.some((known) => known.listener === listener)) return;
      const { once = false, signal } = typeof options === 'object' && options !== null ? options : {};
      if (signal?.aborted) return;
      this.#listeners.push({ listener, once });
      signal?.addEventListener('abort', () => this.removeEventListener(type, listener), { once: true });
    }
    removeEventListener(type, listener) { if (type === 'abort') this.#listeners = this.#listeners.filter((known) => known.listener !== listener); }
    dispatchEvent(event) {
      if (event?.type === 'abort') this.#tell(event);
      return true;
    }
    #abort(reason) {
      if (this.#aborted) return;
      this.#aborted = true;
      this.#reason = reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
      const followers = [...this.#followers];
      this.#followers.clear();
      for (const follower of followers) follower(this.#reason);
      this.#tell({ type: 'abort', target: this, currentTarget: this, defaultPrevented: false, timeStamp: native.now(), preventDefault() {}, stopPropagation() {} });
    }
    #tell(event) {
      for (const { listener, once } of [...this.#listeners]) {
        if (once) this.removeEventListener('abort', listener);
        // What a listener throws is its own: the others are told all the same.
        try {
          if (typeof listener === 'function') listener.call(this, event); else listener.handleEvent(event);
        } catch (error) {
          Promise.reject(error);
        }
      }
    }

    static abort(reason) {
      const signal = new AbortSignal(made);
      signal.#abort(reason);
      return signal;
    }
    static timeout(delay) {
      if (!(Number(delay) >= 0)) throw new RangeError(`AbortSignal.timeout needs a number of milliseconds, got ${internal.inspect(delay)}`);
      const signal = new AbortSignal(made);
      setTimeout(() => signal.#abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), delay).unref();
      return signal;
    }
    static any(signals) {
      const all = [...signals];
      if (!all.every(isSignal)) throw new TypeError('AbortSignal.any needs a list of AbortSignals');
      const any = new AbortSignal(made);
      const aborted = all.find((signal) => signal.aborted);
      if (aborted !== undefined) any.#abort(aborted.reason);
      else for (const signal of all) follow(signal, (reason) => any.#abort(reason));
      return any;
    }
    get [Symbol.toStringTag]() { return 'AbortSignal'; }
    [Symbol.for('nodejs.util.inspect.custom')]() { return `AbortSignal { aborted: ${this.#aborted} }`; }
  }
  const { is: isSignal, fire, follow } = AbortSignal;
  for (const name of ['is', 'fire', 'follow']) delete AbortSignal[name];
  internal.isSignal = isSignal;
  internal.follow = follow;

  class AbortController {
    #signal = new AbortSignal(made);
    get signal() { return this.#signal; }
    abort(reason) { fire(this.#signal, reason); }
    get [Symbol.toStringTag]() { return 'AbortController'; }
    [Symbol.for('nodejs.util.inspect.custom')]() { return `AbortController { signal: AbortSignal { aborted: ${this.#signal.aborted} } }`; }
  }
  define('AbortSignal', AbortSignal);
  define('AbortController', AbortController);
})
