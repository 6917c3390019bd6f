// What the engine leaves out or gets wrong: a random generator that differs between forks, and shared
// memory, which a single thread has no use for.
(function (native, internal) {
  'use strict';
  delete globalThis.SharedArrayBuffer;
  delete globalThis.Atomics;
  Object.defineProperty(Math, 'random', {
    value: function random() { return native.random(); }, writable: true, configurable: true, enumerable: false,
  });

  for (const name of ['crypto', 'Crypto', 'CryptoKey', 'SubtleCrypto']) internal.lazyGlobal(name, () => internal.part('crypto')[name]);
})
