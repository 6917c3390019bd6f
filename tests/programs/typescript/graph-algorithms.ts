// features: algorithms, collections; oracle: node 22
class PriorityQueue<T> {
  private h: [number, T][] = [];
  push(p: number, v: T) { this.h.push([p, v]); let i = this.h.length - 1; while (i && this.h[(i - 1) >> 1][0] > this.h[i][0]) { const j = (i - 1) >> 1; [this.h[i], this.h[j]] = [this.h[j], this.h[i]]; i = j; } }
  pop(): [number, T] | undefined {
    const top = this.h[0], last = this.h.pop();
    if (this.h.length && last) { this.h[0] = last; let i = 0; for (;;) { let m = i; for (const c of [2 * i + 1, 2 * i + 2]) if (c < this.h.length && this.h[c][0] < this.h[m][0]) m = c; if (m === i) break; [this.h[i], this.h[m]] = [this.h[m], this.h[i]]; i = m; } }
    return top;
  }
  get size() { return this.h.length; }
}
const graph: Record<string, Record<string, number>> = { A: { B: 4, C: 2 }, B: { D: 5 }, C: { B: 1, D: 8, E: 10 }, D: { E: 2, F: 6 }, E: { F: 3 }, F: {} };
function dijkstra(from: string) {
  const dist: Record<string, number> = Object.fromEntries(Object.keys(graph).map((k) => [k, Infinity])), prev: Record<string, string | null> = { [from]: null };
  dist[from] = 0;
  const pq = new PriorityQueue<string>(); pq.push(0, from);
  while (pq.size) { const [d, u] = pq.pop()!; if (d > dist[u]) continue; for (const [v, w] of Object.entries(graph[u])) if (d + w < dist[v]) { dist[v] = d + w; prev[v] = u; pq.push(dist[v], v); } }
  return { dist, path: (to: string) => { const p: string[] = []; for (let c: string | null = to; c; c = prev[c]) p.unshift(c); return p; } };
}
const { dist, path } = dijkstra('A');
console.log(dist, path('F').join(' -> '));
const bfs = (s: string) => { const seen = new Set([s]), q = [s]; while (q.length) for (const n of Object.keys(graph[q.shift()!])) if (!seen.has(n)) { seen.add(n); q.push(n); } return [...seen]; };
console.log(bfs('A'));
function topo(deps: Record<string, string[]>) { const out: string[] = [], state = new Map<string, number>(); const visit = (n: string, trail: string[]) => { if (state.get(n) === 2) return; if (state.get(n) === 1) throw new Error(`cycle: ${[...trail, n].join(' -> ')}`); state.set(n, 1); (deps[n] ?? []).forEach((d) => visit(d, [...trail, n])); state.set(n, 2); out.push(n); }; Object.keys(deps).forEach((n) => visit(n, [])); return out; }
console.log(topo({ app: ['db', 'web'], web: ['http'], db: [], http: [] }));
try { topo({ a: ['b'], b: ['c'], c: ['a'] }); } catch (e: any) { console.log(e.message); }
class UnionFind { p: number[]; constructor(n: number) { this.p = [...Array(n).keys()]; } find(x: number): number { return this.p[x] === x ? x : (this.p[x] = this.find(this.p[x])); } union(a: number, b: number) { const [x, y] = [this.find(a), this.find(b)]; if (x === y) return false; this.p[x] = y; return true; } }
const edges = [[0, 1, 4], [1, 2, 8], [0, 2, 3], [2, 3, 1], [1, 3, 7]].sort((a, b) => a[2] - b[2]);
const uf = new UnionFind(4); console.log(edges.filter(([a, b]) => uf.union(a, b)), uf);
const permutations = <T>(xs: T[]): T[][] => (xs.length ? xs.flatMap((x, i) => permutations(xs.toSpliced(i, 1)).map((p) => [x, ...p])) : [[]]);
console.log(permutations(['a', 'b', 'c']).map((p) => p.join('')));
const lev = (a: string, b: string) => { let r = Array.from({ length: b.length + 1 }, (_, i) => i); for (let i = 1; i <= a.length; i++) { let p = i - 1; r[0] = i; for (let j = 1; j <= b.length; j++) { const t = r[j]; r[j] = Math.min(r[j] + 1, r[j - 1] + 1, p + +(a[i - 1] !== b[j - 1])); p = t; } } return r.at(-1); };
console.log(lev('kitten', 'sitting'), lev('', 'abc'));
const queens = (n: number, row = 0, cols: number[] = []): number[][] => (row === n ? [cols] : Array.from({ length: n }, (_, c) => c).filter((c) => cols.every((q, r) => q !== c && Math.abs(q - c) !== row - r)).flatMap((c) => queens(n, row + 1, [...cols, c])));
console.log(queens(6));
