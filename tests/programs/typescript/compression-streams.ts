// features: streams, compression, web; oracle: node 22
async function compress(text: string, format: CompressionFormat): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
async function decompress(bytes: Uint8Array, format: CompressionFormat): Promise<string> {
  const ds = new DecompressionStream(format);
  const writer = ds.writable.getWriter();
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  return new Response(ds.readable).text();
}
const text = 'abc '.repeat(1000);
for (const format of ['gzip', 'deflate', 'deflate-raw'] as CompressionFormat[]) {
  const packed = await compress(text, format);
  console.log(format, packed.length < 100, (await decompress(packed, format)) === text);
}
try { await decompress(new Uint8Array([1, 2, 3]), 'gzip'); } catch (e: any) { console.log('error', e instanceof TypeError); }
try { new CompressionStream('zip' as any); } catch (e: any) { console.log(e.name); }
