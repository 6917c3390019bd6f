// features: async-iterators, generators, events; oracle: node 22
import { EventEmitter, on, once } from 'node:events';
class Channel<T> implements AsyncIterable<T> {
  private buffer: T[] = [];
  private waiting: ((r: IteratorResult<T>) => void)[] = [];
  private closed = false;
  push(v: T) { const w = this.waiting.shift(); if (w) w({ value: v, done: false }); else this.buffer.push(v); }
  close() { this.closed = true; for (const w of this.waiting) w({ value: undefined as any, done: true }); }
  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => {
        if (this.buffer.length) return Promise.resolve({ value: this.buffer.shift()!, done: false });
        if (this.closed) return Promise.resolve({ value: undefined as any, done: true });
        return new Promise((r) => this.waiting.push(r));
      },
      return: async () => { console.log('iterator closed'); return { value: undefined as any, done: true }; },
    };
  }
}
const ch = new Channel<number>();
(async () => { for (let i = 0; i < 5; i++) { await new Promise((r) => setTimeout(r, 1)); ch.push(i * 10); } ch.close(); })();
for await (const v of ch) { console.log('received', v); if (v === 30) break; }
async function* ticker(n: number) { try { for (let i = 0; i < n; i++) { await null; yield i; } } finally { console.log('ticker done'); } }
async function* zip<A, B>(a: AsyncIterable<A>, b: AsyncIterable<B>) {
  const ia = a[Symbol.asyncIterator](), ib = b[Symbol.asyncIterator]();
  while (true) { const [x, y] = await Promise.all([ia.next(), ib.next()]); if (x.done || y.done) return; yield [x.value, y.value] as const; }
}
for await (const pair of zip(ticker(3), ticker(5))) console.log(pair);
for await (const v of [Promise.resolve('p1'), 'p2', new Promise((r) => setTimeout(r, 2, 'p3'))]) console.log(v);
const ee = new EventEmitter();
setTimeout(() => { ee.emit('data', 1, 'x'); ee.emit('data', 2, 'y'); }, 1);
let seen = 0;
for await (const args of on(ee, 'data')) { console.log(args); if (++seen === 2) break; }
setTimeout(() => ee.emit('ready', { ok: true }), 1);
console.log(await once(ee, 'ready'));
console.log(Object.prototype.toString.call(ticker(1)));
