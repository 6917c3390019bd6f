// features: abort, promises, timers; oracle: node 22
import { setTimeout as delay } from 'node:timers/promises';
const ac = new AbortController();
const { signal } = ac;
signal.addEventListener('abort', () => console.log('aborted:', signal.reason.name));
console.log(signal.aborted, signal.reason);
const task = (async () => {
  for (let i = 0; ; i++) {
    signal.throwIfAborted();
    if (i === 3) ac.abort();
    await null;
  }
})();
try { await task; } catch (e: any) { console.log(e.name, e.message, e.code, e instanceof DOMException, e instanceof Error); }
try { await delay(10_000, 'x', { signal }); } catch (e: any) { console.log(e.name, e.code, e.message); }
console.log(await delay(1, 'value'));
const custom = new AbortController();
custom.abort(new Error('user cancelled'));
try { custom.signal.throwIfAborted(); } catch (e: any) { console.log(e.message); }
console.log(AbortSignal.abort('why').reason, AbortSignal.abort().aborted);
const t = AbortSignal.timeout(2);
await delay(30);
console.log(t.reason.name, t.reason.message);
const one = new AbortController(), two = new AbortController();
const any = AbortSignal.any([one.signal, two.signal]);
two.abort('second');
console.log(any.aborted, any.reason);
function cancellable<T>(p: Promise<T>, s: AbortSignal): Promise<T> {
  return new Promise((res, rej) => { s.addEventListener('abort', () => rej(s.reason), { once: true }); p.then(res, rej); });
}
const c = new AbortController();
const p = cancellable(new Promise(() => {}), c.signal);
c.abort(new TypeError('nope'));
console.log(await p.catch((e) => `${e}`));
console.log(await fetch('http://localhost:1/', { signal: AbortSignal.abort() }).catch((e) => e.name));
