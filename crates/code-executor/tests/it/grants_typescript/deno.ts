// What Deno's functions for files do and how they fail: run here and by Deno, which prints the same.
const tries: [string, () => unknown][] = [
 ['readTextFileSync', () => Deno.readTextFileSync('d/none')],
 ['readTextFileSync dir', () => Deno.readTextFileSync('d')],
 ['readTextFile', () => Deno.readTextFile('d/none')],
 ['readFile', () => Deno.readFile('d/none')],
 ['readFileSync', () => Deno.readFileSync('d/none')],
 ['readFileSync notdir', () => Deno.readFileSync('d/a.txt/x')],
 ['writeTextFile', () => Deno.writeTextFile('d/none/x', 'x')],
 ['writeTextFileSync', () => Deno.writeTextFileSync('d/none/x', 'x')],
 ['writeTextFileSync new', () => Deno.writeTextFileSync('d/a.txt', 'x', {createNew:true})],
 ['writeTextFileSync dir', () => Deno.writeTextFileSync('d/sub', 'x')],
 ['writeFile', () => Deno.writeFile('d/none/x', new Uint8Array(1))],
 ['writeFileSync nocreate', () => Deno.writeFileSync('d/none', new Uint8Array(1), {create:false})],
 ['readDir', async () => { for await (const e of Deno.readDir('d/none')) console.log(e) }],
 ['readDirSync', () => [...Deno.readDirSync('d/none')]],
 ['readDirSync call', () => Deno.readDirSync('d/none')],
 ['readDirSync file', () => [...Deno.readDirSync('d/a.txt')]],
 ['stat', () => Deno.stat('d/none')], ['statSync', () => Deno.statSync('d/none')],
 ['lstat', () => Deno.lstat('d/none')], ['lstatSync', () => Deno.lstatSync('d/none')],
 ['mkdir', () => Deno.mkdir('d/sub')], ['mkdirSync', () => Deno.mkdirSync('d/sub')],
 ['mkdir none', () => Deno.mkdirSync('d/no/no')],
 ['mkdir rec file', () => Deno.mkdirSync('d/a.txt', {recursive:true})],
 ['remove', () => Deno.remove('d/none')], ['removeSync', () => Deno.removeSync('d/none')],
 ['remove notempty', () => Deno.removeSync('d')],
 ['rename', () => Deno.rename('d/none', 'd/x')], ['renameSync', () => Deno.renameSync('d/none', 'd/x')],
 ['copyFile', () => Deno.copyFile('d/none', 'd/x')], ['copyFileSync', () => Deno.copyFileSync('d/none', 'd/x')],
 ['copyFileSync dir', () => Deno.copyFileSync('d', 'd/x')],
 ['realPath', () => Deno.realPath('d/none')], ['realPathSync', () => Deno.realPathSync('d/none')],
 ['readLink', () => Deno.readLink('d/a.txt')], ['readLinkSync', () => Deno.readLinkSync('d/none')],
 ['symlink', () => Deno.symlink('x', 'd/a.txt')],
 ['truncate', () => Deno.truncate('d/none')], ['truncateSync', () => Deno.truncateSync('d/none', 3)],
 ['utime', () => Deno.utime('d/none', 1, 2)], ['utimeSync', () => Deno.utimeSync('d/none', 1, 2)],
 ['chmod', () => Deno.chmod('d/none', 0o600)],
 ['makeTempDir', () => Deno.makeTempDir({dir:'d/none', prefix: 'p'})], ['makeTempDirSync', () => Deno.makeTempDirSync({dir:'d/none'})],
 ['makeTempFile', () => Deno.makeTempFile({dir:'d/none'})],
 ['open', () => Deno.open('d/none')], ['openSync', () => Deno.openSync('d/none')],
 ['bad arg', () => Deno.readTextFileSync(5 as any)],
 ['bad data', () => Deno.writeTextFileSync('d/z', 5 as any)],
];
tries.push(['loop',()=>Deno.readFileSync('d/loop')],['notdir',()=>Deno.readFileSync('d/a.txt/x')],['stat notdir',()=>Deno.statSync('d/a.txt/x')],['rr',()=>Deno.removeSync('d/none',{recursive:true})],
['sl',()=>Deno.symlinkSync('x','d/a.txt')],['td',()=>Deno.truncateSync('d/sub')],['mrb',()=>Deno.mkdirSync('d/a.txt/x',{recursive:true})],['cd',()=>Deno.copyFileSync('d/sub','d/y')],
['bad data2',()=>Deno.writeFileSync('d/z','x' as any)],['new',()=>Deno.writeTextFileSync('d/q','x',{createNew:true,append:true})],
['f',()=>{const f=Deno.openSync('d/a.txt');const b=new Uint8Array(9);const r=[f.readSync(b),f.readSync(b),f.seekSync(1,0),f.readSync(b)];f.close();return r.join()}],
['w',()=>{const f=Deno.openSync('d/n.txt',{write:true,create:true,read:true});f.writeSync(new Uint8Array([65,66]));f.seekSync(0,0);const b=new Uint8Array(9);const r=f.readSync(b);f.close();return r}],
['fnew',()=>Deno.openSync('d/a.txt',{write:true,createNew:true})],
['closed',()=>{const f=Deno.openSync('d/a.txt');f.close();f.readSync(new Uint8Array(1))}],
['inst',()=>{try{Deno.statSync('zz')}catch(e){return e instanceof Deno.errors.NotFound && e instanceof Error}}],
['real',()=>Deno.realPathSync('d/sub/../a.txt')],['cwd',()=>Deno.cwd()],['keys',()=>Object.keys(Deno.statSync('d/a.txt')).join()],['list',()=>[...Deno.readDirSync('d')].map(e=>e.name+e.isFile).sort().join()],
['link',()=>{Deno.symlinkSync('a.txt','d/l');return Deno.readLinkSync('d/l')+Deno.lstatSync('d/l').isSymlink}],
['mk',()=>Deno.mkdirSync('d/p/q/r',{recursive:true})],['rm',()=>Deno.removeSync('d/p',{recursive:true})],['rn',()=>{Deno.renameSync('d/q','d/q2');return Deno.readTextFileSync('d/q2')}],
['ut',()=>{Deno.utimeSync('d/q2',1,2.5);const s=Deno.statSync('d/q2');return [s.atime!.getTime(),s.mtime!.getTime()].join()}],
['tr',()=>{Deno.truncateSync('d/n.txt',5);return Deno.statSync('d/n.txt').size}],
['td2',()=>Deno.makeTempDirSync({dir:'d',prefix:'p-',suffix:'-s'}).replace(/[0-9a-f]{12,16}/,'X')],
['tf',()=>Deno.makeTempFileSync({dir:'d'}).replace(/[0-9a-f]{12,16}/,'X')],
['apath',async()=>{for await(const e of Deno.readDir('d/sub'))return e;return 0}],
);
for (const [n, f] of tries) { try { const v = await f(); console.log(n, '=>', v) } catch (e) { console.log(n, '|', e.name, '|', e.constructor.name, '|', e.message, '|', e.code) } }
{
  const made = await Deno.create('d/made');
  await made.write(new TextEncoder().encode('whole'));
  made.syncSync();
  made.close();
  const into = await Deno.open('d/piped', { write: true, create: true });
  await (await Deno.open('d/made')).readable.pipeTo(into.writable);
  try { into.writeSync(new Uint8Array(1)); } catch (error: any) { console.log('closed by its stream', error.name); }
  console.log('piped', Deno.readTextFileSync('d/piped'), into instanceof Deno.FsFile, into.isTerminal !== undefined);
}
