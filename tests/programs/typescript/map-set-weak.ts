// features: collections; oracle: node 22
const m = new Map<string, number>([['b', 2], ['a', 1]]);
m.set('c', 3).delete('b');
console.log(m, m.size, [...m.keys()], Object.fromEntries(m), new Map([...m].sort((x, y) => y[1] - x[1])));
const a = new Set([1, 2, 3, 4]), b = new Set([3, 4, 5]);
console.log(a.union(b), a.intersection(b), a.difference(b), a.symmetricDifference(b), a.isSubsetOf(b), new Set([3]).isSubsetOf(b), a.isDisjointFrom(new Set([9])));
console.log([...new Set('mississippi')].join(''), new Set([NaN, NaN, 0, -0]).size);
const cache = new WeakMap<object, string>();
const key = {};
cache.set(key, 'v');
console.log(cache.get(key), cache.has({}), new WeakRef(key).deref() === key);
try { cache.set('s' as any, ''); } catch (e: any) { console.log(e.name); }
class LRU<K, V> {
  private map = new Map<K, V>();
  constructor(private cap: number) {}
  get(k: K) { const v = this.map.get(k); if (v !== undefined) { this.map.delete(k); this.map.set(k, v); } return v; }
  set(k: K, v: V) { this.map.delete(k); this.map.set(k, v); if (this.map.size > this.cap) this.map.delete(this.map.keys().next().value!); }
  get keys() { return [...this.map.keys()]; }
}
const lru = new LRU<string, number>(2);
lru.set('x', 1); lru.set('y', 2); lru.get('x'); lru.set('z', 3);
console.log(lru.keys, lru);
class DefaultMap<K, V> extends Map<K, V> { constructor(private make: () => V) { super(); } get(k: K): V { if (!this.has(k)) this.set(k, this.make()); return super.get(k)!; } }
const idx = new DefaultMap<string, string[]>(() => []);
for (const w of ['one', 'two', 'three']) idx.get(w[0]).push(w);
console.log([...idx], Map.groupBy([1, 2, 3, 4], (n) => (n % 2 ? 'odd' : 'even')));
m.forEach((v, k, self) => console.log(k, v, self === m));
const it = m[Symbol.iterator](); it.next();
console.log([...it], m.entries(), a.values(), new Map([[{ a: 1 }, new Set([[1, 2]])]]));
