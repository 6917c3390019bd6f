// features: deno, files; oracle: deno 2.9; needs: files
await Deno.mkdir('out/deep', { recursive: true });
await Deno.writeTextFile('out/hello.txt', 'Hello Deno\n');
await Deno.writeTextFile('out/hello.txt', 'appended\n', { append: true });
console.log((await Deno.readTextFile('out/hello.txt')).trim().split('\n').join(' | '));
await Deno.writeFile('out/bytes.bin', new Uint8Array([1, 2, 250]));
console.log([...(await Deno.readFile('out/bytes.bin'))].join(','));
const names: string[] = [];
for await (const entry of Deno.readDir('out')) names.push(`${entry.name}:${entry.isDirectory ? 'dir' : 'file'}`);
console.log(names.sort().join(' '));
const info = await Deno.stat('out/hello.txt');
console.log(info.isFile, info.size, info.mtime instanceof Date);
try { await Deno.readTextFile('nope.txt'); } catch (e) { console.log(e instanceof Deno.errors.NotFound, (e as Error).name); }
await Deno.rename('out/hello.txt', 'out/deep/renamed.txt');
await Deno.copyFile('out/deep/renamed.txt', 'out/copy.txt');
console.log(Deno.readTextFileSync('out/copy.txt').length);
await Deno.remove('out', { recursive: true });
console.log(await Deno.stat('out').then(() => 'exists').catch((e) => e.name));
console.log(Deno.args.length, Deno.env.get('NOT_SET') === undefined, typeof Deno.cwd(), typeof Deno.version.deno);
