// features: streams, web, async-iterators; oracle: node 22
const source = new ReadableStream<number>({
  start(c) { console.log('start', c.desiredSize); },
  pull(c) { if (n < 5) c.enqueue(n++); else c.close(); },
  cancel(reason) { console.log('cancelled', reason); },
});
let n = 0;
const doubler = new TransformStream<number, string>({
  transform(chunk, c) { if (chunk % 2 === 0) c.enqueue(`even ${chunk}`); else c.enqueue(`odd ${chunk}`); },
  flush(c) { c.enqueue('flushed'); },
});
const sink: string[] = [];
await source.pipeThrough(doubler).pipeTo(new WritableStream({ write(chunk) { sink.push(chunk); }, close() { sink.push('closed'); } }));
console.log(sink);
const [left, right] = ReadableStream.from(['a', 'b', 'c']).tee();
const collect = async (s: ReadableStream<string>) => { const out: string[] = []; for await (const c of s) out.push(c); return out; };
console.log(await Promise.all([collect(left), collect(right)]));
const r = new ReadableStream({ start(c) { c.enqueue('x'); c.enqueue('y'); } }).getReader();
console.log(await r.read(), await r.read());
r.releaseLock();
const bytes = new ReadableStream({ type: 'bytes', start(c) { c.enqueue(new TextEncoder().encode('line one\nline two\nlast')); c.close(); } });
class LineSplitter extends TransformStream<string, string> {
  constructor() {
    let rest = '';
    super({ transform(s, c) { const parts = (rest + s).split('\n'); rest = parts.pop()!; parts.forEach((p) => c.enqueue(p)); }, flush(c) { if (rest) c.enqueue(rest); } });
  }
}
for await (const line of bytes.pipeThrough(new TextDecoderStream() as any).pipeThrough(new LineSplitter())) console.log('line:', line);
const bad = new ReadableStream({ pull(c) { c.error(new Error('source failed')); } });
await bad.pipeTo(new WritableStream()).catch((e) => console.log(e.message));
const s2 = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel(why) { console.log('cancel:', why); } });
await s2.cancel('no longer needed');
console.log(s2.locked, await new Response(ReadableStream.from([new TextEncoder().encode('hé'), new TextEncoder().encode('llo')])).text());
const w = new WritableStream({ write(c) { return new Promise((res) => setTimeout(res, 1)); } }, new CountQueuingStrategy({ highWaterMark: 2 }));
const writer = w.getWriter();
console.log(writer.desiredSize); writer.write('1'); writer.write('2'); console.log(writer.desiredSize);
await writer.ready; await writer.close(); console.log('written', await writer.closed);
try { w.getWriter(); } catch (e: any) { console.log(e.name); }
