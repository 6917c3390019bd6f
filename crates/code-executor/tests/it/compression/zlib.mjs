// node:zlib, a line per case. Run here and by the real Node, which have to print the same. What is
// compressed is only compared unpacked: no two libraries pack alike.
import zlib, { gunzipSync, gzipSync } from 'node:zlib';
import { promisify } from 'node:util';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

function show(label, work) {
  try { console.log(`${label}:`, work()); } catch (error) { console.log(`${label}: ${error.constructor.name} ${error.name} ${error.code} ${error.errno} ${error.message}`); }
}
const text = Array.from({ length: 2000 }, (_, at) => `line ${at % 37} of ${at}\n`).join('');
const pairs = [['deflate', 'inflate'], ['gzip', 'gunzip'], ['deflateRaw', 'inflateRaw'], ['gzip', 'unzip'], ['deflate', 'unzip'], ['brotliCompress', 'brotliDecompress']];
for (const [pack, unpack] of pairs) {
  const options = pack === 'brotliCompress' ? { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } } : {};
  const packed = zlib[`${pack}Sync`](text, options);
  show(`${pack} ${unpack}`, () => [packed.length < text.length / 5, zlib[`${unpack}Sync`](packed).toString() === text]);
  show(`${pack} ${unpack} of nothing`, () => zlib[`${unpack}Sync`](zlib[`${pack}Sync`]('')).length);
  show(`${unpack} cut short`, () => zlib[`${unpack}Sync`](packed.subarray(0, packed.length - 5)));
  show(`${unpack} of nothing`, () => zlib[`${unpack}Sync`](Buffer.alloc(0)));
  show(`${unpack} bounded`, () => zlib[`${unpack}Sync`](packed, { maxOutputLength: 1000 }));
  console.log(`${pack} ${unpack} later:`, (await promisify(zlib[unpack])(await promisify(zlib[pack])(text, options))).toString() === text);
}
// What other libraries have packed.
for (const [unpack, packed] of [
  ['gunzip', 'H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA=='], ['gunzip', 'H4sIAAAAAAAAA0vMS0nNK0otLkktLgYA2fD2hwwAAAA='], ['inflate', 'eJzLSM3JyVcozy/KSQEAGgsEXQ=='], ['inflateRaw', 'y0jNyclXKM8vykkBAA=='],
  ['brotliDecompress', 'CwWAaGVsbG8gd29ybGQD'], ['brotliDecompress', 'GxoA+I2UqxvbUxMhlMkHQXYAvDk='],
]) show(`${unpack} of ${packed.slice(0, 8)}`, () => zlib[`${unpack}Sync`](Buffer.from(packed, 'base64')).toString());
const [abc, def] = [gzipSync('abc'), gzipSync('def')];
for (const [label, more] of [['zeros', Buffer.alloc(10)], ['garbage', Buffer.alloc(10, 0x50)], ['what looks like a header', Buffer.from([0x1f, 0x8b, 0xff, 0xff])]]) {
  show(`members and ${label}`, () => gunzipSync(Buffer.concat([abc, def, more])).toString());
}
show('zlib and garbage', () => zlib.inflateSync(Buffer.concat([zlib.deflateSync('abc'), Buffer.from('xyz')])).toString());
show('cut, but asked for', () => gunzipSync(abc.subarray(0, abc.length - 4), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString());
for (const name of ['gunzip', 'inflate', 'unzip']) show(`${name} of text`, () => zlib[`${name}Sync`](Buffer.from('hello hello')));
show('brotli of text', () => zlib.brotliDecompressSync(Buffer.from('hello hello')));
const broken = Buffer.from(abc);
broken[broken.length - 6] ^= 1;
show('another check', () => gunzipSync(broken));
show('a number', () => gunzipSync(5));
show('nothing', () => gunzipSync());
show('no callback', () => zlib.gzip('x'));
for (const options of [{ level: 99 }, { level: 'a' }, { windowBits: 99 }, { memLevel: 0 }, { strategy: 9 }, { chunkSize: 3 }]) show(`options ${JSON.stringify(options)}`, () => gzipSync('x', options).length);
for (const level of [-1, 0, 1, 9]) show(`level ${level}`, () => zlib.inflateSync(zlib.deflateSync(text, { level })).length);
show('kinds of bytes', () => [gunzipSync(new Uint8Array(abc)).toString(), gunzipSync(new DataView(abc.buffer, abc.byteOffset, abc.length)).toString()]);
show('crc32', () => [zlib.crc32('hello'), zlib.crc32(Buffer.from('hello'), 5), zlib.crc32('world', zlib.crc32('hello ')) === zlib.crc32('hello world')]);
show('crc32 of a number', () => zlib.crc32(5));
show('constants', () => [zlib.constants.Z_BEST_COMPRESSION, zlib.constants.BROTLI_PARAM_QUALITY, zlib.constants.Z_BUF_ERROR, zlib.codes.Z_OK, zlib.codes['-3']]);
show('info', () => zlib.gunzipSync(abc, { info: true }).buffer.toString());

async function collected(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
for (const [pack, unpack] of [['Gzip', 'Gunzip'], ['Deflate', 'Unzip'], ['DeflateRaw', 'InflateRaw'], ['BrotliCompress', 'BrotliDecompress']]) {
  const pieces = text.match(/[^]{1,1000}/g);
  const made = await collected(Readable.from(pieces).pipe(zlib[`create${pack}`]()).pipe(zlib[`create${unpack}`]()));
  console.log(`${pack} stream:`, made.toString() === text);
}
const unpacking = zlib.createGunzip();
unpacking.on('error', (error) => console.log('stream error:', error.code, error.message));
unpacking.end(Buffer.from('no gzip at all'));
await new Promise((resolve) => unpacking.on('close', resolve));
await pipeline(Readable.from([abc.subarray(0, 10)]), zlib.createGunzip(), collected).catch((error) => console.log('cut stream:', error.code));
const flushed = zlib.createGzip();
flushed.write('first');
await new Promise((resolve) => flushed.flush(resolve));
console.log('flushed:', gunzipSync(flushed.read(), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString());
