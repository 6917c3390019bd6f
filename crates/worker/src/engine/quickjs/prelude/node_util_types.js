// node:util/types: what kind of object a value is, by the engine's own word.
(function (native, internal) {
  'use strict';
  const { kindOf } = internal;
  const { classOf } = native;
  const isObject = (value) => value !== null && typeof value === 'object';
  const types = {};
  const define = (name, test) => { types[name] = test; };
  for (const [name, kind] of [
    ['isDate', 'Date'], ['isRegExp', 'RegExp'], ['isMap', 'Map'], ['isSet', 'Set'], ['isWeakMap', 'WeakMap'], ['isWeakSet', 'WeakSet'], ['isPromise', 'Promise'],
    ['isProxy', 'Proxy'], ['isTypedArray', 'TypedArray'], ['isDataView', 'DataView'], ['isArrayBuffer', 'ArrayBuffer'], ['isAnyArrayBuffer', 'ArrayBuffer'],
    ['isArgumentsObject', 'Arguments'], ['isNativeError', 'Error'], ['isNumberObject', 'Number'], ['isStringObject', 'String'], ['isBooleanObject', 'Boolean'],
    ['isSymbolObject', 'Symbol'], ['isBigIntObject', 'BigInt'],
  ]) define(name, (value) => (isObject(value) || (name === 'isProxy' && typeof value === 'function')) && kindOf(value) === kind);
  const BOXED = ['Number', 'String', 'Boolean', 'Symbol', 'BigInt'];
  define('isBoxedPrimitive', (value) => isObject(value) && BOXED.includes(kindOf(value)));
  define('isArrayBufferView', (value) => ArrayBuffer.isView(value));
  define('isSharedArrayBuffer', () => false);
  define('isExternal', () => false);
  define('isAsyncFunction', (value) => typeof value === 'function' && kindOf(value).startsWith('Async'));
  define('isGeneratorFunction', (value) => typeof value === 'function' && kindOf(value).endsWith('GeneratorFunction'));
  for (const [name, sample] of [
    ['isGeneratorObject', (function* () {})()], ['isMapIterator', new Map().entries()], ['isSetIterator', new Set().values()],
  ]) {
    const wanted = classOf(sample);
    define(name, (value) => isObject(value) && classOf(value) === wanted);
  }
  define('isModuleNamespaceObject', (value) => isObject(value) && Object.getPrototypeOf(value) === null && Object.isSealed(value) === false && value[Symbol.toStringTag] === 'Module');
  const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
  for (const kind of ['Uint8', 'Uint8Clamped', 'Uint16', 'Uint32', 'Int8', 'Int16', 'Int32', 'Float16', 'Float32', 'Float64', 'BigInt64', 'BigUint64']) {
    define(`is${kind}Array`, (value) => ArrayBuffer.isView(value) && tagOf.call(value) === `${kind}Array`);
  }
  define('isKeyObject', (value) => isObject(value) && value.constructor?.name.endsWith('KeyObject') === true);
  define('isCryptoKey', (value) => typeof CryptoKey === 'function' && value instanceof CryptoKey);
  return types;
})
