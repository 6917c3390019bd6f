// What a program finds around it beside Deno's own: the names of CommonJS, and words for what is not
// there.
import { createRequire } from 'node:module';
import os from 'node:os';
import process from 'node:process';
import workers from 'node:worker_threads';
import { internal } from './internal.js';
import { PROGRAM } from './modules.js';

const put = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
const path = new URL(PROGRAM).pathname;
put('require', createRequire(PROGRAM));
put('module', { exports: {} });
put('exports', globalThis.module.exports);
put('__filename', path);
put('__dirname', '/program');
put('global', globalThis);
process.argv[1] = path;
Object.defineProperty(Deno, 'mainModule', { value: PROGRAM, configurable: true, enumerable: true });

// One thread: another one would print past us.
class Worker {
  constructor() { throw internal.unsupported('Worker', 'a program is one thread; await several calls together with Promise.all'); }
}
put('Worker', Worker);
workers.Worker = Worker;

// What is counted of the machine where nothing of it can be read.
const { cpus } = os;
os.cpus = function () {
  const found = cpus();
  if (found.length > 0) return found;
  const times = { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 };
  return Array.from({ length: navigator.hardwareConcurrency }, () => ({ model: 'unknown', speed: 0, times: { ...times } }));
};

// Goes to the directory that a program was granted to work in.
export function enter(grants) {
  if (grants?.cwd) try { Deno.chdir(grants.cwd); } catch { /* the program meets it when it looks */ }
}
