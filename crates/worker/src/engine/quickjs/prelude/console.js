// console: every level is kept, in order, in the one output.
(function (native, internal) {
  'use strict';
  let indent = '';
  const counts = new Map();
  const timers = new Map();

  function print(text) {
    const shown = indent === '' ? text : indent + text.replaceAll('\n', `\n${indent}`);
    native.write(`${internal.clean(shown)}\n`);
  }
  const log = (...args) => print(internal.format(args));

  function table(data, columns) {
    if (data === null || typeof data !== 'object') return log(data);
    const rows = data instanceof Map ? [...data] : data instanceof Set ? [...data].map((v, i) => [i, v]) : Object.entries(data);
    const heads = [];
    let values = false;
    for (const [, row] of rows) {
      if (row !== null && typeof row === 'object') {
        for (const key of Object.keys(row)) if (!heads.includes(key) && heads.length < 30) heads.push(key);
      } else values = true;
    }
    const shown = Array.isArray(columns) ? columns.map(String) : heads;
    const lines = [['(index)', ...shown, ...(values ? ['Values'] : [])]];
    for (const [index, row] of rows.slice(0, 1000)) {
      const object = row !== null && typeof row === 'object';
      const cells = shown.map((key) => (object && Object.hasOwn(row, key) ? internal.inspect(row[key]) : ''));
      if (values) cells.push(object ? '' : internal.inspect(row));
      lines.push([String(index), ...cells]);
    }
    const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)) + 2);
    const rule = (left, middle, right) => left + widths.map((width) => '─'.repeat(width)).join(middle) + right;
    const text = (line) => `│${line.map((cell, at) => ` ${cell}`.padEnd(widths[at])).join('│')}│`;
    print([rule('┌', '┬', '┐'), text(lines[0]), rule('├', '┼', '┤'), ...lines.slice(1).map(text), rule('└', '┴', '┘')].join('\n'));
  }

  const elapsed = (label) => `${label}: ${(native.now() - timers.get(label)).toFixed(3)}ms`;
  const console = {
    log, info: log, debug: log, warn: log, error: log,
    dir: (value) => print(internal.inspect(value)),
    trace(...args) {
      const stack = new Error().stack.split('\n').slice(1).join('\n');
      print(`Trace${args.length ? `: ${internal.format(args)}` : ''}${stack ? `\n${stack}` : ''}`);
    },
    assert(condition, ...args) {
      if (!condition) print(`Assertion failed${args.length ? `: ${internal.format(args)}` : ''}`);
    },
    table,
    group(...args) { if (args.length) log(...args); if (indent.length < 64) indent += '  '; },
    groupEnd() { indent = indent.slice(2); },
    count(label = 'default') { const n = (counts.get(label) ?? 0) + 1; counts.set(label, n); print(`${label}: ${n}`); },
    countReset(label = 'default') { counts.delete(label); },
    time(label = 'default') { timers.set(label, native.now()); },
    timeLog(label = 'default', ...args) { if (timers.has(label)) print([elapsed(label), internal.format(args)].join(' ').trimEnd()); },
    timeEnd(label = 'default') { if (timers.has(label)) { print(elapsed(label)); timers.delete(label); } },
    clear() {},
  };
  console.groupCollapsed = console.group;
  console.dirxml = console.log;
  Object.defineProperty(globalThis, 'console', { value: console, writable: true, configurable: true, enumerable: false });
})
