// features: streams, node-stream, csv, events; oracle: node 22
import { Readable, Transform, Writable, Duplex, addAbortSignal, compose, PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text, json, buffer } from 'node:stream/consumers';
import { EventEmitter } from 'node:events';
class CsvParser extends Transform {
  private head: string[] | null = null; private rest = '';
  constructor() { super({ readableObjectMode: true }); }
  override _transform(chunk: Buffer, _e: BufferEncoding, cb: (e?: Error | null) => void) { const lines = (this.rest + chunk).split('\n'); this.rest = lines.pop()!; for (const l of lines) this.line(l); cb(); }
  override _flush(cb: (e?: Error | null) => void) { if (this.rest) this.line(this.rest); cb(); }
  private line(l: string) { const cells = l.split(','); if (!this.head) this.head = cells; else this.push(Object.fromEntries(this.head.map((h, i) => [h, cells[i]]))); }
}
const totals: Record<string, number> = {};
await pipeline(Readable.from(['k,v\na,', '1\nb,2\na', ',3\n', 'b,4']), new CsvParser(), new Writable({ objectMode: true, write(row, _e, cb) { totals[row.k] = (totals[row.k] ?? 0) + Number(row.v); cb(); } }));
console.log(totals);
console.log(await text(Readable.from(['a', 'b'])), await json(Readable.from(['{"x":', '1}'])), await buffer(Readable.from([Buffer.from('hi')])));
const pt = new PassThrough(); const events: string[] = []; for (const e of ['data', 'end', 'finish', 'close'] as const) pt.on(e, (c?: Buffer) => events.push(c ? `${e}:${c}` : e)); pt.write('one'); pt.end('two'); await new Promise((r) => pt.on('close', r)); console.log(events);
const r = new Readable({ objectMode: true, read() { for (let i = 0; i < 3; i++) this.push({ i }); this.push(null); } }); console.log(await r.toArray(), r.readableEnded, r.destroyed);
const d = new Duplex({ read() {}, write(c, _e, cb) { this.push(String(c).toUpperCase()); cb(); }, final(cb) { this.push(null); cb(); } }); d.end('echo'); console.log(await text(d));
const bad = new Readable({ read() { this.destroy(new Error('read failed')); } }); bad.on('error', (e) => console.log('error:', e.message)).on('close', () => console.log('closed')); bad.resume(); await new Promise((res) => bad.on('close', res));
const ac = new AbortController(); const endless = addAbortSignal(ac.signal, new Readable({ objectMode: true, read() { setTimeout(() => this.push('tick'), 1); } })); try { let n = 0; for await (const _ of endless) if (++n === 2) ac.abort(); } catch (e: any) { console.log(e.name, e.code); }
console.log(await Readable.from([1, 2, 3]).reduce((a: number, x: number) => a + x, 0), await Readable.from([1, 2, 3, 4]).drop(1).take(2).toArray(), await Readable.from(['x']).forEach((x: string) => console.log('each', x)));
console.log(await text(Readable.fromWeb(new ReadableStream({ start(c) { c.enqueue('web'); c.close(); } }) as any)), Readable.from([]) instanceof EventEmitter, await new Response(Readable.toWeb(Readable.from([Buffer.from('to web')])) as any).text());
const w = new Writable({ write(c, e, cb) { cb(); } }); w.on('error', (e: any) => console.log(e.code)); w.end('x'); w.write('after'); await new Promise((res) => setTimeout(res, 5)); console.log(w.writableEnded, typeof compose);
