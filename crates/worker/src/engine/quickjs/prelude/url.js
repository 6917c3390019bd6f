// URL and URLSearchParams. The parsing is Rust's.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { coded, missing, wrongThis, wrongType, finish, iterable, text, isObject } = web;
  const { parseUrl, changeUrl, parseQuery, writeQuery } = native.web;

  let listOf, attach, replace;
  class URLSearchParams {
    // Names and values by turns.
    #list = [];
    #changed = null;
    static {
      listOf = (params) => { if (!(#list in params)) throw wrongThis('URLSearchParams'); return params.#list; };
      attach = (query, changed) => {
        const params = new URLSearchParams(query);
        params.#changed = changed;
        return params;
      };
      replace = (params, query) => { params.#list = parseQuery(query); };
    }
    constructor(init = undefined) {
      if (init === undefined || init === null) return;
      if (!isObject(init)) {
        const query = text(init);
        this.#list = parseQuery(query.startsWith('?') ? query.slice(1) : query);
      } else if (#list in init) {
        this.#list = [...init.#list];
      } else {
        this.#take(init);
      }
    }
    #take(init) {
      const iterator = init[Symbol.iterator];
      if (iterator === undefined || iterator === null) {
        // A later key may be the same one, once it is well-formed.
        const known = new Map();
        for (const key of Reflect.ownKeys(init)) {
          if (!Object.prototype.propertyIsEnumerable.call(init, key)) continue;
          known.set(text(key), text(init[key]));
        }
        for (const [key, value] of known) this.#list.push(key, value);
        return;
      }
      if (typeof iterator !== 'function') throw coded(TypeError, 'ERR_ARG_NOT_ITERABLE', 'Query pairs must be iterable');
      for (const pair of init) {
        const parts = isObject(pair) && typeof pair[Symbol.iterator] === 'function' ? [...pair] : [];
        if (parts.length !== 2) throw coded(TypeError, 'ERR_INVALID_TUPLE', 'Each query pair must be an iterable [name, value] tuple');
        this.#list.push(text(parts[0]), text(parts[1]));
      }
    }
    #update() { this.#changed?.(writeQuery(this.#list)); }
    // Keeps the pairs that are wanted.
    #keep(wanted) {
      const kept = [];
      for (let at = 0; at < this.#list.length; at += 2) {
        if (wanted(this.#list[at], this.#list[at + 1])) kept.push(this.#list[at], this.#list[at + 1]);
      }
      this.#list = kept;
    }
    get size() { return this.#list.length / 2; }
    append(name, value) {
      if (arguments.length < 2) throw missing('name', 'value');
      this.#list.push(text(name), text(value));
      this.#update();
    }
    delete(name, value = undefined) {
      if (arguments.length === 0) throw missing('name');
      const [key, only] = [text(name), value === undefined ? undefined : text(value)];
      this.#keep((known, its) => known !== key || (only !== undefined && its !== only));
      this.#update();
    }
    get(name) {
      if (arguments.length === 0) throw missing('name');
      const key = text(name);
      for (let at = 0; at < this.#list.length; at += 2) if (this.#list[at] === key) return this.#list[at + 1];
      return null;
    }
    getAll(name) {
      if (arguments.length === 0) throw missing('name');
      const key = text(name);
      return this.#list.filter((_, at) => at % 2 === 1 && this.#list[at - 1] === key);
    }
    has(name, value = undefined) {
      if (arguments.length === 0) throw missing('name');
      const [key, only] = [text(name), value === undefined ? undefined : text(value)];
      return this.#list.some((known, at) => at % 2 === 0 && known === key && (only === undefined || this.#list[at + 1] === only));
    }
    set(name, value) {
      if (arguments.length < 2) throw missing('name', 'value');
      const [key, its] = [text(name), text(value)];
      const at = this.#list.findIndex((known, place) => place % 2 === 0 && known === key);
      if (at === -1) {
        this.#list.push(key, its);
      } else {
        this.#list[at + 1] = its;
        const rest = this.#list.splice(at + 2);
        for (let next = 0; next < rest.length; next += 2) if (rest[next] !== key) this.#list.push(rest[next], rest[next + 1]);
      }
      this.#update();
    }
    sort() {
      const pairs = Array.from({ length: this.size }, (_, at) => this.#list.slice(2 * at, 2 * at + 2));
      pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      this.#list = pairs.flat();
      this.#update();
    }
    toString() { return writeQuery(this.#list); }
  }
  iterable(URLSearchParams, (params, at) => {
    const list = listOf(params);
    return 2 * at < list.length ? [list[2 * at], list[2 * at + 1]] : undefined;
  });
  finish(URLSearchParams, (params, options, inspect) => {
    const list = listOf(params);
    if (list.length === 0) return '{}';
    const pairs = Array.from({ length: list.length / 2 }, (_, at) => `${inspect(list[2 * at], options)} => ${inspect(list[2 * at + 1], options)}`);
    const length = pairs.reduce((sum, pair) => sum + pair.length + 2, -2);
    return length > 80 ? `{\n  ${pairs.join(',\n  ')} }` : `{ ${pairs.join(', ')} }`;
  });

  const invalid = (input, base) => coded(TypeError, 'ERR_INVALID_URL', 'Invalid URL', base === undefined ? { input } : { input, base });
  class URL {
    // href, origin, protocol, username, password, hostname, port, pathname, search, hash.
    #parts;
    #params;
    constructor(input, base = undefined) {
      if (arguments.length === 0) throw missing('url');
      const [given, beside] = [text(input), base === undefined ? undefined : text(base)];
      const parts = parseUrl(given, beside);
      if (!parts) throw invalid(given, beside);
      this.#parts = parts;
    }
    static canParse(input, base = undefined) {
      if (arguments.length === 0) throw missing('url');
      return Boolean(parseUrl(text(input), base === undefined ? undefined : text(base)));
    }
    static parse(input, base = undefined) {
      if (arguments.length === 0) throw missing('url');
      return URL.canParse(input, base) ? new URL(input, base) : null;
    }
    static createObjectURL() { throw internal.unsupported('URL.createObjectURL', 'nothing outlives the program: pass the Blob itself on'); }
    static revokeObjectURL() {}
    #set(part, value) { this.#parts = changeUrl(this.#parts[0], part, text(value)); }
    get href() { return this.#parts[0]; }
    set href(value) {
      const given = text(value);
      const parts = parseUrl(given);
      if (!parts) throw invalid(given);
      this.#parts = parts;
      this.#reread();
    }
    #reread() { if (this.#params !== undefined) replace(this.#params, this.#parts[8].slice(1)); }
    get origin() { return this.#parts[1]; }
    get protocol() { return this.#parts[2]; }
    set protocol(value) { this.#set('protocol', value); }
    get username() { return this.#parts[3]; }
    set username(value) { this.#set('username', value); }
    get password() { return this.#parts[4]; }
    set password(value) { this.#set('password', value); }
    get host() { return this.#parts[6] === '' ? this.#parts[5] : `${this.#parts[5]}:${this.#parts[6]}`; }
    set host(value) { this.#set('host', value); }
    get hostname() { return this.#parts[5]; }
    set hostname(value) { this.#set('hostname', value); }
    get port() { return this.#parts[6]; }
    set port(value) { this.#set('port', value); }
    get pathname() { return this.#parts[7]; }
    set pathname(value) { this.#set('pathname', value); }
    get search() { return this.#parts[8]; }
    set search(value) {
      this.#set('search', value);
      this.#reread();
    }
    get searchParams() {
      this.#params ??= attach(this.#parts[8], (query) => { this.#set('search', query); });
      return this.#params;
    }
    get hash() { return this.#parts[9]; }
    set hash(value) { this.#set('hash', value); }
    toString() { return this.#parts[0]; }
    toJSON() { return this.#parts[0]; }
  }
  finish(URL, ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash']);
  return { URL, URLSearchParams };
})
