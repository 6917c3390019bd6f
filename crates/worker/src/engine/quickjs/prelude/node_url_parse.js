// The older way of node:url to take addresses apart, put them together and resolve one against another.
(function (native, internal) {
  'use strict';
  const { validateString, codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_URL } } = internal.part('node_codes');
  const querystring = () => internal.nodeModule('node:querystring');

  // Schemes whose addresses have a host behind two slashes.
  const slashed = (protocol) => /^(https?|ftp|gopher|file|wss?):?$/.test(protocol ?? '');
  const hostless = (protocol) => /^javascript:?$/.test(protocol ?? '');
  const KEYS = ['protocol', 'slashes', 'auth', 'host', 'port', 'hostname', 'hash', 'search', 'query', 'pathname', 'path', 'href'];
  function Url() { for (const key of KEYS) this[key] = null; }

  const escaped = (text) => text.replace(/[\t\n\r "'<>\\^`{|}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  function ascii(hostname, whole) {
    if (/^[\x21-\x7e]*$/.test(hostname)) return hostname;
    try { return new URL(`ws://${hostname}`).hostname; } catch { throw new ERR_INVALID_URL(whole); }
  }

  Url.prototype.parse = function parse(text, withQuery, slashesMeanHost) {
    validateString(text, 'url');
    const trimmed = text.trim();
    const tail = trimmed.search(/[?#]/);
    let rest = tail < 0 ? trimmed.replaceAll('\\', '/') : trimmed.slice(0, tail).replaceAll('\\', '/') + trimmed.slice(tail);

    const scheme = /^[a-z0-9.+-]+:/i.exec(rest);
    if (scheme !== null) {
      this.protocol = scheme[0].toLowerCase();
      rest = rest.slice(scheme[0].length);
    }
    if (rest.startsWith('//') && !hostless(this.protocol) && (slashesMeanHost || scheme !== null || /^\/\/[^@/]+@[^@/]+/.test(rest))) {
      this.slashes = true;
      rest = rest.slice(2);
    }
    if (!hostless(this.protocol) && (this.slashes || (scheme !== null && !slashed(this.protocol)))) rest = this.takeHost(rest, text);
    if (!hostless(this.protocol)) rest = escaped(rest);

    const hash = rest.indexOf('#');
    if (hash >= 0) this.hash = rest.slice(hash);
    const before = hash >= 0 ? rest.slice(0, hash) : rest;
    const question = before.indexOf('?');
    if (question >= 0) {
      this.search = before.slice(question);
      this.query = withQuery ? querystring().parse(this.search.slice(1)) : this.search.slice(1);
    } else if (withQuery) {
      this.query = Object.create(null);
    }
    this.pathname = (question >= 0 ? before.slice(0, question) : before) || (slashed(this.protocol) && this.hostname ? '/' : null);
    if (this.pathname !== null || this.search !== null) this.path = `${this.pathname ?? ''}${this.search ?? ''}`;
    this.href = this.format();
    return this;
  };
  // Who and where; what cannot be in a host belongs to the path.
  Object.defineProperty(Url.prototype, 'takeHost', { enumerable: false, value(text, whole) {
    const end = text.search(/[/?#]/);
    const at = text.lastIndexOf('@', end < 0 ? text.length : end);
    if (at >= 0) {
      try { this.auth = decodeURIComponent(text.slice(0, at)); } catch { throw new URIError('URI malformed'); }
    }
    const place = text.slice(at + 1);
    const [, host] = /^(\[[^\]/?#]*\](?::\d*)?|[^\s"#%&'()*,/:;<=>?@[\\\]^`{|}$!~]*(?::\d+|:(?=[/?#]|$))?)/.exec(place);
    const [, named, port = ''] = /^(.*?)(?::(\d*))?$/s.exec(host);
    const numbered = named.startsWith('[');
    if (port !== '') this.port = port;
    const hostname = named.length > 255 ? '' : named.toLowerCase();
    this.hostname = numbered ? hostname.slice(1, -1) : ascii(hostname, whole);
    this.host = `${numbered ? hostname : this.hostname}${port === '' ? '' : `:${port}`}`;
    const left = place.slice(host.length);
    return left[0] === ':' ? `/${left}` : left;
  } });

  Url.prototype.format = function format() {
    const auth = this.auth ? `${encodeURIComponent(this.auth).replace(/%3A/i, ':')}@` : '';
    let protocol = this.protocol || '';
    if (protocol !== '' && !protocol.endsWith(':')) protocol += ':';
    let host = '';
    if (this.host) host = auth + this.host;
    else if (this.hostname) host = `${auth}${this.hostname.includes(':') && this.hostname[0] !== '[' ? `[${this.hostname}]` : this.hostname}${this.port ? `:${this.port}` : ''}`;
    const query = this.query !== null && typeof this.query === 'object' ? querystring().stringify(this.query) : '';
    let search = this.search || (query && `?${query}`) || '';
    let pathname = (this.pathname || '').replace(/[?#]/g, encodeURIComponent);
    if (this.slashes || slashed(protocol)) {
      if (this.slashes || host !== '') {
        if (pathname !== '' && pathname[0] !== '/') pathname = `/${pathname}`;
        host = `//${host}`;
      } else if (protocol === 'file:') {
        host = '//';
      }
    }
    search = search.replaceAll('#', '%23');
    if (search !== '' && search[0] !== '?') search = `?${search}`;
    const hash = this.hash ? (this.hash[0] === '#' ? this.hash : `#${this.hash}`) : '';
    return `${protocol}${host}${pathname}${search}${hash}`;
  };

  // A path without `.` and `..`; `top` says that it begins with a slash.
  function walked(path, top) {
    const names = [];
    const parts = path.split('/');
    if (top) parts.shift();
    parts.forEach((name, at) => {
      const last = at === parts.length - 1;
      if (name === '..') {
        if (names.length > 0 && names.at(-1) !== '..') names.pop();
        else if (!top) names.push('..');
      }
      if (name === '.' || name === '..') { if (last) names.push(''); } else names.push(name);
    });
    return `${top ? '/' : ''}${names.join('/')}`;
  }
  const HOST = ['auth', 'host', 'port', 'hostname'];
  Url.prototype.resolve = function resolve(relative) { return this.resolveObject(parse(relative, false, true)).format(); };
  Url.prototype.resolveObject = function resolveObject(given) {
    const relative = typeof given === 'string' ? new Url().parse(given, false, true) : given;
    const result = Object.assign(new Url(), this, { hash: relative.hash });
    const take = (keys) => { for (const key of keys) result[key] = relative[key]; };
    if (relative.href === '') {
      result.href = result.format();
      return result;
    }
    const other = relative.protocol && relative.protocol !== result.protocol;
    if (other || (relative.slashes && !relative.protocol) || relative.host) {
      take(KEYS.filter((key) => key !== 'protocol' || relative.protocol));
      if (slashed(result.protocol) && result.hostname && !result.pathname) result.path = result.pathname = '/';
      if (slashed(result.protocol) && result.pathname?.[0] === '/') result.pathname = walked(result.pathname, true);
    } else {
      const path = relative.pathname ?? '';
      if (path === '') {
        if (relative.search !== null) take(['search', 'query']);
      } else {
        take(['search', 'query']);
        const base = this.pathname ?? '';
        const joined = path[0] === '/' ? path : `${base.slice(0, base.lastIndexOf('/') + 1) || (this.host && slashed(this.protocol) ? '/' : '')}${path}`;
        // Where no slashes are, what was taken for a host was the last name.
        if (!this.slashes && !slashed(this.protocol)) for (const key of HOST) result[key] = null;
        result.pathname = walked(joined, joined[0] === '/') || null;
      }
    }
    if (result.pathname !== null || result.search !== null) result.path = `${result.pathname ?? ''}${result.search ?? ''}`;
    result.slashes ||= relative.slashes;
    result.href = result.format();
    return result;
  };

  function parse(url, parseQueryString, slashesDenoteHost) {
    return url instanceof Url ? url : new Url().parse(url, parseQueryString, slashesDenoteHost);
  }
  function format(url, options) {
    if (typeof url === 'string') return parse(url).format();
    if (url === null || typeof url !== 'object') throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], url);
    return url instanceof URL ? internal.part('node:url').formatted(url, options) : Url.prototype.format.call(url);
  }
  const resolve = (from, to) => parse(from, false, true).resolve(to);
  const resolveObject = (from, to) => from ? parse(from, false, true).resolveObject(to) : to;
  return { Url, parse, resolve, resolveObject, format };
})
