// features: events, async, concurrency, classes; oracle: node 22
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep, setImmediate as immediate, setInterval as every } from 'node:timers/promises';
class JobQueue extends EventEmitter<{ done: [string, number]; failed: [string, Error, number]; idle: [] }> {
  private waiting: { name: string; fn: () => Promise<number>; tries: number }[] = []; private active = 0;
  constructor(private limit: number, private maxTries = 2) { super(); }
  add(name: string, fn: () => Promise<number>) { this.waiting.push({ name, fn, tries: 0 }); queueMicrotask(() => this.pump()); return this; }
  private pump() {
    while (this.active < this.limit && this.waiting.length) {
      const job = this.waiting.shift()!; this.active++; job.tries++;
      job.fn().then((v) => this.emit('done', job.name, v), (e) => { if (job.tries < this.maxTries) this.waiting.push(job); else this.emit('failed', job.name, e, job.tries); }).finally(() => { this.active--; if (!this.active && !this.waiting.length) this.emit('idle'); else this.pump(); });
    }
  }
}
const q = new JobQueue(2);
q.on('done', (n, v) => console.log('done', n, v)).on('failed', (n, e, t) => console.log('failed', n, e.message, `after ${t}`));
let flaky = 0;
q.add('a', async () => { await sleep(20); return 1; }).add('b', async () => { await sleep(1); return 2; }).add('bad', async () => { throw new Error('always'); }).add('flaky', async () => { if (!flaky++) throw new Error('first time'); return 3; });
await once(q, 'idle');
console.log('idle', flaky);
let ticks = 0;
for await (const v of every(1, 'tick')) { ticks++; if (ticks === 3) { console.log(v, ticks); break; } }
console.log(await immediate('immediate value'));
const deadline = Promise.race([sleep(60_000, 'late', { ref: false }), sleep(1, 'early')]);
console.log(await deadline);
const lock = (() => { let tail = Promise.resolve(); return <T>(fn: () => Promise<T>) => { const run = tail.then(fn); tail = run.then(() => {}, () => {}); return run; }; })();
const order: number[] = []; await Promise.all([30, 1, 10].map((ms, i) => lock(async () => { await sleep(ms / 10); order.push(i); }))); console.log(order);
const t = setTimeout(() => {}, 1e6); console.log(typeof t.unref, t.hasRef(), t.unref().hasRef(), typeof t[Symbol.toPrimitive]()); clearTimeout(t);
