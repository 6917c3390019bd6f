// FormData, and how it is written into and read from messages.
(function (native, internal) {
  'use strict';
  const { web } = internal;
  const { finish, iterable, text, isObject } = web;
  const { File, isBlob, bytesOf } = internal.part('web:blob');
  const needs = (method, wanted, given) => {
    if (given < wanted) throw new TypeError(`FormData.${method}: ${wanted} argument${wanted > 1 ? 's' : ''} required, but${given > 0 ? ' only' : ''} ${given} found.`);
  };

  let listOf;
  class FormData {
    // [name, value].
    #list = [];
    static { listOf = (form) => form.#list; }
    constructor(form = undefined) {
      if (form !== undefined) throw new TypeError("FormData constructor: Argument 1 could not be converted to: undefined.");
    }
    #entry(method, args) {
      needs(method, 2, args.length);
      const [name, value, fileName] = args;
      if (!isBlob(value)) {
        if (args.length > 2) throw new TypeError(`Failed to execute '${method}' on 'FormData': parameter 2 is not of type 'Blob'`);
        return [text(name), text(value)];
      }
      if (value instanceof File && fileName === undefined) return [text(name), value];
      const { type } = value;
      const options = value instanceof File ? { type, lastModified: value.lastModified } : { type };
      return [text(name), new File([value], fileName === undefined ? 'blob' : text(fileName), options)];
    }
    append(...args) { this.#list.push(this.#entry('append', args)); }
    set(...args) {
      const entry = this.#entry('set', args);
      const at = this.#list.findIndex(([name]) => name === entry[0]);
      if (at === -1) { this.#list.push(entry); return; }
      this.#list = [...this.#list.slice(0, at), entry, ...this.#list.slice(at + 1).filter(([name]) => name !== entry[0])];
    }
    delete(name) {
      needs('delete', 1, arguments.length);
      const key = text(name);
      this.#list = this.#list.filter(([known]) => known !== key);
    }
    get(name) {
      needs('get', 1, arguments.length);
      const key = text(name);
      return this.#list.find(([known]) => known === key)?.[1] ?? null;
    }
    getAll(name) {
      needs('getAll', 1, arguments.length);
      const key = text(name);
      return this.#list.filter(([known]) => known === key).map(([, value]) => value);
    }
    has(name) {
      needs('has', 1, arguments.length);
      const key = text(name);
      return this.#list.some(([known]) => known === key);
    }
  }
  iterable(FormData, (form, at) => listOf(form)[at]);
  finish(FormData, (form, options, inspect) => {
    const shown = {};
    for (const [name, value] of listOf(form)) {
      if (!Object.hasOwn(shown, name)) shown[name] = value;
      else if (Array.isArray(shown[name])) shown[name].push(value);
      else shown[name] = [shown[name], value];
    }
    return inspect(shown, options);
  });
  const isForm = (value) => isObject(value) && value instanceof FormData;

  const escaped = (name) => name.replace(/\n/g, '%0A').replace(/\r/g, '%0D').replace(/"/g, '%22');
  const lines = (value) => value.replace(/\r?\n|\r/g, '\r\n');
  // [bytes, type].
  function write(form) {
    const boundary = `----formdata-${Array.from({ length: 12 }, () => Math.floor(native.random() * 10)).join('')}`;
    const parts = [];
    for (const [name, value] of listOf(form)) {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(lines(name))}"`;
      if (typeof value === 'string') {
        parts.push(internal.bytesOf(`${head}\r\n\r\n${lines(value)}\r\n`));
      } else {
        parts.push(internal.bytesOf(`${head}; filename="${escaped(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}\r\n\r\n`));
        parts.push(bytesOf(value), internal.bytesOf('\r\n'));
      }
    }
    parts.push(internal.bytesOf(`--${boundary}--\r\n`));
    return [internal.joined(parts), `multipart/form-data; boundary=${boundary}`];
  }

  const broken = () => new TypeError('Failed to parse body as FormData.');
  // The parameters of a header's value.
  function parameters(value) {
    const found = new Map();
    for (const [, name, quoted, plain] of value.matchAll(/;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g)) {
      const key = name.toLowerCase();
      if (!found.has(key)) found.set(key, quoted === undefined ? plain.trim() : quoted);
    }
    return found;
  }
  const named = (name) => name.replace(/%0A/gi, '\n').replace(/%0D/gi, '\r').replace(/%22/g, '"');

  function read(bytes, type) {
    const essence = type.split(';')[0].trim().toLowerCase();
    const form = new FormData();
    if (essence === 'application/x-www-form-urlencoded') {
      const pairs = native.web.parseQuery(native.decode(bytes, 'utf8'));
      for (let at = 0; at < pairs.length; at += 2) form.append(pairs[at], pairs[at + 1]);
      return form;
    }
    if (essence !== 'multipart/form-data') {
      throw new TypeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".');
    }
    const boundary = parameters(type).get('boundary');
    if (boundary === undefined || boundary === '') throw broken();
    readParts(form, bytes, boundary);
    return form;
  }
  function readParts(form, bytes, boundary) {
    const find = (wanted, from) => native.web.indexOf(bytes, internal.bytesOf(wanted), from);
    const starts = (wanted, at) => native.decode(bytes.subarray(at, at + wanted.length), 'latin1') === wanted;
    let at = find(`--${boundary}`, 0);
    if (at === -1) throw broken();
    at += boundary.length + 2;
    while (!starts('--', at)) {
      if (!starts('\r\n', at)) throw broken();
      const body = find('\r\n\r\n', at);
      const end = find(`\r\n--${boundary}`, at);
      if (body === -1 || end === -1 || end < body) throw broken();
      readPart(form, native.decode(bytes.subarray(at + 2, body), 'utf8'), bytes.subarray(Math.min(body + 4, end), end));
      at = end + boundary.length + 4;
    }
  }
  function readPart(form, head, content) {
    const fields = new Map(head.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw broken();
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const disposition = fields.get('content-disposition') ?? '';
    const known = parameters(disposition);
    if (!/^form-data\s*(?:;|$)/i.test(disposition) || !known.has('name')) throw broken();
    const name = named(known.get('name'));
    if (!known.has('filename')) { form.append(name, native.decode(content, 'utf8')); return; }
    form.append(name, new File([content], named(known.get('filename')), { type: fields.get('content-type') ?? 'text/plain' }));
  }
  return { FormData, isForm, write, read };
})
