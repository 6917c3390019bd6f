// How values are shown: as Node shows them, but four levels deep, and never with an exception: what
// cannot be shown says so in its place.
(function (native, internal) {
  'use strict';
  const { USUAL, escape, quote, number, painted, primitive, join } = internal.layout;
  const DEPTH = 4, MAX_DEPTH = 100, MAX_KEYS = 1000, MAX_TEXT = 1 << 20;
  const CUSTOM = Symbol.for('nodejs.util.inspect.custom');
  const identifier = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
  const typedArrayTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

  const sizeOfMap = Object.getOwnPropertyDescriptor(Map.prototype, 'size').get;
  const sizeOfSet = Object.getOwnPropertyDescriptor(Set.prototype, 'size').get;

  // The engine's own word on what an object is, by a sample of each: prototypes can lie.
  const kinds = new Map();
  for (const [kind, sample] of Object.entries({
    Object: {}, Array: [], Error: new Error(), Date: new Date(0), RegExp: /x/, Promise: Promise.resolve(), Proxy: new Proxy({}, {}),
    Map: new Map(), Set: new Set(), WeakMap: new WeakMap(), WeakSet: new WeakSet(), WeakRef: new WeakRef({}),
    ArrayBuffer: new ArrayBuffer(0), DataView: new DataView(new ArrayBuffer(0)),
    Number: Object(0), String: Object(''), Boolean: Object(false), Symbol: Object(Symbol.iterator), BigInt: Object(0n),
    Arguments: (function () { return arguments; })(), GeneratorFunction: function* () {},
    AsyncFunction: async () => {}, AsyncGeneratorFunction: async function* () {},
  })) kinds.set(native.classOf(sample), kind);
  kinds.set(native.classOf(Function('return arguments')()), 'Arguments');
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (/^(?:Uint|Int|Float|BigInt|BigUint)\d+(?:Clamped)?Array$/.test(name)) kinds.set(native.classOf(new globalThis[name](0)), 'TypedArray');
  }

  const { classOf } = native;
  const OBJECT = classOf({}), ARRAY = classOf([]);
  // Any other kind of object, a function among them, is an Object here.
  function kindOf(value) {
    const kind = classOf(value);
    return kind === OBJECT ? 'Object' : kind === ARRAY ? 'Array' : kinds.get(kind) ?? 'Object';
  }
  internal.kindOf = kindOf;

  // The name of the class, or null for an object without a prototype.
  function className(value) {
    const direct = Object.getPrototypeOf(value);
    if (direct === Object.prototype) return 'Object';
    if (direct === Array.prototype && direct.constructor === Array) return 'Array';
    let first;
    for (let at = value, hops = 0; at !== null && hops < 100; hops++) {
      if (at === Object.prototype) return 'Object';
      if (at === Function.prototype && typeof value === 'function') return 'Function';
      const own = Object.getOwnPropertyDescriptor(at, 'constructor');
      if (own !== undefined && typeof own.value === 'function' && typeof own.value.name === 'string' && own.value.name !== ''
        && isInstance(value, own.value)) return own.value.name;
      at = Object.getPrototypeOf(at);
      if (first === undefined) first = at;
    }
    if (first === null || first === undefined) return null;
    return `Object <${className(first) ?? '[Object: null prototype] {}'}>`;
  }
  function isInstance(value, constructor) {
    try { return value instanceof constructor; } catch { return false; }
  }
  internal.className = className;

  function prefix(name, tag, fallback, size = '') {
    const head = name === null ? `[${fallback}${size}: null prototype] ` : `${name}${size} `;
    return tag !== '' && (name === null ? fallback : name) !== tag ? `${head}[${tag}] ` : head;
  }

  const enumerable = (value) => (key) => Object.prototype.propertyIsEnumerable.call(value, key);
  function keysOf(value) {
    const keys = Object.keys(value);
    const symbols = Object.getOwnPropertySymbols(value);
    return symbols.length === 0 ? keys : keys.concat(symbols.filter(enumerable(value)));
  }
  const isIndex = (key) => typeof key === 'string' && /^(?:0|[1-9]\d*)$/.test(key) && Number(key) < 4294967295;
  // Own keys of an array but its elements. A dense array is not asked for a million keys.
  function extraKeys(value) {
    const keys = value.length > 10000 ? [] : Object.keys(value);
    // Indices come first, and all of them when there are as many keys as elements.
    const dense = keys.length === value.length && (keys.length === 0 || keys.at(-1) === String(keys.length - 1));
    const extra = dense ? [] : keys.filter((key) => !isIndex(key));
    const symbols = Object.getOwnPropertySymbols(value);
    return symbols.length === 0 ? extra : extra.concat(symbols.filter(enumerable(value)));
  }

  function show(ctx, value, depth) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return primitive(value, ctx.indent, ctx);
    const given = value;
    let kind = kindOf(value);
    while (kind === 'Proxy') {
      value = native.proxyTarget(value);
      if (value === null) return '<Revoked Proxy>';
      kind = kindOf(value);
    }
    const { indent } = ctx;
    const open = ctx.seen.length;
    try {
      const custom = ctx.custom ? value[CUSTOM] : undefined;
      if (custom !== undefined && typeof custom === 'function' && !(Object.hasOwn(value, 'constructor') && value.constructor?.prototype === value)) {
        const shown = custom.call(given, ctx.depth - depth, optionsFor(ctx, ctx.depth - depth), internal.inspectAs);
        if (typeof shown === 'string') return shown.replaceAll('\n', `\n${' '.repeat(indent)}`);
        if (shown !== given) return show(ctx, shown, depth);
      }
      if (ctx.seen.includes(value)) {
        if (!ctx.circular.has(value)) ctx.circular.set(value, ctx.circular.size + 1);
        return painted(ctx, `[Circular *${ctx.circular.get(value)}]`, 'special');
      }
      return showObject(ctx, value, depth, kind);
    } catch (error) {
      ctx.indent = indent;
      ctx.seen.length = open;
      return `[${kind}: cannot be shown${reasonOf(error)}]`;
    }
  }

  function reasonOf(error) {
    try {
      if (error instanceof RangeError || error instanceof InternalError) return ', it is nested too deeply';
      return `, it threw ${String(error instanceof Error ? error.message : error).slice(0, 100)}`;
    } catch { return ''; }
  }

  function nested(ctx, value, depth) {
    const type = typeof value;
    if (type === 'number' && ctx.paint === undefined && !ctx.grouped) return number(value);
    if (type !== 'object' && type !== 'function') return primitive(value, ctx.indent + 2, ctx);
    ctx.indent += 2;
    const text = show(ctx, value, depth);
    ctx.indent -= 2;
    return text;
  }

  // What a kind of object says before its keys: `base` is all of it when it has no keys; `open` and
  // `close` are its braces, `parts` makes what stands in them first.
  const braces = (head, parts, empty = parts === undefined) => ({ base: '', open: `${head}{`, close: '}', parts, isArray: false, empty });
  const list = (head, parts, value) => ({ base: '', open: `${head}[`, close: ']', parts, isArray: true, empty: value.length === 0 });
  const text = (base) => ({ base, open: '{', close: '}', parts: undefined, isArray: false, empty: true });
  function shape(ctx, value, kind, name, tag, keys) {
    switch (kind) {
      case 'Array': {
        const plain = name === 'Array' && tag === '';
        return list(plain ? '' : prefix(name, tag, 'Array', `(${value.length})`), elements, value);
      }
      case 'TypedArray': {
        const type = typedArrayTag.call(value);
        return list(prefix(name, tag, type, `(${value.length})`), numbers, value);
      }
      case 'Set': return braces(prefix(name, tag, 'Set', `(${sizeOfSet.call(value)})`), members, sizeOfSet.call(value) === 0);
      case 'Map': return braces(prefix(name, tag, 'Map', `(${sizeOfMap.call(value)})`), entries, sizeOfMap.call(value) === 0);
      case 'Arguments': return braces('[Arguments] ');
      case 'RegExp': return text(painted(ctx, named(prefix(name, tag, 'RegExp'), 'RegExp ', RegExp.prototype.toString.call(value)), 'regexp'));
      case 'Date': {
        const shown = Number.isNaN(Date.prototype.getTime.call(value)) ? 'Invalid Date' : Date.prototype.toISOString.call(value);
        return text(painted(ctx, named(prefix(name, tag, 'Date'), 'Date ', shown), 'date'));
      }
      case 'Error': return text(errorText(ctx, value, name, tag, keys));
      case 'ArrayBuffer': keys.unshift('byteLength'); return braces(prefix(name, tag, kind), bytes);
      case 'DataView': keys.unshift('byteLength', 'byteOffset', 'buffer'); return braces(prefix(name, tag, kind));
      case 'Promise': return braces(prefix(name, tag, kind), settled);
      case 'WeakMap': case 'WeakSet': return braces(prefix(name, tag, kind), () => [painted(ctx, '<items unknown>', 'special')]);
      case 'WeakRef': return braces(prefix(name, tag, kind), (at, target, depth) => [show(at, target.deref(), depth)]);
      case 'Number': case 'String': case 'Boolean': case 'Symbol': case 'BigInt':
        if (kind === 'String') keys.splice(0, value.length);
        return text(painted(ctx, boxed(value, kind, name, tag), kind.toLowerCase()));
      default:
        if (typeof value === 'function') return text(painted(ctx, functionText(value, kind, name, tag), 'special'));
        return braces(prefix(name, tag, 'Object'));
    }
  }
  const PLAIN = { base: '', open: '{', close: '}', parts: undefined, isArray: false, empty: true };
  const named = (head, usual, text) => (head === usual ? text : head + text);

  function showObject(ctx, value, depth, kind) {
    const name = className(value);
    let tag = value[Symbol.toStringTag];
    if (tag === undefined || typeof tag !== 'string' || tag === '' || enumerable(value)(Symbol.toStringTag)) tag = '';
    const isList = kind === 'Array' || kind === 'TypedArray';
    const keys = ctx.hidden ? hiddenKeys(value, isList) : isList ? extraKeys(value) : keysOf(value);
    const isPlain = kind === 'Object' && name === 'Object' && tag === '' && typeof value === 'object';
    const head = isPlain ? PLAIN : shape(ctx, value, kind, name, tag, keys);
    const { base } = head;
    if (keys.length === 0) {
      if (base !== '') return base;
      if (head.empty) return head.open + head.close;
    }
    if (depth > ctx.depth || ctx.room <= 0) {
      if (kind === 'RegExp') return base;
      const label = prefix(name, tag, kind === 'TypedArray' ? typedArrayTag.call(value) : kind).slice(0, -1);
      return painted(ctx, name === null ? label : `[${label}]`, 'special');
    }
    depth++;
    ctx.seen.push(value);
    ctx.currentDepth = depth;
    const parts = head.parts === undefined ? [] : head.parts(ctx, value, depth);
    const shown = keys.length > MAX_KEYS ? keys.slice(0, MAX_KEYS) : keys;
    for (const key of shown) parts.push(property(ctx, value, depth, key));
    if (shown !== keys) parts.push(`... ${keys.length - MAX_KEYS} more properties`);
    ctx.seen.pop();
    const index = ctx.circular.size === 0 ? undefined : ctx.circular.get(value);
    const mark = index === undefined ? '' : painted(ctx, `<ref *${index}>`, 'special');
    const reference = index === undefined ? base : base === '' ? mark : `${mark} ${base}`;
    if (ctx.sorted !== undefined) {
      const from = head.isArray ? parts.length - shown.length : 0;
      parts.push(...parts.splice(from).sort(ctx.sorted));
    }
    const text = join(ctx, parts, reference, head.open, head.close, depth, head.isArray ? value : undefined);
    ctx.room -= text.length >> (depth - 1);
    return text;
  }

  function property(ctx, value, depth, key) {
    const own = Object.getOwnPropertyDescriptor(value, key) ?? { value: value[key], enumerable: false };
    let text;
    if (own.get !== undefined) text = getter(ctx, value, depth, own);
    else if (own.set !== undefined) text = painted(ctx, '[Setter]', 'special');
    else text = nested(ctx, own.value, depth);
    if (own.enumerable && typeof key === 'string' && identifier.test(key) && key !== '__proto__') return `${key}: ${text}`;
    let label;
    if (typeof key === 'symbol') label = `[${painted(ctx, escape(key.toString()), 'symbol')}]`;
    else if (key === '__proto__') label = "['__proto__']";
    else if (own.enumerable === false) label = `[${escape(key)}]`;
    else label = painted(ctx, quote(key), 'string');
    return `${label}: ${text}`;
  }
  function getter(ctx, value, depth, own) {
    const kind = own.set === undefined ? 'Getter' : 'Getter/Setter';
    const wanted = ctx.getters === true || (ctx.getters === 'get' && own.set === undefined) || (ctx.getters === 'set' && own.set !== undefined);
    if (!wanted) return painted(ctx, `[${kind}]`, 'special');
    try {
      const got = own.get.call(value);
      if (got !== null && typeof got === 'object') return `${painted(ctx, `[${kind}]`, 'special')} ${nested(ctx, got, depth)}`;
      return `${painted(ctx, `[${kind}:`, 'special')} ${primitive(got, ctx.indent, ctx)}${painted(ctx, ']', 'special')}`;
    } catch (error) {
      return `${painted(ctx, `[${kind}:`, 'special')} <Inspection threw (${error?.message})>${painted(ctx, ']', 'special')}`;
    }
  }
  function hiddenKeys(value, isList) {
    const keys = Reflect.ownKeys(value);
    return isList ? keys.filter((key) => !isIndex(key)) : keys;
  }

  function elements(ctx, value, depth) {
    const parts = [];
    const most = Math.min(ctx.maxItems, value.length);
    let at = 0;
    while (at < value.length && parts.length < most) {
      if (Object.hasOwn(value, at)) { parts.push(nested(ctx, value[at], depth)); at++; continue; }
      const next = nextElement(value, at);
      parts.push(painted(ctx, `<${next - at} empty item${next - at > 1 ? 's' : ''}>`, 'undefined'));
      at = next;
    }
    if (at < value.length) parts.push(remaining(value.length - at));
    return parts;
  }
  function nextElement(value, from) {
    for (let at = from + 1, end = Math.min(value.length, from + 1000); at < end; at++) if (Object.hasOwn(value, at)) return at;
    if (value.length <= from + 1000) return value.length;
    const later = Object.keys(value).find((key) => isIndex(key) && Number(key) > from);
    return later === undefined ? value.length : Number(later);
  }
  const remaining = (count) => `... ${count} more item${count > 1 ? 's' : ''}`;

  function numbers(ctx, value) {
    const parts = [];
    const most = Math.min(ctx.maxItems, value.length);
    for (let at = 0; at < most; at++) parts.push(primitive(value[at], 0, ctx));
    if (value.length > most) parts.push(remaining(value.length - most));
    return parts;
  }

  // The first entries of a collection, shown two columns further in.
  function collected(ctx, iterator, size, each) {
    const parts = [];
    ctx.indent += 2;
    for (const item of { [Symbol.iterator]: () => iterator }) {
      if (parts.length >= ctx.maxItems) break;
      parts.push(each(item));
    }
    ctx.indent -= 2;
    if (size > ctx.maxItems) parts.push(remaining(size - ctx.maxItems));
    return parts;
  }
  const members = (ctx, value, depth) =>
    collected(ctx, Set.prototype.values.call(value), sizeOfSet.call(value), (item) => show(ctx, item, depth));
  const entries = (ctx, value, depth) =>
    collected(ctx, Map.prototype.entries.call(value), sizeOfMap.call(value), ([key, item]) => `${show(ctx, key, depth)} => ${show(ctx, item, depth)}`);

  function bytes(ctx, value) {
    if (value.detached) return ['(detached)'];
    const shown = new Uint8Array(value, 0, Math.min(ctx.maxItems, value.byteLength));
    const more = value.byteLength - shown.length;
    const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return [`${painted(ctx, '[Uint8Contents]', 'special')}: <${hex}${more > 0 ? ` ... ${more} more byte${more > 1 ? 's' : ''}` : ''}>`];
  }

  function settled(ctx, value, depth) {
    const state = native.promiseState(value);
    if (state === 0) return [painted(ctx, '<pending>', 'special')];
    const result = nested(ctx, native.promiseResult(value), depth);
    return [state === 2 ? `${painted(ctx, '<rejected>', 'special')} ${result}` : result];
  }

  function boxed(value, kind, name, tag) {
    const inner = { Number, String, Boolean, Symbol, BigInt }[kind].prototype.valueOf.call(value);
    const from = kind === name ? '' : name === null ? ' (null prototype)' : ` (${name})`;
    return `[${kind}${from}: ${primitive(inner, 0)}]${tag !== '' && tag !== name ? ` [${tag}]` : ''}`;
  }

  // By its text; those of the prelude have none.
  const NATIVE = /\{\s*\[native code\]\s*\}$/;
  function isClass(value) {
    const source = Function.prototype.toString.call(value).slice(0, 1000);
    if (!NATIVE.test(source)) return /^class\b[^(]*\{|^class\b.*\bextends\b/.test(source);
    return Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false && !internal.isBuiltin(value);
  }
  function functionText(value, kind, name, tag) {
    const shownTag = tag !== '' && tag !== name ? ` [${tag}]` : '';
    if (isClass(value)) {
      const own = Object.hasOwn(value, 'name') && value.name ? value.name : '(anonymous)';
      const parent = name === null ? '[null prototype]' : Object.getPrototypeOf(value).name;
      const type = name !== 'Function' && name !== null ? ` [${name}]` : '';
      return `[class ${own}${type}${shownTag}${parent ? ` extends ${parent}` : ''}]`;
    }
    const type = kind.endsWith('Function') ? kind : 'Function';
    const label = value.name === '' ? ' (anonymous)' : `: ${String(value.name)}`;
    const nullProto = name === null ? ' (null prototype)' : '';
    return `[${type}${nullProto}${label}]${name !== type && name !== null ? ` ${name}` : ''}${shownTag}`;
  }

  function errorText(ctx, error, name, tag, keys) {
    const own = error.name === undefined || error.name === null ? 'Error' : String(error.name);
    let stack = error.stack ? String(error.stack) : Error.prototype.toString.call(error);
    for (const key of ['name', 'message', 'stack']) {
      const at = keys.indexOf(key);
      if (at !== -1 && stack.includes(String(error[key]))) keys.splice(at, 1);
    }
    if ('cause' in error && !keys.includes('cause')) keys.push('cause');
    if (Array.isArray(error.errors) && !keys.includes('errors')) keys.push('errors');
    stack = classIn(stack, name, own, tag);
    const message = typeof error.message === 'string' ? error.message : '';
    const from = message === '' ? -1 : stack.indexOf(message);
    const frames = stack.indexOf('\n    at', from === -1 ? 0 : from + message.length);
    if (frames === -1) stack = `[${stack}]`;
    else stack = `${stack.slice(0, frames)}\n${framesBut(error, stack.slice(frames + 1))}`;
    return ctx.indent === 0 ? stack : stack.replaceAll('\n', `\n${' '.repeat(ctx.indent)}`);
  }

  // A stack that begins with a plain name, of an error whose class says more.
  function classIn(stack, name, own, tag) {
    const usual = own.endsWith('Error') && stack.startsWith(own) && (stack.length === own.length || ':\n'.includes(stack[own.length]));
    if (name !== null && !usual) return stack;
    const head = prefix(name, tag, 'Error').slice(0, -1);
    if (own === head) return stack;
    const rest = stack.slice(own.length);
    return head.includes(own) ? head + rest : `${head} [${own}]${rest}`;
  }

  // The frames, without those the cause repeats.
  function framesBut(error, frames) {
    const lines = frames.split('\n');
    const { cause } = error;
    if (cause === null || typeof cause !== 'object' || kindOf(cause) !== 'Error' || typeof cause.stack !== 'string') return frames;
    const theirs = cause.stack.split('\n').filter((line) => line.startsWith('    at'));
    let same = 0;
    while (same < Math.min(lines.length, theirs.length) && lines.at(-1 - same) === theirs.at(-1 - same)) same++;
    if (same <= 3) return frames;
    const kept = lines.slice(0, lines.length - same + 1);
    return [...kept, `    ... ${same - 2} lines matching cause stack trace ...`, lines.at(-1)].join('\n');
  }

  const contextOf = (depth, options) => ({ ...USUAL, depth, seen: [], circular: new Map(), currentDepth: 0, room: MAX_TEXT, custom: true, hidden: false, getters: false, sorted: undefined, options });
  const depthOf = (given, usual) => (given === null || given > MAX_DEPTH ? MAX_DEPTH : typeof given === 'number' ? given : usual);
  internal.inspect = function (value, options) {
    if (options != null && Object.keys(options).some((key) => key !== 'depth')) return internal.inspectAs(value, { depth: DEPTH, ...options });
    return show(contextOf(depthOf(options?.depth, DEPTH), options), value, 0);
  };

  // As util.inspect shows values: two levels deep, and as its options say.
  const DEFAULTS = {
    showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100, maxStringLength: 10000,
    breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
  };
  internal.inspectDefaults = DEFAULTS;
  const most = (value, usual) => (value === null ? Infinity : value === undefined ? usual : Math.max(0, value));
  internal.inspectAs = function (value, given) {
    const wanted = { ...DEFAULTS, ...(typeof given === 'boolean' ? { showHidden: given } : given) };
    const ctx = contextOf(depthOf(wanted.depth, 2), wanted);
    ctx.breakLength = wanted.breakLength;
    ctx.compact = wanted.compact;
    ctx.maxItems = most(wanted.maxArrayLength, 100);
    ctx.maxString = most(wanted.maxStringLength, 10000);
    ctx.custom = wanted.customInspect !== false;
    ctx.hidden = wanted.showHidden === true;
    ctx.getters = wanted.getters;
    ctx.grouped = wanted.numericSeparator === true;
    if (wanted.sorted) ctx.sorted = typeof wanted.sorted === 'function' ? wanted.sorted : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    if (wanted.colors) ctx.paint = paint;
    return show(ctx, value, 0);
  };
  // What each kind of text is coloured with on a terminal.
  const COLORS = {
    special: [36, 39], number: [33, 39], bigint: [33, 39], boolean: [33, 39], undefined: [90, 39], null: [1, 22], string: [32, 39], symbol: [32, 39],
    date: [35, 39], regexp: [31, 39], module: [4, 24],
  };
  const paint = (text, style) => (Object.hasOwn(COLORS, style) ? `\x1b[${COLORS[style][0]}m${text}\x1b[${COLORS[style][1]}m` : text);
  const plainly = (text) => `${text}`;
  const optionsFor = (ctx, depth) => ({ ...DEFAULTS, ...ctx.options, depth, stylize: ctx.paint ?? plainly });
})
