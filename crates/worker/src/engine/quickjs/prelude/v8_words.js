// What errors of the language say: the words of V8, which programs print, match and were written for.
// Where V8 names a value that the engine does not tell, the engine's own words stand.
(function (native, internal) {
  'use strict';
  const exec = (pattern, text) => RegExp.prototype.exec.call(pattern, text);

  // Thrown by an operator, in the program's own function.
  const OF_OPERATORS = {
    'BigInt division by zero': 'Division by zero',
    'cannot convert BigInt to number': 'Cannot mix BigInt and other types, use explicit conversions',
    'cannot convert symbol to string': 'Cannot convert a Symbol value to a string',
    'cannot convert symbol to number': 'Cannot convert a Symbol value to a number',
    "invalid 'instanceof' right operand": "Right-hand side of 'instanceof' is not callable",
    'this is not initialized': "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
  };
  const PATTERNS = [
    [/^cannot read property '([^]*)' of (undefined|null)$/, (name, of) => `Cannot read properties of ${of} (reading '${name}')`],
    [/^cannot set property '([^]*)' of (undefined|null)$/, (name, of) => `Cannot set properties of ${of} (setting '${name}')`],
    [/^'[^']*' is read-only$/, () => 'Assignment to constant variable.'],
    [/^(\S+) is not initialized$/, (name) => `Cannot access '${name}' before initialization`],
    [/^private class field '(#\S+)' does not exist$/, (name) => `Cannot read private member ${name} from an object whose class did not declare it`],
  ];

  // Thrown by a function of the language.
  const OF_FUNCTIONS = {
    'circular reference': 'Converting circular structure to JSON',
    'BigInt are forbidden in JSON.stringify': 'Do not know how to serialize a BigInt',
    'empty array': 'Reduce of empty array with no initial value',
    'BigInt division by zero': 'Division by zero',
    'cannot convert BigInt to number': 'Cannot convert a BigInt value to a number',
    'cannot convert symbol to string': 'Cannot convert a Symbol value to a string',
    'cannot convert symbol to number': 'Cannot convert a Symbol value to a number',
    'cannot convert to object': 'Cannot convert undefined or null to object',
    'null or undefined are forbidden': 'Cannot convert undefined or null to object',
    'Date value is NaN': 'Invalid time value',
    'invalid array length': 'Invalid array length',
    'invalid string length': 'Invalid string length',
    'invalid repeat count': 'Invalid count value',
    'out of bound': 'Offset is outside the bounds of the DataView',
    'invalid value used as WeakMap key': 'Invalid value used as weak map key',
    'toString() radix argument must be between 2 and 36': 'toString() radix must be between 2 and 36',
  };
  const DIGITS = {
    toFixed: 'toFixed() digits argument must be between 0 and 100',
    toPrecision: 'toPrecision() argument must be between 1 and 100',
    toExponential: 'toExponential() argument must be between 0 and 100',
  };
  const BYTES = { Int16Array: 2, Uint16Array: 2, Int32Array: 4, Uint32Array: 4, Float32Array: 4, Float64Array: 8, BigInt64Array: 8, BigUint64Array: 8 };
  const own = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);

  function ofFunction(error, message, name) {
    if (error instanceof URIError) return 'URI malformed';
    if (message === 'invalid number of digits') return own(DIGITS, name);
    if (message === "constructor requires 'new'" && name) return `Constructor ${name} requires 'new'`;
    if (message === 'invalid length' && own(BYTES, name)) return `byte length of ${name} should be a multiple of ${BYTES[name]}`;
    if (message === 'not an integral number') return 'Invalid array length';
    return own(OF_FUNCTIONS, message);
  }

  // V8's words for a message of the engine, when they are known.
  internal.wordsOfV8 = function (error, message, site) {
    if (site.isNative()) return ofFunction(error, message, site.getFunctionName());
    const words = own(OF_OPERATORS, message);
    if (words !== undefined) return words;
    for (const [pattern, say] of PATTERNS) {
      const found = exec(pattern, message);
      if (found !== null) return say(found[1], found[2]);
    }
    return undefined;
  };

  const define = (target, key, value) =>
    Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false });

  const { any } = Promise;
  const { then } = Promise.prototype;
  define(Promise, 'any', { any(promises) {
    return Reflect.apply(then, Reflect.apply(any, this, [promises]), [undefined, (error) => {
      if (error instanceof AggregateError && error.message === '') define(error, 'message', 'All promises were rejected');
      throw error;
    }]);
  } }.any);

  const { parse } = JSON;
  define(JSON, 'parse', { parse(text, reviver) {
    try { return reviver === undefined ? parse(text) : parse(text, reviver); } catch (error) {
      if (error instanceof SyntaxError && typeof text !== 'symbol') define(error, 'message', internal.part('json_words').whyNotJson(`${text}`) ?? error.message);
      throw error;
    }
  } }.parse);
})
