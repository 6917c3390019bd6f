// features: zlib, buffers, base64; oracle: node 22
import zlib, { gzipSync, gunzipSync, deflateSync, inflateSync, brotliCompressSync, brotliDecompressSync, crc32 } from 'node:zlib';
import { promisify } from 'node:util';
const text = 'Lorem ipsum dolor sit amet, '.repeat(200);
const gz = gzipSync(text);
console.log(text.length, gz.length < 200, gz[0].toString(16), gz[1].toString(16), gunzipSync(gz).toString() === text);
console.log(inflateSync(deflateSync(Buffer.from('abc'))).toString(), zlib.inflateRawSync(zlib.deflateRawSync('raw')).toString(), zlib.unzipSync(gz).length);
console.log(brotliDecompressSync(brotliCompressSync('brotli text')).toString());
console.log(gunzipSync(Buffer.from('H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==', 'base64')).toString());
const gzip = promisify(zlib.gzip), gunzip = promisify(zlib.gunzip);
const packed = await gzip(JSON.stringify({ hello: 'world' }));
console.log(JSON.parse((await gunzip(packed)).toString()));
try { gunzipSync(Buffer.from('not gzip')); } catch (e: any) { console.log(e.code, e.errno, e.message); }
await new Promise<void>((done) => zlib.deflate('callback', (err, out) => zlib.inflate(out, (e, back) => { console.log(err, e, back.toString()); done(); })));
console.log(crc32('hello'), zlib.constants.Z_BEST_COMPRESSION, deflateSync(text, { level: 9 }).length <= deflateSync(text, { level: 1 }).length);
