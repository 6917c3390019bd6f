// features: async-iterators, generators, json, errors; oracle: node 22
async function* source() { for (const line of ['{"id":1,"amt":"10.50","cur":"usd"}', 'not json', '{"id":2,"amt":"x","cur":"eur"}', '{"id":3,"amt":"7","cur":"EUR"}', '{"id":4,"amt":"100.25","cur":"usd"}']) { await new Promise((r) => setTimeout(r, 0)); yield line; } }
const errors: { line: number; reason: string }[] = [];
async function* parse(lines: AsyncIterable<string>) { let n = 0; for await (const line of lines) { n++; try { yield { ...JSON.parse(line), line: n }; } catch { errors.push({ line: n, reason: 'invalid JSON' }); } } }
async function* validate(rows: AsyncIterable<any>) { for await (const r of rows) { const amt = Number.parseFloat(r.amt); if (Number.isNaN(amt)) { errors.push({ line: r.line, reason: `bad amount ${JSON.stringify(r.amt)}` }); continue; } yield { id: r.id, amt, cur: r.cur.toUpperCase() }; } }
async function* batch<T>(it: AsyncIterable<T>, n: number) { let b: T[] = []; for await (const x of it) { b.push(x); if (b.length === n) { yield b; b = []; } } if (b.length) yield b; }
const sink = new Map<string, number>();
for await (const rows of batch(validate(parse(source())), 2)) { console.log('batch of', rows.length, rows.map((r) => r.id)); for (const r of rows) sink.set(r.cur, (sink.get(r.cur) ?? 0) + r.amt); }
console.log(Object.fromEntries(sink), errors);
console.assert(errors.length === 2, 'expected two errors');
const started = Date.now(); await Promise.all([5, 5, 5].map((ms) => new Promise((r) => setTimeout(r, ms)))); console.log(Date.now() - started >= 4);
