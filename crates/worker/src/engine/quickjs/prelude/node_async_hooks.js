// node:async_hooks: AsyncLocalStorage and AsyncResource. What a callback belongs to is kept with timers,
// ticks, microtasks and `then`. The engine tells nobody what goes on behind an `await`: a store that
// would have to live through one is refused.
(function (native, internal) {
  'use strict';
  const { validateFunction } = internal.part('node_codes');
  const { unsupported } = internal;
  // What each storage holds now: a Map that is never changed, only replaced.
  let current;
  internal.asyncContext = () => current;
  internal.inAsyncContext = function (context, run, self, args) {
    const before = current;
    current = context;
    try { return Reflect.apply(run, self, args); } finally { current = before; }
  };
  // A callback that runs later finds what its maker had.
  internal.kept = function (callback) {
    const context = current;
    return typeof callback !== 'function' || context === undefined ? callback : (...args) => internal.inAsyncContext(context, callback, undefined, args);
  };
  const { then } = Promise.prototype;
  Object.defineProperty(Promise.prototype, 'then', {
    value: { then(fulfilled, rejected) { return then.call(this, internal.kept(fulfilled), internal.kept(rejected)); } }.then,
    writable: true, configurable: true, enumerable: false,
  });

  class AsyncLocalStorage {
    constructor(options) { this.defaultValue = options?.defaultValue; this.name = options?.name ?? ''; }
    static bind(run) { return AsyncResource.bind(run); }
    static snapshot() {
      const context = current;
      return (run, ...args) => internal.inAsyncContext(context, run, undefined, args);
    }
    getStore() { return current?.has(this) ? current.get(this) : this.defaultValue; }
    enterWith(store) { current = new Map(current).set(this, store); }
    run(store, run, ...args) {
      if (internal.kindOf(run).startsWith('Async')) throw unsupported('AsyncLocalStorage.run with an async function', 'what comes after an await would not find the store; pass it as an argument');
      return internal.inAsyncContext(new Map(current).set(this, store), run, undefined, args);
    }
    exit(run, ...args) {
      const context = new Map(current);
      context.delete(this);
      return internal.inAsyncContext(context, run, undefined, args);
    }
    disable() { current = new Map(current); current.delete(this); }
  }
  let last = 1;
  class AsyncResource {
    #context = current;
    #id = ++last;
    constructor(type) { this.type = type; }
    runInAsyncScope(run, self, ...args) { return internal.inAsyncContext(this.#context, run, self, args); }
    bind(run) { const resource = this; return function (...args) { return resource.runInAsyncScope(run, this, ...args); }; }
    static bind(run, type) { validateFunction(run, 'fn'); return new AsyncResource(type ?? run.name).bind(run); }
    emitDestroy() { return this; }
    asyncId() { return this.#id; }
    triggerAsyncId() { return 1; }
  }
  return {
    AsyncLocalStorage, AsyncResource, executionAsyncId: () => 1, triggerAsyncId: () => 0, executionAsyncResource: () => ({}),
    createHook() { throw unsupported('async_hooks.createHook', 'use AsyncLocalStorage'); },
  };
})
