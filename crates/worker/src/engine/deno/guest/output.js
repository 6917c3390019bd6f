// What a program prints, by whatever way: the console, Deno's and Node's streams. All of it is the one
// output, in order, as far as its limit goes. Its standard input is at its end.
import fs from 'node:fs';
import { Readable } from 'node:stream';
import { placed } from './modules.js';
import { encode, sendOutput } from './wire.js';

const LARGEST_FRAME = 64 * 1024;
let left = 0;
let isCut = false;
let isOver = false;

export const truncated = () => isCut;
export function begin(limit) { left = limit; }
export function end() {
  for (const flush of flushes) flush();
  isOver = true;
}

// The last place at which bytes of UTF-8 can be cut.
function boundary(bytes, at) {
  if (at >= bytes.length) return bytes.length;
  while (at > 0 && (bytes[at] & 0xc0) === 0x80) at--;
  return at;
}
export function print(text) {
  if (isOver || isCut) return;
  let bytes = encode(placed(text));
  if (bytes.length > left) {
    bytes = bytes.subarray(0, boundary(bytes, left));
    // What follows would not follow on what was cut.
    isCut = true;
    left = 0;
  } else {
    left -= bytes.length;
  }
  for (let at = 0; at < bytes.length;) {
    const rest = bytes.subarray(at);
    const piece = rest.subarray(0, boundary(rest, LARGEST_FRAME));
    sendOutput(piece);
    at += piece.length;
  }
}

// Deno's own console, with another printer.
const { Console } = Deno[Deno.internal];
const ours = new Console(print);
for (const name of Object.keys(ours)) {
  const method = ours[name];
  if (typeof method !== 'function') continue;
  const quiet = ['log', 'info', 'debug', 'warn', 'error', 'dir', 'dirxml', 'table', 'trace'].includes(name);
  // Once output was cut nothing more is formatted.
  console[name] = quiet ? { [name](...args) { if (!isCut) method(...args); } }[name] : method;
}

const flushes = [];
// What decodes bytes of one stream: a character may come in parts.
function writer() {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  flushes.push(() => { print(decoder.decode()); });
  return (bytes) => {
    print(decoder.decode(bytes, { stream: true }));
    return bytes.byteLength;
  };
}
const define = (target, name, value) =>
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });

function replaceStream(stream) {
  const write = writer();
  define(stream, 'writeSync', (bytes) => write(bytes));
  define(stream, 'write', async (bytes) => write(bytes));
  define(stream, 'close', () => {});
  let writable;
  Object.defineProperty(stream, 'writable', {
    get: () => (writable ??= new WritableStream({ write: (chunk) => { write(chunk); } })),
    configurable: true, enumerable: false,
  });
  return write;
}
const writers = new Map([[1, replaceStream(Deno.stdout)], [2, replaceStream(Deno.stderr)]]);

define(Deno.stdin, 'readSync', () => null);
define(Deno.stdin, 'read', async () => null);
define(Deno.stdin, 'close', () => {});
Object.defineProperty(Deno.stdin, 'readable', {
  get: () => new ReadableStream({ start(controller) { controller.close(); } }),
  configurable: true, enumerable: false,
});
let stdin;
Object.defineProperty(process, 'stdin', {
  get: () => (stdin ??= Object.assign(Readable.from([]), { fd: 0 })),
  configurable: true, enumerable: true,
});

// Node's functions for files take the numbers of the three streams, too.
function replaceInFs(name, make) { fs[name] = { [name]: make(fs[name]) }[name]; }
const bytesOf = (data, encoding) => (typeof data === 'string' ? Buffer.from(data, typeof encoding === 'string' ? encoding : 'utf8')
  : new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
const part = (data, offset, length) => (typeof data === 'string' || typeof offset !== 'number' ? bytesOf(data, length)
  : bytesOf(data).subarray(offset, typeof length === 'number' ? offset + length : undefined));
const isOutput = (file) => writers.has(file);
const isInput = (file) => file === 0 || file === '/dev/stdin';
const nothing = (options) => ((typeof options === 'string' ? options : options?.encoding) ? '' : Buffer.alloc(0));

replaceInFs('writeSync', (original) => (fd, data, offset, length, ...rest) =>
  (isOutput(fd) ? writers.get(fd)(part(data, offset, length)) : original(fd, data, offset, length, ...rest)));
replaceInFs('write', (original) => (fd, data, ...rest) => {
  if (!isOutput(fd)) return original(fd, data, ...rest);
  const callback = rest.findLast((each) => typeof each === 'function');
  const count = writers.get(fd)(part(data, rest[0], rest[1]));
  queueMicrotask(() => { callback?.(null, count, data); });
});
for (const name of ['writeFileSync', 'appendFileSync']) {
  replaceInFs(name, (original) => (file, data, options) =>
    (isOutput(file) ? void writers.get(file)(bytesOf(data, options?.encoding ?? options)) : original(file, data, options)));
}
for (const name of ['writeFile', 'appendFile']) {
  replaceInFs(name, (original) => (file, data, ...rest) => {
    if (!isOutput(file)) return original(file, data, ...rest);
    writers.get(file)(bytesOf(data, rest[0]?.encoding ?? rest[0]));
    queueMicrotask(() => { rest.at(-1)?.(null); });
  });
}
for (const name of ['fsyncSync', 'closeSync']) replaceInFs(name, (original) => (fd) => (fd >= 0 && fd <= 2 ? undefined : original(fd)));
replaceInFs('readFileSync', (original) => (file, options) => (isInput(file) ? nothing(options) : original(file, options)));
replaceInFs('readFile', (original) => (file, ...rest) => {
  if (!isInput(file)) return original(file, ...rest);
  queueMicrotask(() => { rest.at(-1)(null, nothing(rest.length > 1 ? rest[0] : undefined)); });
});
replaceInFs('readSync', (original) => (fd, ...rest) => (isInput(fd) ? 0 : original(fd, ...rest)));
replaceInFs('read', (original) => (fd, ...rest) => {
  if (!isInput(fd)) return original(fd, ...rest);
  queueMicrotask(() => { rest.at(-1)(null, 0, rest[0]); });
});
