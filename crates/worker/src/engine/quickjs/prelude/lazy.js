// What is made at its first use: files of the prelude that most programs do without, the modules of
// Node among them, and globals whose value such a file gives.
(function (native, internal) {
  'use strict';
  // Parts: what a file gives, by its key. A file runs once.
  const files = internal.lazy;
  const small = new Map();
  const parts = new Map();
  internal.part = function (key) {
    if (!parts.has(key)) parts.set(key, small.has(key) ? small.get(key)() : files[key](native, internal));
    return parts.get(key);
  };
  internal.addPart = (key, make) => { small.set(key, make); };

  // Modules of Node: `node:x` and its object. A file of the prelude adds what is made already;
  // `internal.addModule` adds what `make` gives when it is first wanted.
  const later = new Map();
  internal.nodeModules = new Map();
  for (const key of Object.keys(files)) if (key.startsWith('node:')) later.set(key, () => internal.part(key));
  internal.addModule = (name, make) => { later.set(name, make); };
  internal.nodeModule = function (name) {
    let module = internal.nodeModules.get(name);
    if (module === undefined && later.has(name)) {
      module = later.get(name)();
      internal.nodeModules.set(name, module);
    }
    return module;
  };
  internal.nodeModuleNames = () => [...new Set([...internal.nodeModules.keys(), ...later.keys()])].sort();
  internal.modules = () => [...internal.nodeModules];

  // A callback that is called later, with what belongs to it; node:async_hooks makes it so.
  internal.kept = (callback) => callback;

  // A global that is `make()` from its first use on. What a program sets it to stands.
  internal.lazyGlobal = function (name, make) {
    const set = (value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
    Object.defineProperty(globalThis, name, {
      get() { const value = make(); set(value); return value; }, set,
      configurable: true, enumerable: false,
    });
  };
})
