// features: buffers, binary, streams; oracle: node 22
class Writer { private parts: Buffer[] = []; u8(n: number) { this.parts.push(Buffer.from([n])); return this; } u16(n: number) { const b = Buffer.allocUnsafe(2); b.writeUInt16BE(n); this.parts.push(b); return this; } u32(n: number) { const b = Buffer.alloc(4); b.writeUInt32LE(n); this.parts.push(b); return this; } str(s: string) { const b = Buffer.from(s, 'utf8'); return this.varint(b.length).raw(b); } raw(b: Uint8Array) { this.parts.push(Buffer.from(b)); return this; } varint(n: number) { while (n > 127) { this.u8((n & 127) | 128); n >>>= 7; } return this.u8(n); } done() { return Buffer.concat(this.parts); } }
class Reader { private o = 0; constructor(private b: Buffer) {} u8() { return this.b.readUInt8(this.o++); } u16() { const v = this.b.readUInt16BE(this.o); this.o += 2; return v; } u32() { const v = this.b.readUInt32LE(this.o); this.o += 4; return v; } varint() { let n = 0, s = 0, x; do { x = this.u8(); n |= (x & 127) << s; s += 7; } while (x & 128); return n; } str() { const n = this.varint(); return this.b.toString('utf8', this.o, (this.o += n)); } get left() { return this.b.length - this.o; } }
const msg = new Writer().u8(1).u16(513).u32(0xcafebabe).str('naïve ☕').varint(300).done();
console.log(msg, msg.length);
const r = new Reader(msg);
console.log(r.u8(), r.u16(), r.u32().toString(16), r.str(), r.varint(), r.left);
try { r.u8(); } catch (e: any) { console.log(e.name, e.code); }
const hexdump = (b: Buffer) => { const out: string[] = []; for (let i = 0; i < b.length; i += 16) { const s = b.subarray(i, i + 16); out.push(`${i.toString(16).padStart(8, '0')}  ${s.toString('hex').match(/../g)!.join(' ').padEnd(47)}  |${[...s].map((c) => (c >= 32 && c < 127 ? String.fromCharCode(c) : '.')).join('')}|`); } return out.join('\n'); };
console.log(hexdump(Buffer.from('The quick brown fox\n\x00\xff jumps', 'latin1')));
const frames = (data: Buffer) => { const out: string[] = []; while (data.length >= 4) { const n = data.readUInt32BE(0); if (data.length < 4 + n) break; out.push(data.subarray(4, 4 + n).toString()); data = data.subarray(4 + n); } return { out, rest: data }; };
const frame = (s: string) => { const b = Buffer.alloc(4 + Buffer.byteLength(s)); b.writeUInt32BE(Buffer.byteLength(s)); b.write(s, 4); return b; };
console.log(frames(Buffer.concat([frame('one'), frame('zwölf'), frame('cut').subarray(0, 5)])));
const png = Buffer.from('89504e470d0a1a0a', 'hex'); const magic: Record<string, string> = { '89504e47': 'png', ffd8ffe0: 'jpeg', '25504446': 'pdf', '504b0304': 'zip' };
console.log(magic[png.toString('hex', 0, 4)], magic[Buffer.from('%PDF-1.7').subarray(0, 4).toString('hex')]);
console.log(Buffer.from('abc').readUIntBE(0, 3), Buffer.alloc(8).writeBigInt64BE(-1n), Buffer.from([0x40, 0x49, 0x0f, 0xdb]).readFloatBE(0).toFixed(5), Buffer.from('a').compare(Buffer.from('b')), Buffer.from([1, 2, 3, 4]).swap32(), Buffer.from('aGk', 'base64') + '');
