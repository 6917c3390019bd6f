// How a program ends, and what the host is told of it: once, and last.
import { internal } from './internal.js';
import { improved as improvedImport, placed } from './modules.js';
import * as output from './output.js';
import { decode, encode, leave, sendDone } from './wire.js';

const MOST_KIND = 128, MOST_TEXT = 16 * 1024;
const STACK_OVERFLOW = 'Maximum call stack size exceeded';
const { stringify } = JSON;
const { memoryUsage } = Deno;

let limits;
let valueFrom = 'nothing';
let baseline = 0;
let peak = 0;

// What becomes of it.
let failure;
let settled = false;
let value;
// The code with which it left by itself.
let left;
let isEnding = false;
let isOver = false;

export function begin(header) {
  limits = header.limits;
  valueFrom = header.value;
  baseline = memoryUsage().rss;
}
export function look() { peak = Math.max(peak, memoryUsage().rss - baseline); }

function clip(text, most) {
  const bytes = encode(text);
  return bytes.length <= most ? text : `${decode(bytes.subarray(0, most)).replace(/\ufffd+$/, '')}...`;
}
const errorOf = (type, message, stack) =>
  ({ type: clip(type, MOST_KIND), message: clip(message, MOST_TEXT), ...(stack ? { stack: clip(stack, MOST_TEXT) } : {}) });

const PLACE_OF_SYNTAX = / at (file:\/\/\/\S+:\d+:\d+)$/;
const NOT_DEFINED = /^(\S+) is not defined$/;
const PERMISSIONS = {
  net: 'a program has no sockets of its own; use fetch, which reaches the hosts that were granted',
  run: 'a program starts no processes; use the tools of MCP servers',
  ffi: 'no native code is loaded',
  import: 'a program loads no code from the network',
};

const READ_ONLY = /^(?:EROFS: read|Read)-only file system/;

// What is said of an error beside its own words.
function improved(type, message) {
  if (type === 'ReferenceError') {
    const missing = NOT_DEFINED.exec(message)?.[1];
    if (missing !== undefined && Object.hasOwn(internal.absent, missing)) return `${message}: ${internal.absent[missing]}`;
  }
  if (type === 'TypeError') return improvedImport(message);
  if (READ_ONLY.test(message)) return `${message}: a program writes in /workspace, in os.tmpdir() and in the directories that permissions.write grants it`;
  const asked = /, run again with the --allow-(\w+) flag/.exec(message);
  if (asked !== null && PERMISSIONS[asked[1]] !== undefined) return message.replace(asked[0], `: ${PERMISSIONS[asked[1]]}`);
  return message;
}

function described(thrown) {
  const [type, message, stack] = internal.describe(thrown);
  let frames = internal.framesOf(stack).join('\n');
  let words = message;
  const place = type === 'SyntaxError' ? PLACE_OF_SYNTAX.exec(message) : null;
  if (place !== null) {
    words = message.slice(0, place.index);
    frames = `    at ${place[1]}`;
  }
  const error = errorOf(type, improved(type, words), placed(frames));
  return { error, ...(type === 'RangeError' && message === STACK_OVERFLOW ? { limit: 'stack' } : {}) };
}

function exited(code) {
  if (code === 0) return {};
  const message = `the program ended itself with exit code ${code}: process.exit(${code}) or process.exitCode; code 0 is success`;
  return { error: errorOf('ExitError', message) };
}

const NEVER_SETTLES = 'the program awaits a promise that nothing can settle any more: no timer and no tool call is pending; resolve or reject it';

