// console: every level is kept, in order, in the one output.
(function (native, internal) {
  'use strict';
  const { width } = internal.layout;
  let indent = '';
  const counts = new Map();
  const timers = new Map();

  // Once output was cut nothing more is formatted.
  let room = true;
  internal.atEnd(() => { room = true; indent = ''; });
  function print(text) {
    if (!room) return;
    const shown = indent === '' ? text : indent + text.replaceAll('\n', `\n${indent}`);
    room = native.write(`${internal.clean(shown)}\n`);
  }
  const log = (...args) => { if (room) print(internal.format(args)); };
  const warn = (text) => print(text);

  const MAX_ROWS = 1000, MAX_COLUMNS = 50;
  const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');
  const cell = (value) => internal.inspect(value, { depth: isObject(value) && !Array.isArray(value) && Object.keys(value).length > 2 ? -1 : 0 });

  // What a table shows: the heads of the index columns, [indices, row] pairs.
  function rowsOf(data) {
    const kind = internal.kindOf(data);
    if (kind === 'Map') return ['(iteration index)', [...data].map(([key, value], at) => [at, key, value])];
    if (kind === 'Set') return ['(iteration index)', [...data].map((value, at) => [at, undefined, value])];
    return ['(index)', Object.keys(data).map((key) => [key, undefined, data[key]])];
  }

  function table(data, columns) {
    if (!isObject(data)) return log(data);
    if (columns !== undefined && !Array.isArray(columns)) throw new TypeError('console.table needs an array of column names');
    const [indexHead, all] = rowsOf(data);
    const rows = all.slice(0, MAX_ROWS);
    const kind = internal.kindOf(data);
    const keyed = kind === 'Map';
    const whole = keyed || kind === 'Set';
    const heads = [];
    const known = new Set();
    let values = false;
    for (const [, , row] of rows) {
      if (whole || !isObject(row)) { values = true; continue; }
      for (const key of columns?.map(String) ?? Object.keys(row)) {
        if (!known.has(key) && heads.length < MAX_COLUMNS) { known.add(key); heads.push(key); }
      }
    }
    const lines = [[indexHead, ...(keyed ? ['Key'] : []), ...heads, ...(values ? ['Values'] : [])]];
    for (const [index, key, row] of rows) {
      const object = !whole && isObject(row);
      const cells = heads.map((head) => (object && Object.hasOwn(row, head) ? cell(row[head]) : ''));
      if (values) cells.push(object ? '' : cell(row));
      lines.push([String(index), ...(keyed ? [cell(key)] : []), ...cells]);
    }
    print(drawn(lines));
    if (all.length > MAX_ROWS) print(`... ${all.length - MAX_ROWS} more rows`);
  }

  function drawn(lines) {
    const widths = lines[0].map((_, at) => lines.reduce((most, line) => Math.max(most, width(line[at])), 0) + 2);
    const rule = (left, middle, right) => left + widths.map((each) => '─'.repeat(each)).join(middle) + right;
    const text = (line) => `│${line.map((each, at) => ` ${each}${' '.repeat(widths[at] - width(each) - 1)}`).join('│')}│`;
    return [rule('┌', '┬', '┐'), text(lines[0]), rule('├', '┼', '┤'), ...lines.slice(1).map(text), rule('└', '┴', '┘')].join('\n');
  }

  const labelOf = (label) => (label === undefined ? 'default' : String(label));
  function elapsed(label) {
    const ms = native.now() - timers.get(label);
    const from = (unit) => Math.floor(ms / unit);
    const [hours, minutes, seconds] = [from(3600000), from(60000) % 60, (ms % 60000) / 1000];
    const padded = (number) => String(number).padStart(2, '0');
    if (ms >= 60000) {
      const [whole, parts] = seconds.toFixed(3).split('.');
      return `${label}: ${hours ? `${hours}:${padded(minutes)}` : minutes}:${padded(whole)}.${parts} (${hours ? 'h:m' : ''}m:ss.mmm)`;
    }
    return `${label}: ${ms >= 1000 ? `${seconds.toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`}`;
  }
  const methods = {
    log, info: log, debug: log, warn: log, error: log,
    dir(value, options) { print(internal.inspect(value, options)); },
    dirxml: log,
    trace(...args) {
      const frames = new Error().stack.split('\n').slice(1).join('\n');
      print(`Trace${args.length ? `: ${internal.format(args)}` : ''}${frames ? `\n${frames}` : ''}`);
    },
    assert(condition, ...args) {
      if (condition) return;
      if (typeof args[0] === 'string') log(`Assertion failed: ${args[0]}`, ...args.slice(1));
      else log('Assertion failed', ...args);
    },
    table,
    group(...args) { if (args.length) log(...args); if (indent.length < 64) indent += '  '; },
    groupEnd() { indent = indent.slice(2); },
    count(label) { const key = labelOf(label); const n = (counts.get(key) ?? 0) + 1; counts.set(key, n); print(`${key}: ${n}`); },
    countReset(label) { if (!counts.delete(labelOf(label))) warn(`Warning: Count for '${labelOf(label)}' does not exist`); },
    time(label) {
      const key = labelOf(label);
      if (timers.has(key)) warn(`Warning: Label '${key}' already exists for console.time()`);
      else timers.set(key, native.now());
    },
    timeLog(label, ...args) {
      const key = labelOf(label);
      if (timers.has(key)) print([elapsed(key), ...(args.length ? [internal.format(args)] : [])].join(' '));
      else warn(`Warning: No such label '${key}' for console.timeLog()`);
    },
    timeEnd(label) {
      const key = labelOf(label);
      if (timers.has(key)) { print(elapsed(key)); timers.delete(key); }
      else warn(`Warning: No such label '${key}' for console.timeEnd()`);
    },
    clear() {}, timeStamp() {}, profile() {}, profileEnd() {},
  };
  methods.groupCollapsed = methods.group;
  const console = Object.create({}, { [Symbol.toStringTag]: { value: 'console', configurable: true } });
  for (const [name, method] of Object.entries(methods)) {
    if (method === log) console[name] = { [name](...args) { if (room) print(internal.format(args)); } }[name];
    else console[name] = method;
  }
  Object.defineProperty(globalThis, 'console', { value: console, writable: true, configurable: true, enumerable: false });
})
