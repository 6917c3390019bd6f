// features: generics, typescript, functional; oracle: node 22
type Result<T, E = Error> = { ok: true; value: T } | { ok: false; error: E };
const Ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
const Err = <E>(error: E): Result<never, E> => ({ ok: false, error });
type DeepPartial<T> = { [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] };
type EventMap = { login: { user: string }; logout: undefined };
class Bus<M extends Record<string, any>> {
  private h: { [K in keyof M]?: ((p: M[K]) => void)[] } = {};
  on<K extends keyof M>(k: K, f: (p: M[K]) => void) { (this.h[k] ??= []).push(f); return this; }
  emit<K extends keyof M>(k: K, ...[p]: M[K] extends undefined ? [] : [M[K]]) { this.h[k]?.forEach((f) => f(p as M[K])); }
}
new Bus<EventMap>().on('login', ({ user }) => console.log('login', user)).on('logout', () => console.log('bye')).emit('login', { user: 'ann' });
function parse(s: string): Result<number, string> { const n = Number(s); return Number.isNaN(n) ? Err(`not a number: ${s}`) : Ok(n); }
for (const s of ['12', 'x', '', '0x1f', '1e3', ' 7 ']) { const r = parse(s); console.log(JSON.stringify(s), r.ok ? r.value : r.error); }
const pipe = <T>(x: T, ...fns: ((v: any) => any)[]) => fns.reduce((v, f) => f(v), x as any);
console.log(pipe('  Hello World ', (s) => s.trim(), (s) => s.split(' '), (a) => a.map((w: string) => w.toLowerCase()).join('-')));
const curry = (fn: (...a: any[]) => any): any => function c(...args: any[]): any { return args.length >= fn.length ? fn(...args) : (...more: any[]) => c(...args, ...more); };
console.log(curry((a: number, b: number, c: number) => a + b + c)(1)(2)(3), curry((a: number, b: number) => a * b)(3, 4));
const groupBy = <T, K extends PropertyKey>(xs: readonly T[], f: (x: T) => K) => xs.reduce((a, x) => ({ ...a, [f(x)]: [...(a[f(x)] ?? []), x] }), {} as Record<K, T[]>);
console.log(groupBy(['apple', 'avocado', 'bean', 'beet', 'cherry'], (s) => s[0]));
const config: DeepPartial<{ db: { host: string; port: number }; debug: boolean }> = { db: { port: 1 } };
console.log(config satisfies object, config.db?.host ?? 'localhost');
const memo = <A extends unknown[], R>(fn: (...a: A) => R) => { const m = new Map<string, R>(); return (...a: A) => { const k = JSON.stringify(a); return m.has(k) ? m.get(k)! : (m.set(k, fn(...a)), m.get(k)!); }; };
const fib: (n: number) => bigint = memo((n) => (n < 2 ? BigInt(n) : fib(n - 1) + fib(n - 2)));
console.log(fib(150));
function assertNever(x: never): never { throw new Error(`Unexpected: ${x}`); }
try { assertNever('oops' as never); } catch (e) { console.log((e as Error).message); }
