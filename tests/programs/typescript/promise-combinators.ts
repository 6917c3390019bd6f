// features: promises, errors; oracle: node 22
const ok = <T>(v: T, ms = 1) => new Promise<T>((r) => setTimeout(() => r(v), ms));
const fail = (m: string, ms = 1) => new Promise<never>((_, r) => setTimeout(() => r(new Error(m)), ms));
console.log(await Promise.all([1, ok(2), Promise.resolve(3)]));
console.log(await Promise.allSettled([ok('a'), fail('b').catch((e) => { throw e.message; })]));
console.log(await Promise.race([ok('slow', 50), ok('fast', 1)]));
console.log(await Promise.any([fail('x'), ok('winner', 5)]));
try { await Promise.any([fail('1'), fail('2')]); } catch (e: any) {
  console.log(e.constructor.name, e.message, e.errors.map((x: Error) => x.message));
}
const { promise, resolve } = Promise.withResolvers<string>();
queueMicrotask(() => resolve('with resolvers'));
console.log(await promise);
const p = Promise.resolve('done');
console.log(p, Promise.reject(1).catch(() => {}) instanceof Promise);
p.finally(() => console.log('finally')).then(console.log);
await null;
console.log('A');
setTimeout(() => console.log('timeout 0'), 0);
setImmediate(() => console.log('immediate'));
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('micro'));
await ok(0, 5);
const thenable = { then(res: (v: string) => void) { res('thenable'); } };
console.log(await thenable);
async function a() { try { return await fail('inner'); } catch (e: any) { return `caught ${e.message}`; } finally { console.log('cleanup'); } }
console.log(await a());
