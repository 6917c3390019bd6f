// What the engine leaves out or gets wrong: helpers for lowered decorators and `using`, a random
// generator that differs between forks, and shared memory, which a single thread has no use for.
(function (native, internal) {
  'use strict';
  delete globalThis.SharedArrayBuffer;
  delete globalThis.Atomics;
  Object.defineProperty(Math, 'random', {
    value: function random() { return native.random(); }, writable: true, configurable: true, enumerable: false,
  });

  const helpers = {
    decorate(decorators, target, key, description) {
      const count = arguments.length;
      let result = count < 3 ? target
        : description === null ? (description = Object.getOwnPropertyDescriptor(target, key)) : description;
      for (let at = decorators.length - 1; at >= 0; at--) {
        const decorator = decorators[at];
        if (decorator) {
          result = (count < 3 ? decorator(result)
            : count > 3 ? decorator(target, key, result) : decorator(target, key)) || result;
        }
      }
      if (count > 3 && result) Object.defineProperty(target, key, result);
      return result;
    },
    decorateParam(index, decorator) { return (target, key) => decorator(target, key, index); },
    decorateMetadata() { return undefined; },
    usingCtx() {
      const stack = [];
      let failed = false, failure;
      const add = (value, isAsync) => {
        if (value === null || value === undefined) {
          if (isAsync) stack.push({ isAsync });
          return value;
        }
        let dispose = isAsync ? value[asyncDispose] : undefined;
        dispose ??= value[syncDispose];
        if (typeof dispose !== 'function') throw new TypeError('the value of a using declaration is not disposable');
        stack.push({ value, dispose, isAsync });
        return value;
      };
      const note = (error) => {
        failure = failed ? Object.assign(new Error('an error was suppressed during disposal'), { name: 'SuppressedError', error, suppressed: failure }) : error;
        failed = true;
      };
      return {
        set e(error) { failed = true; failure = error; },
        u: (value) => add(value, false),
        a: (value) => add(value, true),
        d() {
          const end = () => { if (failed) throw failure; };
          const next = () => {
            while (stack.length > 0) {
              const { value, dispose, isAsync } = stack.pop();
              try {
                const done = dispose === undefined ? undefined : dispose.call(value);
                if (isAsync) return Promise.resolve(done).then(next, (error) => { note(error); return next(); });
              } catch (error) { note(error); }
            }
            return end();
          };
          return next();
        },
      };
    },
  };
  const syncDispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');
  const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
  for (const [name, value] of [['dispose', syncDispose], ['asyncDispose', asyncDispose]]) {
    if (Symbol[name] === undefined) Object.defineProperty(Symbol, name, { value });
  }
  Object.defineProperty(globalThis, 'babelHelpers', { value: Object.freeze(helpers), enumerable: false });
})
