// features: inspect, node-util; oracle: node 22
import util, { inspect } from 'node:util';
const nested = { a: { b: { c: { d: { e: 1 } } } }, list: [[1, [2, [3, [4]]]]] };
console.log(nested);
console.log(inspect(nested, { depth: 0 }), inspect(nested, false, null));
console.log(inspect(nested, { depth: Infinity, compact: false }));
console.log(inspect('it\'s'), inspect("say \"hi\""), inspect('both \' and "'), inspect('new\nline'), inspect(Symbol('s')), inspect(-0), inspect(10n));
console.log([undefined, null, NaN, -0, true, 'str', 1n, Symbol.iterator], [, 1, , , 2], [[], {}]);
console.log(new Map<any, any>([['a', { x: 1 }], [{ k: 1 }, [1, 2]]]), new Set(['a', [1]]), new WeakMap(), new WeakSet());
console.log(function foo() {}, () => {}, async () => {}, function* gen() {}, class A {}, Math.max, Symbol);
console.log({ f() {}, g: () => 1, get x() { return 1; }, set x(v) {}, get y() { return 2; }, set z(v: any) {}, [Symbol('k')]: 1, 'with-dash': 2, 3: 4 });
console.log(new Error('boom').message, /re(gex)?/gi, new Date(0), [new Date(NaN)]);
const circular: any = { name: 'c', list: [] };
circular.self = circular; circular.list.push(circular);
console.log(circular);
console.log(Array.from({ length: 120 }, (_, i) => i));
console.log('x'.repeat(200).length, ['a'.repeat(80), 'b'.repeat(20)], { long: 'word '.repeat(20) });
console.log(Array.from({ length: 8 }, (_, i) => `item number ${i}`));
console.log(Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`key${i}`, i])));
console.log(new Uint8Array([1, 2, 3]), new Float64Array(2), new ArrayBuffer(4), new DataView(new ArrayBuffer(2)));
console.log([1.5, 22, 333, 4444, 55555, 1, 2, 3, 4], ['a', 'bb', 'ccc', 'dddd', 'eeeee', 'f', 'g', 'h']);
class Money { constructor(public amount: number) {} [util.inspect.custom](depth: number, opts: any) { return `Money<${this.amount}>`; } }
console.log(new Money(5), [new Money(6)], { m: new Money(7) });
console.log(Promise.resolve(1), Promise.reject(new Error('x')).catch(() => {}) && '', new Promise(() => {}), new Proxy({ a: 1 }, {}), globalThis === global);
console.log(Object.assign(() => {}, { prop: 1 }), Object.assign([1, 2], { extra: true }), new String('s'), new Number(3), [new Boolean(false)], Object(1n), Object(Symbol('q')));
console.log(inspect({ b: 1, a: 2 }, { sorted: true }), inspect({ a: 1, b: 2 }, { colors: true }), inspect('a'.repeat(30), { maxStringLength: 10 }), inspect([1, 2, 3, 4], { maxArrayLength: 2 }));
console.log({ a: 1n, u: undefined, nested: { deep: { deeper: { deepest: 1 } } } }, [[[[[]]]]], [{ a: { b: { c: {} } } }]);
console.log(util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.types.isDate(new Date()), util.types.isRegExp(/x/), util.types.isPromise(Promise.resolve()));
(function () { console.log(arguments); })(1 as never, 'a' as never);
