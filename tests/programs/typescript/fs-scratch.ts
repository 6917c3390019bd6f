// features: files, node-fs, path; oracle: node 22; needs: files
import fs from 'node:fs';
import { readFile, writeFile, mkdir, readdir, rm, stat, appendFile, rename, copyFile, access } from 'node:fs/promises';
import path from 'node:path';
fs.mkdirSync('data/nested', { recursive: true });
fs.writeFileSync('data/a.txt', 'line 1\nline 2\n');
fs.appendFileSync('data/a.txt', 'line 3');
console.log(fs.readFileSync('data/a.txt', 'utf8').split('\n'), fs.existsSync('data/a.txt'), fs.existsSync('nope'));
await writeFile(path.join('data', 'b.json'), JSON.stringify({ x: [1, 2] }, null, 2));
console.log(JSON.parse(await readFile('data/b.json', 'utf-8')), fs.statSync('data/b.json').size, (await stat('data')).isDirectory());
console.log((await readdir('data')).sort(), fs.readdirSync('data', { withFileTypes: true }).map((d) => `${d.name}${d.isDirectory() ? '/' : ''}`).sort());
try { fs.readFileSync('missing.txt'); } catch (e: any) { console.log(e.code, e.syscall, e.message); }
await access('data/zzz').catch((e) => console.log(e.code));
await rename('data/b.json', 'data/nested/c.json');
await copyFile('data/a.txt', 'data/nested/d.txt');
await appendFile('data/nested/d.txt', '!');
function walk(dir: string): string[] { return fs.readdirSync(dir, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? walk(path.join(dir, e.name)) : [path.join(dir, e.name)])).sort(); }
console.log(walk('data'));
await new Promise<void>((done) => fs.readFile('data/a.txt', 'utf8', (err, text) => { console.log('callback', err, text.length); done(); }));
const buf = fs.readFileSync('data/a.txt');
console.log(buf.length, buf.subarray(0, 4).toString(), Buffer.isBuffer(buf));
await rm('data', { recursive: true, force: true });
console.log(fs.existsSync('data'), await mkdir('x/y', { recursive: true }).then((p) => path.basename(p!)));
fs.rmSync('x', { recursive: true });