// What the host is told: [fields, the JSON of the result].
function outcome() {
  if (left !== undefined) return [exited(left & 255)];
  if (failure !== undefined) return [described(failure.thrown)];
  const code = (Number(process.exitCode ?? Deno.exitCode) || 0) & 255;
  if (code !== 0) return [exited(code)];
  if (!settled) return [{ error: errorOf('UnsettledPromiseError', NEVER_SETTLES) }];
  if (value === undefined || valueFrom === 'nothing') return [{}];
  return serialized();
}
function serialized() {
  const isExport = valueFrom === 'exportDefault';
  let reason;
  let limit;
  try {
    const [json, why] = internal.serialize(value);
    if (json === null && why === null) return [{}];
    if (json === null) {
      reason = `the result cannot be JSON: ${why}`;
    } else {
      const size = encode(json).length;
      if (size <= limits.resultBytes) return [{}, json];
      reason = `the result is ${size} bytes of JSON, ${limits.resultBytes} is the limit; return less, or print the part that matters`;
      limit = 'result';
    }
  } catch (thrown) {
    const told = described(thrown);
    if (isExport) return [told];
    reason = `the result cannot be JSON: ${told.error.type}: ${told.error.message}`;
  }
  const why = limit === undefined ? {} : { limit };
  // Nobody asked for the last expression's value by name: the program has done its work.
  return [isExport ? { error: errorOf('ResultError', reason), ...why } : { resultOmitted: reason, ...why }];
}

// Tells the host. Runs the program's getters, so it may fail as it.
function tell() {
  if (isOver) return;
  isOver = true;
  let [fields, result] = [{}, undefined];
  try { [fields, result] = outcome(); } catch (thrown) { fields = described(thrown); }
  output.end();
  try { look(); } catch { /* told without it */ }
  const text = stringify({ ...fields, truncated: output.truncated(), memoryBytes: Math.max(0, Math.round(peak)) });
  sendDone(result === undefined ? text : `{"result":${result},${text.slice(1)}`);
}

// Tells the program that it ends, and then the host; nothing of the program runs any more.
function end(code) {
  if (!isEnding) {
    isEnding = true;
    const { exitCode } = process;
    try { process.emit('exit', exitCode ?? code); } catch (thrown) { failure ??= { thrown }; }
  }
  tell();
  leave(0);
}

export function fail(thrown) {
  if (isOver) return;
  failure ??= { thrown };
  end(1);
}
export function settle(result) {
  settled = true;
  value = result;
}

// process.exit tells its listeners before it leaves; Deno.exit tells those of `unload`.
process.on('exit', () => { isEnding = true; });
let isUnloading = false;
function leaving(code) {
  left ??= Number(code ?? process.exitCode ?? Deno.exitCode ?? 0) || 0;
  isEnding = true;
  if (!isUnloading) try { dispatch(new Event('unload')); } catch { /* it leaves all the same */ }
  tell();
  leave(0);
}
const dispatch = globalThis.dispatchEvent.bind(globalThis);
Deno.exit = function exit(code) { leaving(code); };
process.reallyExit = leaving;
process.abort = function abort() { leaving(134); };

// What nobody caught, unless a listener of the program takes it: ours is the first to hear of it.
const queue = queueMicrotask;
function watch(kind, ofProcess, thrownOf) {
  globalThis.addEventListener(kind, (event) => {
    // What is wrong before there is a program is Deno's to tell.
    if (limits === undefined || process.listenerCount(ofProcess) > 0) return;
    event.preventDefault();
    let isTaken = false;
    Object.defineProperty(event, 'preventDefault', { value() { isTaken = true; }, configurable: true });
    queue(() => { if (!isTaken) fail(thrownOf(event)); });
  });
}
watch('error', 'uncaughtException', (event) => event.error ?? new Error(event.message));
watch('unhandledrejection', 'unhandledRejection', (event) => event.reason);

// Ours is the last to hear that all is over.
const { addEventListener, removeEventListener } = globalThis;
function atUnload() {
  isUnloading = true;
  if (left === undefined && limits !== undefined) end(0);
}
const stayLast = () => {
  removeEventListener.call(globalThis, 'unload', atUnload);
  addEventListener.call(globalThis, 'unload', atUnload);
};
Object.defineProperty(globalThis, 'addEventListener', {
  value: { addEventListener(...args) {
    addEventListener.apply(this ?? globalThis, args);
    if (args[0] === 'unload') stayLast();
  } }.addEventListener,
  writable: true, configurable: true, enumerable: true,
});
stayLast();
