// AbortController and AbortSignal.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { exception, finish, illegal, wrongType, CUSTOM } = web;
  const { Event, EventTarget, handled, makeTrusted } = internal.part('web:events');
  const { setTimeout } = globalThis;
  const made = Symbol('made');
  const usual = () => exception('This operation was aborted', 'AbortError');

  let isSignal, fire, follow;
  class AbortSignal extends EventTarget {
    #reason;
    #aborted = false;
    // Called before any listener, and out of a program's reach.
    #followers = new Set();
    // Signals that `any` made of this one.
    #dependents = new Set();
    // And the ones that it was made of.
    #sources = new Set();
    static {
      isSignal = (value) => typeof value === 'object' && value !== null && #aborted in value;
      fire = (signal, reason) => { signal.#abort(reason); };
      follow = (signal, follower) => { signal.#followers.add(follower); return () => { signal.#followers.delete(follower); }; };
    }
    constructor(key) {
      if (key !== made) throw illegal();
      super();
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }

    #abort(reason) {
      if (this.#aborted) return;
      const all = [this, ...this.#dependents].filter((signal) => !signal.#aborted);
      for (const signal of all) {
        signal.#aborted = true;
        signal.#reason = reason;
      }
      for (const signal of all) signal.#tell();
    }
    #tell() {
      const followers = [...this.#followers];
      this.#followers.clear();
      this.#dependents.clear();
      for (const follower of followers) follower(this.#reason);
      this.dispatchEvent(makeTrusted(new Event('abort')));
    }

    static abort(reason = usual()) {
      const signal = new AbortSignal(made);
      signal.#aborted = true;
      signal.#reason = reason;
      return signal;
    }
    static timeout(delay) {
      if (typeof delay !== 'number') throw wrongType('delay', 'of type number', delay);
      if (!(Number.isInteger(delay) && delay >= 0 && delay <= 4294967295)) {
        throw internal.nodeErrors.range('delay', Number.isInteger(delay) ? '>= 0 && <= 4294967295' : 'an integer', delay);
      }
      const signal = new AbortSignal(made);
      setTimeout(() => { fire(signal, exception('The operation was aborted due to timeout', 'TimeoutError')); }, delay).unref();
      return signal;
    }
    static any(signals) {
      if (typeof signals?.[Symbol.iterator] !== 'function') throw web.coded(TypeError, 'ERR_INVALID_ARG_TYPE', 'Value can not be converted to sequence.');
      const all = [...signals];
      for (const [at, signal] of all.entries()) if (!isSignal(signal)) throw wrongType(`signals[${at}]`, 'an instance of AbortSignal', signal);
      const any = new AbortSignal(made);
      const aborted = all.find((signal) => signal.#aborted);
      if (aborted !== undefined) {
        any.#aborted = true;
        any.#reason = aborted.#reason;
      } else {
        const roots = all.flatMap((signal) => (signal.#sources.size > 0 ? [...signal.#sources] : [signal]));
        any.#sources = new Set(roots);
        for (const root of any.#sources) root.#dependents.add(any);
      }
      return any;
    }
    [CUSTOM](depth) { return depth < 0 ? '[AbortSignal]' : `AbortSignal { aborted: ${this.#aborted} }`; }
  }
  handled(AbortSignal, 'abort');
  finish(AbortSignal);

  class AbortController {
    #signal = new AbortSignal(made);
    get signal() { return this.#signal; }
    abort(reason = usual()) { fire(this.#signal, reason); }
    [CUSTOM](depth) { return depth < 0 ? '[AbortController]' : `AbortController { signal: AbortSignal { aborted: ${this.#signal.aborted} } }`; }
  }
  finish(AbortController);
  return { AbortSignal, AbortController, isSignal, follow };
})
