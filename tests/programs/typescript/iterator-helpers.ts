// features: iterators, generators, collections; oracle: node 22
function* naturals() { let n = 1; while (true) yield n++; }
console.log(naturals().filter((n) => n % 3 === 0).map((n) => n * n).drop(1).take(4).toArray());
console.log(naturals().take(5).reduce((a, b) => a + b), naturals().some((n) => n > 10), naturals().take(3).every((n) => n < 4), naturals().find((n) => n * n > 50));
console.log(Iterator.from({ next: (() => { let i = 0; return () => ({ value: i++, done: i > 3 }); })() }).toArray());
console.log([...naturals().take(2).flatMap((n) => [n, -n])]);
naturals().take(2).forEach((n, i) => console.log(n, i));
console.log(new Set([1, 2, 3]).values().map((x) => x + 1).toArray(), new Map([['a', 1]]).entries().map(([k, v]) => k + v).toArray(), 'héllo'[Symbol.iterator]().toArray().length);
class Countdown extends Iterator<number> { constructor(private n: number) { super(); } next() { return this.n > 0 ? { value: this.n--, done: false as const } : { value: undefined, done: true as const }; } }
console.log(new Countdown(4).filter((x) => x % 2 === 0).toArray(), new Countdown(2) instanceof Iterator);
try { naturals().take(-1); } catch (e: any) { console.log(e.name); }
console.log([3, 1, 2].toSorted(), [1, 2, 3].toReversed(), [1, 2, 3].with(1, 9), [1, 2, 3, 4, 5].toSpliced(1, 3), [1, 2, 3].findLast((x) => x < 3), Object.groupBy([1, 2, 3], (x) => (x > 1 ? 'big' : 'small')), Array.from({ length: 3 }, (_, i) => i ** 2), [..."ab"].entries().toArray());
console.log([[3, 'c'], [1, 'a']].map(([n, s]) => ({ n, s })), Object.entries({ x: 1 }).flat(), [1, 2, 3].indexOf(4), [NaN].includes(NaN), Array.isArray([]), [1, [2]].join(), [5, 1, 10].sort(), [undefined, null, 0].map(String), [, 1].hasOwnProperty(0));
