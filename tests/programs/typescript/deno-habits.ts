// features: deno, process, async; oracle: deno 2.9
const name = Deno.env.get('USER_NAME_NOT_SET') ?? 'stranger';
console.log(`hello ${name}`, Deno.args.length);
const encoder = new TextEncoder();
await Deno.stdout.write(encoder.encode('raw bytes\n'));
Deno.stdout.writeSync(encoder.encode('sync bytes\n'));
console.log(typeof Deno.build.os, Deno.build.os, typeof Deno.pid, typeof Deno.mainModule);
console.log(import.meta.main, typeof import.meta.url);
async function main(): Promise<number> {
  const results = await Promise.all([1, 2, 3].map(async (n) => { await new Promise((r) => setTimeout(r, n)); return n * 2; }));
  console.log(results.join(' '));
  return 0;
}
if (import.meta.main) {
  const code = await main();
  if (code !== 0) Deno.exit(code);
}
console.log(Deno.inspect({ a: 1 }).length > 0, typeof Deno.memoryUsage().heapUsed, Deno.noColor);
console.log(typeof navigator.userAgent, navigator.hardwareConcurrency > 0);
Deno.exit(0);
