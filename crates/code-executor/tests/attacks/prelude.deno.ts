// What every TypeScript case has before it in Deno, where a program has all of Deno and Node by its names:
// what counts is what comes of using them, not that they are there.
function esc(what: any) { console.log('ESCAPED:' + what) }
function blk(what: any, error?: any) { console.log('BLOCKED:' + what + ':' + String(error ?? '').slice(0, 100)) }
function print_probe(what: any) { console.log('PROBE:' + what) }
function does(call: () => unknown) { try { call(); return true } catch { return false } }
function spawned(result: any) { if (result.error) throw result.error; return result }
function power(p: any) {
  return !!p && (does(() => p.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'))
    || does(() => spawned(p.getBuiltinModule('child_process').spawnSync('/bin/deno', ['--version'])))
    || does(() => p.dlopen('/bin/deno', {})) || does(() => new p.Command('/bin/deno').outputSync()))
}
