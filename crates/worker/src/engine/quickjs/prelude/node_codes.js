// The errors of Node's modules that have a code, worded as Node words them, and the checks of arguments that throw them.
(function (native, internal) {
  'use strict';
  const show = (value, options) => internal.inspectAs(value, options);
  const own = (error, key, value, enumerable = false) => Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable });
  const toString = function toString() { return `${this.name} [${this.code}]: ${this.message}`; };

  // What was given, as the end of a message.
  function received(value) {
    if (value === null || value === undefined) return ` Received ${value}`;
    if (typeof value === 'function') return ` Received function ${value.name}`;
    if (typeof value === 'object') {
      const name = value.constructor?.name;
      return name ? ` Received an instance of ${name}` : ` Received ${show(value, { depth: -1 })}`;
    }
    const shown = show(value, { colors: false });
    return ` Received type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
  }
  // 'a', 'a or b', 'a, b, or c'.
  const either = (words, last = 'or') => words.length < 3 ? words.join(` ${last} `) : `${words.slice(0, -1).join(', ')}, ${last} ${words.at(-1)}`;
  const TYPES = ['string', 'function', 'number', 'object', 'boolean', 'bigint', 'symbol'];

  // 'must be of type string or an instance of Buffer': kinds in lower case are types, others classes or words.
  function wanted(expected) {
    const [types, classes, words] = [[], [], []];
    for (const each of [expected].flat()) {
      if (TYPES.includes(each) || each === 'Function') types.push(each.toLowerCase());
      else if (each === 'Object') types.push('object');
      else if (/^[A-Z][A-Za-z0-9]*$/.test(each)) classes.push(each);
      else words.push(each);
    }
    if (classes.length > 0 && types.includes('object')) {
      types.splice(types.indexOf('object'), 1);
      classes.push('Object');
    }
    const parts = [];
    if (types.length > 0) parts.push(`${types.length > 1 ? 'one of type' : 'of type'} ${either(types)}`);
    if (classes.length > 0) parts.push(`an instance of ${either(classes)}`);
    if (words.length > 0) parts.push(words.length > 1 ? `one of ${either(words)}` : `${words[0].toLowerCase() === words[0] ? '' : 'an '}${words[0]}`);
    return parts.join(' or ');
  }
  const called = (name) => name.endsWith(' argument') ? name : `"${name}" ${name.includes('.') ? 'property' : 'argument'}`;
  // Long whole numbers are grouped by thousands.
  function grouped(value) {
    const long = typeof value === 'bigint' ? value > 2n ** 32n || value < -(2n ** 32n) : Number.isInteger(value) && Math.abs(value) > 2 ** 32;
    const text = typeof value === 'bigint' ? `${value}n` : long ? String(value) : show(value);
    return long ? text.replace(/\B(?=(\d{3})+(?!\d))/g, '_') : text;
  }

  const codes = {};
  // A class of errors: its code, what it extends, the message (or a function that gives it), and what the arguments are kept as.
  function define(code, Base, message, kept = []) {
    codes[code] = class extends Base {
      constructor(...args) {
        super(typeof message === 'function' ? message(...args) : message);
        own(this, 'toString', toString);
        own(this, 'code', code, true);
        kept.forEach((key, at) => { if (key !== undefined && at < args.length) own(this, key, args[at], true); });
        internal.showsCode(this);
      }
    };
    Object.defineProperty(codes[code], 'name', { value: Base.name });
  }
  for (const [code, Base, message, kept] of [
    ['ERR_AMBIGUOUS_ARGUMENT', TypeError, (name, problem) => `The "${name}" argument is ambiguous. ${problem}`],
    ['ERR_ARG_NOT_ITERABLE', TypeError, (name) => `${name} must be iterable`],
    ['ERR_BUFFER_OUT_OF_BOUNDS', RangeError, (name) => name ? `"${name}" is outside of buffer bounds` : 'Attempt to access memory outside buffer bounds'],
    ['ERR_BUFFER_TOO_LARGE', RangeError, (limit) => `Cannot create a Buffer larger than ${limit} bytes`],
    ['ERR_CONSTRUCT_CALL_REQUIRED', TypeError, (name) => `Class constructor ${name} cannot be invoked without \`new\``],
    ['ERR_EVENT_RECURSION', Error, (name) => `The event "${name}" is already being dispatched`],
    ['ERR_FALSY_VALUE_REJECTION', Error, 'Promise was rejected with falsy value', ['reason']],
    ['ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', TypeError, (name) => `The feature ${name} is unavailable on the current platform, which is being used to run Node.js`],
    ['ERR_ILLEGAL_CONSTRUCTOR', TypeError, 'Illegal constructor'],
    ['ERR_INTERNAL_ASSERTION', Error, (message) => message ?? 'This should not happen'],
    ['ERR_INVALID_ARG_TYPE', TypeError, (name, expected, value) => `The ${called(name)} must be ${wanted(expected)}.${received(value)}`],
    ['ERR_INVALID_ARG_VALUE', TypeError, (name, value, problem = 'is invalid') => {
      const shown = show(value);
      return `The ${name.includes('.') ? 'property' : 'argument'} '${name}' ${problem}. Received ${shown.length > 128 ? `${shown.slice(0, 128)}...` : shown}`;
    }],
    ['ERR_INVALID_BUFFER_SIZE', RangeError, (size) => `Buffer size must be a multiple of ${size}`],
    ['ERR_INVALID_FILE_URL_HOST', TypeError, (system) => `File URL host must be "localhost" or empty on ${system}`],
    ['ERR_INVALID_FILE_URL_PATH', TypeError, (problem) => `File URL path ${problem}`],
    ['ERR_INVALID_RETURN_VALUE', TypeError, (expected, name, value) => `Expected ${expected} to be returned from the "${name}" function but got${received(value).slice(' Received'.length)}.`],
    ['ERR_INVALID_STATE', Error, (problem) => `Invalid state: ${problem}`],
    ['ERR_INVALID_THIS', TypeError, (name) => `Value of "this" must be of type ${name}`],
    ['ERR_INVALID_TUPLE', TypeError, (name, expected) => `${name} must be an iterable ${expected} tuple`],
    ['ERR_INVALID_URI', URIError, 'URI malformed'],
    ['ERR_INVALID_URL', TypeError, 'Invalid URL', ['input', 'base']],
    ['ERR_INVALID_URL_SCHEME', TypeError, (expected) => `The URL must be of scheme ${either([expected].flat())}`],
    ['ERR_METHOD_NOT_IMPLEMENTED', Error, (name) => `The ${name} method is not implemented`],
    ['ERR_MISSING_ARGS', TypeError, (...names) => {
      const quoted = names.map((name) => Array.isArray(name) ? name.map((each) => `"${each}"`).join(' or ') : `"${name}"`);
      return `The ${either(quoted, 'and')} argument${names.length > 1 ? 's' : ''} must be specified`;
    }],
    ['ERR_MISSING_OPTION', TypeError, (name) => `${name} is required`],
    ['ERR_MULTIPLE_CALLBACK', Error, 'Callback called multiple times'],
    ['ERR_OPERATION_FAILED', Error, (problem) => `Operation failed: ${problem}`],
    ['ERR_OUT_OF_RANGE', RangeError, (name, range, value) => `The value of "${name}" is out of range. It must be ${range}. Received ${grouped(value)}`],
    ['ERR_PARSE_ARGS_INVALID_OPTION_VALUE', TypeError, (message) => message],
    ['ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL', TypeError, (value) => `Unexpected argument '${value}'. This command does not take positional arguments`],
    ['ERR_PARSE_ARGS_UNKNOWN_OPTION', TypeError, (option, positionals) =>
      `Unknown option '${option}'${positionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${JSON.stringify(option)}` : ''}`],
    ['ERR_STREAM_ALREADY_FINISHED', Error, (name) => `Cannot call ${name} after a stream was finished`],
    ['ERR_STREAM_CANNOT_PIPE', Error, 'Cannot pipe, not readable'],
    ['ERR_STREAM_DESTROYED', Error, (name) => `Cannot call ${name} after a stream was destroyed`],
    ['ERR_STREAM_NULL_VALUES', TypeError, 'May not write null values to stream'],
    ['ERR_STREAM_PREMATURE_CLOSE', Error, 'Premature close'],
    ['ERR_STREAM_PUSH_AFTER_EOF', Error, 'stream.push() after EOF'],
    ['ERR_STREAM_UNABLE_TO_PIPE', Error, 'Cannot pipe to a closed or destroyed stream'],
    ['ERR_STREAM_UNSHIFT_AFTER_END_EVENT', Error, 'stream.unshift() after end event'],
    ['ERR_STREAM_WRAP', Error, 'Stream has StringDecoder set or is in objectMode'],
    ['ERR_STREAM_WRITE_AFTER_END', Error, 'write after end'],
    ['ERR_UNAVAILABLE_DURING_EXIT', Error, 'Cannot call function in process exit handler'],
    ['ERR_UNHANDLED_ERROR', Error, (value) => value === undefined ? 'Unhandled error.' : `Unhandled error. (${value})`, [undefined, 'context']],
    ['ERR_UNKNOWN_ENCODING', TypeError, (name) => `Unknown encoding: ${name}`],
    ['ERR_UNKNOWN_SIGNAL', TypeError, (name) => `Unknown signal: ${name}`],
    ['ERR_USE_AFTER_CLOSE', Error, (name) => `${name} was closed`],
  ]) define(code, Base, message, kept);

  class AbortError extends Error {
    constructor(message = 'The operation was aborted', options) {
      if (options !== undefined && typeof options !== 'object') throw new codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
      super(message, options);
      own(this, 'code', 'ABORT_ERR', true);
      own(this, 'name', 'AbortError', true);
    }
  }
  // Two failures of one action as one error: `inner` came while `outer` was dealt with.
  function aggregateTwoErrors(inner, outer) {
    if (!inner || !outer || inner === outer) return inner || outer;
    if (Array.isArray(outer.errors)) {
      outer.errors.push(inner);
      return outer;
    }
    return own(new AggregateError([outer, inner], outer.message), 'code', outer.code, true);
  }

  const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = codes;
  const ofType = (type) => function (value, name) { if (typeof value !== type) throw new ERR_INVALID_ARG_TYPE(name, type, value); };
  const [validateString, validateBoolean, validateFunction] = ['string', 'boolean', 'function'].map(ofType);
  function validateNumber(value, name, least, most) {
    if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
    if ((least !== undefined && value < least) || (most !== undefined && value > most) || ((least !== undefined || most !== undefined) && Number.isNaN(value))) {
      throw new ERR_OUT_OF_RANGE(name, [least === undefined ? [] : `>= ${least}`, most === undefined ? [] : `<= ${most}`].flat().join(' && '), value);
    }
  }
  const whole = (low, high) => function (value, name, least = low, most = high) {
    if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
    if (!Number.isInteger(value)) throw new ERR_OUT_OF_RANGE(name, 'an integer', value);
    if (value < least || value > most) throw new ERR_OUT_OF_RANGE(name, `>= ${least} && <= ${most}`, value);
  };
  const validateInteger = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const validateInt32 = whole(-2147483648, 2147483647);
  const unsigned = whole(0, 4294967295);
  const validateUint32 = (value, name, positive = false) => { unsigned(value, name, positive ? 1 : 0); };
  // What else than a plain object is taken; the sum of them is `options`.
  const kObject = { none: 0, nullable: 1, arrays: 2, functions: 4 };
  function validateObject(value, name, options = 0) {
    if (value === null ? (options & kObject.nullable) !== 0 : Array.isArray(value) ? (options & kObject.arrays) !== 0
      : typeof value === 'object' || (typeof value === 'function' && (options & kObject.functions) !== 0)) return;
    throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
  }
  function validateArray(value, name, least = 0) {
    if (!Array.isArray(value)) throw new ERR_INVALID_ARG_TYPE(name, 'Array', value);
    if (value.length < least) throw new ERR_INVALID_ARG_VALUE(name, value, `must be longer than ${least}`);
  }
  const arrayOf = (check) => function (value, name) {
    validateArray(value, name);
    value.forEach((each, at) => { check(each, `${name}[${at}]`); });
  };
  function validateOneOf(value, name, allowed) {
    if (!allowed.includes(value)) throw new ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${allowed.map((each) => typeof each === 'string' ? `'${each}'` : String(each)).join(', ')}`);
  }
  function validateAbortSignal(value, name) {
    if (value !== undefined && (value === null || typeof value !== 'object' || !('aborted' in value))) throw new ERR_INVALID_ARG_TYPE(name, 'AbortSignal', value);
  }
  const checks = {
    validateString, validateBoolean, validateFunction, validateNumber, validateInteger, validateInt32, validateUint32, validateObject, validateArray,
    validateStringArray: arrayOf(validateString), validateBooleanArray: arrayOf(validateBoolean), validateOneOf, validateUnion: validateOneOf, validateAbortSignal,
    validateUndefined(value, name) { if (value !== undefined) throw new ERR_INVALID_ARG_TYPE(name, 'undefined', value); },
    validateBuffer(value, name = 'buffer') { if (!ArrayBuffer.isView(value)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value); },
  };
  return { codes, AbortError, aggregateTwoErrors, received, ...checks };
})
