// More than there is: time, memory, jobs.

//: JS-015-infinite-loop
//: source QuickJS JS_SetInterruptHandler
//: expect interrupt handler / SIGKILL at deadline
//: limit timeout
for(;;){}

//: JS-016-microtask-starvation
//: source quickjs job loop starvation
//: expect deadline fires although no single job is long (interrupt counter + external SIGKILL)
//: limit timeout memory
const f=()=>Promise.resolve().then(f); f(); await new Promise(()=>{});

//: JS-017-never-resolves
//: source this project
//: expect fast 'deadlock: no pending host calls' error or deadline; not a hang
await new Promise(()=>{}); esc('resolved?')

//: JS-018-memory-bomb
//: source JS_SetMemoryLimit; CWE-789
//: expect OOM error at limit; not catchable into continued growth; worker RSS bounded
//: limit memory
try { const a=[]; for(let i=0;i<4096;i++) a.push(new Uint8Array(1<<20).fill(1)); esc('allocated '+a.length+' MB') } catch(e){ blk('mem',e) }

//: JS-019-string-bomb
//: source CWE-789
//: expect bounded
//: limit memory timeout
try { let s='x'; for(let i=0;i<31;i++) s+=s; esc('string '+s.length) } catch(e){ blk('string',e) }
try { 'x'.repeat(2**29).padEnd(2**30); esc('repeat') } catch(e){ blk('repeat',e) }
try { new Array(2**32-1).fill(0).length; esc('array fill') } catch(e){ blk('fill',e) }

//: JS-021-native-long-ops
//: source CWE-400
//: expect SIGKILL at deadline even inside a C helper that never polls the interrupt handler
//: limit timeout memory
try { const b=2n**(2n**24n); const s=(b*b).toString().length; esc('bigint '+s) } catch(e){ blk('bigint',e) }
try { const a=new Array(3e6).fill().map((_,i)=>i); a.sort(()=>Math.random()-.5); a.join(',').split(',').reverse(); blk('sort done') } catch(e){ blk('sort',e) }

//: JS-024-atomics-wait
//: source Spectre mitigations; workerd freezes timers
//: expect unavailable or killed at deadline
try { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,20000); esc('slept in Atomics.wait') } catch(e){ blk('atomics',e) }

//: JS-101-a-quarter-gigabyte
//: source CWE-789; JS-018 of the list, small enough to have a control
//: expect ended at the memory limit
//: limit memory
try { const a=[]; for(let i=0;i<256;i++) a.push(new Uint8Array(1<<20).fill(1)); esc('allocated '+a.length+' MB') } catch(e){ blk('mem',e) }
