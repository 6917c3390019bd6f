// features: proxy, reflect; oracle: node 22
const logs: string[] = [];
const traced = new Proxy({ a: 1, b: 2 } as Record<string, any>, {
  get(t, k, r) { logs.push(`get ${String(k)}`); return Reflect.get(t, k, r); },
  set(t, k, v) { logs.push(`set ${String(k)}`); return Reflect.set(t, k, v); },
  has(t, k) { logs.push(`has ${String(k)}`); return k in t; },
  deleteProperty(t, k) { logs.push(`delete ${String(k)}`); return Reflect.deleteProperty(t, k); },
  ownKeys(t) { logs.push('ownKeys'); return Reflect.ownKeys(t); },
});
traced.c = traced.a + 1; delete traced.b; 'c' in traced;
console.log(Object.keys(traced), logs);
const withDefault = <T extends object>(o: T, d: any) => new Proxy(o, { get: (t, k) => (k in t ? (t as any)[k] : d) });
console.log((withDefault({ x: 1 }, 0) as any).missing);
const negative = new Proxy([1, 2, 3], { get: (t, k, r) => (typeof k === 'string' && /^-\d+$/.test(k) ? t[t.length + Number(k)] : Reflect.get(t, k, r)) });
console.log((negative as any)[-1], negative.length, negative.map((x) => x + 1), Array.isArray(negative));
function observable<T extends object>(target: T, onChange: (path: string, v: unknown) => void, path = ''): T {
  return new Proxy(target, {
    get(t, k) { const v = Reflect.get(t, k); return typeof v === 'object' && v ? observable(v as object, onChange, `${path}${String(k)}.`) : v; },
    set(t, k, v) { onChange(path + String(k), v); return Reflect.set(t, k, v); },
  });
}
const state = observable({ user: { name: 'a', tags: ['x'] } }, (p, v) => console.log('changed', p, '=', v));
state.user.name = 'b'; state.user.tags.push('y');
const ro = new Proxy(Object.freeze({ k: 1 }), { set() { return false; } });
try { (ro as any).k = 2; } catch (e: any) { console.log(e.name, e.message); }
const fn = new Proxy(function add(a: number, b: number) { return a + b; }, { apply: (t, _t, args) => t(...(args as [number, number])) * 10, construct: () => ({ made: true }) });
console.log(fn(1, 2), new (fn as any)());
const api: any = new Proxy({}, { get: (_, name: string) => (...args: unknown[]) => `${name.replace(/[A-Z]/g, (c) => '_' + c.toLowerCase())}(${args.join(',')})` });
console.log(api.getUserById(42), api.deleteAll());
const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
try { (proxy as any).x; } catch (e: any) { console.log(e.name); }
console.log(Reflect.ownKeys({ b: 1, a: 2, 1: 0, [Symbol('s')]: 1 }), Reflect.has({ x: 1 }, 'x'), Reflect.construct(Date, [0]).getTime(), Reflect.getPrototypeOf([]) === Array.prototype, Reflect.apply(Math.max, null, [1, 3, 2]));
