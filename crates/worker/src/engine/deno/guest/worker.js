// The first module of a `Worker`: what is printed there is the program's output, which one thread alone
// sends. Its own module follows.
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
