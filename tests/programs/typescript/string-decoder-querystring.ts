// features: node-modules, encodings; oracle: node 22
import { StringDecoder } from 'node:string_decoder';
import querystring from 'node:querystring';
const decoder = new StringDecoder('utf8');
const euro = Buffer.from('€uro 🎉');
let out = '';
for (const byte of euro) out += decoder.write(Buffer.from([byte]));
console.log(out + decoder.end(), JSON.stringify(decoder.write(Buffer.from([0xe2, 0x82]))), JSON.stringify(decoder.end()));
console.log(new StringDecoder('base64').write(Buffer.from('abcd')), new StringDecoder('hex').end(Buffer.from('hi')));
console.log(querystring.parse('a=1&b=2&b=3&c=%20x+y&d'), querystring.stringify({ a: [1, 2], b: 'ü x', c: true, d: null as any }));
console.log(querystring.escape('a b&c'), querystring.unescape('a%20b'), querystring.parse('a:1;b:2', ';', ':'), querystring.stringify({ x: 1, y: 2 }, ';', ':'));
console.log({ ...querystring.parse('x=1&x=2&y=') });
