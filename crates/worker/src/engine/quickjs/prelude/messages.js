// Request and Response. A body is bytes until somebody asks for its stream.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { finish, isObject } = web;
  const { Headers, fixed } = internal.part('web:headers');
  const streamOf = (stream) => internal.part('web:readable').recordOf(stream);

  // What a body is: { bytes or stream, type }.
  function extract(body) {
    const UTF8 = 'text/plain;charset=UTF-8';
    if (!isObject(body)) return { bytes: internal.bytesOf(String(body)), type: UTF8 };
    const view = internal.viewOf(body);
    if (view !== undefined) return { bytes: new Uint8Array(view), type: null };
    const tag = body[Symbol.toStringTag];
    if (tag === 'URLSearchParams') return { bytes: internal.bytesOf(String(body)), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
    if (tag === 'FormData' && internal.part('web:form_data').isForm(body)) {
      const [bytes, type] = internal.part('web:form_data').write(body);
      return { bytes, type };
    }
    if ((tag === 'Blob' || tag === 'File') && internal.part('web:blob').isBlob(body)) {
      return { bytes: internal.part('web:blob').bytesOf(body), type: body.type || null };
    }
    if (tag === 'ReadableStream' && streamOf(body) !== undefined) {
      const { disturbed, reader } = streamOf(body);
      if (disturbed || reader !== undefined) throw new TypeError('Response body object should not be disturbed or locked');
      return { stream: body, type: null };
    }
    if (body[Symbol.asyncIterator] !== undefined) return { stream: internal.part('web:readable').ReadableStream.from(body), type: null };
    if (typeof body === 'function' || ['Object', 'Array'].includes(Object.prototype.toString.call(body).slice(8, -1))) {
      throw new TypeError(`a body cannot be ${internal.className(body) ?? 'this object'}: give a string, such as JSON.stringify(it), bytes, a Blob, FormData or a stream`);
    }
    return { bytes: internal.bytesOf(String(body)), type: UTF8 };
  }

  // All of a stream of bytes; texts among them are for requests only, where Node takes them too.
  async function drain(stream, takesText) {
    const parts = [];
    const { acquire, read } = internal.part('web:readable');
    const reader = acquire(streamOf(stream));
    for (;;) {
      const { done, value } = await new Promise((resolve, reject) => {
        read(reader, { chunk: (value) => resolve({ value, done: false }), close: () => resolve({ done: true }), error: reject });
      });
      if (done) return parts.length === 0 ? new Uint8Array(0) : internal.joined(parts);
      if (value instanceof Uint8Array) parts.push(value);
      else if (takesText && typeof value === 'string') parts.push(internal.bytesOf(value));
      else throw new TypeError('Received non-Uint8Array chunk');
    }
  }

  let take, give, copy, has, streams, consume;
  class Body {
    #bytes = null;
    #stream;
    #used = false;
    static {
      // Takes a body, and names what it is in the headers if nothing else does.
      take = (target, body, headers) => {
        if (body === undefined || body === null) return;
        const { bytes, stream, type } = extract(body);
        target.#bytes = bytes ?? null;
        target.#stream = stream;
        if (type !== null && !headers.has('content-type')) headers.append('content-type', type);
      };
      give = (target, { bytes, stream }) => { target.#bytes = bytes ?? null; target.#stream = stream; };
      // What another message gets: a copy, or the body itself, which is used up here.
      copy = (target, name, keeps) => {
        if (target.#unusable) throw new TypeError(keeps ? `${name}.clone: Body has already been consumed.` : 'Cannot construct a Request with a Request object that has already been used.');
        const stream = target.#stream;
        if (stream === undefined) {
          const bytes = target.#bytes;
          if (!keeps) target.#used = bytes !== null;
          return { bytes };
        }
        if (!keeps) {
          target.#bytes = null;
          target.#used = true;
          return { stream };
        }
        const [one, two] = stream.tee();
        target.#stream = one;
        return { stream: two };
      };
      has = (target) => target.#bytes !== null || target.#stream !== undefined;
      streams = (target) => target.#stream !== undefined;
      consume = (target) => target.#consume(true);
    }
    get #unusable() {
      if (this.#stream === undefined || this.#used) return this.#used;
      const { disturbed, reader } = streamOf(this.#stream);
      return disturbed || reader !== undefined;
    }
    // The bytes, or a promise of them.
    #consume(takesText = false) {
      if (this.#unusable) throw new TypeError('Body is unusable: Body has already been read');
      if (this.#stream !== undefined) return drain(this.#stream, takesText);
      this.#used = this.#bytes !== null;
      return this.#bytes ?? new Uint8Array(0);
    }
    async #own() {
      const bytes = await this.#consume();
      return this.#stream === undefined ? bytes.slice() : bytes;
    }
    get bodyUsed() { return this.#used || (this.#stream !== undefined && streamOf(this.#stream).disturbed); }
    get body() {
      if (this.#stream !== undefined || this.#bytes === null) return this.#stream ?? null;
      const stream = internal.part('web:blob').streamOf(this.#used ? new Uint8Array(0) : this.#bytes);
      if (this.#used) {
        const record = streamOf(stream);
        internal.part('web:readable').acquire(record);
        internal.part('web:readable').cancel(record);
      } else {
        this.#stream = stream;
      }
      return stream;
    }
    async text() { return native.decode(await this.#consume(), 'utf8').replace(/^\ufeff/, ''); }
    async json() { return JSON.parse(native.decode(await this.#consume(), 'utf8').replace(/^\ufeff/, '')); }
    async bytes() { return this.#own(); }
    async arrayBuffer() { return (await this.#own()).buffer; }
    async blob() {
      const { Blob } = internal.part('web:blob');
      return new Blob([await this.#consume()], { type: this.headers.get('content-type') ?? '' });
    }
    async formData() {
      const type = this.headers.get('content-type') ?? '';
      return internal.part('web:form_data').read(await this.#consume(), type);
    }
  }
  const members = Object.getOwnPropertyDescriptors(Body.prototype);
  delete members.constructor;
  // Both have what bodies have, and no class above them.
  const bodied = (Class, fields) => {
    Object.setPrototypeOf(Class.prototype, Object.prototype);
    Object.defineProperties(Class.prototype, members);
    return finish(Class, fields);
  };

  // An absolute URL as it is written out.
  function addressOf(input) {
    const text = internal.clean(String(input));
    const parsed = native.web.parseUrl(text);
    if (!parsed) {
      const cause = web.coded(TypeError, 'ERR_INVALID_URL', 'Invalid URL', { input: text });
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
        signal: signal ?? new (internal.part('web:abort').AbortController)().signal,
      };
      const body = init.body ?? null;
      if ((body !== null || (from !== undefined && has(from))) && ['GET', 'HEAD'].includes(this.method)) throw new TypeError('Request with GET/HEAD method cannot have body.');
      if (body !== null) {
        take(this, body, this.headers);
        if (streams(this) && init.duplex === undefined) throw new TypeError('RequestInit: duplex option is required when sending a body.');
      } else if (from !== undefined && has(from)) {
        give(this, copy(from, 'Request', false));
      }
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
    get isReloadNavigation() { return false; }
    get isHistoryNavigation() { return false; }
    clone() {
      const { url, method, headers, redirect, signal } = this;
      const body = copy(this, 'Request', true);
      const made = new Request(url, { method, headers, redirect, signal });
      give(made, body);
      return made;
    }
  }
  bodied(Request, ['method', 'url', 'headers', 'destination', 'referrer', 'referrerPolicy', 'mode', 'credentials', 'cache', 'redirect', 'integrity', 'keepalive', 'isReloadNavigation', 'isHistoryNavigation', 'signal']);

  const made = Symbol('made');
  class Response extends Body {
    #values;
    constructor(body = null, init = {}, key = undefined, content = undefined) {
      super();
      if (key === made) {
        this.#values = init;
        give(this, content);
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
      const content = copy(this, 'Response', true);
      return new Response(null, { ...this.#values, headers: this.#values.type === 'default' ? new Headers(this.headers) : this.headers }, made, content);
    }
    static json(data, init = {}) {
      const text = JSON.stringify(data);
      if (text === undefined) throw new TypeError('Response.json: The data is not JSON serializable');
      const headers = new Headers(init?.headers ?? undefined);
      if (!headers.has('content-type')) headers.set('content-type', 'application/json');
      return new Response(text, { ...init, headers });
    }
    static error() {
      return new Response(null, { type: 'error', url: '', redirected: false, status: 0, statusText: '', headers: fixed([]) }, made, {});
    }
    static redirect(url, status = 302) {
      const location = addressOf(url);
      if (![301, 302, 303, 307, 308].includes(Number(status))) throw new RangeError(`Invalid status code ${status}`);
      return new Response(null, { status, headers: { location } });
    }
  }
  bodied(Response, ['status', 'statusText', 'headers', 'body', 'bodyUsed', 'ok', 'redirected', 'type', 'url']);

  const answered = (head, bytes) => new Response(null, { ...head, type: 'basic', headers: fixed(head.headers) }, made, { bytes });
  // What a request sends, or a promise of it; what it holds is used up.
  const bodyOf = (request) => (has(request) ? consume(request) : undefined);
  return { Request, Response, answered, bodyOf };
})
