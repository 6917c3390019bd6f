// node:assert: what has to hold, or an AssertionError says what does not.
(function (native, internal) {
  'use strict';
  const { AssertionError, compared } = internal.part('node_assert_error');
  const { isDeepEqual, isDeepStrictEqual, isPartialStrictEqual } = internal.part('node_compare');
  const { codes, received, validateFunction, validateObject } = internal.part('node_codes');
  const { ERR_AMBIGUOUS_ARGUMENT, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_VALUE, ERR_MISSING_ARGS } = codes;
  const show = (value, options) => internal.inspectAs(value, options);
  const isObject = (value) => value !== null && typeof value === 'object';
  const isRegExp = (value) => isObject(value) && internal.kindOf(value) === 'RegExp';
  const isError = (value) => value instanceof Error;

  // A message may be an error of the caller's own. What is thrown tells nothing of the functions here.
  function fail(details) {
    if (isError(details.message)) throw details.message;
    const error = new AssertionError(details);
    if (details.generated !== undefined) error.generatedMessage = details.generated;
    throw error;
  }

  function holds(args, stackStartFn) {
    const [actual, message] = args;
    if (actual) return;
    const generated = args.length === 0 || message === undefined || message === null;
    fail({
      actual, expected: true, operator: '==', stackStartFn, generated,
      message: args.length === 0 ? 'No value argument passed to `assert.ok()`' : message ?? `The expression evaluated to a falsy value: ${show(actual)}`,
    });
  }
  function ok(...args) { holds(args, ok); }
  function assert(...args) { holds(args, assert); }

  // Functions of two values: what they compare by, and the name of it in the error.
  const looselyEqual = (one, other) => one == other || (Number.isNaN(one) && Number.isNaN(other));
  const not = (compare) => (one, other) => !compare(one, other);
  const comparisons = {};
  for (const [name, compare, operator = name] of [
    ['equal', looselyEqual, '=='], ['notEqual', not(looselyEqual), '!='], ['deepEqual', isDeepEqual], ['notDeepEqual', not(isDeepEqual)],
    ['deepStrictEqual', isDeepStrictEqual], ['notDeepStrictEqual', not(isDeepStrictEqual)], ['strictEqual', Object.is], ['notStrictEqual', not(Object.is)],
    ['partialDeepStrictEqual', isPartialStrictEqual],
  ]) {
    const check = comparisons[name] = { [name](actual, expected, message) {
      if (arguments.length < 2) throw new ERR_MISSING_ARGS('actual', 'expected');
      if (!compare(actual, expected)) fail({ actual, expected, message, operator, stackStartFn: check });
    } }[name];
  }

  function text(name, wanted) {
    const check = { [name](string, regexp, message) {
      if (!isRegExp(regexp)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp);
      const typed = typeof string === 'string';
      if (typed && (regexp.exec(string) !== null) === wanted) return;
      const problem = !typed ? `The "string" argument must be of type string.${received(string)}`
        : `The input ${wanted ? 'did not' : 'was expected to not'} match the regular expression ${show(regexp)}. Input:\n\n${show(string)}\n`;
      fail({ actual: string, expected: regexp, operator: name, stackStartFn: check, message: message ?? problem, generated: message === undefined || message === null });
    } }[name];
    return check;
  }

  // Whether what was thrown is what was wanted: a class, a function that says so, a pattern, or properties.
  function expect(actual, expected, message, stackStartFn) {
    const operator = stackStartFn.name;
    const refuse = (problem) => fail({ actual, expected, operator, stackStartFn, message: message ?? problem, generated: message === undefined || message === null });
    if (typeof expected !== 'function') {
      if (isRegExp(expected)) {
        if (!expected.test(String(actual))) refuse(`The input did not match the regular expression ${show(expected)}. Input:\n\n${show(String(actual))}\n`);
      } else expectProperties(actual, expected, refuse);
      return;
    }
    if (expected.prototype !== undefined && actual instanceof expected) return;
    if (expected === Error || Object.prototype.isPrototypeOf.call(Error, expected)) {
      const given = isError(actual) ? actual.constructor.name : show(actual, { depth: -1 });
      refuse(`The error is expected to be an instance of "${expected.name}". Received "${given}"${isError(actual) && actual.message ? `\n\nError message:\n\n${actual.message}` : ''}`);
    }
    const result = Reflect.apply(expected, {}, [actual]);
    if (result === true) return;
    const name = expected.name ? `"${expected.name}" ` : '';
    refuse(`The ${name}validation function is expected to return "true". Received ${show(result)}${isError(actual) ? `\n\nCaught error:\n\n${Error.prototype.toString.call(actual)}` : ''}`);
  }
  class Comparison {}
  function expectProperties(actual, expected, refuse) {
    if (!isObject(actual)) refuse(compared(actual, expected));
    const keys = Object.keys(expected);
    if (isError(expected)) keys.push('name', 'message');
    else if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object');
    const matches = (key) => key in actual && ((typeof actual[key] === 'string' && isRegExp(expected[key]) && expected[key].test(actual[key]))
      || isDeepStrictEqual(actual[key], expected[key]));
    if (keys.every(matches)) return;
    // What matches a pattern is shown as it is in both.
    const [one, other] = [new Comparison(), new Comparison()];
    for (const key of keys) {
      if (key in actual) one[key] = actual[key];
      other[key] = matches(key) ? actual[key] : expected[key];
    }
    refuse(compared(one, other));
  }

  const NOTHING = Symbol('nothing');
  function outcomeOf(run) {
    validateFunction(run, 'fn');
    try { run(); } catch (error) { return error; }
    return NOTHING;
  }
  const isPromise = (value) => isObject(value) && typeof value.then === 'function' && (value instanceof Promise || typeof value.catch === 'function');
  async function rejectionOf(run) {
    let promise = run;
    if (typeof run === 'function') {
      promise = run();
      if (!isPromise(promise)) throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
    } else if (!isPromise(run)) throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], run);
    try { await promise; } catch (error) { return error; }
    return NOTHING;
  }
  // A text in the place of what is wanted is the message.
  function wantedOf(check, error, message) {
    if (typeof error === 'string') return [undefined, error];
    if (error !== undefined && error !== null && typeof error !== 'object' && typeof error !== 'function') {
      throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error);
    }
    return [error, message];
  }
  function mustFail(check, outcome, error, given) {
    if (typeof error === 'string' && outcome !== NOTHING) {
      if (isObject(outcome) && outcome.message === error) throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `The error message "${error}" is identical to the message.`);
      if (outcome === error) throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `The error "${error}" is identical to the message.`);
    }
    const [expected, message] = wantedOf(check, error, given);
    if (outcome === NOTHING) {
      const kind = check === rejects ? 'rejection' : 'exception';
      if (isError(message)) throw message;
      fail({
        actual: undefined, expected, operator: check.name, stackStartFn: check,
        message: `Missing expected ${kind}${expected?.name ? ` (${expected.name})` : ''}${message ? `: ${message}` : '.'}`,
      });
    }
    if (expected !== undefined && expected !== null) expect(outcome, expected, message, check);
  }
  function mustNotFail(check, outcome, error, given) {
    if (outcome === NOTHING) return;
    const [expected, message] = wantedOf(check, error, given);
    if (expected && !isLike(outcome, expected)) throw outcome;
    const kind = check === doesNotReject ? 'rejection' : 'exception';
    fail({
      actual: outcome, expected, operator: check.name, stackStartFn: check,
      message: `Got unwanted ${kind}${message ? `: ${message}` : '.'}\nActual message: "${outcome?.message}"`,
    });
  }
  function isLike(actual, expected) {
    if (isRegExp(expected)) return expected.test(String(actual));
    if (typeof expected !== 'function') throw new ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], expected);
    if (expected.prototype !== undefined && actual instanceof expected) return true;
    return !Object.prototype.isPrototypeOf.call(Error, expected) && expected !== Error && Reflect.apply(expected, {}, [actual]) === true;
  }
  function throws(run, error, message) { mustFail(throws, outcomeOf(run), error, message); }
  function doesNotThrow(run, error, message) { mustNotFail(doesNotThrow, outcomeOf(run), error, message); }
  async function rejects(run, error, message) { mustFail(rejects, await rejectionOf(run), error, message); }
  async function doesNotReject(run, error, message) { mustNotFail(doesNotReject, await rejectionOf(run), error, message); }

  function ifError(error) {
    if (error === null || error === undefined) return;
    const problem = isObject(error) && typeof error.message === 'string' ? error.message || error.constructor?.name : show(error);
    fail({ actual: error, expected: null, operator: 'ifError', stackStartFn: ifError, message: `ifError got unwanted exception: ${problem}` });
  }
  function failed(...args) {
    const [actual, expected, message, operator = '!='] = args;
    if (args.length > 1) fail({ actual, expected, message, operator, stackStartFn: failed });
    fail({ operator: 'fail', stackStartFn: failed, message: actual ?? 'Failed', generated: actual === undefined || actual === null });
  }
  Object.defineProperty(failed, 'name', { value: 'fail' });

  class CallTracker {
    constructor() { throw internal.unsupported('assert.CallTracker', 'count the calls in the function itself'); }
  }
  const { equal, notEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual, strictEqual, notStrictEqual, partialDeepStrictEqual } = comparisons;
  const all = {
    ok, fail: failed, equal, notEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual, strictEqual, notStrictEqual, partialDeepStrictEqual,
    match: text('match', true), doesNotMatch: text('doesNotMatch', false), throws, rejects, doesNotThrow, doesNotReject, ifError,
  };
  const strictly = { equal: strictEqual, notEqual: notStrictEqual, deepEqual: deepStrictEqual, notDeepEqual: notDeepStrictEqual };
  // The same as an object of one's own.
  class Assert {
    constructor(options = {}) {
      validateObject(options, 'options');
      if (options.skipPrototype) throw internal.unsupported('the option skipPrototype of Assert', 'use deepEqual or partialDeepStrictEqual');
      Object.assign(this, all, options.strict === false ? {} : strictly);
    }
  }
  Assert.prototype.AssertionError = AssertionError;
  function strict(...args) { holds(args, strict); }
  Object.assign(assert, { AssertionError, CallTracker }, all, { strict, Assert });
  Object.defineProperty(assert, 'name', { value: 'ok' });
  Object.assign(strict, assert, strictly);
  strict.strict = strict;
  return assert;
})
