const e = globalThis["ev" + "al"]; e("1"); new Function("return 1")(); setTimeout("x", 1); [].constructor.constructor("x")()
import("node:child_process"); Deno.run({cmd: []}); process.binding("x")