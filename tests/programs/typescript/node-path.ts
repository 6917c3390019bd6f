// features: node-path; oracle: node 22
import path from 'node:path';
import { basename, dirname, extname, join, resolve, relative, parse, format, normalize, isAbsolute, sep, posix, win32 } from 'path';
console.log(join('/a', '..', 'b', './c', '/d'), resolve('/x', 'y', '../z'), normalize('/a//b/../c/.'), join(''), join('a', '..', '..'));
console.log(basename('/x/file.tar.gz'), basename('/x/file.txt', '.txt'), dirname('/x/y/z.ts'), extname('a.b.c'), extname('.bashrc'), extname('x.'));
console.log(parse('/home/user/report.final.pdf'));
console.log(format({ dir: '/tmp', name: 'x', ext: '.md' }), relative('/a/b/c', '/a/d/e'), relative('/a', '/a'), isAbsolute('x'), isAbsolute('/x'));
console.log(sep, path.delimiter, posix === path, win32.join('C:\\a', 'b'), win32.basename('C:\\x\\y.txt'), win32.sep);
try { join(5 as any); } catch (e: any) { console.log(e.code, e.message); }
const files = ['src/index.ts', 'src/lib/util.test.ts', 'README.md', 'a/b/c/deep.json', 'Makefile'];
const byExt = Object.groupBy(files, (f) => extname(f) || '(none)');
console.log(byExt);
console.log(files.map((f) => ({ dir: dirname(f), ...parse(f) })).map((p) => `${p.dir}|${p.name}|${p.ext}`));
console.log(path.toNamespacedPath('/x'));
