// features: generators, iterators; oracle: node 22
function* fibonacci(): Generator<number, void, boolean | undefined> {
  let [a, b] = [0, 1];
  while (true) { const reset = yield a; if (reset) [a, b] = [0, 1]; else [a, b] = [b, a + b]; }
}
function* take<T>(n: number, it: Iterable<T>) { let i = 0; for (const x of it) { if (i++ >= n) return; yield x; } }
function* map<T, R>(it: Iterable<T>, f: (x: T) => R) { for (const x of it) yield f(x); }
console.log([...take(10, fibonacci())]);
const g = fibonacci();
g.next(); g.next(); g.next(); g.next();
console.log(g.next(), g.next(true), g.return(), g.next());
console.log(Array.from(map(take(5, fibonacci()), (x) => x * x)));
function* tree(node: any): Generator<number> { if (!node) return; yield* tree(node.left); yield node.value; yield* tree(node.right); }
console.log([...tree({ value: 2, left: { value: 1 }, right: { value: 4, left: { value: 3 } } })]);
class Range implements Iterable<number> {
  constructor(private a: number, private b: number, private step = 1) {}
  *[Symbol.iterator]() { for (let i = this.a; i < this.b; i += this.step) yield i; }
}
const [first, second, ...rest] = new Range(0, 10, 2);
console.log(first, second, rest, Math.max(...new Range(0, 5)), new Set(new Range(1, 4)));
function* withFinally() { try { yield 1; yield 2; } finally { console.log('closed'); } }
for (const x of withFinally()) { console.log(x); break; }
function* delegating() { const r = yield* inner(); console.log('inner returned', r); }
function* inner() { try { yield 'a'; } catch (e) { yield `caught ${e}`; } return 'R'; }
const d = delegating();
console.log(d.next().value, d.throw('boom').value, d.next());
console.log([1, 2, 3].values().map((x) => x * 2).filter((x) => x > 2).toArray(), new Range(0, 3)[Symbol.iterator]().reduce((a, b) => a + b));
console.log(Object.prototype.toString.call(g), g, typeof g[Symbol.iterator], [1, 2][Symbol.iterator](), new Map([[1, 2]]).entries());
for (const [i, ch] of [...'hé🎉'].entries()) console.log(i, ch);
