// features: parsing, text; oracle: node 22
function parseIni(src: string) {
  const out: Record<string, any> = {};
  let section = out;
  for (const raw of src.split(/\r?\n/)) {
    const line = raw.trim();
    if (!line || /^[;#]/.test(line)) continue;
    const s = line.match(/^\[(.+)\]$/);
    if (s) { section = s[1].split('.').reduce((o, k) => (o[k] ??= {}), out); continue; }
    const [, k, v] = line.match(/^([^=]+?)\s*=\s*(.*)$/) ?? [];
    if (!k) throw new SyntaxError(`bad line: ${line}`);
    section[k] = /^(true|false)$/.test(v) ? v === 'true' : v !== '' && !Number.isNaN(Number(v)) ? Number(v) : v.replace(/^(["'])(.*)\1$/, '$2');
  }
  return out;
}
console.log(parseIni(`; comment
name = "My App"
debug = true
[server.http]
port = 8080
host = localhost
[server.https]
port=8443
cert = '/etc/x.pem'
empty =`));
type Y = string | number | boolean | null | Y[] | { [k: string]: Y };
function parseYaml(src: string): Y {
  const lines = src.split('\n').filter((l) => l.trim() && !l.trim().startsWith('#')).map((l) => ({ indent: l.search(/\S/), text: l.trim() }));
  let i = 0;
  const scalar = (s: string): Y => (s === 'null' || s === '~' || s === '' ? null : s === 'true' ? true : s === 'false' ? false : /^-?\d+(\.\d+)?$/.test(s) ? Number(s) : /^\[.*\]$/.test(s) ? s.slice(1, -1).split(',').map((x) => scalar(x.trim())) : s.replace(/^["'](.*)["']$/, '$1'));
  const block = (indent: number): Y => {
    if (lines[i]?.text.startsWith('- ')) {
      const arr: Y[] = [];
      while (i < lines.length && lines[i].indent === indent && lines[i].text.startsWith('- ')) {
        const rest = lines[i].text.slice(2);
        if (/^[\w-]+:(\s|$)/.test(rest)) { lines[i] = { indent: indent + 2, text: rest }; arr.push(block(indent + 2)); } else { arr.push(scalar(rest)); i++; }
      }
      return arr;
    }
    const obj: Record<string, Y> = {};
    while (i < lines.length && lines[i].indent === indent) {
      const m = lines[i].text.match(/^([\w-]+):\s*(.*)$/);
      if (!m) throw new SyntaxError(`cannot parse: ${lines[i].text}`);
      i++;
      obj[m[1]] = m[2] ? scalar(m[2]) : lines[i]?.indent > indent ? block(lines[i].indent) : null;
    }
    return obj;
  };
  return block(0);
}
const y = parseYaml(`# compose
version: "3"
services:
  web:
    image: nginx
    ports: [80, 443]
    env:
      - name: A
        value: 1
      - name: B
        value: two
  db: ~
tags:
  - x
  - true`);
console.log(y);
console.dir(y, { depth: null });
const toYaml = (v: Y, ind = 0): string => Array.isArray(v) ? v.map((x) => `${' '.repeat(ind)}- ${typeof x === 'object' && x ? toYaml(x, ind + 2).trimStart() : x}`).join('\n') : v && typeof v === 'object' ? Object.entries(v).map(([k, x]) => `${' '.repeat(ind)}${k}:${x && typeof x === 'object' ? '\n' + toYaml(x, ind + 2) : ' ' + x}`).join('\n') : String(v);
console.log(toYaml(y));
