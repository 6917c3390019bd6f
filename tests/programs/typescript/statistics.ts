// features: statistics, math; oracle: node 22
const data = [23, 45, 12, 67, 34, 89, 21, 45, 56, 78, 45, 33];
const sum = (xs: number[]) => xs.reduce((a, b) => a + b, 0);
const mean = (xs: number[]) => sum(xs) / xs.length;
const median = (xs: number[]) => {
  const s = xs.toSorted((a, b) => a - b), mid = s.length >> 1;
  return s.length % 2 ? s[mid] : (s[mid - 1] + s[mid]) / 2;
};
const mode = (xs: number[]) => {
  const groups = Object.groupBy(xs, (x) => x);
  return +Object.entries(groups).sort((a, b) => b[1]!.length - a[1]!.length)[0][0];
};
const variance = (xs: number[]) => { const m = mean(xs); return sum(xs.map((x) => (x - m) ** 2)) / (xs.length - 1); };
const quantile = (xs: number[], q: number) => {
  const s = [...xs].sort((a, b) => a - b), pos = (s.length - 1) * q, base = Math.floor(pos);
  return s[base + 1] !== undefined ? s[base] + (pos - base) * (s[base + 1] - s[base]) : s[base];
};
console.log({ n: data.length, mean: mean(data), median: median(data), mode: mode(data), stdev: Math.sqrt(variance(data)), p90: quantile(data, 0.9), iqr: quantile(data, 0.75) - quantile(data, 0.25) });
const xs = [1, 2, 3, 4, 5], ys = [2.1, 3.9, 6.2, 7.8, 10.1];
const mx = mean(xs), my = mean(ys);
const slope = sum(xs.map((x, i) => (x - mx) * (ys[i] - my))) / sum(xs.map((x) => (x - mx) ** 2));
console.log(`y = ${slope.toFixed(4)}x + ${(my - slope * mx).toFixed(4)}`);
const r = sum(xs.map((x, i) => (x - mx) * (ys[i] - my))) / Math.sqrt(sum(xs.map((x) => (x - mx) ** 2)) * sum(ys.map((y) => (y - my) ** 2)));
console.log('r =', r.toPrecision(6), 'r2 =', (r * r).toExponential(3));
const histogram = Map.groupBy(data, (x) => Math.floor(x / 20) * 20);
for (const [bin, values] of [...histogram].sort((a, b) => a[0] - b[0])) console.log(`${bin}-${bin + 19}`.padStart(6), '#'.repeat(values.length));
console.log(Math.hypot(3, 4), Math.cbrt(27), Math.log2(1024), Math.trunc(-4.7), Math.sign(-3), Math.fround(5.5), Math.clz32(1), Math.max(...data), Math.min());
