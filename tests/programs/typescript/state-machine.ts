// features: classes, typescript, symbols; oracle: node 22
type State = 'idle' | 'loading' | 'success' | 'error';
type Ev = { type: 'FETCH' } | { type: 'RESOLVE'; data: unknown } | { type: 'REJECT'; error: Error } | { type: 'RESET' };
const transitions: Record<State, Partial<Record<Ev['type'], State>>> = { idle: { FETCH: 'loading' }, loading: { RESOLVE: 'success', REJECT: 'error' }, success: { RESET: 'idle', FETCH: 'loading' }, error: { FETCH: 'loading', RESET: 'idle' } };
class Machine {
  #state: State = 'idle';
  #listeners = new Set<(from: State, to: State, ev: Ev) => void>();
  history: State[] = [this.#state];
  get state() { return this.#state; }
  subscribe(fn: (from: State, to: State, ev: Ev) => void) { this.#listeners.add(fn); return () => this.#listeners.delete(fn); }
  send(ev: Ev): this {
    const next = transitions[this.#state][ev.type];
    if (!next) throw new Error(`Invalid transition: ${this.#state} --${ev.type}--> ?`);
    const from = this.#state;
    this.#state = next;
    this.history.push(next);
    for (const l of this.#listeners) l(from, next, ev);
    return this;
  }
  *[Symbol.iterator]() { yield* this.history; }
  get [Symbol.toStringTag]() { return `Machine:${this.#state}`; }
  [Symbol.toPrimitive](hint: string) { return hint === 'number' ? this.history.length : `Machine(${this.#state})`; }
}
const m = new Machine();
const off = m.subscribe((a, b, e) => console.log(`${a} -> ${b} on ${e.type}`));
m.send({ type: 'FETCH' }).send({ type: 'REJECT', error: new Error('x') }).send({ type: 'FETCH' });
off();
m.send({ type: 'RESOLVE', data: [1] });
try { m.send({ type: 'REJECT', error: new Error() }); } catch (e) { console.log((e as Error).message); }
console.log([...m], +m, `${m}`, String(m), Object.prototype.toString.call(m), m);
class Even { static [Symbol.hasInstance](n: number) { return n % 2 === 0; } }
console.log((2 as any) instanceof Even, (3 as any) instanceof Even, Symbol.for('a') === Symbol.for('a'), Symbol('d').description, Symbol.keyFor(Symbol.for('z')), Symbol.asyncIterator.toString());
console.log([1].concat({ length: 1, 0: 'x', [Symbol.isConcatSpreadable]: true } as any), { [Symbol('a')]: 1, b: 2 });
