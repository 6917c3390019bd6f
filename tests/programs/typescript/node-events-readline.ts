// features: readline, streams; oracle: node 22
import * as readline from 'node:readline';
import { Readable } from 'node:stream';
import rlp from 'node:readline/promises';
const input = Readable.from(['name,score\nann,', '10\nbob,20\r\n', 'cy,30']);
const rl = readline.createInterface({ input, crlfDelay: Infinity });
let header: string[] | null = null;
const rows: Record<string, string>[] = [];
for await (const line of rl) {
  const cells = line.split(',');
  if (!header) { header = cells; continue; }
  rows.push(Object.fromEntries(header.map((h, i) => [h, cells[i]])));
}
console.log(rows);
const rl2 = readline.createInterface({ input: Readable.from(['a\nb\nc\n']) });
rl2.on('line', (l) => console.log('line', l)).on('close', () => console.log('closed'));
await new Promise((r) => rl2.once('close', r));
console.log(typeof rlp.createInterface);
