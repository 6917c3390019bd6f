// How values are shown: as Node and Deno show them, four levels deep.
(function (native, internal) {
  'use strict';
  const MAX_DEPTH = 4, MAX_ITEMS = 100, MAX_STRING = 10000, LINE = 76;
  const identifier = /^[A-Za-z_$][\w$]*$/;
  const TypedArray = Object.getPrototypeOf(Uint8Array);

  function quote(text) {
    const cut = text.length > MAX_STRING
      ? `... ${text.length - MAX_STRING} more characters` : '';
    const body = JSON.stringify(text.slice(0, MAX_STRING)).slice(1, -1);
    if (!text.includes("'")) return `'${body.replaceAll('\\"', '"')}'${cut}`;
    if (!text.includes('"')) return `"${body}"${cut}`;
    return `'${body.replaceAll('\\"', '"').replaceAll("'", "\\'")}'${cut}`;
  }

  function primitive(value, nested) {
    switch (typeof value) {
      case 'string': return nested ? quote(value) : value;
      case 'number': return Object.is(value, -0) ? '-0' : String(value);
      case 'bigint': return `${value}n`;
      case 'symbol': return value.toString();
      default: return String(value);
    }
  }

  function className(value) {
    for (let at = value, hops = 0; at !== null && hops < 10; hops++) {
      const own = Object.getOwnPropertyDescriptor(at, 'constructor');
      if (own && typeof own.value === 'function' && own.value.name !== '') return own.value.name;
      at = Object.getPrototypeOf(at);
    }
    return null;
  }

  function functionText(value) {
    const source = Function.prototype.toString.call(value);
    if (/^class\b/.test(source)) {
      const parent = Object.getPrototypeOf(value);
      const from = typeof parent === 'function' && parent.name ? ` extends ${parent.name}` : '';
      return `[class ${value.name || '(anonymous)'}${from}]`;
    }
    const kind = className(value) ?? 'Function';
    return `[${kind === 'Object' ? 'Function' : kind}${value.name ? `: ${value.name}` : ' (anonymous)'}]`;
  }

  function join(parts, open, close, indent) {
    if (parts.length === 0) return open + close;
    const flat = parts.join(', ');
    const fits = flat.length + open.length + indent <= LINE && !flat.includes('\n');
    const pad = open === '[' || open.endsWith(' [') || open === '{' || open.endsWith('{') ? ' ' : '';
    if (fits && parts.length <= (open.endsWith('[') ? 40 : 12)) {
      return `${open}${pad}${flat}${pad}${close}`;
    }
    const inner = ' '.repeat(indent + 2);
    const lines = open.endsWith('[') && parts.length > 6 && parts.every((p) => p.length <= 12)
      ? group(parts, indent) : parts;
    return `${open}\n${inner}${lines.join(`,\n${inner}`)}\n${' '.repeat(indent)}${close}`;
  }

  function group(parts, indent) {
    const width = Math.max(...parts.map((part) => part.length)) + 2;
    const columns = Math.max(1, Math.min(16, Math.floor((LINE - indent) / width)));
    const rows = [];
    for (let at = 0; at < parts.length; at += columns) {
      const row = parts.slice(at, at + columns);
      rows.push(row.map((part, index) => (index === row.length - 1 ? part : `${part},`.padEnd(width))).join(''));
    }
    return rows;
  }

  function show(value, state, depth, indent) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
      return primitive(value, true);
    }
    if (state.open.includes(value)) {
      let at = state.circular.indexOf(value);
      if (at < 0) at = state.circular.push(value) - 1;
      return `[Circular *${at + 1}]`;
    }
    state.open.push(value);
    let text = showObject(value, state, depth, indent);
    state.open.pop();
    const at = state.circular.indexOf(value);
    if (at >= 0) text = `<ref *${at + 1}> ${text}`;
    return text;
  }

  function showObject(value, state, depth, indent) {
    const name = className(value);
    const prefix = (plain) => (name === plain ? '' : `${name ?? '[Object: null prototype]'} `);
    const deeper = (item) => show(item, state, depth + 1, indent + 2);
    const tooDeep = depth > MAX_DEPTH;
    if (typeof value === 'function') return withKeys(functionText(value), value, deeper, indent, depth);
    if (value instanceof Error) return errorText(value, deeper, indent, depth);
    if (Array.isArray(value)) {
      if (tooDeep) return '[Array]';
      const parts = [];
      const shown = Math.min(value.length, MAX_ITEMS);
      for (let at = 0, holes = 0; at < shown; at++) {
        if (at in value) { parts.push(deeper(value[at])); continue; }
        holes++;
        if (at + 1 >= shown || at + 1 in value) {
          parts.push(`<${holes} empty item${holes > 1 ? 's' : ''}>`);
          holes = 0;
        }
      }
      more(parts, value.length);
      properties(value, parts, deeper, (key) => !/^\d+$/.test(key));
      return join(parts, `${name === 'Array' ? '' : `${name}(${value.length}) `}[`, ']', indent);
    }
    if (value instanceof Map) {
      if (tooDeep) return '[Map]';
      const parts = [];
      for (const [key, item] of value) {
        if (parts.length >= MAX_ITEMS) break;
        parts.push(`${deeper(key)} => ${deeper(item)}`);
      }
      more(parts, value.size);
      return join(parts, `${name}(${value.size}) {`, '}', indent);
    }
    if (value instanceof Set) {
      if (tooDeep) return '[Set]';
      const parts = [];
      for (const item of value) {
        if (parts.length >= MAX_ITEMS) break;
        parts.push(deeper(item));
      }
      more(parts, value.size);
      return join(parts, `${name}(${value.size}) {`, '}', indent);
    }
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof RegExp) return RegExp.prototype.toString.call(value);
    if (value instanceof TypedArray) {
      const parts = Array.from(value.slice(0, MAX_ITEMS), (item) => primitive(item, true));
      more(parts, value.length);
      return join(parts, `${name}(${value.length}) [`, ']', indent);
    }
    if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
    if (value instanceof Promise) return `Promise { ${native.promiseState(value)} }`;
    if (value instanceof WeakMap || value instanceof WeakSet) return `${name} { <items unknown> }`;
    if (value instanceof Number || value instanceof String || value instanceof Boolean) {
      return `[${name}: ${primitive(value.valueOf(), true)}]`;
    }
    if (tooDeep) return `[${name ?? 'Object: null prototype'}]`;
    const parts = [];
    properties(value, parts, deeper, () => true);
    const tag = value[Symbol.toStringTag];
    const label = typeof tag === 'string' && tag !== '' && tag !== name
      ? `${name ?? 'Object'} [${tag}] ` : prefix('Object');
    return join(parts, `${label}{`, '}', indent);
  }

  function more(parts, total) {
    if (total > MAX_ITEMS) parts.push(`... ${total - MAX_ITEMS} more items`);
  }

  function properties(value, parts, deeper, wanted) {
    const keys = Reflect.ownKeys(value);
    let shown = 0;
    for (const key of keys) {
      if (typeof key === 'string' && !wanted(key)) continue;
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (!property || !property.enumerable) continue;
      if (++shown > MAX_ITEMS) { parts.push('... more properties'); return; }
      const label = typeof key === 'symbol' ? `[${key.toString()}]` : identifier.test(key) ? key : quote(key);
      const text = property.get
        ? (property.set ? '[Getter/Setter]' : '[Getter]')
        : property.set ? '[Setter]' : deeper(property.value);
      parts.push(`${label}: ${text}`);
    }
  }

  function withKeys(text, value, deeper, indent, depth) {
    const parts = [];
    if (depth <= MAX_DEPTH) properties(value, parts, deeper, () => true);
    return parts.length === 0 ? text : join(parts, `${text} {`, '}', indent);
  }

  function errorText(error, deeper, indent, depth) {
    let text = typeof error.stack === 'string' && error.stack !== '' ? error.stack : '';
    const head = `${String(error.name)}${error.message ? `: ${error.message}` : ''}`;
    const frames = text.split('\n').filter((line) => /^ {4}at /.test(line)).join('\n');
    text = frames === '' ? (depth > 0 ? `[${head}]` : head) : `${head}\n${frames}`;
    const parts = [];
    if (depth <= MAX_DEPTH) {
      properties(error, parts, deeper, (key) => key !== 'stack' && key !== 'message' && key !== 'name');
      if ('cause' in error && Object.getOwnPropertyDescriptor(error, 'cause')?.enumerable === false) {
        parts.push(`[cause]: ${deeper(error.cause)}`);
      }
      if (error instanceof AggregateError) parts.push(`[errors]: ${deeper(error.errors)}`);
    }
    if (indent > 0) text = text.replaceAll('\n', `\n${' '.repeat(indent)}`);
    return parts.length === 0 ? text : join(parts, `${text} {`, '}', indent);
  }

  internal.inspect = function (value) {
    try {
      return show(value, { open: [], circular: [] }, 0, 0);
    } catch (error) {
      if (error instanceof RangeError || error instanceof InternalError) return '[too deep to show]';
      return '[cannot be shown]';
    }
  };

  // console.log's first argument may hold %s %d %i %f %j %o %O %c %%.
  internal.format = function (args) {
    let rest = args;
    let text = '';
    if (typeof args[0] === 'string') {
      let next = 1;
      text = args[0].includes('%') && args.length > 1
        ? args[0].replace(/%[sdifjoOc%]/g, (spec) => {
          if (spec === '%%') return '%';
          if (next >= args.length) return spec;
          const value = args[next++];
          switch (spec) {
            case '%s': return typeof value === 'object' && value !== null ? internal.inspect(value) : primitive(value, false);
            case '%d': return typeof value === 'bigint' ? `${value}n` : typeof value === 'symbol' ? 'NaN' : String(Number(value));
            case '%i': return typeof value === 'bigint' ? `${value}n` : typeof value === 'symbol' ? 'NaN' : String(parseInt(value, 10));
            case '%f': return typeof value === 'symbol' ? 'NaN' : String(parseFloat(value));
            case '%j': try { return JSON.stringify(value); } catch { return '[Circular]'; }
            case '%c': return '';
            default: return internal.inspect(value);
          }
        }) : args[0];
      rest = args.slice(next);
      if (rest.length > 0) text += ' ';
    }
    return text + rest.map((value) =>
      (typeof value === 'string' ? value : internal.inspect(value))).join(' ');
  };
})
