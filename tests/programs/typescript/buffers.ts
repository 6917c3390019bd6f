// features: buffers, encodings, binary; oracle: node 22
import { Buffer } from 'node:buffer';
const buf = Buffer.alloc(16);
buf.writeUInt32BE(0xdeadbeef, 0);
buf.writeInt16LE(-2, 4);
buf.writeDoubleBE(Math.PI, 6);
buf.writeUInt8(255, 14);
console.log(buf, buf.toString('hex'));
console.log(buf.readUInt32BE(0).toString(16), buf.readInt16LE(4), buf.readDoubleBE(6), buf[14], buf.readInt8(14));
const a = Buffer.from('hello'), b = Buffer.from([0x20, 0x77]);
const joined = Buffer.concat([a, b, Buffer.from('orld')]);
console.log(joined.toString(), joined.length, joined.indexOf('w'), joined.includes('lo w'), joined.subarray(0, 4).toString());
console.log(joined.slice(-5).toString(), Buffer.compare(a, b), a.equals(Buffer.from('hello')), Buffer.isBuffer(a), a instanceof Uint8Array);
console.log(JSON.stringify(Buffer.from('hi')), Buffer.from(JSON.parse(JSON.stringify(Buffer.from('hi')))));
console.log(Buffer.alloc(5, 'ab'), Buffer.from('abc').fill('z', 1).toString(), Buffer.from('test').toString('ascii'), Buffer.from('é').toString('latin1'));
const c = Buffer.from('abcdef');
c.copy(buf, 0, 2, 5);
c.swap16();
console.log(buf.toString('utf8', 0, 3), c.toString(), [...c.entries()].length, c.reverse().toString());
console.log(Buffer.from('ff00', 'hex').readUInt16BE(), Buffer.byteLength('€'), Buffer.from('€').toString('base64url'));
const view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
console.log(view.getUint8(14), buf.readBigUInt64LE(0), buf.buffer instanceof ArrayBuffer);
try { buf.readUInt32LE(14); } catch (e: any) { console.log(e.name, e.code, e.message); }
try { Buffer.alloc(-1); } catch (e: any) { console.log(e.name, e.code); }
try { Buffer.from(5 as any); } catch (e: any) { console.log(e.code, e.message); }
console.log(Buffer.from('x'.repeat(60)));
console.log(Buffer.from(new Uint16Array([1, 256, 65535])), Buffer.from(new Uint8Array([1, 2, 3]).buffer, 1), Buffer.poolSize > 0);
const w = Buffer.alloc(8);
console.log(w.write('hé!', 1), w, w.lastIndexOf(0), w.toJSON().data.length, w.readUIntBE(1, 3), w.readIntLE(0, 6));
