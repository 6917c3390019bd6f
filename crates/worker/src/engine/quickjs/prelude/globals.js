// What the engine leaves out or gets wrong: helpers for lowered decorators, a random
// generator that differs between forks, and shared memory, which a single thread has no use for.
(function (native, internal) {
  'use strict';
  delete globalThis.SharedArrayBuffer;
  delete globalThis.Atomics;
  Object.defineProperty(Math, 'random', {
    value: function random() { return native.random(); }, writable: true, configurable: true, enumerable: false,
  });

  for (const name of ['crypto', 'Crypto', 'CryptoKey', 'SubtleCrypto']) internal.lazyGlobal(name, () => internal.part('crypto')[name]);

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
  };
  Object.defineProperty(globalThis, 'babelHelpers', { value: Object.freeze(helpers), enumerable: false });
})
