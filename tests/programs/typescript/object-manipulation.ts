// features: objects, inspect; oracle: node 22
const o = { a: 1, b: { c: [1, 2, { d: 'deep' }] }, get computed() { return this.a * 2; }, ['key' + 1]: true, 'with space': null };
const { a, b: { c: [, second, { d = 'none' } = {}] }, missing = 'default', ...others } = o as any;
console.log(a, second, d, missing, others);
console.log(Object.entries(o).length, Object.assign({}, o, { a: 9 }), { ...o, b: undefined }, Object.keys({ 2: 'b', 1: 'a', z: 0, [-1]: 'neg' }));
const frozen = Object.freeze({ x: 1, inner: { y: 2 } });
try { (frozen as any).x = 2; } catch (e: any) { console.log(e.name); }
frozen.inner.y = 3;
console.log(frozen, Object.isFrozen(frozen), Object.isSealed(Object.seal({})), Object.getOwnPropertyDescriptor(o, 'computed')?.get?.name, Object.getOwnPropertyDescriptors({ q: 1 }));
const proto = { greet() { return `hi ${(this as any).name}`; } };
const child = Object.create(proto, { name: { value: 'kid', enumerable: true }, secret: { value: 1 } });
console.log(child, child.greet(), 'greet' in child, Object.hasOwn(child, 'greet'), Object.getPrototypeOf(child) === proto, JSON.stringify(child));
const deepEqual = (x: any, y: any): boolean => x === y || (typeof x === 'object' && typeof y === 'object' && x && y && Object.keys(x).length === Object.keys(y).length && Object.keys(x).every((k) => deepEqual(x[k], y[k])));
console.log(deepEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }), deepEqual([1], [2]), Object.is(NaN, NaN), Object.is(0, -0));
const pick = <T extends object, K extends keyof T>(x: T, ...ks: K[]) => Object.fromEntries(ks.map((k) => [k, x[k]])) as Pick<T, K>;
const omit = (x: any, ...ks: string[]) => Object.fromEntries(Object.entries(x).filter(([k]) => !ks.includes(k)));
console.log(pick({ a: 1, b: 2, c: 3 }, 'a', 'c'), omit({ a: 1, b: 2 }, 'b'));
const diff = (x: any, y: any, path = ''): string[] => [...new Set([...Object.keys(x), ...Object.keys(y)])].flatMap((k) => { const p = path ? `${path}.${k}` : k; if (!(k in x)) return [`+ ${p} = ${JSON.stringify(y[k])}`]; if (!(k in y)) return [`- ${p}`]; if (typeof x[k] === 'object' && typeof y[k] === 'object') return diff(x[k], y[k], p); return x[k] === y[k] ? [] : [`~ ${p}: ${JSON.stringify(x[k])} -> ${JSON.stringify(y[k])}`]; });
console.log(diff({ a: 1, b: { x: 1, y: 2 }, c: [1, 2] }, { a: 2, b: { x: 1, z: 3 }, c: [1, 3] }).join('\n'));
console.log({ fn: function named() {}, arrow: () => {}, async method() {}, *gen() {}, cls: class Foo {}, sym: Symbol('x'), date: new Date(0), re: /x/g, err: RangeError.name, nul: null, und: undefined, nan: NaN, neg0: -0, inf: Infinity, big: 5n, str: 'q\'uote', nested: { one: { two: { three: { four: 4 } } } } });
var self = { name: 'outer', regular() { return [1].map(() => this.name)[0]; }, delayed: async function () { await null; return this.name; } };
console.log(self.regular(), await self.delayed(), (function (this: any) { return typeof this; })(), (() => typeof globalThis)(), [..."abc"].map((c, i, arr) => arr.length + c + i));
function Legacy(this: any, x: number) { this.x = x; } Legacy.prototype.double = function () { return this.x * 2; };
const l = new (Legacy as any)(4); console.log(l, l.double(), l.constructor.name, Legacy.length, (function (...args: number[]) { return arguments.length; })(1, 2, 3));
const wm = Object.defineProperties({} as any, { hidden: { value: 1 }, shown: { value: 2, enumerable: true }, acc: { get: () => 3, enumerable: true } }); console.log(wm, Object.keys(wm), wm.hidden);
console.log(typeof null, typeof undefined, typeof NaN, typeof [], typeof class {}, [] instanceof Object, `${[1, [2, 3]]}`, `${{}}`, [] + '', String(null), String([null, undefined, 1]), Number(true), !!'false', '5' * ('2' as any) as any, '5' + 2, +'3' - 1);
