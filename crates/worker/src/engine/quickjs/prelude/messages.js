// Request and Response. Bodies are whole: there are no streams yet.
(function (native, internal) {
  'use strict';
  const { headers: { fixed } } = internal;
  const { Headers, AbortController } = globalThis;
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

  // The bytes of a body, and what they are.
  function extract(body) {
    if (typeof body === 'string') return [internal.bytesOf(body), 'text/plain;charset=UTF-8'];
    if (typeof body === 'object' && body !== null) {
      const view = internal.viewOf(body);
      if (view !== undefined) return [view.slice(), null];
      const tag = tagOf(body);
      if (tag === 'URLSearchParams') return [internal.bytesOf(String(body)), 'application/x-www-form-urlencoded;charset=UTF-8'];
      if (tag === 'Object' || tag === 'Array' || body[Symbol.asyncIterator] !== undefined || tag === 'FormData' || tag === 'Blob') {
        throw new TypeError(`a body cannot be ${internal.className(body) ?? 'this object'}: give a string, such as JSON.stringify(it), or bytes`);
      }
    }
    return [internal.bytesOf(String(body)), 'text/plain;charset=UTF-8'];
  }

  class Body {
    #bytes = null;
    #used = false;
    // Takes a body, and names what it is in the headers if nothing else does.
    static take(target, body, headers) {
      if (body === undefined || body === null) return;
      const [bytes, type] = extract(body);
      target.#bytes = bytes;
      if (type !== null && headers !== undefined && !headers.has('content-type')) headers.append('content-type', type);
    }
    static give(target, bytes) { target.#bytes = bytes; }
    // A copy for another message, which it does not use up.
    static copy(target, name) {
      if (target.#used) throw new TypeError(`${name}.clone: Body has already been consumed.`);
      return target.#bytes?.slice() ?? null;
    }
    static has(target) { return target.#bytes !== null; }
    #consume() {
      if (this.#used) throw new TypeError('Body is unusable: Body has already been read');
      this.#used = this.#bytes !== null;
      return this.#bytes ?? new Uint8Array(0);
    }
    get bodyUsed() { return this.#used; }
    get body() {
      if (this.#bytes === null) return null;
      throw new TypeError('body is not supported as a stream yet: use text(), json(), bytes() or arrayBuffer()');
    }
    async text() { return internal.textOf(this.#consume()).replace(/^\ufeff/, ''); }
    async json() { return JSON.parse(await Body.prototype.text.call(this)); }
    async bytes() { return this.#consume(); }
    async arrayBuffer() { return this.#consume().buffer; }
    async blob() {
      if (typeof globalThis.Blob !== 'function') throw new TypeError('blob() is not supported yet: use bytes() or arrayBuffer()');
      return new globalThis.Blob([this.#consume()], { type: this.headers.get('content-type') ?? '' });
    }
    async formData() { throw new TypeError('formData() is not supported yet: use text()'); }
  }
  const { take, give, copy, has } = Body;
  for (const name of ['take', 'give', 'copy', 'has']) delete Body[name];
  const shown = (name, fields) => ({ [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
    const values = fields.map((field) => [field, this[field]]);
    return depth < 0 ? `[${name}]` : `${name} ${inspect(Object.fromEntries(values), options)}`;
  } }[Symbol.for('nodejs.util.inspect.custom')]);

  // An absolute URL as it is written out.
  function addressOf(input) {
    const text = internal.clean(String(input));
    const parsed = native.web.parseUrl(text);
    if (parsed === null || parsed === undefined) {
      const cause = Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: text });
      throw new TypeError(`Failed to parse URL from ${text.slice(0, 200)}`, { cause });
    }
    const [url] = parsed;
    if (parsed[3] !== '' || parsed[4] !== '') throw new TypeError('Request cannot be constructed from a URL that includes credentials: send them in a header');
    return url;
  }
  function methodOf(given) {
    const method = String(given);
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) throw new TypeError(`'${method}' is not a valid HTTP method.`);
    const upper = method.toUpperCase();
    if (['CONNECT', 'TRACE', 'TRACK'].includes(upper)) throw new TypeError(`'${method}' HTTP method is unsupported.`);
    return ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'].includes(upper) ? upper : method;
  }
  function chosen(name, value, usual, known) {
    if (value === undefined) return usual;
    if (known.includes(String(value))) return String(value);
    throw new TypeError(`Request constructor: ${value} is not an accepted type. Expected one of ${known.join(', ')}.`);
  }

  class Request extends Body {
    #values;
    constructor(input, init = {}) {
      super();
      if (arguments.length === 0) throw new TypeError('Request constructor: 1 argument required, but only 0 found.');
      if (init !== null && typeof init !== 'object' && typeof init !== 'function') throw new TypeError('Request constructor: init has to be an object');
      init ??= {};
      const from = input instanceof Request ? input : undefined;
      const signal = init.signal === undefined ? from?.signal : init.signal;
      if (signal !== undefined && signal !== null && !internal.isSignal(signal)) throw new TypeError("Failed to construct 'Request': member signal is not of type AbortSignal.");
      this.#values = {
        url: from?.url ?? addressOf(input),
        method: init.method === undefined ? from?.method ?? 'GET' : methodOf(init.method),
        headers: new Headers(init.headers ?? from?.headers),
        redirect: chosen('redirect', init.redirect, from?.redirect ?? 'follow', ['follow', 'manual', 'error']),
        signal: signal ?? new AbortController().signal,
      };
      const body = init.body ?? null;
      if ((body !== null || (from !== undefined && has(from))) && ['GET', 'HEAD'].includes(this.method)) throw new TypeError('Request with GET/HEAD method cannot have body.');
      if (body !== null) take(this, body, this.headers);
      else if (from !== undefined) give(this, copy(from, 'Request'));
    }
    get url() { return this.#values.url; }
    get method() { return this.#values.method; }
    get headers() { return this.#values.headers; }
    get redirect() { return this.#values.redirect; }
    get signal() { return this.#values.signal; }
    get destination() { return ''; }
    get referrer() { return 'about:client'; }
    get referrerPolicy() { return ''; }
    get mode() { return 'cors'; }
    get credentials() { return 'same-origin'; }
    get cache() { return 'default'; }
    get integrity() { return ''; }
    get keepalive() { return false; }
    get duplex() { return 'half'; }
    clone() {
      copy(this, 'Request');
      return new Request(this);
    }
    get [Symbol.toStringTag]() { return 'Request'; }
  }
  Object.defineProperty(Request.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: shown('Request', ['method', 'url', 'headers', 'redirect', 'signal']), configurable: true });

  const made = Symbol('made');
  class Response extends Body {
    #values;
    constructor(body = null, init = {}, key, bytes) {
      super();
      if (key === made) {
        this.#values = init;
        give(this, bytes);
        return;
      }
      const { status = 200, statusText = '', headers } = init ?? {};
      const number = Math.trunc(Number(status));
      if (!(number >= 200 && number <= 599)) throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
      if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(statusText)) throw new TypeError('Invalid statusText');
      this.#values = { type: 'default', url: '', redirected: false, status: number, statusText: String(statusText), headers: new Headers(headers ?? undefined) };
      if (body !== null && [101, 204, 205, 304].includes(number)) throw new TypeError(`Response constructor: Invalid response status code ${number}`);
      take(this, body, this.headers);
    }
    get type() { return this.#values.type; }
    get url() { return this.#values.url; }
    get redirected() { return this.#values.redirected; }
    get status() { return this.#values.status; }
    get statusText() { return this.#values.statusText; }
    get headers() { return this.#values.headers; }
    get ok() { return this.status >= 200 && this.status <= 299; }
    clone() {
      const bytes = copy(this, 'Response');
      return new Response(null, { ...this.#values, headers: this.#values.type === 'default' ? new Headers(this.headers) : this.headers }, made, bytes);
    }
    static json(data, init = {}) {
      const text = JSON.stringify(data);
      if (text === undefined) throw new TypeError('Response.json: The data is not JSON serializable');
      const headers = new Headers(init?.headers ?? undefined);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
      return new Response(text, { ...init, headers });
    }
    static error() {
      return new Response(null, { type: 'error', url: '', redirected: false, status: 0, statusText: '', headers: fixed([]) }, made, null);
    }
    static redirect(url, status = 302) {
      const location = addressOf(url);
      if (![301, 302, 303, 307, 308].includes(Number(status))) throw new RangeError(`Invalid status code ${status}`);
      return new Response(null, { status, headers: { location } });
    }
    get [Symbol.toStringTag]() { return 'Response'; }
  }
  Object.defineProperty(Response.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value: shown('Response', ['status', 'statusText', 'headers', 'bodyUsed', 'ok', 'redirected', 'type', 'url']), configurable: true,
  });

  internal.answered = (head, bytes) => new Response(null, { ...head, type: 'basic', headers: fixed(head.headers) }, made, bytes);
  // What a request sends; what it holds is used up.
  internal.bodyOf = (request) => copy(request, 'Request') ?? undefined;
  define('Request', Request);
  define('Response', Response);
})
