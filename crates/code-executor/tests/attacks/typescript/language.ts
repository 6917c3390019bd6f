// The engine: constructors, imports, stack traces, what is left behind.

//: JS-001-constructor-constructor
//: source seed 003 pattern list; vm2 advisories CVE-2023-29017, CVE-2023-37466, CVE-2026-22709, CVE-2026-45411, CVE-2026-47140
//: expect Function constructor may work but reaches only the guest realm: no process/Deno/require
try { const g=(function(){}).constructor.constructor('return typeof process!=="undefined"?process:typeof Deno!=="undefined"?Deno:null')(); power(g)?esc('host runtime object '+(g.version||'')):blk('constructor.constructor'); } catch(e){ blk('constructor.constructor',e) }

//: JS-003-import-00
//: source QuickJS std/os modules; vm2 CVE-2026-47140 (denylist missed node:process, inspector/promises)
//: expect refused by the module loader allowlist (virtual modules only)
try { const m=await import('std'); esc("import std -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import std',e) }

//: JS-003-import-02
try { const m=await import('bjson'); esc("import bjson -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import bjson',e) }

//: JS-003-import-03
try { const m=await import('qjs:std'); esc("import qjs:std -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import qjs:std',e) }

//: JS-003-import-04
try { const m=await import('qjs:os'); esc("import qjs:os -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import qjs:os',e) }

//: JS-003-import-05
try { const m=await import('fs'); const t=(m.default||m).readFileSync('/etc/passwd','utf8'); esc('fs read an ungranted file '+t.slice(0,20)); } catch(e) { blk('import fs',e) }

//: JS-003-import-06
try { const m=await import('node:fs'); const t=(m.default||m).readFileSync('/etc/passwd','utf8'); esc('node:fs read an ungranted file '+t.slice(0,20)); } catch(e) { blk('import node:fs',e) }

//: JS-003-import-08
try { const m=await import('node:inspector'); esc("import node:inspector -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import node:inspector',e) }

//: JS-003-import-10
try { const m=await import('file:///etc/passwd'); esc("import file:///etc/passwd -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import file:///etc/passwd',e) }

//: JS-003-import-11
try { const m=await import('https://example.com/x.js'); esc("import https://example.com/x.js -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import https://example.com/x.js',e) }

//: JS-003-import-12
try { const m=await import('npm:lodash'); esc("import npm:lodash -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import npm:lodash',e) }

//: JS-003-import-14
try { const m=await import('/etc/passwd'); esc("import /etc/passwd -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import /etc/passwd',e) }

//: JS-003-import-16
try { const m=await import('\0'); esc("import \0 -> "+Object.keys(m).slice(0,3)); } catch(e) { blk('import \0',e) }

//: JS-006-error-prepareStackTrace
//: source vm2 CVE-2022-36067, CVE-2023-29017
//: expect no host frames/objects reachable
try { let hit=null; Error.prepareStackTrace=(e,cs)=>{ for(const c of cs||[]){ try{ const t=c.getThis&&c.getThis(); if(t&&power(t.process)) hit=t; const f=c.getFunction&&c.getFunction(); if(f){const p=f.constructor('return typeof process!=="undefined"&&process')(); if(power(p)) hit=p} }catch{} } return '' }; try{ null.x }catch(e){ e.stack } hit?esc('CallSite host object'):blk('prepareStackTrace'); } catch(e){ blk('pst',e) }

//: JS-008-async-generator-return-then
//: source vm2 CVE-2026-45411
//: expect guest realm only
try { async function* g(){ try{ yield 1 } finally {} } const it=g(); await it.next(); await it.return({then(r,rej){ try{ null.x }catch(e){ const p=e.constructor.constructor('return typeof process!=="undefined"&&process')(); if(power(p)) esc('asyncgen') } r(1) }}); blk('asyncgen') } catch(e){ blk('asyncgen',e) }

//: JS-009-stack-overflow-host-error
//: source vm2 stack-overflow escapes CVE-2019-10761; QuickJS JS_SetMaxStackSize
//: expect catchable guest error; worker does not SEGV
let depth=0; function r(){ depth++; return r() }
try { r() } catch(e){ try{ const p=e.constructor.constructor('return typeof process!=="undefined"&&process')(); power(p)?esc('RangeError host realm'):blk('stack overflow '+(depth>10)) }catch(x){ blk('so',x) } }

//: JS-013-args-getter-reentrancy
//: source CWE-674
//: expect no host crash, no deadlock, rate limit holds
let depth=0; const a={ get x(){ if(depth++<50) { try{ callMCPTool('mcp__allowed__tool',a) }catch{} } return 1 }, toJSON(){ if(depth++<50){ try{ callMCPTool('mcp__allowed__tool',a) }catch{} } return {} } };
try { await callMCPTool('mcp__allowed__tool',a); blk('reentrant ok, depth '+depth) } catch(e){ blk('reentrant',e) }

//: JS-014-shim-tamper
//: source CWE-602 client-side enforcement
//: expect host-side log shows only real calls; result frame encoded by native code, not by guest JSON.stringify
try { globalThis.callMCPTool=(n,a)=>'spoof'; Object.defineProperty(globalThis,'__allowedTools',{value:['*']}); JSON.stringify=()=>'{"tool":"mcp__forbidden__tool"}'; JSON.parse=()=>({ok:true,allowed:true}); blk('shim tampered; only guest affected') } catch(e){ blk('tamper',e) }

//: JS-026-bytecode-deserialise
//: source quickjs-ng SECURITY.md (bytecode out of scope); QuickJS fuzz UAF class
//: expect unreachable
try { const b=globalThis.bjson||(await import('bjson')); b.read(new Uint8Array(64).buffer,0,64); esc('bytecode read') } catch(e){ blk('bjson',e) }

//: JS-027-uaf-fuzz-patterns
//: source quickjs-ng SECURITY.md (bytecode out of scope); QuickJS fuzz UAF class; Phrack 'Attacking JavaScript Engines'
//: expect no crash; if a crash occurs: SIGSEGV of one worker is contained, reported, audited; seccomp (no PROT_EXEC, no fs, no net) makes code-exec worthless
//: limit timeout
try { const a=[1,2,3]; a.sort({ }.x||((x,y)=>{ a.length=0; a.push(...Array(1000)); return 0 })); } catch(e){}
try { const t=new Uint8Array(64); const b=t.buffer; const o={valueOf(){ try{ b.transfer?.(0)??b.resize?.(0) }catch{} return 1 }}; t.fill(o); t.set([1,2,o]); t.subarray(o,o) } catch(e){}
try { const m=new Map(); for(let i=0;i<100;i++) m.set(i,i); let q=0; for(const k of m.keys()){ m.clear(); for(let i=0;i<100;i++) m.set({},i); if(++q>50) break } } catch(e){}
try { const r=/(?<a>.)/dg; r.lastIndex={valueOf(){ r.compile?.('b'); return 0 }}; r.exec('aaa'); 'aaa'.replace(r,()=>{ r.compile?.('c'); return '' }) } catch(e){}
try { const p=new Proxy([],{ get(t,k,x){ if(k==='length') return 2**31; return Reflect.get(t,k,x) } }); Array.prototype.concat.call([],p) } catch(e){}
try { const fr=new FinalizationRegistry(()=>{ [].push.apply([],new Array(10)) }); for(let i=0;i<1e4;i++) fr.register({},i) } catch(e){}
blk('survived fuzz patterns');

//: JS-028-unicode-escape-eval
//: admits every filter within a language is got around
//: source CVE-2021-42694; JSFuck; seed 003 pattern detection
//: expect either eval is absent or harmless; regex pattern filters are telemetry only
try { \u0065val('1'); (0,globalThis['ev'+'al'])('1'); Reflect.get(globalThis,'\x65val')('1'); print_probe('eval reachable via escapes: source filters are bypassable') } catch(e){ blk('eval',e) }

//: JS-030-comment-sourcemap
//: source Node source-map-support LFI class
//: expect no file is opened for source maps; file names in stacks are fixed
//# sourceMappingURL=file:///etc/passwd
//# sourceURL=/etc/shadow
/*</script>*/ blk('sourcemap');
throw new Error('x');

//: JS-041-timing-side-channel
//: admits Programs share processor and caches, and have a clock.
//: source Cloudflare workers security model
//: expect no SharedArrayBuffer, no sub-ms timers in multi-tenant mode; separate processes per execution so Spectre v1 in-process has nothing to read
let n=0; const t=Date.now(); while(Date.now()-t<5) n++; print_probe('Date.now resolution loop '+n+' perf='+typeof globalThis.performance);

//: JS-042-math-random-clone
//: source zygote RNG clone
//: expect two runs differ (QuickJS seeds xorshift64* from time: re-seed after fork)
//: probe differs between runs
print_probe('rand='+Math.random()+','+Math.random());

//: JS-044-cross-exec-global
//: source pool reuse
//: expect run twice: second run prints BLOCKED
const had=globalThis.__leak||Object.prototype.__leak; globalThis.__leak=1; Object.prototype.__leak=1; Array.prototype.map.__leak=1; had?esc('state from earlier execution'):blk('fresh realm');

//: JS-045-with-typescript-transforms
//: source TS compiler plugins RCE class
//: expect runtime error surfaces with correct line; transpiler never resolves tsconfig extends/paths/plugins from disk
enum E { A = (()=>{ throw new Error('x') })() as any } declare const x: any; namespace N { export const y = 1 } 
