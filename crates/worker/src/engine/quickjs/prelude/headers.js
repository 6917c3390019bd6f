// Headers: names in lower case, values in the order they came, listed by name.
(function (native, internal) {
  'use strict';
  const { finish, iterable } = internal.web;
  const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
  const byteString = (value) => {
    const text = String(value);
    const at = text.search(/[^\0-\xff]/);
    if (at === -1) return text;
    throw new TypeError(`Cannot convert argument to a ByteString because the character at index ${at} has a value of ${text.charCodeAt(at)} which is greater than 255.`);
  };

  let fixed, pairs, sorted;
  class Headers {
    // Name to values.
    #values = new Map();
    #fixed = false;
    // As they are listed, until something changes.
    #order;
    constructor(init) {
      if (init === undefined || init === null) {
        if (init === null) throw new TypeError("Headers constructor: init is null, and has to be an object or a list of pairs");
        return;
      }
      if (typeof init !== 'object' && typeof init !== 'function') throw new TypeError(`Headers constructor: init is ${typeof init}, and has to be an object or a list of pairs`);
      if (typeof init[Symbol.iterator] !== 'function') {
        for (const name of Object.keys(init)) this.append(name, init[name]);
        return;
      }
      for (const pair of init) {
        const [name, value, ...more] = [...pair];
        const count = more.length + [...pair].length;
        if (count !== 2) throw new TypeError(`Headers constructor: expected name/value pair to be length 2, found ${count}.`);
        this.append(name, value);
      }
    }
    static {
      // Those of an answer stay as they came.
      fixed = (pairs) => {
        const headers = new Headers();
        for (const [name, value] of pairs) headers.#add(name.toLowerCase(), value);
        headers.#fixed = true;
        return headers;
      };
      pairs = (headers) => [...headers.#values].flatMap(([name, values]) => values.map((value) => [name, value]));
      sorted = (headers) => headers.#sorted();
    }

    #add(name, value) {
      this.#order = undefined;
      const values = this.#values.get(name);
      if (values === undefined) this.#values.set(name, [value]); else values.push(value);
    }
    #name(method, given) {
      const name = byteString(given);
      if (!NAME.test(name)) throw new TypeError(`Headers.${method}: "${name}" is an invalid header name.`);
      return name.toLowerCase();
    }
    #change(method, given, value) {
      const name = this.#name(method, given);
      const text = byteString(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
      if (/[\0\r\n]/.test(text)) throw new TypeError(`Headers.${method}: "${text}" is an invalid header value.`);
      this.#check();
      return [name, text];
    }
    #check() { if (this.#fixed) throw new TypeError('immutable'); }
    append(name, value) { this.#add(...this.#change('append', name, value)); }
    set(name, value) {
      const [key, text] = this.#change('set', name, value);
      this.#values.set(key, [text]);
      this.#order = undefined;
    }
    delete(name) {
      const key = this.#name('delete', name);
      this.#check();
      this.#values.delete(key);
      this.#order = undefined;
    }
    get(name) { return this.#values.get(this.#name('get', name))?.join(', ') ?? null; }
    has(name) { return this.#values.has(this.#name('has', name)); }
    getSetCookie() { return [...this.#values.get('set-cookie') ?? []]; }
    #sorted() {
      if (this.#order !== undefined) return this.#order;
      const names = [...this.#values.keys()].sort();
      this.#order = names.flatMap((name) => (name === 'set-cookie' ? this.#values.get(name).map((value) => [name, value]) : [[name, this.get(name)]]));
      return this.#order;
    }
  }
  iterable(Headers, (headers, at) => sorted(headers)[at]);
  finish(Headers, (headers) => Object.fromEntries(pairs(headers).map(([name]) => [name, name === 'set-cookie' ? headers.getSetCookie() : headers.get(name)])));
  return { Headers, fixed, pairs };
})
