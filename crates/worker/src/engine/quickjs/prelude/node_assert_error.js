// AssertionError of node:assert, and how it words what differs: two values line by line.
(function (native, internal) {
  'use strict';
  const { validateObject } = internal.part('node_codes');
  // More lines than these are compared as a whole.
  const MOST_PAIRS = 1_000_000;
  const CONTEXT = 5;
  const HEADERS = {
    deepStrictEqual: 'Expected values to be strictly deep-equal:', strictEqual: 'Expected values to be strictly equal:',
    partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
    notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:', notStrictEqual: 'Expected "actual" to be strictly unequal to:',
    same: 'Expected "actual" to be reference-equal to "expected":', notSame: 'Expected "actual" not to be reference-equal to "expected":',
    alike: 'Values have same structure but are not reference-equal:',
  };
  const isObject = (value) => value !== null && typeof value === 'object';
  const isReference = (value) => isObject(value) || typeof value === 'function';

  const show = (value) => internal.inspectAs(value, {
    compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, maxStringLength: Infinity, sorted: true, getters: true,
  });
  // An error without the place that it comes from.
  function showError(error) {
    const rest = { ...error };
    if (Object.hasOwn(error, 'cause')) rest.cause = error.cause;
    return `[${Error.prototype.toString.call(error)}]${Object.keys(rest).length > 0 ? ` ${show(rest)}` : ''}`;
  }

  const bare = (line) => (line.endsWith(',') ? line.slice(0, -1) : line);
  // What happens from one list of lines to the other: [' ', line], ['+', line] only in the first, ['-', line] only in the second.
  function changes(one, other) {
    const steps = [];
    let [start, ends] = [0, 0];
    const like = (a, b) => a !== undefined && b !== undefined && bare(a) === bare(b);
    const both = (a, b) => [' ', a.length >= b.length ? a : b];
    while (like(one[start], other[start])) start += 1;
    while (ends < Math.min(one.length, other.length) - start && like(one[one.length - 1 - ends], other[other.length - 1 - ends])) ends += 1;
    for (let at = 0; at < start; at++) steps.push(both(one[at], other[at]));
    const [a, b] = [one.slice(start, one.length - ends), other.slice(start, other.length - ends)];
    steps.push(...middle(a, b, like, both));
    for (let at = ends; at > 0; at--) steps.push(both(one[one.length - at], other[other.length - at]));
    return steps;
  }
  function middle(a, b, like, both) {
    const steps = [];
    let [i, j, removed] = [0, 0, []];
    const add = () => { for (const line of removed) steps.push(['-', line]); removed = []; };
    if (a.length * b.length <= MOST_PAIRS) {
      // The longest common part of what is left of both.
      const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
      for (let x = a.length - 1; x >= 0; x--) {
        for (let y = b.length - 1; y >= 0; y--) longest[x][y] = like(a[x], b[y]) ? longest[x + 1][y + 1] + 1 : Math.max(longest[x + 1][y], longest[x][y + 1]);
      }
      while (i < a.length && j < b.length) {
        if (like(a[i], b[j])) { add(); steps.push(both(a[i++], b[j++])); }
        else if (longest[i + 1][j] >= longest[i][j + 1]) steps.push(['+', a[i++]]);
        else removed.push(b[j++]);
      }
    }
    while (i < a.length) steps.push(['+', a[i++]]);
    removed.push(...b.slice(j));
    add();
    return steps;
  }
  // Lines that are the same far from a change are left out.
  function drawn(steps) {
    const lines = [];
    let skipped = false;
    for (let at = 0; at < steps.length;) {
      if (steps[at][0] !== ' ') {
        lines.push(`${steps[at][0]} ${steps[at][1]}`);
        at += 1;
        continue;
      }
      let end = at;
      while (end < steps.length && steps[end][0] === ' ') end += 1;
      const run = steps.slice(at, end).map(([, line]) => `  ${line}`);
      if (end === steps.length) lines.push(...run.slice(0, CONTEXT));
      else if (run.length <= CONTEXT + 2) lines.push(...run);
      else {
        lines.push(...run.slice(0, CONTEXT), '...', run.at(-1));
        skipped = true;
      }
      at = end;
    }
    return [lines.join('\n'), skipped];
  }

  // Two lines, and where texts part.
  function twoLines(one, other, marked) {
    let at = 0;
    while (at < one.length && one[at] === other[at]) at += 1;
    const mark = marked && at > 2 && Math.max(one.length, other.length) <= 50 && at < one.length ? `\n${' '.repeat(at + 2)}^` : '';
    return `+ ${one}\n- ${other}${mark}`;
  }
  const lengthOf = (value, shown) => shown.length - (typeof value === 'string' ? 2 : 0);
  function difference(actual, expected, operator, message) {
    const both = actual instanceof Error && expected instanceof Error ? showError : show;
    const [one, other] = [both(actual), both(expected)];
    const header = message ?? (operator === 'strictEqual' && isReference(actual) && isReference(expected) ? HEADERS.same : HEADERS[operator]);
    if (one === other && isObject(actual) && isObject(expected)) return `${message ?? HEADERS.alike}\n\n${one}\n`;
    const single = !one.includes('\n') && !other.includes('\n');
    if (single && one !== other && !(isReference(actual) && isReference(expected)) && !(actual === 0 && expected === 0)
      && lengthOf(actual, one) + lengthOf(expected, other) <= 12) return `${header}\n\n${one} !== ${other}\n`;
    const [lines, skipped] = single ? [twoLines(one, other, !isReference(actual) && !isReference(expected)), false] : drawn(changes(one.split('\n'), other.split('\n')));
    return `${header}\n+ actual - expected${skipped ? '\n... Skipped lines' : ''}\n\n${lines}\n`;
  }
  function unwanted(actual, operator) {
    const header = operator === 'notStrictEqual' && isReference(actual) ? HEADERS.notSame : HEADERS[operator];
    const lines = show(actual).split('\n');
    if (lines.length === 1) return `${header}${lines[0].length > 5 ? '\n\n' : ' '}${lines[0]}`;
    return `${header}\n\n${(lines.length > 50 ? [...lines.slice(0, 46), '...'] : lines).join('\n')}\n`;
  }
  function words(actual, expected, operator) {
    if (operator === 'notStrictEqual' || operator === 'notDeepStrictEqual') return unwanted(actual, operator);
    const [one, other] = [show(actual), show(expected)];
    if (operator === 'deepEqual') return `Expected values to be loosely deep-equal:\n\n${one}\n\nshould loosely deep-equal\n\n${other}`;
    if (operator !== 'notDeepEqual') return `${one} ${operator} ${other}`;
    if (one === other) return `Expected "actual" not to be loosely deep-equal to:\n\n${one}`;
    return `Expected values not to be loosely deep-equal:\n\n${one}\n\nshould not loosely deep-equal\n\n${other}`;
  }

  const DIFFED = ['strictEqual', 'deepStrictEqual', 'partialDeepStrictEqual'];
  class AssertionError extends Error {
    constructor(options) {
      validateObject(options, 'options');
      const { message, operator, stackStartFn, stackStartFunction, actual, expected, diff = 'simple' } = options;
      const own = message === undefined || message === null ? undefined : String(message);
      super(DIFFED.includes(operator) ? difference(actual, expected, operator, own) : own ?? words(actual, expected, operator));
      this.generatedMessage = own === undefined;
      Object.defineProperty(this, 'name', { value: 'AssertionError', enumerable: false, writable: true, configurable: true });
      Object.assign(this, { code: 'ERR_ASSERTION', actual, expected, operator, diff });
      internal.showsCode(this);
      Error.captureStackTrace(this, stackStartFn ?? stackStartFunction ?? AssertionError);
    }
    toString() { return `${this.name} [${this.code}]: ${this.message}`; }
  }
  // What does not match an object of wanted properties, worded as two of them.
  const compared = (actual, expected) => difference(actual, expected, 'deepStrictEqual');
  return { AssertionError, compared };
})
