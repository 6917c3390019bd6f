// What the files of the prelude build on in every engine, as Deno has it: how values are shown and told
// apart, where a program is now, and its own lines in a stack.
import { types } from 'node:util';
import { onReply, requests } from './wire.js';

const { inspect } = Deno;
const { getPrototypeOf } = Object;
const { isArray } = Array;
const { captureStackTrace } = Error;

export const native = { ...requests };
export const internal = {
  atEnd() {},
  modules: () => [],
};
onReply((...reply) => internal.deliver(...reply));

internal.inspect = function (value, options) {
  try { return inspect(value, options); } catch { return '(a value that cannot be shown)'; }
};
internal.format = (args) => args.map((each) => internal.inspect(each)).join(' ');

// By the engine's own word: prototypes can lie.
const KINDS = [
  ['Proxy', types.isProxy], ['Array', isArray], ['Error', types.isNativeError], ['Map', types.isMap], ['Set', types.isSet],
  ['TypedArray', types.isTypedArray], ['ArrayBuffer', types.isAnyArrayBuffer], ['DataView', types.isDataView],
  ['Promise', types.isPromise], ['Date', types.isDate], ['RegExp', types.isRegExp], ['Arguments', types.isArgumentsObject],
  ['Number', types.isNumberObject], ['String', types.isStringObject], ['Boolean', types.isBooleanObject],
  ['BigInt', types.isBigIntObject], ['Symbol', types.isSymbolObject], ['WeakMap', types.isWeakMap], ['WeakSet', types.isWeakSet],
  ['WeakRef', (value) => value instanceof WeakRef],
];
internal.kindOf = function (value) {
  if (getPrototypeOf(value) === Object.prototype && !types.isProxy(value) && !types.isArgumentsObject(value)) return 'Object';
  for (const [kind, is] of KINDS) if (is(value)) return kind;
  return 'Object';
};

const { constructor: Timeout } = (() => {
  const timer = setTimeout(() => {});
  clearTimeout(timer);
  return Object(timer);
})();
internal.isTimer = (value) => Timeout !== Number && value instanceof Timeout;

// Frames that a program's author knows: not ours, not Deno's own, not those without a place.
const HIDDEN = /file:\/\/\/guest\/|\bext:|\bnode:|\(<anonymous>\)|at <anonymous>$|\(native|\(index \d+\)$|code-executor:/;
internal.framesOf = function (stack) {
  if (typeof stack !== 'string') return [];
  return stack.split('\n').filter((line) => line.startsWith('    at ') && !HIDDEN.test(line));
};

// Where the program is now, and an error that says it happened there: an answer comes when the call
// that asked for it is no longer on the stack.
internal.here = function here() {
  const holder = {};
  captureStackTrace(holder, here);
  return holder;
};
internal.placed = function (error, from) {
  if (from === undefined) return error;
  // Once read, it has what Deno looks for in an error that ends a module; without, Deno makes another.
  void error.stack;
  let text;
  const set = (value) => Object.defineProperty(error, 'stack', { value, writable: true, configurable: true, enumerable: false });
  Object.defineProperty(error, 'stack', {
    get() { return text ??= [internal.header(error), ...internal.framesOf(from.stack)].join('\n'); },
    set, configurable: true, enumerable: false,
  });
  return error;
};
internal.unsupported = function (what, advice) {
  const error = new Error(`${what} is not supported here: ${advice}`);
  error.code = 'ERR_METHOD_NOT_IMPLEMENTED';
  return error;
};
