// features: files, streams, readline; oracle: node 22; needs: files
import fs from 'node:fs';
import readline from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGzip, createGunzip } from 'node:zlib';
const out = fs.createWriteStream('big.log');
for (let i = 1; i <= 1000; i++) out.write(`${i % 7 === 0 ? 'ERROR' : 'INFO'} event ${i}\n`);
await new Promise<void>((res) => out.end(() => res()));
let errors = 0, total = 0;
for await (const line of readline.createInterface({ input: fs.createReadStream('big.log'), crlfDelay: Infinity })) { total++; if (line.startsWith('ERROR')) errors++; }
console.log({ total, errors });
await pipeline(fs.createReadStream('big.log'), createGzip(), fs.createWriteStream('big.log.gz'));
const size = fs.statSync('big.log').size, packed = fs.statSync('big.log.gz').size;
console.log(size, packed < size / 4);
await pipeline(fs.createReadStream('big.log.gz'), createGunzip(), fs.createWriteStream('copy.log'));
console.log(fs.readFileSync('copy.log', 'utf8') === fs.readFileSync('big.log', 'utf8'));
let text = '';
for await (const chunk of fs.createReadStream('big.log', { encoding: 'utf8', start: 0, end: 12 })) text += chunk;
console.log(JSON.stringify(text));
