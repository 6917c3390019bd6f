// How shown values are laid out: quoting, lining up, grouping. The rules are Node's, so that
// output looks as people and models expect it.
(function (native, internal) {
  'use strict';
  // How values are laid out unless somebody says otherwise. `paint` is what colours a piece of text.
  const USUAL = Object.freeze({ breakLength: 80, compact: 3, maxItems: 100, maxString: 10000, indent: 0, grouped: false, paint: undefined });
  const meta = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\' };
  const unsafe = /[\x00-\x1f\\\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

  function escaped(char) {
    const code = char.charCodeAt(0);
    return meta[char] ?? (code > 255 ? `\\u${code.toString(16)}` : `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`);
  }
  const escape = (text) => text.replace(unsafe, escaped);

  const special = /[\x00-\x1f'\\\x7f-\x9f\ud800-\udfff]/;
  function quote(text) {
    if (!special.test(text)) return `'${text}'`;
    const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"'
      : !text.includes('`') && !text.includes('${') ? '`' : "'";
    const body = escape(text);
    return mark === "'" ? `'${body.replaceAll("'", "\\'")}'` : mark + body + mark;
  }

  const number = (value) => (Object.is(value, -0) ? '-0' : String(value));
  // 1234567.1234 as 1_234_567.123_4.
  const withSeparators = (text) => text.replace(/^(-?)(\d+)(\.\d+)?(n?)$/, (_, sign, whole, part = '', n) =>
    sign + whole.replace(/\B(?=(?:\d{3})+$)/g, '_') + part.replace(/(\d{3})(?=\d)/g, '$1_') + n);

  // A text in the colour of what it is: `\x1b[33m1\x1b[39m`.
  const painted = (ctx, text, style) => (ctx.paint === undefined ? text : ctx.paint(text, style));

  // A value that is no object, as it stands inside another value, `indent` columns in.
  function primitive(value, indent, ctx = USUAL) {
    switch (typeof value) {
      case 'string': return string(value, indent, ctx);
      case 'number': return painted(ctx, ctx.grouped ? withSeparators(number(value)) : number(value), 'number');
      case 'bigint': return painted(ctx, ctx.grouped ? withSeparators(`${value}n`) : `${value}n`, 'bigint');
      default: return ctx.paint === undefined ? String(value) : ctx.paint(String(value), value === null ? 'null' : typeof value);
    }
  }

  function string(value, indent, ctx) {
    let cut = '';
    if (value.length > ctx.maxString) {
      const left = value.length - ctx.maxString;
      cut = `... ${left} more character${left > 1 ? 's' : ''}`;
      value = value.slice(0, ctx.maxString);
    }
    const shown = ctx.paint === undefined ? quote : (text) => ctx.paint(quote(text), 'string');
    if (ctx.compact === true || value.length <= 16 || value.length <= ctx.breakLength - indent - 4) return shown(value) + cut;
    return value.split(/(?<=\n)/).map(shown).join(` +\n${' '.repeat(indent + 2)}`) + cut;
  }

  const wide = /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f1e6}-\u{1f251}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
  const narrow = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]$/u;

  // The columns a text takes on a terminal.
  const unusual = /[^\x20-\x7e]/;
  function width(text) {
    if (!unusual.test(text)) return text.length;
    let columns = 0;
    for (const char of text.normalize('NFC')) columns += wide.test(char) ? 2 : narrow.test(char) ? 0 : 1;
    return columns;
  }

  // More than six entries of an array in columns. `value` decides the side they align to.
  function group(ctx, parts, value) {
    const { indent, breakLength } = ctx;
    const more = ctx.maxItems < parts.length;
    const count = more ? parts.length - 1 : parts.length;
    const widths = [];
    let total = 0, longest = 0;
    for (let at = 0; at < count; at++) {
      const columns = width(plain(ctx, parts[at]));
      widths.push(columns);
      total += columns + 2;
      if (columns > longest) longest = columns;
    }
    const cell = longest + 2;
    if (cell * 3 + indent >= breakLength || !(total / cell > 5 || longest <= 6)) return parts;
    const bias = Math.sqrt(cell - total / parts.length);
    const biased = Math.max(cell - 3 - bias, 1);
    const columns = Math.min(
      Math.round(Math.sqrt(2.5 * biased * count) / biased),
      Math.floor((breakLength - indent) / cell), ctx.compact * 4, 15);
    if (columns <= 1) return parts;
    const columnWidths = [];
    for (let column = 0; column < columns; column++) {
      let most = 0;
      for (let at = column; at < count; at += columns) most = Math.max(most, widths[at]);
      columnWidths.push(most + 2);
    }
    const toRight = value !== undefined && parts.every((_, at) => typeof value[at] === 'number' || typeof value[at] === 'bigint');
    const lines = [];
    for (let from = 0; from < count; from += columns) {
      const to = Math.min(from + columns, count);
      let line = '';
      for (let at = from; at < to - 1; at++) {
        const room = columnWidths[at - from] + parts[at].length - widths[at];
        line += toRight ? `${parts[at]}, `.padStart(room) : `${parts[at]}, `.padEnd(room);
      }
      const last = to - 1;
      line += toRight ? parts[last].padStart(columnWidths[last - from] + parts[last].length - widths[last] - 2) : parts[last];
      lines.push(line);
    }
    if (more) lines.push(parts[count]);
    return lines;
  }

  const plain = (ctx, text) => (ctx.paint === undefined ? text : text.replace(/\x1b\[\d+m/g, ''));
  // Whether the parts fit in one line, `start` columns being taken.
  function fits(ctx, parts, start, base) {
    if (base.includes('\n')) return false;
    let length = parts.length + start;
    if (length + parts.length > ctx.breakLength) return false;
    for (let at = 0; at < parts.length; at++) {
      length += plain(ctx, parts[at]).length;
      if (length > ctx.breakLength) return false;
    }
    return true;
  }

  // Entries between braces: on one line when they are few, shallow and short, else a line each.
  // `depth` is how deep they are; `list` is the array they are elements of.
  function join(ctx, parts, base, open, close, depth, list) {
    const pad = `\n${' '.repeat(ctx.indent)}`;
    const head = base === '' ? open : `${base} ${open}`;
    if (ctx.compact === true) {
      if (fits(ctx, parts, 0, base)) return `${open}${base ? ` ${base}` : ''} ${parts.join(', ')} ${close}`;
      const gap = base === '' && open.length === 1 ? ' ' : `${base ? ` ${base}` : ''}${pad}  `;
      return `${open}${gap}${parts.join(`,${pad}  `)} ${close}`;
    }
    if (ctx.compact !== false && ctx.compact >= 1) {
      const count = parts.length;
      if (list !== undefined && count > 6) parts = group(ctx, parts, list);
      if (ctx.currentDepth - depth < ctx.compact && count === parts.length && fits(ctx, parts, count + ctx.indent + open.length + base.length + 10, base)) {
        const line = parts.join(', ');
        if (!line.includes('\n')) return `${head} ${line} ${close}`;
      }
    }
    return `${head}${pad}  ${parts.join(`,${pad}  `)}${pad}${close}`;
  }

  internal.layout = { USUAL, escape, quote, number, painted, primitive, width, join };
})
