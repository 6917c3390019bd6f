// features: text, algorithms; oracle: node 22
const wrap = (s: string, w: number) => s.split(/\s+/).reduce<string[]>((lines, word) => { const l = lines.at(-1)!; if (l && (l + ' ' + word).length > w) lines.push(word); else lines[lines.length - 1] = l ? `${l} ${word}` : word; return lines; }, ['']);
const text = 'It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness.';
console.log(wrap(text, 30).map((l) => `| ${l.padEnd(30)} |`).join('\n'));
function diff(a: string[], b: string[]): string[] {
  const t = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) t[i][j] = a[i] === b[j] ? t[i + 1][j + 1] + 1 : Math.max(t[i + 1][j], t[i][j + 1]);
  const out: string[] = []; let i = 0, j = 0;
  while (i < a.length || j < b.length) { if (i < a.length && j < b.length && a[i] === b[j]) { out.push('  ' + a[i]); i++; j++; } else if (j >= b.length || (i < a.length && t[i + 1][j] >= t[i][j + 1])) out.push('- ' + a[i++]); else out.push('+ ' + b[j++]); }
  return out;
}
console.log(diff(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd', 'e']).join('\n'));
const slugify = (s: string) => s.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
console.log(['Crème Brûlée!', '  Héllo -- Wörld ', 'ÀÉÎÕÜ ñ', 'Straße'].map(slugify));
const caesar = (s: string, k: number) => s.replace(/[a-z]/gi, (c) => { const b = c <= 'Z' ? 65 : 97; return String.fromCharCode(((c.charCodeAt(0) - b + k + 26) % 26) + b); });
console.log(caesar('Hello, World!', 3), caesar(caesar('Hello', 5), -5), [...'racecar'].reverse().join('') === 'racecar');
const rle = (s: string) => s.replace(/(.)\1*/g, (m, c) => (m.length > 1 ? m.length : '') + c), unrle = (s: string) => s.replace(/(\d+)(.)/g, (_, n, c) => c.repeat(+n));
console.log(rle('WWWWBBAAAC'), unrle('4W2B3AC'), 'abc'.at(-1), 'abc'.substring(2, 0), 'abc'.substr(-2, 1), 'abc'.slice(-2), 'a-b'.split('-', 1), 'ABC'.toLowerCase(), 'ß'.toUpperCase(), 'İ'.toLowerCase().length, 'I'.toLocaleLowerCase('tr'));
console.log('x'.codePointAt(0), String.fromCodePoint(128512), 'abc' < 'abd', 'a'.concat('b', 1 as any), 'abcabc'.indexOf('c', 3), 'Hi'.startsWith('i', 1), 'é' === 'e\u0301', 'é' === 'e\u0301'.normalize(), 'a\u0000b'.length, 'tab\there', "it's", 'isWellFormed' in String.prototype && 'ab\uD800'.toWellFormed());
const soundex = (w: string) => { const codes: any = { B: 1, F: 1, P: 1, V: 1, C: 2, G: 2, J: 2, K: 2, Q: 2, S: 2, X: 2, Z: 2, D: 3, T: 3, L: 4, M: 5, N: 5, R: 6 }; const u = w.toUpperCase(); let out = u[0], last = codes[u[0]]; for (const c of u.slice(1)) { const k = codes[c]; if (k && k !== last) out += k; if (!'HW'.includes(c)) last = k; } return out.padEnd(4, '0').slice(0, 4); };
console.log(['Robert', 'Rupert', 'Ashcraft', 'Tymczak', 'Honeyman'].map(soundex), 'The "quoted" text'.match(/"(.*?)"/)![1]);
