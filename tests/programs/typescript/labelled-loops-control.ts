// features: control-flow; oracle: node 22
outer: for (let i = 0; i < 4; i++) {
  for (let j = 0; j < 4; j++) {
    if (j === 2) continue outer;
    if (i === 2) break outer;
    console.log(i, j);
  }
}
block: { console.log('in'); if (true) break block; console.log('never'); }
let n = 0;
do { n++; if (n % 2) continue; if (n > 6) break; } while (true);
console.log(n);
const classify = (x: unknown) => {
  switch (true) {
    case x === null: return 'null';
    case Array.isArray(x): return 'array';
    case typeof x === 'object': return 'object';
    default: return typeof x;
  }
};
console.log([null, [], {}, 1, 's', undefined, () => 1, 1n, Symbol()].map(classify));
function fallthrough(x: number) { const out: string[] = []; switch (x) { case 1: out.push('1'); case 2: out.push('2'); break; default: out.push('d'); case 3: out.push('3'); } return out.join(); }
console.log([1, 2, 3, 4].map(fallthrough));
const f = () => { try { return 'try'; } finally { console.log('finally first'); } };
console.log(f());
const g = () => { for (const x of [1, 2, 3]) { try { if (x === 2) return x; } finally { if (x === 2) continue; } } return 'overridden'; };
console.log(g());
var fns: (() => number)[] = []; for (let i = 0; i < 3; i++) fns.push(() => i);
console.log(fns.map((h) => h()), typeof undeclared, void 0, (1, 2));
for (const k in { a: 1, b: 2, __proto__: { c: 3 } } as any) console.log(k);
for (const i in ['x', 'y']) console.log(typeof i, i);
const o = { a: { b: null as null | { c: () => number } } };
console.log(o?.a?.b?.c(), o.a.b ?? 'default', (o as any).x?.[0]?.y, 0 || 'or', 0 ?? 'nullish', '' && 'and');
let z: any = null; z ??= 5; z ||= 6; z &&= 7; console.log(z, 2 ** 3 ** 2, (-2) ** 2, 7 % -3, +true, +'', +[], +{}, [] + {} as any, [1] == (1 as any));
declare const undeclared: unknown;
