// features: classes, json, binary, hashing; oracle: node 22
import { createHash } from 'node:crypto';
type Op = { op: 'set'; k: string; v: unknown } | { op: 'del'; k: string };
class Store {
  #data = new Map<string, unknown>(); #log: Buffer[] = []; #snapshots: { at: number; data: [string, unknown][] }[] = [];
  private append(o: Op) { const body = Buffer.from(JSON.stringify(o)); const head = Buffer.alloc(8); head.writeUInt32BE(body.length, 0); createHash('md5').update(body).digest().copy(head, 4, 0, 4); this.#log.push(Buffer.concat([head, body])); this.apply(o); }
  private apply(o: Op) { o.op === 'set' ? this.#data.set(o.k, o.v) : this.#data.delete(o.k); }
  set(k: string, v: unknown) { this.append({ op: 'set', k, v }); return this; }
  delete(k: string) { const had = this.#data.has(k); if (had) this.append({ op: 'del', k }); return had; }
  get<T>(k: string, d?: T) { return (this.#data.has(k) ? this.#data.get(k) : d) as T; }
  snapshot() { this.#snapshots.push({ at: this.#log.length, data: structuredClone([...this.#data]) }); return this.#snapshots.length - 1; }
  rollback(n: number) { const s = this.#snapshots[n]; if (!s) throw new RangeError(`no snapshot ${n}`); this.#data = new Map(s.data); this.#log.length = s.at; }
  dump() { return Buffer.concat(this.#log); }
  static load(buf: Buffer) { const s = new Store(); let at = 0; while (at < buf.length) { const len = buf.readUInt32BE(at); const body = buf.subarray(at + 8, at + 8 + len); if (body.length < len || !createHash('md5').update(body).digest().subarray(0, 4).equals(buf.subarray(at + 4, at + 8))) { console.warn(`corrupt record at ${at}`); break; } s.append(JSON.parse(body.toString())); at += 8 + len; } return s; }
  *entries(prefix = '') { for (const [k, v] of [...this.#data].sort(([a], [b]) => (a < b ? -1 : 1))) if (k.startsWith(prefix)) yield [k, v] as const; }
  [Symbol.iterator]() { return this.entries(); }
}
const s = new Store().set('user:1', { name: 'Ann' }).set('user:2', { name: 'Bob', tags: ['x'] }).set('n', 1);
const snap = s.snapshot(); s.set('n', 2).delete('user:1'); console.log([...s], s.get('gone', 'dflt'), s.delete('gone')); s.rollback(snap); console.log([...s.entries('user:')], s.get('n'));
try { s.rollback(9); } catch (e: any) { console.log(e.name, e.message); }
const dump = s.dump(); console.log(dump.length, dump.subarray(0, 24)); const back = Store.load(dump); console.log(JSON.stringify([...back]) === JSON.stringify([...s]), dump.equals(back.dump()));
const broken = Buffer.from(dump); broken[broken.length - 3] ^= 0xff; console.log([...Store.load(broken)].length, Store.load(dump.subarray(0, 30)).get('user:1'));
console.log(createHash('sha256').update(dump).digest('hex').slice(0, 16), Buffer.compare(dump, broken) !== 0, dump.readUInt32BE(0), dump.toString('latin1', 8, 20), dump.indexOf('Bob'), s);
