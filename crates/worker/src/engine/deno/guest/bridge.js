// The embedded engine's functions for files, Deno's and Node's, as they ask the host: for directories
// that a program may write to. Which paths those are, too.
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import { resolve } from 'node:path';
import bytes from './bytes.js';
import deno from './deno.js';
import files from './files.js';
import handles from './handles.js';
import nodeErrors from './node_errors.js';
import nodeFs from './node_fs.js';
import nodeHandles from './node_handles.js';
import nodeModules from './node_modules.js';
import { internal, native } from './internal.js';

const FILE = 5;
// Beyond what Deno gives files of its own.
const FIRST_NUMBER = 1 << 30;
const { cwd } = Deno;
// Node's own, whatever is put in their place.
const { createReadStream, createWriteStream, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } = fs;
const { ask, askNow } = internal;

// Where relative paths are relative to the same directory here and for the host.
let home;
let shown = [];
let writable = [];
export function begin(grants) {
  const folders = (paths = []) => paths.map((each) => resolve('/', each));
  shown = folders(grants.read);
  writable = folders(grants.write);
  home = grants.cwd === undefined ? undefined : cwd();
}

function whole(path) {
  if (path instanceof URL) path = path.protocol === 'file:' ? decodeURIComponent(path.pathname) : '';
  else if (path instanceof Uint8Array) path = Buffer.from(path).toString();
  if (typeof path !== 'string' || path === '') return undefined;
  try { return resolve(cwd(), path); } catch { return undefined; }
}
function isIn(folders, path) {
  const place = whole(path);
  return place !== undefined && folders.some((folder) => place === folder || place.startsWith(folder === '/' ? folder : `${folder}/`));
}
export const isShown = (path) => isIn(shown, path) || isIn(writable, path);
export const isWritable = (path) => isIn(writable, path);

// What the host does not see: the program's own places, from which files are copied.
const kindOf = (it) => (it.isDirectory() ? 'directory' : it.isSymbolicLink() ? 'link' : it.isFile() ? 'file' : 'unknown');
const OWN = {
  lstat: ({ path }) => ({ kind: kindOf(lstatSync(path)) }),
  readDir: ({ path }) => ({ entries: readdirSync(path, { withFileTypes: true }).map((each) => ({ name: each.name, kind: kindOf(each) })), cut: false }),
  readLink: ({ path }) => readlinkSync(path),
};
function own(header) {
  try {
    return OWN[header.op](header);
  } catch (error) {
    throw failureOf(error, header);
  }
}
function* copyIn(header) {
  let content, mode;
  try {
    content = readFileSync(header.path);
    ({ mode } = statSync(header.path));
  } catch (error) {
    throw failureOf(error, header);
  }
  yield* internal.files.write(header.to, content, { create: header.create ?? 'ifMissing', place: 'instead', mode: mode & 0o777 });
}
function failureOf(error, { path, to }) {
  const { code, errno, syscall, message } = error;
  if (typeof errno !== 'number') return error;
  const description = /^\w+: (.*?), /.exec(message)?.[1] ?? message;
  return new internal.Failure({ code, errno: Math.abs(errno), description, syscall: to === undefined ? syscall : 'copyfile', path, ...(to === undefined ? {} : { dest: to }) });
}

// A header as the host is to read it: it has no directory of the program's but the one that was granted.
function placed(header) {
  if (home !== undefined && cwd() === home) return header;
  const { path, to } = header;
  return { ...header, path: whole(path) ?? path, ...(to === undefined ? {} : { to: whole(to) ?? to }) };
}
const isCopiedIn = ({ op, path }) => op === 'copyFile' && !isShown(path);
const isOwn = ({ op, path }) => Object.hasOwn(OWN, op) && !isShown(path);
const asItIs = (failure) => failure;
internal.askNow = function (op, header, content) {
  if (op !== FILE) return askNow(op, header, content);
  if (isCopiedIn(header)) return internal.files.now(copyIn(header), asItIs);
  return isOwn(header) ? own(header) : askNow(op, placed(header), content);
};
internal.ask = async function (op, header, content) {
  if (op !== FILE) return ask(op, header, content);
  if (isCopiedIn(header)) return internal.files.later(copyIn(header), asItIs);
  return isOwn(header) ? own(header) : ask(op, placed(header), content);
};

// What the files of the prelude find around them.
native.encode = (text, encoding) => new Uint8Array(Buffer.from(text, encoding));
native.decode = (data, encoding) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(encoding);
native.random = Math.random;
native.workingDirectory = cwd;
Object.assign(internal, {
  denoErrors: Deno.errors, firstNumber: FIRST_NUMBER, nodeModules: new Map(), nodeModuleNames: () => [], addModule() {}, lazyGlobal() {},
  nodeModule: () => ({ Buffer }), part: () => streams,
});
const world = {};
for (const part of [bytes, files, nodeErrors, nodeFs, handles, nodeHandles, nodeModules(world), deno(world)]) part(native, internal);
export const { Deno: denoFiles } = world;
export const nodeFiles = internal.nodeModules.get('node:fs');
export const { isOpen } = internal;

// Streams are Node's own, on files of ours.
const { open, close, read, write } = nodeFiles;
const ours = { open, close, read, write };
export const readStream = (path, options) => createReadStream(path, { fs: ours, ...options });
export const writeStream = (path, options) => createWriteStream(path, { fs: ours, ...options });
const closing = (handle) => (fd, done) => { handle.close().then(() => { done(); }, done); };
const ofHandle = (make) => (handle, options) =>
  make('', { ...(typeof options === 'string' ? { encoding: options } : options), fd: handle.fd, fs: { ...ours, close: closing(handle) } });
const streams = { readFrom: ofHandle(readStream), writeTo: ofHandle(writeStream) };
