// URLPattern, as the standard has it: Rust takes a pattern apart, regular expressions match.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { finish, text, isObject } = web;
  const { parsePattern, patternInput } = native.web;
  const PARTS = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];

  // The JSON that Rust reads: a string, or an object of parts.
  function given(input) {
    if (!isObject(input)) return JSON.stringify(text(input));
    const init = {};
    for (const part of [...PARTS, 'baseURL']) if (input[part] !== undefined) init[part] = text(input[part]);
    return JSON.stringify(init);
  }
  // Slashes in classes are allowed without the sets of `v`, and sets only with it.
  function made(part, text, flags) {
    try { return new RegExp(text, `v${flags}`); } catch { /* it may be an older one */ }
    try { return new RegExp(text, `u${flags}`); } catch (error) {
      throw new TypeError(`Invalid URL pattern: the ${part} has a regular expression that is none: ${error.message}`);
    }
  }
  const shown = (input) => (isObject(input) ? { ...input } : text(input));

  class URLPattern {
    #parts = {};
    #hasGroups;
    constructor(input = {}, base = undefined, options = undefined) {
      if (isObject(base)) [base, options] = [undefined, base];
      const ignoreCase = Boolean(options?.ignoreCase);
      const parsed = JSON.parse(parsePattern(given(input), base === undefined ? null : text(base), ignoreCase));
      this.#hasGroups = parsed.hasRegexpGroups;
      for (const part of PARTS) {
        const { patternString, regexpString, groupNameList } = parsed[part];
        this.#parts[part] = { pattern: patternString, expression: made(part, regexpString, ignoreCase ? 'i' : ''), names: groupNameList };
      }
    }
    #values(input, base) {
      const parts = patternInput(given(input), base === undefined ? null : text(base));
      return typeof parts === 'string' ? JSON.parse(parts) : null;
    }
    test(input = {}, base = undefined) {
      const values = this.#values(input, base);
      return values !== null && PARTS.every((part) => this.#parts[part].expression.test(values[part]));
    }
    exec(input = {}, base = undefined) {
      const values = this.#values(input, base);
      if (values === null) return null;
      const result = { inputs: base === undefined ? [shown(input)] : [shown(input), text(base)] };
      for (const part of PARTS) {
        const { expression, names } = this.#parts[part];
        const found = expression.exec(values[part]);
        if (found === null) return null;
        const groups = {};
        for (const [at, name] of names.entries()) groups[name] = found[at + 1];
        result[part] = { input: values[part], groups };
      }
      return result;
    }
    get hasRegExpGroups() { return this.#hasGroups; }
    static { for (const part of PARTS) Object.defineProperty(this.prototype, part, { get() { return this.#parts[part].pattern; }, configurable: true }); }
  }
  finish(URLPattern, PARTS);
  return { URLPattern };
})
