// features: json, errors; oracle: node 22
console.log(JSON.stringify({ u: undefined, f() {}, s: Symbol('x'), n: NaN, i: Infinity, d: new Date(0), r: /x/, m: new Map([[1, 2]]), nested: [undefined, () => 1] }));
console.log(JSON.stringify({ b: 1, a: [1, { c: 2 }], e: [], o: {} }, null, 2));
console.log(JSON.stringify([1, 'two', { three: 3 }], null, '--'), JSON.stringify({ a: 1, b: 2, c: { a: 3, d: 4 } }, ['a', 'c']));
console.log(JSON.stringify({ password: 'x', user: 'y', n: 5 }, (k, v) => (k === 'password' ? undefined : typeof v === 'number' ? v * 2 : v)));
console.log(JSON.stringify('\u2028"\\\n\t\u0007é🎉\ud800'), JSON.stringify({ toJSON() { return { custom: true }; } }), JSON.stringify(undefined), JSON.stringify(null));
console.log(JSON.parse('{"__proto__": {"x": 1}, "a": [1e3, -0, 1.5E-2]}'), JSON.parse('" \\u0041\\n"'));
console.log(JSON.parse('{"date":"2024-01-01T00:00:00.000Z","n":"12"}', (k, v) => (k === 'date' ? new Date(v) : k === 'n' ? Number(v) : v)));
for (const bad of ['{a:1}', '{"a":1,}', "{'a':1}", '', '[1,2', 'undefined', '{"a":01}', 'nul', '"unterminated', '{"a" 1}', '[1 2]', '{"a":1}}']) {
  try { JSON.parse(bad); console.log('parsed', bad); } catch (e) { console.log((e as Error).name, '|', (e as Error).message); }
}
const c: any = { name: 'x' }; c.self = c;
try { JSON.stringify(c); } catch (e) { console.log((e as Error).message.split('\n')[0]); }
try { JSON.stringify({ big: 1n }); } catch (e) { console.log((e as Error).message); }
const safe = (o: unknown) => { const seen = new WeakSet(); return JSON.stringify(o, (_, v) => { if (typeof v === 'object' && v) { if (seen.has(v)) return '[Circular]'; seen.add(v); } return typeof v === 'bigint' ? `${v}n` : v; }); };
console.log(safe(c), safe({ n: 10n }));
const ndjson = '{"a":1}\n{"a":2}\n\n{"a":3}';
console.log(ndjson.split('\n').filter(Boolean).map((l) => JSON.parse(l).a));
console.log(structuredClone(JSON.parse('[{"x":[1,2,{"y":null}]}]')), JSON.stringify(JSON.parse('12345678901234567890')), JSON.stringify({ [Symbol.toStringTag]: 'x', a: -0 }));
