// features: streams, node-stream; oracle: node 22
import { Readable, Writable, Transform, PassThrough, pipeline as cbPipeline } from 'node:stream';
import { pipeline, finished } from 'node:stream/promises';
const upper = new Transform({ transform(chunk, _enc, cb) { cb(null, chunk.toString().toUpperCase()); } });
const chunks: string[] = [];
const sink = new Writable({ write(chunk, _enc, cb) { chunks.push(chunk.toString()); cb(); }, final(cb) { chunks.push('<end>'); cb(); } });
await pipeline(Readable.from(['alpha\n', 'beta\n', 'gamma']), upper, sink);
console.log(chunks);
class Counter extends Readable {
  private i = 0;
  constructor(private max: number) { super({ objectMode: true }); }
  _read() { this.push(this.i < this.max ? { n: this.i++ } : null); }
}
for await (const o of new Counter(3)) console.log(o);
const filter = new Transform({ objectMode: true, transform(o, _e, cb) { if (o.n % 2) this.push(o.n * 100); cb(); } });
const out: number[] = [];
new Counter(6).pipe(filter).on('data', (d) => out.push(d)).on('end', () => console.log('ended', out));
await finished(filter);
async function* lines(stream: AsyncIterable<Buffer | string>) { let rest = ''; for await (const c of stream) { const p = (rest + c).split('\n'); rest = p.pop()!; yield* p; } if (rest) yield rest; }
for await (const l of lines(Readable.from(['one\ntw', 'o\nthr', 'ee']))) console.log('>', l);
await pipeline(Readable.from(['x']), async function* (src) { for await (const c of src) throw new Error(`bad chunk ${c}`); }, new PassThrough()).catch((e) => console.log('pipeline failed:', e.message));
const w = new Writable({ highWaterMark: 4, write(c, _e, cb) { setTimeout(cb, 1); } });
console.log(w.write('ab'), w.write('cdef'), w.writableLength);
w.once('drain', () => { console.log('drained'); w.end(() => console.log('finished', w.writableFinished)); });
await finished(w);
console.log(await Readable.from([1, 2, 3, 4]).filter((x: number) => x % 2 === 0).map((x: number) => x * 10).toArray());
const r = new Readable({ read() {} });
r.push('hello'); r.push(null); r.setEncoding('utf8');
r.on('readable', () => { let c; while ((c = r.read()) !== null) console.log('read', c); });
await finished(r);
await new Promise<void>((res) => cbPipeline(Readable.from(['q']), new PassThrough(), new Writable({ write(c, e, cb) { cb(new Error('disk full')); } }), (err) => { console.log('callback:', err?.message); res(); }));
