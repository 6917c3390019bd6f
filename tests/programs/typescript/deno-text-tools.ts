// features: deno, text, hashing; oracle: deno 2.9
const input = `apple,3\nbanana,5\ncherry,7`;
const rows = input.split('\n').map((l) => l.split(',')).map(([name, n]) => ({ name, n: Number(n) }));
for (const { name, n } of rows) console.log(`${name.padEnd(8)} ${String(n).padStart(3)} ${'*'.repeat(n)}`);
const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(input));
console.log(Array.from(new Uint8Array(digest)).map((b) => b.toString(16).padStart(2, '0')).join(''));
const lines = new ReadableStream<string>({ start(c) { input.split('\n').forEach((l) => c.enqueue(l)); c.close(); } });
for await (const l of lines) console.log('line ' + l);
console.log(JSON.stringify(rows.toSorted((a, b) => b.n - a.n)), new URL('./x.ts', 'https://a.test/b/c.ts').href);
console.log(Deno.env.get('HOME_NOT_SET') ?? 'no env', [...new Set(rows.map((r) => r.name[0]))].join(''));
const te = new TextEncoder(), td = new TextDecoder(); console.log(td.decode(te.encode('→ ünïcode')), te.encode('€').length, btoa('deno'), atob('ZGVubw=='));
addEventListener('unload', () => console.log('unload'));
const p = performance.now(); console.log(p >= 0, typeof performance.now(), structuredClone({ a: [1] }).a[0], queueMicrotask.name);
setTimeout(() => console.log('last'), 1);
export {};
