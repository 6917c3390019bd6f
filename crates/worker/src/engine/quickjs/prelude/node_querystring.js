// node:querystring: texts such as a=1&b=2, and the objects they stand for.
(function (native, internal) {
  'use strict';
  const { codes: { ERR_INVALID_URI } } = internal.part('node_codes');

  function escape(text) {
    const given = typeof text === 'string' ? text : typeof text === 'object' ? String(text) : `${text}`;
    if (!given.isWellFormed()) throw new ERR_INVALID_URI();
    return encodeURIComponent(given);
  }
  // The bytes of a text with %xx in it; what is no such pair stays.
  function unescapeBuffer(text, plus = false) {
    const bytes = [];
    for (let at = 0; at < text.length; at++) {
      const pair = text.slice(at + 1, at + 3);
      if (text[at] === '%' && /^[0-9a-fA-F]{2}$/.test(pair)) {
        bytes.push(parseInt(pair, 16));
        at += 2;
      } else {
        bytes.push(plus && text[at] === '+' ? 32 : text.charCodeAt(at) & 255);
      }
    }
    return Buffer.from(bytes);
  }
  function unescape(text, plus) {
    try {
      return decodeURIComponent(text);
    } catch {
      return unescapeBuffer(`${text}`, plus).toString();
    }
  }

  function primitive(value) {
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
    return typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
  }
  function stringify(object, separator, equals, options) {
    if (object === null || typeof object !== 'object') return '';
    const encode = typeof options?.encodeURIComponent === 'function' ? options.encodeURIComponent : module.escape;
    const encoded = (value) => encode(primitive(value));
    const pairs = [];
    for (const key of Object.keys(object)) {
      const name = `${encoded(key)}${equals || '='}`;
      for (const value of Array.isArray(object[key]) ? object[key] : [object[key]]) pairs.push(`${name}${encoded(value)}`);
    }
    return pairs.join(separator || '&');
  }
  function parse(text, separator, equals, options) {
    const found = Object.create(null);
    if (typeof text !== 'string' || text === '') return found;
    const decode = typeof options?.decodeURIComponent === 'function' ? options.decodeURIComponent : module.unescape;
    const decoded = (part) => {
      const spaced = part.replaceAll('+', ' ');
      if (!/%[0-9a-fA-F]{2}/.test(spaced) && options?.decodeURIComponent === undefined) return spaced;
      try { return decode(spaced); } catch { return unescape(spaced, true); }
    };
    const [between, sign] = [`${separator || '&'}`, `${equals || '='}`];
    const most = typeof options?.maxKeys === 'number' ? options.maxKeys : 1000;
    let pairs = text.split(between).filter((pair) => pair !== '');
    if (most > 0) pairs = pairs.slice(0, most);
    for (const pair of pairs) {
      const at = pair.indexOf(sign);
      const key = decoded(at < 0 ? pair : pair.slice(0, at));
      const value = at < 0 ? '' : decoded(pair.slice(at + sign.length));
      if (!(key in found)) found[key] = value;
      else if (Array.isArray(found[key])) found[key].push(value);
      else found[key] = [found[key], value];
    }
    return found;
  }
  const module = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse };
  return module;
})
