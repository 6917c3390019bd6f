// Directories that a program may write to are mounted to be read; what changes something in them is the
// host's to do, as for every engine. Here Deno's and Node's functions are sent to it for those paths, and
// are themselves for all others.
import fs from 'node:fs';
import { begin, denoFiles, isOpen, isShown, isWritable, nodeFiles, readStream, writeStream } from './bridge.js';
import { internal } from './internal.js';

// Which calls are the host's, by their arguments.
const first = ([path]) => isWritable(path);
const second = ([, path]) => isWritable(path);
const moving = ([from, to]) => (isWritable(from) || isWritable(to)) && isShown(from) && isShown(to);
const inFolder = ([options]) => options?.dir !== undefined && isWritable(options.dir);
const CHANGES = ['write', 'append', 'truncate', 'create', 'createNew'];
const changing = ([path, options]) => CHANGES.some((key) => options?.[key]) && isWritable(path);
const numbered = ([file]) => isOpen(file);
const either = (args) => numbered(args) || first(args);
const flagged = ([path, flags]) => {
  if (!isWritable(path)) return false;
  try { return internal.nodeFs.flagsOf(typeof flags === 'function' ? undefined : flags, 'r').write; } catch { return false; }
};
const W_OK = 2;
const checking = ([path, mode]) => (mode & W_OK) !== 0 && isWritable(path);

const DENO = {
  writeTextFile: first, writeFile: first, mkdir: first, remove: first, truncate: first, utime: first, chmod: first, chown: first, create: first,
  rename: moving, copyFile: second, symlink: second, link: second, open: changing, makeTempDir: inFolder, makeTempFile: inFolder,
};
const NODE = {
  writeFile: either, appendFile: either, readFile: numbered, mkdir: first, mkdtemp: first, rmdir: first, rm: first, unlink: first, truncate: first, utimes: first,
  chmod: first, chown: first, lchown: first, rename: moving, copyFile: second, cp: second, symlink: second, link: second, open: flagged, access: checking,
  close: numbered, read: numbered, write: numbered, fstat: numbered, ftruncate: numbered, futimes: numbered, fchmod: numbered, fsync: numbered, fdatasync: numbered,
};

function put(target, name, value) {
  Object.defineProperty(value, 'name', { value: name });
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
}
// Puts what asks the host for some calls in the place of a function.
function divert(target, name, ours, isOurs) {
  const original = target[name];
  if (typeof original !== 'function' || typeof ours !== 'function') return;
  put(target, name, function (...args) { return isOurs(args) ? ours(...args) : original.apply(this, args); });
}

// What a stream or an iterator gives, since the host takes content whole.
const isPieces = (data) => typeof data === 'object' && data !== null && !ArrayBuffer.isView(data) && data[Symbol.asyncIterator] !== undefined;
async function collected(data) {
  const parts = [new Uint8Array(0)];
  for await (const piece of data) parts.push(typeof piece === 'string' ? internal.bytesOf(piece) : piece);
  return internal.joined(parts);
}
function divertDeno() {
  for (const [name, isOurs] of Object.entries(DENO)) {
    divert(Deno, `${name}Sync`, denoFiles[`${name}Sync`], isOurs);
    divert(Deno, name, async (...args) => denoFiles[name](...args), isOurs);
  }
  const { writeFile } = denoFiles;
  const write = async (path, data, options) => writeFile(path, isPieces(data) ? await collected(data) : data, options);
  divert(Deno, 'writeFile', write, first);
  divert(Deno, 'writeTextFile', write, (args) => first(args) && isPieces(args[1]));
  // An open file is one, whoever keeps it.
  Object.setPrototypeOf(denoFiles.FsFile.prototype, Deno.FsFile.prototype);
}

const orString = (options) => (typeof options === 'string' ? { encoding: options } : options);
function divertNode() {
  for (const [name, isOurs] of Object.entries(NODE)) {
    divert(fs, name, nodeFiles[name], isOurs);
    divert(fs, `${name}Sync`, nodeFiles[`${name}Sync`], isOurs);
    divert(fs.promises, name, nodeFiles.promises[name], isOurs);
  }
  divert(fs, 'createWriteStream', (path, options) => writeStream(path, orString(options)), ([path, options]) =>
    (options?.fd === undefined || options.fd === null ? isWritable(path) : isOpen(options.fd)));
  divert(fs, 'createReadStream', (path, options) => readStream(path, orString(options)), ([, options]) => isOpen(options?.fd));
}

// Once, before the program.
export function install(grants) {
  begin(grants);
  divertDeno();
  divertNode();
}
