// The text of console.log's arguments: %-specifiers in the first, the rest shown after it.
(function (native, internal) {
  'use strict';
  const { number, primitive } = internal.layout;
  const inspect = internal.inspect;
  const numeric = (value, convert) =>
    (typeof value === 'bigint' ? `${value}n` : typeof value === 'symbol' ? 'NaN' : number(convert(value)));

  function json(value) {
    try { return JSON.stringify(value) ?? 'undefined'; } catch (error) {
      if (error instanceof TypeError && /circular/i.test(error.message)) return '[Circular]';
      throw error;
    }
  }

  // Whether an object's own classes say how it becomes text.
  function hasOwnText(value) {
    for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
      if (Object.hasOwn(at, 'toString') || Object.hasOwn(at, Symbol.toPrimitive)) {
        if (at === value) return true;
        const maker = Object.getOwnPropertyDescriptor(at, 'constructor')?.value;
        return typeof maker === 'function' && !internal.isBuiltin(maker);
      }
    }
    return false;
  }
  const builtins = new Set(Object.getOwnPropertyNames(globalThis).map((name) => globalThis[name]).filter((value) => typeof value === 'function' && value !== internal.McpToolError));
  internal.isBuiltin = (value) => builtins.has(value);

  function text(value) {
    if (typeof value === 'number') return number(value);
    if (typeof value === 'bigint') return `${value}n`;
    if (value === null || typeof value !== 'object' || (internal.kindOf(value) !== 'Proxy' && hasOwnText(value))) return String(value);
    return inspect(value, { depth: 0 });
  }

  // `show` shows what is not text.
  function specified(letter, value, show) {
    switch (letter) {
      case 's': return text(value);
      case 'j': return json(value);
      case 'O': return show(value);
      case 'o': return internal.inspectAs(value, { showHidden: true, showProxy: true, depth: 4 });
      case 'd': return numeric(value, Number);
      case 'i': return numeric(value, (given) => parseInt(given, 10));
      case 'f': return typeof value === 'symbol' ? 'NaN' : number(parseFloat(value));
      default: return '';
    }
  }
  const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');

  internal.format = function (args, show = inspect) {
    if (args.length === 0) return '';
    const plain = (value) => (typeof value === 'string' ? value : isObject(value) ? show(value) : primitive(value, 0));
    const first = args[0];
    if (args.length === 1) return plain(first);
    if (typeof first !== 'string') return args.map(plain).join(' ');
    let next = 1;
    const head = !first.includes('%') ? first : first.replace(/%[sdifjoOc%]/g, (spec) => {
      if (spec === '%%') return '%';
      return next >= args.length ? spec : specified(spec[1], args[next++], show);
    });
    return [head, ...args.slice(next).map(plain)].join(' ');
  };
})
