// features: async, functional, errors, closures; oracle: node 22
type Ctx = { path: string; headers: Record<string, string>; body?: unknown; status: number; log: string[] };
type Middleware = (ctx: Ctx, next: () => Promise<void>) => Promise<void> | void;
const compose = (stack: Middleware[]) => (ctx: Ctx) => { let last = -1; const run = async (i: number): Promise<void> => { if (i <= last) throw new Error('next() called multiple times'); last = i; await stack[i]?.(ctx, () => run(i + 1)); }; return run(0); };
const logger: Middleware = async (ctx, next) => { ctx.log.push(`--> ${ctx.path}`); await next(); ctx.log.push(`<-- ${ctx.status}`); };
const errors: Middleware = async (ctx, next) => { try { await next(); } catch (e) { const err = e as Error & { status?: number }; ctx.status = err.status ?? 500; ctx.body = { error: err.message }; } };
const auth: Middleware = async (ctx, next) => { if (ctx.path.startsWith('/admin') && ctx.headers.authorization !== 'Bearer ok') throw Object.assign(new Error('unauthorized'), { status: 401 }); await next(); };
const handler: Middleware = async (ctx) => { await null; if (ctx.path === '/boom') throw new Error('kaboom'); ctx.status = 200; ctx.body = { ok: true, path: ctx.path }; };
const app = compose([logger, errors, auth, handler]);
for (const [path, authorization] of [['/', ''], ['/admin', ''], ['/admin', 'Bearer ok'], ['/boom', '']]) {
  const ctx: Ctx = { path, headers: authorization ? { authorization } : {}, status: 404, log: [] };
  await app(ctx);
  console.log(ctx.log.join(' '), JSON.stringify(ctx.body));
}
await compose([async (_, next) => { await next(); await next(); }])({} as Ctx).catch((e) => console.log(e.message));
const counter = (() => { let c = 0; return { inc: () => ++c, get value() { return c; } }; })(); counter.inc(); counter.inc(); console.log(counter.value, counter);
const once = <A extends unknown[], R>(fn: (...a: A) => R) => { let done = false, r: R; return (...a: A) => (done ? r : ((done = true), (r = fn(...a)))); }; const init = once(() => { console.log('init ran'); return 42; }); console.log(init(), init());
