// What a program finds around it beside Deno's own: the names of CommonJS, and words for what is not
// there.
import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import os from 'node:os';
import process from 'node:process';
import { clearImmediate, setImmediate } from 'node:timers';
import workers from 'node:worker_threads';
import { internal } from './internal.js';
import { PROGRAM } from './modules.js';
import { print } from './output.js';

const put = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
const path = new URL(PROGRAM).pathname;
put('require', createRequire(PROGRAM));
put('module', { exports: {} });
put('exports', globalThis.module.exports);
put('__filename', path);
put('__dirname', '/program');
put('global', globalThis);
// Global since Deno 2.4.
for (const [name, value] of Object.entries({ Buffer, clearImmediate, setImmediate })) if (!(name in globalThis)) put(name, value);
try { process.argv[1] = path; } catch { Object.defineProperty(process, 'argv', { value: [process.argv[0], path], writable: true, configurable: true, enumerable: true }); }
Object.defineProperty(Deno, 'mainModule', { value: PROGRAM, configurable: true, enumerable: true });

// What another thread prints comes here, and from here: `worker.js`.
const MARK = 'code-executor.printed';
const Thread = globalThis.Worker;
class Worker extends Thread {
  constructor(specifier, options) {
    super(`file:///guest/worker.js#${encodeURIComponent(new URL(specifier, PROGRAM).href)}`, { ...options, type: 'module' });
    this.addEventListener('message', (event) => {
      const { data } = event;
      if (data === null || typeof data !== 'object' || !Object.hasOwn(data, MARK)) return;
      event.stopImmediatePropagation();
      print(String(data[MARK]));
    });
  }
}
put('Worker', Worker);
// The one of Node would print past us.
workers.Worker = class {
  constructor() { throw internal.unsupported('Worker of node:worker_threads', 'use the global Worker'); }
};

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
