// Streams of files: run here and by Node, which prints the same.
import fs, { createReadStream, createWriteStream } from 'node:fs';
import fsp from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

fs.mkdirSync('streams', { recursive: true });
const out = createWriteStream('streams/a.txt');
console.log(out.path, out.pending, out.write('one\n'), out.bytesWritten);
for (let at = 0; at < 5; at++) out.write(`line ${at}\n`);
out.end('last');
await once(out, 'finish');
await once(out, 'close');
console.log(out.bytesWritten, out.fd, out.closed, fs.readFileSync('streams/a.txt', 'utf8'));
const all = [];
const source = createReadStream('streams/a.txt', { encoding: 'utf8', highWaterMark: 10 });
source.on('open', (fd) => all.push(typeof fd)).on('ready', () => all.push('ready')).on('data', (chunk) => all.push(chunk)).on('end', () => all.push('end')).on('close', () => all.push('close'));
await once(source, 'close');
console.log(all, source.bytesRead);
const parts = [];
for await (const chunk of createReadStream('streams/a.txt', { start: 4, end: 9 })) parts.push(chunk);
console.log(parts, Buffer.concat(parts).toString());
for await (const line of createInterface({ input: createReadStream('streams/a.txt'), crlfDelay: Infinity })) console.log('line:', line);
await pipeline(createReadStream('streams/a.txt'), async function* (lines) { for await (const chunk of lines) yield String(chunk).toUpperCase(); }, createWriteStream('streams/b.txt'));
console.log(fs.readFileSync('streams/b.txt', 'utf8').length);
const appended = createWriteStream('streams/b.txt', { flags: 'a' });
await new Promise((resolve) => appended.end(' appended', resolve));
const placed = createWriteStream('streams/b.txt', { start: 2, flags: 'r+' });
await new Promise((resolve) => placed.end('##', resolve));
console.log(fs.readFileSync('streams/b.txt', 'utf8').slice(0, 6), fs.readFileSync('streams/b.txt', 'utf8').slice(-9));
for (const run of [() => createReadStream('streams/none'), () => createWriteStream('streams/none/x'), () => createReadStream('streams')]) {
  const stream = run();
  stream.resume?.();
  const [error] = await once(stream, 'error');
  console.log(error.code, error.syscall, error.message);
}
for (const run of [() => createReadStream('x', { start: 5, end: 2 }), () => createReadStream({}), () => createReadStream('x', { start: 'a' })]) {
  try { run(); } catch (error) { console.log(error.name, error.code, error.message); }
}
const handle = await fsp.open('streams/a.txt');
for await (const chunk of handle.createReadStream({ encoding: 'utf8', start: 0, end: 2 })) console.log('handle', chunk);
const big = createWriteStream('streams/big');
let waits = 0;
for (let at = 0; at < 40; at++) if (!big.write('x'.repeat(10000))) { waits++; await once(big, 'drain'); }
big.end();
await once(big, 'close');
let size = 0, chunks = 0;
for await (const chunk of createReadStream('streams/big')) { size += chunk.length; chunks++; }
console.log(size, chunks, waits > 0);
console.log(new fs.ReadStream('streams/a.txt').destroy() instanceof fs.ReadStream);
