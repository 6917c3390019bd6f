// features: text, algorithms, collections; oracle: node 22
const docs = ['The quick brown fox jumps over the lazy dog', 'A quick guide to brown bread', 'Lazy afternoons with dogs and foxes', 'Bread, butter and quick breakfasts'];
const stop = new Set('the a to with and over of'.split(' '));
const stem = (w: string) => w.replace(/(ies)$/, 'y').replace(/(es|s|ing|ed)$/, '');
const tokenize = (s: string) => (s.toLowerCase().match(/\p{L}+/gu) ?? []).filter((w) => !stop.has(w)).map(stem);
const index = new Map<string, Map<number, number>>();
docs.forEach((d, i) => tokenize(d).forEach((t) => { const p = index.get(t) ?? new Map<number, number>(); p.set(i, (p.get(i) ?? 0) + 1); index.set(t, p); }));
console.log(index);
const lengths = docs.map((d) => tokenize(d).length), avg = lengths.reduce((a, b) => a + b) / lengths.length;
const bm25 = (q: string) => { const s = new Map<number, number>(); for (const t of new Set(tokenize(q))) { const p = index.get(t); if (!p) continue; const idf = Math.log(1 + (docs.length - p.size + 0.5) / (p.size + 0.5)); for (const [d, f] of p) s.set(d, (s.get(d) ?? 0) + (idf * f * 2.2) / (f + 1.2 * (0.25 + (0.75 * lengths[d]) / avg))); } return [...s].sort((a, b) => b[1] - a[1] || a[0] - b[0]); };
for (const q of ['quick bread', 'lazy foxes', 'missing', 'DOG']) console.log(q.padEnd(12), bm25(q).map(([d, s]) => `${d}:${s.toFixed(4)}`).join(' ') || '(nothing)');
const highlight = (s: string, q: string) => { const ts = new Set(tokenize(q)); return s.replace(/\p{L}+/gu, (w) => (ts.has(stem(w.toLowerCase())) ? `**${w}**` : w)); }; console.log(highlight(docs[2], 'fox dog'));
const vec = (s: string) => tokenize(s).reduce((m, t) => m.set(t, (m.get(t) ?? 0) + 1), new Map<string, number>());
const cosine = (a: Map<string, number>, b: Map<string, number>) => { let dot = 0; for (const [k, v] of a) dot += v * (b.get(k) ?? 0); const norm = (m: Map<string, number>) => Math.sqrt([...m.values()].reduce((s, x) => s + x * x, 0)); return dot / (norm(a) * norm(b)) || 0; };
console.table(docs.map((a) => docs.map((b) => +cosine(vec(a), vec(b)).toFixed(2))));
const ngrams = (s: string, n: number) => Array.from({ length: s.length - n + 1 }, (_, i) => s.slice(i, i + n)); const jaccard = (a: string, b: string) => { const [x, y] = [new Set(ngrams(a, 2)), new Set(ngrams(b, 2))]; return x.intersection(y).size / x.union(y).size; }; console.log(jaccard('night', 'nacht').toFixed(4), ngrams('abcd', 3));
const kmp = (t: string, p: string) => { const f = [0]; for (let i = 1, k = 0; i < p.length; i++) { while (k && p[i] !== p[k]) k = f[k - 1]; if (p[i] === p[k]) k++; f[i] = k; } const out: number[] = []; for (let i = 0, k = 0; i < t.length; i++) { while (k && t[i] !== p[k]) k = f[k - 1]; if (t[i] === p[k]) k++; if (k === p.length) { out.push(i - k + 1); k = f[k - 1]; } } return out; }; console.log(kmp('abababcab', 'abab'), 'abcabc'.split('b'));
const suggest = (w: string, dict: string[]) => dict.map((d) => [d, [...w].reduce((row, c, i) => { const next = [i + 1]; for (let j = 0; j < d.length; j++) next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + +(d[j] !== c))); return next; }, Array.from({ length: d.length + 1 }, (_, i) => i)).at(-1)!] as const).sort((a, b) => a[1] - b[1] || a[0].localeCompare(b[0])).slice(0, 2); console.log(suggest('recieve', ['receive', 'relieve', 'deceive', 'recipe']));
