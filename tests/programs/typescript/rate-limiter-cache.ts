// features: classes, timers, async; oracle: node 22
class TokenBucket {
  private tokens: number; private last: number;
  constructor(private capacity: number, private perSecond: number, private clock: () => number) { this.tokens = capacity; this.last = clock(); }
  take(n = 1): boolean {
    const now = this.clock();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.last) / 1000) * this.perSecond);
    this.last = now;
    if (this.tokens < n) return false;
    this.tokens -= n;
    return true;
  }
}
let now = 0;
const bucket = new TokenBucket(3, 2, () => now);
const seen: string[] = [];
for (const t of [0, 0, 0, 0, 400, 600, 2000, 2000, 2000, 2000]) { now = t; seen.push(`${t}:${bucket.take() ? 'ok' : 'limited'}`); }
console.log(seen.join(' '));

class TTLCache<K, V> {
  #entries = new Map<K, { value: V; expires: number }>();
  hits = 0; misses = 0;
  constructor(private ttl: number, private clock: () => number) {}
  async getOrLoad(key: K, load: (k: K) => Promise<V>): Promise<V> {
    const e = this.#entries.get(key);
    if (e && e.expires > this.clock()) { this.hits++; return e.value; }
    this.misses++;
    const value = await load(key);
    this.#entries.set(key, { value, expires: this.clock() + this.ttl });
    return value;
  }
  get stats() { return { hits: this.hits, misses: this.misses, size: this.#entries.size }; }
}
now = 0;
const cache = new TTLCache<string, number>(100, () => now);
for (const [k, t] of [['a', 0], ['a', 50], ['b', 60], ['a', 150], ['b', 159]] as const) { now = t; console.log(k, t, await cache.getOrLoad(k, async (x) => x.charCodeAt(0) + t)); }
console.log(cache.stats, cache);
function debounce<A extends unknown[]>(fn: (...a: A) => void, ms: number) { let t: ReturnType<typeof setTimeout>; return (...a: A) => { clearTimeout(t); t = setTimeout(() => fn(...a), ms); }; }
const d = debounce((x: number) => console.log('debounced', x), 5);
d(1); d(2); d(3);
function throttle<A extends unknown[]>(fn: (...a: A) => void, ms: number) { let ready = true; return (...a: A) => { if (!ready) return; ready = false; fn(...a); setTimeout(() => (ready = true), ms); }; }
const th = throttle((x: number) => console.log('throttled', x), 50);
th(1); th(2); th(3);
