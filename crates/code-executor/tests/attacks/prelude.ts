// What every TypeScript case has before it.
function esc(what: any) { console.log('ESCAPED:' + what) }
function blk(what: any, error?: any) { console.log('BLOCKED:' + what + ':' + String(error ?? '').slice(0, 100)) }
function print_probe(what: any) { console.log('PROBE:' + what) }
// A program has a `process` and a `Deno` of its own: what counts is what they do, not what is there.
function does(call: () => unknown) { try { call(); return true } catch { return false } }
function power(p: any) {
  return !!p && (does(() => p.binding('fs')) || does(() => p.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6')) || does(() => p.mainModule.require.call)
    || does(() => p.getBuiltinModule('child_process').spawn) || does(() => new p.Command('id')) || does(() => p.run({ cmd: ['id'] })))
}
