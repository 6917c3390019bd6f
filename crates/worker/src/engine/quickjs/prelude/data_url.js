// What a `data:` URL holds: nothing is sent for it.
(function (native, internal) {
  'use strict';
  const { fromCharCode } = String;
  const hexadecimal = /^[\da-f]{2}$/i;

  // Each character of a serialised URL is one byte; `%41` is one too.
  function unescape(text) {
    let bytes = '';
    for (let at = 0; at < text.length; at++) {
      const pair = text.slice(at + 1, at + 3);
      const isByte = text[at] === '%' && hexadecimal.test(pair);
      bytes += isByte ? fromCharCode(parseInt(pair, 16)) : text[at];
      if (isByte) at += 2;
    }
    return bytes;
  }

  function typeOf(text) {
    const type = text.startsWith(';') ? `text/plain${text}` : text;
    return /^[\w!#$&^+.-]+\/[\w!#$&^+.-]+\s*(?:;|$)/.test(type) ? type : 'text/plain;charset=US-ASCII';
  }

  // { type, bytes }; throws for one that is malformed.
  function read(url) {
    const text = url.slice('data:'.length).split('#', 1)[0];
    const comma = text.indexOf(',');
    if (comma < 0) throw new TypeError('fetch failed: the data: URL has no comma before its content');
    const { atob } = internal.part('web:encoding');
    let type = text.slice(0, comma).trim();
    let content = unescape(text.slice(comma + 1));
    const marked = /^(.*?);\s*base64$/i.exec(type);
    if (marked !== null) {
      type = marked[1];
      try { content = atob(content); } catch (cause) {
        throw new TypeError('fetch failed: the content of the data: URL is not base64', { cause });
      }
    }
    return { type: typeOf(type), bytes: Uint8Array.from(content, (character) => character.charCodeAt(0)) };
  }

  return { read };
})
