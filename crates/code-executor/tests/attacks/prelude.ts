// What every TypeScript case has before it.
function esc(what: any) { console.log('ESCAPED:' + what) }
function blk(what: any, error?: any) { console.log('BLOCKED:' + what + ':' + String(error ?? '').slice(0, 100)) }
function print_probe(what: any) { console.log('PROBE:' + what) }
function power(p: any) { try { return !!(p && (p.binding || p.dlopen || p.mainModule || (p.getBuiltinModule && p.getBuiltinModule('child_process')) || p.Command || p.run)) } catch { return false } }
