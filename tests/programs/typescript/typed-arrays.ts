// features: typed-arrays, binary; oracle: node 22
const f = new Float32Array([1.1, 2.5, -3]);
console.log(f, f.map((x) => x * 2), Array.from(f, Math.round), f.BYTES_PER_ELEMENT);
const buf = new ArrayBuffer(8), dv = new DataView(buf);
dv.setInt16(0, -2); dv.setFloat32(2, 1.5, true); dv.setUint8(7, 300);
console.log(new Uint8Array(buf), dv.getInt16(0), dv.getUint16(0, true), dv.getFloat32(2, true), buf);
console.log(Uint8Array.of(1, 256, -1), new Uint8ClampedArray([300, -5, 1.5]), Int16Array.from('123'), new Uint16Array(3).fill(7));
const u = new Uint8Array([5, 1, 4]);
console.log(u.toSorted(), u.toReversed(), u.with(0, 9), u.at(-1), u.findLast((x) => x > 1), u.subarray(1), u.slice(1), [...u.entries()]);
u.set([9, 9], 1);
console.log(u, u.join('-'), u.includes(9), u.indexOf(4), new Uint8Array(u.buffer, 1, 1), u.buffer.byteLength);
const crcTable = Uint32Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
const crc32 = (s: string) => { let c = ~0; for (const b of new TextEncoder().encode(s)) c = crcTable[(c ^ b) & 255] ^ (c >>> 8); return (~c >>> 0).toString(16).padStart(8, '0'); };
console.log(crc32('123456789'), crc32('hello'));
try { new Uint16Array(new ArrayBuffer(3)); } catch (e: any) { console.log(e.name, e.message); }
try { dv.getInt32(6); } catch (e: any) { console.log(e.name, e.message); }
try { new Uint8Array(-1); } catch (e: any) { console.log(e.name); }
const hex = (b: Uint8Array) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join(' ');
console.log(hex(new Uint8Array(new Float64Array([Math.E]).buffer)), new ArrayBuffer(4, { maxByteLength: 8 }).resizable, new Uint8Array(100));
let h = 0x811c9dc5; for (const ch of 'fnv1a') { h ^= ch.charCodeAt(0); h = Math.imul(h, 0x01000193); }
console.log((h >>> 0).toString(16), 5 >>> 1, -5 >>> 28, 1 << 31, 0b1010 & 0o17);
