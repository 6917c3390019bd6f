// The first module of a `Worker`: what is printed there is the program's output, which one thread alone
// sends. Its own module follows.
import { createRequire } from 'node:module';

const MARK = 'code-executor.printed';
const { Console } = Deno[Deno.internal];
const post = self.postMessage.bind(self);
const print = (text) => { post({ [MARK]: text }); };

const ours = new Console(print);
for (const name of Object.keys(ours)) if (typeof ours[name] === 'function') console[name] = ours[name];
for (const stream of [Deno.stdout, Deno.stderr]) {
  const decoder = new TextDecoder();
  const write = (bytes) => {
    print(decoder.decode(bytes, { stream: true }));
    return bytes.byteLength;
  };
  Object.defineProperty(stream, 'writeSync', { value: write });
  Object.defineProperty(stream, 'write', { value: async (bytes) => write(bytes) });
  Object.defineProperty(stream, 'writable', { get: () => new WritableStream({ write: (chunk) => { write(chunk); } }) });
}
Object.defineProperty(Deno.stdin, 'readSync', { value: () => null });
Object.defineProperty(Deno.stdin, 'read', { value: async () => null });

// Modules that are made for the program: those of Node are this thread's own here, and no tool is called.
const require = createRequire(import.meta.url);
Object.defineProperty(globalThis, Symbol.for('code-executor.held'), {
  value(key) {
    if (key === 'follow') return (refresher) => { refresher(); };
    if (typeof key === 'string') return require(`node:${key}`);
    throw new Error('tools are called by the program itself: have the Worker post a message that asks for it');
  },
});

// Messages wait until its module can hear them.
const early = [];
const keep = (event) => {
  event.stopImmediatePropagation();
  early.push(event);
};
self.addEventListener('message', keep);
await import(decodeURIComponent(new URL(import.meta.url).hash.slice(1)));
self.removeEventListener('message', keep);
for (const { data, ports } of early) self.dispatchEvent(new MessageEvent('message', { data, ports }));
