// node:url: files as addresses, names of hosts, and what the older functions give.
(function (native, internal) {
  'use strict';
  const {
    codes: { ERR_INVALID_ARG_TYPE, ERR_INVALID_FILE_URL_HOST, ERR_INVALID_FILE_URL_PATH, ERR_INVALID_URL_SCHEME, ERR_MISSING_ARGS }, validateString, validateObject,
  } = internal.part('node_codes');
  const { Url, parse, resolve, resolveObject, format } = internal.part('node_url_parse');
  const paths = () => internal.nodeModule('node:path');

  function domainToASCII(...given) {
    if (given.length === 0) throw new ERR_MISSING_ARGS('domain');
    try { return new URL(`ws://${given[0]}`).hostname; } catch { return ''; }
  }
  // One label of a name of a host, as RFC 3492 writes it in ASCII.
  function decoded(label) {
    const [base, least, most] = [36, 1, 26];
    const dash = label.lastIndexOf('-');
    const letters = dash > 0 ? [...label.slice(0, dash)] : [];
    let [code, at, bias] = [128, 0, 72];
    for (let read = dash > 0 ? dash + 1 : 0; read < label.length;) {
      const before = at;
      for (let weight = 1, step = base; ; step += base) {
        const digit = '0123456789'.includes(label[read]) ? label.charCodeAt(read) - 22 : label.charCodeAt(read) - 97;
        read++;
        at += digit * weight;
        const limit = Math.min(Math.max(step - bias, least), most);
        if (digit < limit || read > label.length) break;
        weight *= base - limit;
      }
      const count = letters.length + 1;
      let delta = before === 0 ? Math.floor(at / 700) : Math.floor((at - before) / 2);
      delta += Math.floor(delta / count);
      let steps = 0;
      for (; delta > 455; steps += base) delta = Math.floor(delta / 35);
      bias = steps + Math.floor((36 * delta) / (delta + 38));
      code += Math.floor(at / count);
      at %= count;
      letters.splice(at++, 0, String.fromCodePoint(code));
    }
    return letters.join('');
  }
  function domainToUnicode(...given) {
    if (given.length === 0) throw new ERR_MISSING_ARGS('domain');
    return domainToASCII(given[0]).split('.').map((label) => label.startsWith('xn--') ? decoded(label.slice(4)) : label).join('.');
  }

  function fileUrl(path) {
    const url = typeof path === 'string' ? new URL(path) : path;
    if (!(url instanceof URL)) throw new ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], path);
    if (url.protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file');
    return url;
  }
  function fileURLToPath(path, options) {
    const url = fileUrl(path);
    const windows = options?.windows === true;
    if (!windows && url.hostname !== '') throw new ERR_INVALID_FILE_URL_HOST('linux');
    if (windows ? /%2f|%5c/i.test(url.pathname) : /%2f/i.test(url.pathname)) {
      throw new ERR_INVALID_FILE_URL_PATH(`must not include encoded ${windows ? '\\ or ' : ''}/ characters`);
    }
    if (!windows) return decodeURIComponent(url.pathname);
    const written = decodeURIComponent(url.pathname.replaceAll('/', '\\'));
    if (url.hostname !== '') return `\\\\${domainToUnicode(url.hostname)}${written}`;
    if (!/^\\[A-Za-z]:/.test(written)) throw new ERR_INVALID_FILE_URL_PATH('must be absolute');
    return written.slice(1);
  }
  const fileURLToPathBuffer = (path, options) => Buffer.from(fileURLToPath(path, options));
  function pathToFileURL(path, options) {
    validateString(path, 'path');
    const windows = options?.windows === true;
    const { resolve: resolved, sep } = windows ? paths().win32 : paths().posix;
    const ends = path.endsWith('/') || (windows && path.endsWith('\\'));
    let whole = resolved(path);
    if (ends && !whole.endsWith(sep)) whole += sep;
    let host = '';
    if (windows) {
      const share = /^\\\\([^\\]+)(\\.*)$/.exec(whole);
      if (share !== null) [, host, whole] = share;
      whole = whole.replaceAll('\\', '/');
    }
    const text = whole.replace(/[%\\\n\r\t?#]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
    return new URL(`file://${host}${text.startsWith('/') ? '' : '/'}${text}`);
  }
  function urlToHttpOptions(url) {
    validateObject(url, 'url');
    const { protocol, hostname, hash, search, pathname, href, port, username, password } = url;
    const options = Object.assign(Object.create(null), url, {
      protocol, hostname: hostname?.startsWith('[') ? hostname.slice(1, -1) : hostname, hash, search, pathname, path: `${pathname || ''}${search || ''}`, href,
    });
    if (port !== '' && port !== undefined) options.port = Number(port);
    if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return options;
  }

  function formatted(url, options) {
    if (options !== undefined && options !== null) validateObject(options, 'options');
    const { auth = true, fragment = true, search = true, unicode = false } = options ?? {};
    const copy = new URL(url.href);
    if (!auth) copy.username = copy.password = '';
    if (!fragment) copy.hash = '';
    if (!search) copy.search = '';
    if (!unicode || copy.hostname === '') return copy.href;
    const before = copy.href.indexOf(copy.host, copy.href.indexOf('//') + 2 + (copy.href.indexOf('@') < 0 ? 0 : copy.username.length));
    return copy.href.slice(0, before) + domainToUnicode(copy.hostname) + copy.href.slice(before + copy.hostname.length);
  }

  const module = {
    Url, parse, resolve, resolveObject, format, URL: globalThis.URL, URLSearchParams: globalThis.URLSearchParams, domainToASCII, domainToUnicode, pathToFileURL,
    fileURLToPath, fileURLToPathBuffer, urlToHttpOptions,
  };
  return Object.defineProperty(module, 'formatted', { value: formatted, enumerable: false });
})
