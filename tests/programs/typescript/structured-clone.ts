// features: structured-clone, web; oracle: node 22
const original = {
  date: new Date(0), re: /a+b/gi, map: new Map<any, any>([['k', { deep: [1] }]]), set: new Set([1, 'x']),
  buf: new Uint8Array([1, 2, 3]), big: 9n, nested: { arr: [, 1, undefined, null] }, err: new RangeError('oops'), nan: NaN, boxed: new Number(5),
};
const copy = structuredClone(original);
copy.map.get('k').deep.push(2);
copy.buf[0] = 99;
console.log(original.map, original.buf, copy.map, copy.buf);
console.log(copy.date instanceof Date, copy.re.flags, copy.set, copy.big, copy.nested, copy.err instanceof RangeError, copy.err.message, copy.boxed);
const ring: any = { name: 'ring' }; ring.self = ring;
const ring2 = structuredClone(ring);
console.log(ring2.self === ring2, ring2 !== ring, ring2);
for (const bad of [() => 1, Symbol('s'), { fn() {} }, new WeakMap(), Promise.resolve()]) {
  try { structuredClone(bad); } catch (e: any) { console.log(e.name, e.code, e.message); }
}
class P { x = 1; get y() { return 2; } }
console.log(structuredClone(new P()), structuredClone(new P()) instanceof P, structuredClone(Object.defineProperty({ a: 1 }, 'hidden', { value: 2 })));
const ab = new ArrayBuffer(8);
const moved = structuredClone(ab, { transfer: [ab] });
console.log(ab.byteLength, moved.byteLength, ab.detached);
const shared = { s: { v: 1 } };
const two = structuredClone({ a: shared, b: shared });
console.log(two.a === two.b, structuredClone('str'), structuredClone(undefined), structuredClone([1, , 3]));
