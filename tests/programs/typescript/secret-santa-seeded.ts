// features: algorithms, collections, text; oracle: node 22
const xorshift = (seed: number) => () => { seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5; return (seed >>> 0) / 2 ** 32; };
const shuffle = <T>(xs: readonly T[], rnd: () => number) => { const a = [...xs]; for (let i = a.length - 1; i > 0; i--) { const j = Math.floor(rnd() * (i + 1)); [a[i], a[j]] = [a[j], a[i]]; } return a; };
const names = ['Ann', 'Bob', 'Cy', 'Di', 'Ed', 'Flo'] as const;
const rnd = xorshift(20240101);
let order = shuffle(names, rnd);
const pairs = order.map((g, i) => [g, order[(i + 1) % order.length]] as const);
console.log(pairs.map(([a, b]) => `${a} → ${b}`).join('\n'), new Set(pairs.map((p) => p[1])).size);
const dice = Array.from({ length: 600 }, () => 1 + Math.floor(rnd() * 6)); console.log(Object.entries(Object.groupBy(dice, String)).map(([k, v]) => `${k}:${v!.length}`).join(' '));
const gauss = () => Math.sqrt(-2 * Math.log(rnd())) * Math.cos(2 * Math.PI * rnd()); const sample = Array.from({ length: 500 }, gauss); const m = sample.reduce((a, b) => a + b) / 500; console.log(m.toFixed(3), Math.sqrt(sample.reduce((s, x) => s + (x - m) ** 2, 0) / 499).toFixed(3));
const weighted = (o: Record<string, number>) => { let x = rnd() * Object.values(o).reduce((a, b) => a + b); for (const [k, w] of Object.entries(o)) if ((x -= w) <= 0) return k; }; console.log(Array.from({ length: 12 }, () => weighted({ common: 7, rare: 2, epic: 1 })).join(' '));
const deck = ['♠', '♥', '♦', '♣'].flatMap((s) => [...'23456789TJQKA'].map((r) => r + s)); const hands = Array.from({ length: 3 }, (_, i) => shuffle(deck, rnd).slice(i * 5, i * 5 + 5)); console.log(hands, deck.length);
const maze = (w: number, h: number) => { const g = Array.from({ length: h * 2 + 1 }, () => Array(w * 2 + 1).fill('#')); const go = (x: number, y: number) => { g[y * 2 + 1][x * 2 + 1] = ' '; for (const [dx, dy] of shuffle([[1, 0], [-1, 0], [0, 1], [0, -1]], rnd)) { const [nx, ny] = [x + dx, y + dy]; if (g[ny * 2 + 1]?.[nx * 2 + 1] === '#') { g[y * 2 + 1 + dy][x * 2 + 1 + dx] = ' '; go(nx, ny); } } }; go(0, 0); return g.map((r) => r.join('')).join('\n'); }; console.log(maze(8, 4));
const uniform = Array.from({ length: 1000 }, rnd); console.log(uniform.every((x) => x >= 0 && x < 1), Math.random() < 1, typeof Math.random(), Math.random() !== Math.random());
