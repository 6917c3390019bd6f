// What a program imports beside what Deno finds itself: modules of servers are files, written before the
// program begins, for what its text names, and later for what the host answers about tools. The import
// map (`imports.json`) leads every spelling to them, and some modules of Node to ours.
import console from 'node:console';
import fs from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import workers from 'node:worker_threads';
import { internal, native } from './internal.js';

export const PROGRAM = 'file:///program/program.js';
// The program is the main module, as it is where nothing else was run before it.
const PREFIX = 'import.meta.main=true;';
const FIRST_LINE = `${PROGRAM}:1:`;
const PLACE = /(file:\/\/\/program\/program\.js:1:)(\d+)/g;
// Places in the program's first line as they are without what stands before it.
export function placed(text) {
  if (!text.includes(FIRST_LINE)) return text;
  return text.replace(PLACE, (_, before, column) => before + Math.max(1, column - PREFIX.length));
}

const FOLDERS = ['./servers/', '/workspace/servers/', 'servers/', 'file:///program/servers/'];
const ROOT = '/program';
const LONGEST_NAME = 256;
// Servers whose modules are made when a program may import any of them.
const MOST_SERVERS = 32;
const SERVERS = 9;
const HELD = Symbol.for('code-executor.held');

const { parse, stringify } = JSON;
const { mkdirSync, writeTextFileSync } = Deno;
const encoder = new TextEncoder();

// Values that modules take when they are evaluated. Those of Node have names: another thread has its own.
const held = [];
Object.defineProperty(globalThis, HELD, { value: (key) => held[key], enumerable: false });
function hold(value) { return `globalThis[Symbol.for(${stringify(HELD.description)})](${held.push(value) - 1})`; }

// The text of a module that exports properties of `all` by their names, and `main` as its default.
// Names are only ever quoted.
function exporting(names, all, main) {
  let text = `const all = ${hold(all)}; export default ${hold(main)};`;
  for (const [at, name] of names.filter((each) => each !== 'default').entries()) {
    text += `const $${at} = all[${stringify(name)}]; export { $${at} as ${stringify(name)} };`;
  }
  return text;
}
function throwing(error, names) {
  let text = `export default undefined; throw ${hold(error)};`;
  for (const [at, name] of names.entries()) text += `let $${at}; export { $${at} as ${stringify(name)} };`;
  return text;
}

// What the specifier of a server's module means: { server, tool } or { discovery }.
function placeOf(specifier) {
  const folder = FOLDERS.find((each) => specifier.startsWith(each));
  if (folder === undefined) return undefined;
  const rest = specifier.slice(folder.length);
  const plain = (name) => name.replace(/\.[jt]s$/, '');
  const slash = rest.indexOf('/');
  if (slash < 0) return plain(rest) === 'discovery' ? { discovery: true } : fitting({ server: rest });
  const [server, file] = [rest.slice(0, slash), plain(rest.slice(slash + 1))];
  return fitting(file === 'index' ? { server } : { server, tool: file });
}
function fitting(place) {
  const isName = (name) => name !== '' && encoder.encode(name).length <= LONGEST_NAME && name !== '.' && name !== '..' && !/[\p{Cc}/\\]/u.test(name);
  return isName(place.server) && (place.tool === undefined || isName(place.tool)) ? place : undefined;
}
function nameOf({ discovery, server, tool }) {
  return discovery ? 'servers/discovery.js' : `servers/${server}/${tool ?? 'index'}.js`;
}

// A file under the name of the module and, where a program's text has such names, under `.ts`.
let alsoAsTypeScript = false;
const written = new Set();
function write(name, text) {
  if (written.has(name)) return;
  written.add(name);
  const path = `${ROOT}/${name}`;
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeTextFileSync(path, text);
  if (alsoAsTypeScript) writeTextFileSync(path.replace(/js$/, 'ts'), `// @ts-nocheck\n${text}`);
}

// What a place holds; an error when it is met and not before.
function makeServerModule(place, wanted) {
  const name = nameOf(place);
  let text;
  try {
    text = exporting(...internal.serverModule(name, place.server, place.tool, wanted));
  } catch (error) {
    text = throwing(error, wanted);
  }
  write(name, text);
}

