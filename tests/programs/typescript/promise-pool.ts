// features: concurrency, promises; oracle: node 22
async function mapLimit<T, R>(items: T[], limit: number, fn: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const workers = Array.from({ length: Math.min(limit, items.length) }, async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await fn(items[i], i);
    }
  });
  await Promise.all(workers);
  return results;
}
let active = 0, peak = 0;
const out = await mapLimit([5, 1, 4, 2, 3, 1, 2], 3, async (n, i) => {
  peak = Math.max(peak, ++active);
  await new Promise((r) => setTimeout(r, n));
  active--;
  return `${i}:${n * n}`;
});
console.log(out, 'peak', peak);

class Semaphore {
  #queue: (() => void)[] = [];
  constructor(private permits: number) {}
  async acquire() { if (this.permits > 0) { this.permits--; return; } await new Promise<void>((r) => this.#queue.push(r)); }
  release() { const next = this.#queue.shift(); if (next) next(); else this.permits++; }
  async use<T>(fn: () => Promise<T>) { await this.acquire(); try { return await fn(); } finally { this.release(); } }
}
const sem = new Semaphore(2);
const order: string[] = [];
await Promise.all(['a', 'b', 'c', 'd'].map((n) => sem.use(async () => { order.push(`+${n}`); await Promise.resolve(); order.push(`-${n}`); })));
console.log(order.join(' '));
