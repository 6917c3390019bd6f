// structuredClone: run here and by Node, which prints the same. Node forgets that a File is one, and what
// a DOMException says; the standard does not.
const show = (name, f) => { try { const v = f(); console.log(name, '=>', v); } catch (e) { console.log(name, '|', Object.prototype.toString.call(e), e.name, '|', e.message, '|', e.code, Object.keys(e).join()); } };
for (const [n, v] of Object.entries({
  url: new URL('http://a'), usp: new URLSearchParams('a=1'), headers: new Headers(), req: new Request('http://a'), res: new Response(), fd: new FormData(), rs: new ReadableStream(), et: new EventTarget(), ev: new Event('x'), ac: new AbortController(), te: new TextEncoder(),
  td: new TextDecoder(), perf: performance, prom: Promise.resolve(), wm: new WeakMap(),
  proxy: new Proxy({}, {}), gen: (function* () {})(), cls: class A {}, sym: Symbol('s'), symo: Object(Symbol('s')),
  buf: Buffer.from('ab'), inst: new (class P { x = 1; get y() { return 2; } #z = 3; })(),
  blob: new Blob(['x'], { type: 'a/b' }), err: Object.assign(new RangeError('r', { cause: { a: 1 } }), { extra: 1 }), iter: [1][Symbol.iterator](), args: (function () { return arguments; })(1, 2),
  sparse: [1, , 3], re: /a/gi, date: new Date(5), boxed: [Object(1), Object('s'), Object(true), Object(5n)], map: new Map([[{ a: 1 }, new Set([1])]]),
  ta: new Uint16Array([1, 2]).subarray(1), nul: Object.create(null), mc: new MessageChannel(), g: { get a() { return 7; } }, und: { a: undefined, [Symbol('x')]: 1 }
})) show(n, () => { const c = structuredClone(v); return [c, Object.prototype.toString.call(c), c === v].map((x) => x instanceof Error ? [x.name, x.message, Object.keys(x).join(), x.cause, x.constructor.name] : x); });
show('cycle', () => { const a = { b: [] }; a.b.push(a); a.self = a; const c = structuredClone(a); return [c !== a, c.b[0] === c, c]; });
show('shared', () => { const s = {}; const c = structuredClone({ a: s, b: s }); return c.a === c.b; });
show('transfer', () => { const b = new ArrayBuffer(3); const c = structuredClone({ b, v: new Uint8Array(b) }, { transfer: [b] }); return [b.byteLength, c.b.byteLength, c.v.buffer === c.b]; });
show('transfer2', () => { const b = new ArrayBuffer(3); return structuredClone(1, { transfer: [b, b] }); });
show('transfer3', () => structuredClone(1, { transfer: [{}] }));
show('transfer4', () => structuredClone(1, { transfer: [5] }));
show('transfer5', () => { const b = new ArrayBuffer(3); structuredClone(b, { transfer: [b] }); return structuredClone(b); });
show('opt', () => structuredClone(1, 5));
show('deep fn', () => structuredClone({ a: { b: () => 1 } }));