const LITERAL = /\bimport\s*\(\s*(["'`])([^"'`$\\]*)\1/g;
const AT_RUN_TIME = /\bimport\s*\(\s*(?:[^"'`\s)/]|`[^`]*\$\{|(["'])[^"']*\1\s*[^\s,)])/;
const MENTIONED = /\bservers\/([\w.~-]*)/g;

// Makes what the program may import, as far as its text tells.
function prepare(code, imports, modules) {
  const places = new Map();
  const add = (specifier) => {
    const place = placeOf(specifier);
    if (place !== undefined && !place.discovery) places.set(nameOf(place), place);
  };
  modules.forEach(add);
  for (const [, , specifier] of code.matchAll(LITERAL)) add(specifier);
  alsoAsTypeScript = /\bservers\/[^\n"'`]*\.ts["'`]/.test(code);
  if (alsoAsTypeScript) {
    written.clear();
    writeDiscovery();
  }
  for (const [name, place] of places) {
    const wanted = imports.filter(({ specifier }) => {
      const other = placeOf(specifier);
      return other !== undefined && nameOf(other) === name;
    });
    makeServerModule(place, [...new Set(wanted.map((each) => each.name))]);
  }
  if (!AT_RUN_TIME.test(code)) return;
  const named = new Set();
  let any = false;
  for (const [, server] of code.matchAll(MENTIONED)) {
    if (server === '') any = true;
    else if (!server.startsWith('discovery')) named.add(server);
  }
  if (any) for (const server of serversNow()) named.add(server);
  for (const server of named) makeServer(server);
}
function serversNow() {
  const [kind, reply] = native.requestAndWait(SERVERS, '{}');
  return kind === 0 ? parse(reply).slice(0, MOST_SERVERS) : [];
}
// All of a server's modules; nothing when there is no such server.
function makeServer(server) {
  let held;
  try { held = internal.serverModule(`servers/${server}/index.js`, server, undefined, []); } catch { return; }
  const [names, all] = held;
  write(`servers/${server}/index.js`, exporting(names, all, all));
  for (const name of names) write(`servers/${server}/${name}.js`, exporting([name], all, all[name]));
}

// Makes the modules that an answer about tools names: [{ module, function, name }, ...].
export function makeAnswered(hits) {
  if (!Array.isArray(hits)) return hits;
  for (const { module, function: label, name } of hits) {
    const place = typeof module === 'string' ? placeOf(module) : undefined;
    if (place?.tool === undefined || written.has(nameOf(place))) continue;
    const all = { [label]: internal.toolFunction(label, name) };
    write(nameOf(place), exporting([label], all, all[label]));
  }
  return hits;
}

function writeDiscovery() {
  for (const [name, all] of internal.modules()) write(name, exporting(Object.keys(all), all, all));
}

// What is said of an import that came to nothing, in place of Deno's words for it.
const MISSING = /^(?:Module not found|\[ERR_UNSUPPORTED_DIR_IMPORT\]|Relative import path|Import "|Failed loading|Could not find|npm package|JSR package|Specifier not found|No such built-in|Unsupported scheme|Requires import access|Loading unprepared)/;
export function improved(message) {
  if (!MISSING.test(message)) return message;
  const said = message.split('\n')[0].replace(/\.? (?:Maybe |Did you |If you ).*| from "file:.*"|\.$/g, '');
  if (said.includes('/program/servers/')) {
    return `${said}: there is no such module of a server, or its name was made while the program ran: write it out, or take it from an answer of './servers/discovery.js'`;
  }
  if (/"file:|directory import/i.test(said)) return `${said}: tools are imported from './servers/<server>/<tool>.js', files by their absolute path in a directory that was granted`;
  if (said.startsWith('No such built-in')) return said;
  if (said.startsWith('Import "')) return `${said}: packages are imported as 'npm:<name>', modules of Node as 'node:<name>'`;
  if (said.includes('"https:') || said.startsWith('Requires import')) return `${said}: a program loads no code from the network; packages are imported as 'npm:<name>'`;
  return `${said}: only packages that were made ready for this program can be imported`;
}

// Makes a text the program, and gives its default export once it has run.
export async function run(code, { imports = [], modules = [] }) {
  // Deno gives this one of its own whatever the import map says.
  if (imports.some(({ specifier, name }) => specifier === 'node:worker_threads' && name === 'Worker')) new workers.Worker();
  prepare(code, imports, modules);
  writeTextFileSync(`${ROOT}/program.js`, PREFIX + code);
  const program = await import(PROGRAM);
  return program.default;
}
// Has Deno do once what it does for a program.
export async function warmUp(code) {
  writeTextFileSync(`${ROOT}/warm-up.js`, code);
  await import(`file://${ROOT}/warm-up.js`);
}
// Modules whose names are what they are in an object now, and again after `refresh`.
const refreshers = [];
export function refresh() { for (const each of refreshers) each(); }
held.follow = (refresher) => {
  refreshers.push(refresher);
  refresher();
};
function following(module, all) {
  held[module] = all;
  const names = Object.keys(all);
  const from = `globalThis[Symbol.for(${stringify(HELD.description)})]`;
  const [lets, sets] = [[], []];
  for (const [at, name] of names.filter((each) => each !== 'default').entries()) {
    lets.push(`let $${at}; export { $${at} as ${stringify(name)} };`);
    sets.push(`$${at} = all[${stringify(name)}];`);
  }
  return `const all = ${from}(${stringify(module)}); export default all; ${lets.join('')} ${from}('follow')(() => { ${sets.join('')} });`;
}

// Makes what needs no program: the modules of Node whose functions were changed, since a name that is
// imported from the real one is the unchanged function.
export function begin() {
  for (const [name, all] of Object.entries({ console, fs, 'fs/promises': fs.promises, os, process, worker_threads: workers })) {
    write(`node/${name}.js`, following(name, all));
  }
  writeDiscovery();
}
