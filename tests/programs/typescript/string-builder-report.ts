// features: text, formatting, unicode; oracle: node 22
const width = (s: string) => [...s].reduce((w, c) => w + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(c) ? 2 : 1), 0);
const pad = (s: string, n: number) => s + ' '.repeat(Math.max(0, n - width(s)));
const table = (rows: string[][]) => { const w = rows[0].map((_, i) => Math.max(...rows.map((r) => width(r[i])))); const line = (l: string, m: string, r: string) => l + w.map((n) => '─'.repeat(n + 2)).join(m) + r; return [line('┌', '┬', '┐'), ...rows.flatMap((r, i) => ['│' + r.map((c, j) => ` ${pad(c, w[j])} `).join('│') + '│', ...(i === 0 ? [line('├', '┼', '┤')] : [])]), line('└', '┴', '┘')].join('\n'); };
console.log(table([['Name', 'Price'], ['Tea', '$1.00'], ['お茶', '¥200'], ['Café', '€3']]));
const spark = (xs: number[]) => xs.map((x) => '▁▂▃▄▅▆▇█'[Math.round((x / Math.max(...xs)) * 7)]).join('');
console.log(spark([1, 5, 22, 13, 53, 20, 3]));
const bar = (p: number, n = 20) => `[${'█'.repeat(Math.round(p * n)).padEnd(n, '░')}] ${(p * 100).toFixed(0).padStart(3)}%`;
[0, 0.25, 0.5, 0.999, 1].forEach((p) => console.log(bar(p)));
const family = '👨‍👩‍👧‍👦'; console.log(family.length, [...family].length, [...new Intl.Segmenter().segment(family)].length, 'e\u0301'.normalize('NFC').length, '\u{1F600}'.codePointAt(0)!.toString(16), 'ﬀ'.normalize('NFKC'), 'Ω'.toLowerCase(), 'ΑΣ'.toLowerCase(), 'ŉ'.toUpperCase(), 'x\u200by'.length);
const truncate = (s: string, n: number) => ([...s].length > n ? [...s].slice(0, n - 1).join('') + '…' : s); console.log(truncate('Hello wonderful world', 10), truncate('😀😀😀😀', 3));
const titleCase = (s: string) => s.toLowerCase().split(' ').map((w, i) => (i && ['of', 'the', 'and'].includes(w) ? w : w[0].toUpperCase() + w.slice(1))).join(' '); console.log(titleCase('the LORD of the rings'));
const plural = (n: number, w: string, p = w + 's') => `${n} ${n === 1 ? w : p}`; console.log([0, 1, 2].map((n) => plural(n, 'item')), plural(3, 'child', 'children'));
const mask = (s: string) => s.replace(/.(?=.{4})/g, '*'), initials = (s: string) => s.match(/\b\p{L}/gu)!.join('').toUpperCase(); console.log(mask('4111111111111111'), initials('Élodie van der Berg'));
const tree = (n: any, p = ''): string => Object.entries(n).map(([k, v], i, a) => `${p}${i === a.length - 1 ? '└── ' : '├── '}${k}\n${v ? tree(v, p + (i === a.length - 1 ? '    ' : '│   ')) : ''}`).join(''); console.log(tree({ src: { 'index.ts': null, lib: { 'a.ts': null } }, 'README.md': null }));
console.log(JSON.stringify('control \u0001 \x7f \u2028'), 'a\\b', 'line1\
continued', `multi
line`, 'tab\t|', '\x41\u{42}C'.length > 0 ? 'ok' : '', [...'a\nb'].map((c) => c.charCodeAt(0)), '%', 'ünïcödé'.split('').reverse().join(''), 'abc'.localeCompare('abd'), 'A-B_C d'.split(/[-_ ]/).map((w) => w.toLowerCase()));
