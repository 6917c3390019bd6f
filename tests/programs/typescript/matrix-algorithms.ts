// features: algorithms, math; oracle: node 22
type M = number[][];
const mul = (a: M, b: M): M => a.map((r) => b[0].map((_, j) => r.reduce((s, x, k) => s + x * b[k][j], 0)));
const transpose = (m: M): M => m[0].map((_, i) => m.map((r) => r[i]));
const det = (m: M): number => (m.length === 1 ? m[0][0] : m[0].reduce((s, x, j) => s + (j % 2 ? -1 : 1) * x * det(m.slice(1).map((r) => r.filter((_, k) => k !== j))), 0));
function inverse(m: M): M {
  const n = m.length, a = m.map((r, i) => [...r, ...Array.from({ length: n }, (_, j) => +(i === j))]);
  for (let i = 0; i < n; i++) {
    const p = a.findIndex((r, k) => k >= i && Math.abs(r[i]) > 1e-12);
    if (p < 0) throw new Error('Matrix is singular');
    [a[i], a[p]] = [a[p], a[i]];
    const d = a[i][i];
    a[i] = a[i].map((x) => x / d);
    for (let k = 0; k < n; k++) if (k !== i) { const f = a[k][i]; a[k] = a[k].map((x, c) => x - f * a[i][c]); }
  }
  return a.map((r) => r.slice(n));
}
const A: M = [[2, 1, 1], [1, 3, 2], [1, 0, 0]];
console.log(mul(A, A), transpose([[1, 2, 3], [4, 5, 6]]), det(A));
console.log(inverse([[4, 7], [2, 6]]).map((r) => r.map((x) => +x.toFixed(3))));
try { inverse([[1, 2], [2, 4]]); } catch (e: any) { console.log(e.message); }
console.table(mul(A, transpose(A)));
const identity = (n: number) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
const pow = (m: M, e: number): M => (e === 0 ? identity(m.length) : e % 2 ? mul(m, pow(m, e - 1)) : pow(mul(m, m), e / 2));
console.log('fib(50) =', pow([[1, 1], [1, 0]], 50)[0][1]);
const spiral = (m: number[][]) => { const out: number[] = []; m = m.map((r) => [...r]); while (m.length) { out.push(...m.shift()!); m.forEach((r) => r.length && out.push(r.pop()!)); if (m.length) out.push(...m.pop()!.reverse()); for (let i = m.length - 1; i >= 0; i--) if (m[i].length) out.push(m[i].shift()!); } return out; };
console.log(spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).join(' '));
const life = (g: string[]) => g.map((r, y) => [...r].map((c, x) => { let n = 0; for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) if ((dx || dy) && g[y + dy]?.[x + dx] === '#') n++; return n === 3 || (n === 2 && c === '#') ? '#' : '.'; }).join(''));
let grid = ['.....', '..#..', '..#..', '..#..', '.....']; for (let i = 0; i < 2; i++) { console.log(grid.join('\n'), '\n'); grid = life(grid); }
console.log(A, [[1.5, -2], [3, 4]], Array.from({ length: 3 }, () => Array(3).fill(0)));
