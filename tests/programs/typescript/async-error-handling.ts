// features: promises, errors, async; oracle: node 22
const wait = (ms: number) => new Promise<void>((r) => setTimeout(r, ms));
async function level3() { await wait(1); throw new TypeError('deep failure'); }
async function level2() { try { await level3(); } catch (e) { throw new Error('level2 failed', { cause: e }); } }
async function level1() { try { await level2(); return 'unreachable'; } catch (e) { console.log('caught:', (e as Error).message, '| cause:', ((e as Error).cause as Error).message); return 'recovered'; } finally { console.log('finally'); } }
console.log(await level1());
const results = await Promise.allSettled([wait(1).then(() => 'ok'), level3(), Promise.reject('plain string'), 42]);
for (const [i, r] of results.entries()) console.log(i, r.status, r.status === 'fulfilled' ? r.value : r.reason instanceof Error ? `${r.reason.name}: ${r.reason.message}` : r.reason);
console.log(results.map((r) => r.status));
const tryCatch = async <T>(p: Promise<T>): Promise<[null, T] | [Error, null]> => { try { return [null, await p]; } catch (e) { return [e as Error, null]; } };
const [err, val] = await tryCatch(level3()); console.log(err?.message, val);
const circuit = (() => { let failures = 0, open = false; return async (fn: () => Promise<string>) => { if (open) throw new Error('circuit open'); try { const r = await fn(); failures = 0; return r; } catch (e) { if (++failures >= 2) open = true; throw e; } }; })();
for (let i = 0; i < 4; i++) await circuit(() => Promise.reject(new Error(`fail ${i}`))).catch((e) => console.log(e.message));
const p = Promise.reject(new Error('handled later')); setTimeout(() => {}, 0); await p.catch((e) => console.log(e.message));
process.on('unhandledRejection', (reason: any) => console.log('unhandled:', reason.message));
Promise.reject(new Error('nobody caught me'));
await wait(5);
await new Promise((_, rej) => rej(new RangeError('sync reject'))).catch((e) => console.log(e.name)).finally(() => console.log('settled'));
console.log(await Promise.race([wait(1000).then(() => 'slow'), (async () => { await wait(1); return 'quick'; })()]));
async function* failing() { yield 1; throw new Error('generator failed'); }
try { for await (const x of failing()) console.log('got', x); } catch (e: any) { console.log(e.message); }
const withTimeout = async <T>(p: Promise<T>, ms: number): Promise<T> => { let t: any; try { return await Promise.race([p, new Promise<never>((_, rej) => { t = setTimeout(() => rej(new Error(`Timeout after ${ms}ms`)), ms); })]); } finally { clearTimeout(t); } };
console.log(await withTimeout(wait(1).then(() => 'in time'), 5000), await withTimeout(new Promise(() => {}), 2).catch((e) => e.message));
const seq = await ['a', 'b', 'c'].reduce(async (acc, x) => [...(await acc), x.toUpperCase()], Promise.resolve([] as string[])); console.log(seq);
process.exit();
