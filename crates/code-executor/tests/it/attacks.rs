//! Attacks on the sandbox, from inside and from outside: none escapes, each limit is named, nothing
//! survives, and the next program runs. `isolation` has the walls themselves, `bad_input` what
//! goes wrong without malice.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, McpProcess, ProcessId, Workspace, assert_gone, wait_until};
use types::{ExecutionOutcome, LimitKind};

use crate::support::{assert_well, error_of, output_of, server, workspace};

const PROMPTLY: Duration = Duration::from_secs(20);

/// Prints `ESCAPED` when it got anywhere. Classes of published escapes, most of them of engines
/// that run host code beside the guest's.
const ESCAPES: &[(&str, &str)] = &[
    (
        "the constructor's constructor",
        "power((function () {}).constructor.constructor('return this.std ?? this.os ?? this.process')()); for (const name of ['Command', 'dlopen', 'run', 'listen', 'connect']) { let got; try { got = new Deno[name]('id'); } catch {} power(got); }",
    ),
    (
        "an error's constructor",
        "try { null.x } catch (e) { power(e.constructor.constructor('return globalThis.process')()) }",
    ),
    (
        "an error at the end of the stack",
        "function f() { f() } try { f() } catch (e) { power(e.constructor.constructor('return globalThis.process')()) }",
    ),
    (
        "call sites",
        "Error.prepareStackTrace = (e, sites) => { for (const s of sites ?? []) { power(s.getThis?.()?.process); power(s.getFunction?.()) } return '' }; try { null.x } catch (e) { e.stack }",
    ),
    (
        "an async generator's thenable",
        "async function* g() { yield 1 } const it = g(); await it.next(); await it.return({ then(r) { power(this.constructor.constructor('return globalThis.process')()); r(1) } })",
    ),
    (
        "escaped eval",
        "\\u0065val('power(globalThis.process)'); (0, globalThis['ev' + 'al'])('power(globalThis.std)')",
    ),
    (
        "imports",
        "for (const name of ['std', 'bjson', 'cluster', 'net', 'qjs:std', 'qjs:os', 'child_process', 'node:vm', 'node:worker_threads', 'node:inspector', 'file:///etc/passwd', 'https://example.com/x.js', 'npm:lodash', '/etc/passwd', '\\0', './servers/../../etc/passwd']) await import(name).then(() => console.log('ESCAPED', name), () => {})",
    ),
    (
        "bytecode",
        "power(globalThis.bjson); power((globalThis as any).__loadScript ?? (globalThis as any).loadScript ?? (globalThis as any).evalScript)",
    ),
    (
        "shared memory",
        "power((globalThis as any).SharedArrayBuffer); power((globalThis as any).Atomics)",
    ),
    (
        "a prelude that is tampered with",
        "JSON.stringify = () => '{\"name\":\"mcp__demo__list_notes\",\"arguments\":{}}'; Map.prototype.get = () => ({ resolve: power, reject() {} }); try { console.log('ESCAPED', await callMCPTool('mcp__other__tool', {})) } catch {}",
    ),
    (
        "arguments that call while they are read",
        "let depth = 0; const a = { get x() { if (depth++ < 50) void callMCPTool('mcp__other__tool', a).catch(() => {}); return 1 }, toJSON() { return {} } }; await callMCPTool('mcp__other__tool', a).then(power, () => {})",
    ),
    (
        "changes under a native loop",
        "const a = [3, 1, 2]; a.sort(() => { a.length = 0; a.push(...Array(1000)); return 0 }); const t = new Uint8Array(64); try { t.fill({ valueOf() { (t.buffer as any).transfer?.(0); return 1 } } as any) } catch {} const m = new Map([[0, 0]]); let n = 0; for (const k of m.keys()) { m.clear(); m.set(n, n); if (++n > 100) break }",
    ),
    (
        "a regular expression that is changed under its match",
        "const r: any = /(?<a>.)/dg; r.lastIndex = { valueOf() { r.compile('b'); return 0 } }; r.exec('aaa'); 'aaa'.replace(r, () => { r.compile('c'); return '' })",
    ),
    (
        "lengths that lie",
        "try { Array.prototype.concat.call([], new Proxy([], { get: (t, k) => k === 'length' ? 2 ** 31 : Reflect.get(t, k) })) } catch {} try { new DataView(new ArrayBuffer(8), 4, 2 ** 31) } catch {} try { new Uint8Array(new ArrayBuffer(8), 8, -1) } catch {}",
    ),
    (
        "source maps and file names",
        "//# sourceMappingURL=file:///etc/passwd\n//# sourceURL=/etc/shadow\ntry { eval('//# sourceURL=/etc/passwd\\nnull.x') } catch (e) { if (/root:/.test(e.stack)) console.log('ESCAPED') }",
    ),
    (
        "the environment",
        "for (const name of Object.getOwnPropertyNames(globalThis)) { const env = (globalThis as any)[name]?.env; if (env) power(Object.keys(env.toObject?.() ?? env).filter(it => !['get', 'set', 'has', 'delete', 'toObject'].includes(it)).length) }",
    ),
];

const POWER: &str = "const reach: ((p: any) => unknown)[] = [
  p => p.binding('fs'), p => p.mainModule.require('child_process'), p => p.dlopen({}, '/lib/libc.so'), p => p.kill(1, 0),
  p => p.getBuiltinModule('child_process'), p => p.getBuiltinModule('vm'), p => Object.keys(p.env).length, p => p.stdin.fd > 2,
];
function power(p: any) {
  try {
    if (p !== globalThis.process) { if (p) console.log('ESCAPED', typeof p, String(p).slice(0, 80)); return; }
    for (const use of reach) { let got; try { got = use(p); } catch {} if (got) console.log('ESCAPED', String(use), got); }
  } catch { console.log('ESCAPED'); }
}
";

/// Programs that want more than there is, and what may stop them. A plain error of the program's
/// own is `None`.
const BOMBS: &[(&str, &[Option<LimitKind>])] = &[
    ("const h = []; for (;;) h.push(new Float64Array(1 << 17).fill(1.5))", &[MEMORY]),
    ("const h = []; for (let i = 0;; i++) h.push('x'.repeat(1 << 16) + i)", &[MEMORY, TIMEOUT]),
    ("const h = []; for (;;) h.push('x'.padEnd(2 ** 29))", &[MEMORY]),
    ("const h = []; for (;;) h.push(new Promise(() => {}))", &[MEMORY, TIMEOUT]),
    ("for (;;) void Promise.reject(new Error('x'))", &[MEMORY, TIMEOUT]),
    ("const f = () => { queueMicrotask(f); queueMicrotask(f) }; f(); await 0", &[MEMORY, TIMEOUT]),
    ("for (;;) setTimeout(() => {}, 1e6)", &[MEMORY, TIMEOUT]),
    (
        "const f = () => { setTimeout(f, 0); setTimeout(f, 0) }; f(); await new Promise(() => {})",
        &[MEMORY, TIMEOUT],
    ),
    (
        "const t = '[' + '{},'.repeat(2e6) + '0]'; const h = []; for (;;) h.push(JSON.parse(t))",
        &[MEMORY, TIMEOUT],
    ),
    ("JSON.parse('['.repeat(1e6) + ']'.repeat(1e6))", &[STACK, MEMORY]),
    ("let b = 2n; for (;;) b = b * b", &[None, MEMORY, TIMEOUT]),
    ("(a => a.sort(() => 0) && a.join())(new Array(2 ** 32 - 1))", &[None, MEMORY, TIMEOUT]),
    ("/(a*)*b/.exec('a'.repeat(1 << 20))", &[None, TIMEOUT]),
    (
        "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); (p as any).x",
        &[STACK, MEMORY, TIMEOUT],
    ),
    ("let e; for (;;) e = new Error('x', { cause: e })", &[MEMORY, TIMEOUT]),
    (
        "for (;;) try { const h = []; for (;;) h.push(new Uint8Array(1 << 22)) } catch {}",
        &[MEMORY, TIMEOUT],
    ),
    (
        "const a: any[] = [['lol']]; for (let i = 1; i < 26; i++) a[i] = [a[i - 1], a[i - 1]]; export default a[25]",
        &[None, MEMORY, TIMEOUT, RESULT],
    ),
    ("for (;;) console.log('x'.repeat(1e5))", &[TIMEOUT]),
    (
        "const h = []; for (;;) h.push(callMCPTool('mcp__a__b', {}).catch(() => {}))",
        &[CALLS, TIMEOUT],
    ),
    ("for (;;) await callMCPTool('mcp__a__b', { x: 'y' }).catch(() => {})", &[CALLS, TIMEOUT]),
    (
        "for (;;) await callMCPTool('mcp__a__b', { x: 'A'.repeat(15 << 20) }).catch(() => {})",
        &[CALLS, TIMEOUT],
    ),
    ("const h = []; for (;;) h.push(searchTools('x').catch(() => {}))", &[CALLS, TIMEOUT]),
    ("for (;;) await Deno.readTextFile('/etc/passwd').catch(() => {})", &[CALLS, TIMEOUT]),
    ("for (;;) try { require('fs').readFileSync('/dev/zero') } catch {}", &[CALLS, TIMEOUT]),
    ("for (;;) await fetch('http://example.com/').catch(() => {})", &[CALLS, TIMEOUT]),
    (
        "const h = []; for (;;) h.push(fetch('http://x.test/').catch(() => {}))",
        &[CALLS, MEMORY, TIMEOUT],
    ),
];

const MEMORY: Option<LimitKind> = Some(LimitKind::Memory);
const TIMEOUT: Option<LimitKind> = Some(LimitKind::Timeout);
const CALLS: Option<LimitKind> = Some(LimitKind::ToolCalls);
const RESULT: Option<LimitKind> = Some(LimitKind::Result);
const STACK: Option<LimitKind> = Some(LimitKind::Stack);

#[test]
fn no_published_escape_works() {
    let workspace = workspace().with_demo();
    let mut server = workspace.serve();
    for (name, code) in ESCAPES {
        let code = format!("{POWER}{code}\nconsole.log('went through')");
        let arguments = json!({ "code": code, "timeoutMs": 2_000, "allowedTools": ["mcp__x__*"] });
        let outcome = server.execute(arguments);
        assert!(!outcome.output.contains("ESCAPED"), "{name}: {}", outcome.output);
        // Ended by a limit or an error is well; a crash or a call the filter kills is not.
        let kind = outcome.error.as_ref().map_or("", |error| &error.kind);
        assert!(!["EngineCrash", "SandboxViolation"].contains(&kind), "{name}: {outcome:?}");
        assert_eq!(
            outcome.tool_call_summary.iter().map(|row| row.count - row.errors).sum::<u64>(),
            0
        );
    }
    assert_well(&mut server);
}

#[test]
fn bombs_meet_a_limit_and_leave_the_host_alone() {
    let workspace = workspace().with_setting("limits", json!({ "maxToolCalls": 200 }));
    let mut server = workspace.serve();
    assert_well(&mut server);
    let host = ProcessId::of(server.pid()).expect("the server runs");
    // A few at a time: side by side they are also no danger to one another.
    for bombs in BOMBS.chunks(4) {
        let send = |(code, _): &(&str, _)| {
            server.send_program(json!({ "code": code, "timeoutMs": 1_200 }))
        };
        let ids: Vec<u64> = bombs.iter().map(send).collect();
        for ((code, limits), id) in bombs.iter().zip(ids) {
            let outcome = server.outcome_of(id);
            let stopped = limits.contains(&outcome.limit) && outcome.error.is_some();
            let omitted = outcome.limit == RESULT && limits.contains(&RESULT);
            assert!(stopped || omitted, "{code}: {outcome:?}");
        }
        assert_well(&mut server);
    }
    let resident = host.resident_bytes().unwrap_or_default() >> 20;
    assert!(resident < 250, "the host holds {resident} MiB");
}

#[test]
fn two_programs_share_nothing() {
    let (_workspace, mut server) = server();
    let code = "const had = (globalThis as any).mark ?? (Object.prototype as any).mark ?? ([].map as any).mark;\n\
        (globalThis as any).mark = (Object.prototype as any).mark = (Array.prototype.map as any).mark = 1;\n\
        console.log(had); [Math.random(), Math.random()]";
    let outcomes: Vec<ExecutionOutcome> = (0..20).map(|_| server.run(code)).collect();
    assert!(outcomes.iter().all(|outcome| output_of(outcome) == "undefined\n"), "{outcomes:?}");
    let drawn: BTreeSet<String> =
        outcomes.iter().flat_map(|outcome| outcome.result.as_ref()).map(Value::to_string).collect();
    assert_eq!(drawn.len(), 20, "programs draw the same random numbers");
}

#[test]
fn a_program_has_its_socket_and_nothing_else() {
    let workspace = workspace().with_demo();
    let mut server = workspace.serve();
    // With an upstream, so that its pipes are there to be inherited.
    server.run_with("await callMCPTool('mcp__demo__list_notes', {})", &["mcp__demo__*"]);
    let ids: Vec<u64> = (0..3)
        .map(|_| server.send_program(json!({ "code": "while (true) {}", "timeoutMs": 1_500 })))
        .collect();
    let mut family = Family::of(&server);
    wait_until(DEFAULT_WAIT, "the programs did not start", || {
        family = Family::of(&server);
        family.children.len() >= 3
            && family.children.iter().all(|&pid| status(pid, "Seccomp:") == "2")
    });
    let mut sockets = BTreeSet::new();
    for &pid in &family.children {
        // Only root may look: the kernel lets nobody else into a process that is not dumpable.
        if rustix::process::geteuid().is_root() {
            let mut open = descriptors(pid);
            assert_eq!(open.len(), 4, "{open:?}");
            sockets.insert(open.remove(3));
            assert_eq!(open, ["/dev/null"; 3], "{pid}");
        }
        for (limit, value) in [
            ("Max file size", "0"),
            ("Max core file size", "0"),
            ("Max processes", "0"),
            ("Max open files", "4"),
            ("Max locked memory", "0"),
        ] {
            assert_eq!(hard_limit(pid, limit), value, "{limit}");
        }
        let space: u64 = hard_limit(pid, "Max address space").parse().expect("a number");
        assert!(space < 1 << 30, "{space} bytes of address space");
        assert_ne!(hard_limit(pid, "Max cpu time"), "unlimited");
    }
    if rustix::process::geteuid().is_root() {
        assert_eq!(sockets.len(), family.children.len(), "children share a socket: {sockets:?}");
        assert_eq!(descriptors(family.launcher), [] as [&str; 0], "the launcher holds something");
        assert_eq!(descriptors(family.zygote).len(), 6, "{:?}", descriptors(family.zygote));
    }
    let ours = session(server.pid());
    for pid in family.all() {
        assert_eq!(status(pid, "CapBnd:").trim_start_matches('0'), "", "{pid}");
        assert_eq!(status(pid, "CapEff:").trim_start_matches('0'), "", "{pid}");
        assert_eq!(status(pid, "NoNewPrivs:"), "1", "{pid}");
        assert_eq!(status(pid, "Groups:"), "", "{pid}");
        assert_eq!(read(pid, "oom_score_adj").trim(), "1000", "{pid}");
        assert_eq!(read(pid, "setgroups").trim(), "deny", "{pid}");
        let map: Vec<String> = read(pid, "uid_map").split_whitespace().map(str::to_owned).collect();
        assert!(map.len() == 3 && map[2] == "1" && map[0] != "0" && map[1] != "0", "{map:?}");
        assert_ne!(session(pid), ours, "a key pressed in the host's terminal would end {pid}");
    }
    ids.into_iter().for_each(|id| drop(server.outcome_of(id)));
}

#[test]
fn whoever_is_killed_takes_the_programs_along() {
    for namespaces in [true, false] {
        for victim in ["host", "launcher", "zygote"] {
            let workspace = without_spares(namespaces);
            let mut server = workspace.serve();
            let ids = endless(&mut server, 2);
            let family = Family::of(&server);
            let below = server.descendants();
            kill(match victim {
                "host" => server.pid(),
                "launcher" => family.launcher,
                _ => family.zygote,
            });
            assert_gone(&below, PROMPTLY);
            if victim != "host" {
                for id in ids {
                    assert_eq!(error_of(&server.outcome_of(id)).kind, "SandboxError", "{victim}");
                }
                assert_well(&mut server);
            }
        }
    }
}

#[test]
fn a_zygote_that_hangs_is_replaced() {
    let workspace = without_spares(true);
    let mut server = workspace.serve();
    let ids = endless(&mut server, 1);
    let before = Family::of(&server);
    let pid = i32::try_from(before.zygote).ok().and_then(Pid::from_raw).expect("a process");
    kill_process(pid, Signal::STOP).expect("the zygote can be stopped");
    let id = server.send_program(json!({ "code": "console.log('still here')" }));
    let answer = server.wait_for(id, Duration::from_secs(40)).expect("an answer");
    assert_eq!(answer["structuredContent"]["output"], "still here\n", "{answer}");
    // What it had forked runs on to its own end, and then it is gone.
    for id in ids {
        drop(server.outcome_of(id));
    }
    let stopped = ProcessId::of(before.zygote).into_iter().collect::<Vec<_>>();
    assert_gone(&stopped, Duration::from_secs(20));
    assert_well(&mut server);
}

#[test]
fn zygotes_are_replaced_under_load() {
    let workspace = workspace()
        .with_setting("executors", typescript_alone())
        .with_setting("sandbox", json!({ "rotateAfter": 3, "spares": 2 }));
    let mut server = workspace.serve();
    server.run("1");
    let code = "await new Promise((r) => setTimeout(r, 20)); 'through'";
    let ids: Vec<u64> = (0..60).map(|_| server.send_program(json!({ "code": code }))).collect();
    for id in ids {
        assert_eq!(server.outcome_of(id).result, Some(json!("through")));
    }
    // A launcher, a zygote and what is kept ready, in place of some twenty of each.
    wait_until(PROMPTLY, "zygotes that were replaced remain", || server.descendants().len() <= 4);
}

#[test]
fn a_level_that_is_not_reached_is_refused_and_l1_is_said() {
    let refusing = without_spares(false).with_security("minIsolation", json!("L2"));
    let refusal = refusing.serve().refusal(json!({ "code": "console.log('ran')" }));
    assert!(refusal.contains("L1") && refusal.contains("switched off"), "{refusal}");
    let workspace = without_spares(false);
    let mut server = workspace.serve();
    assert_eq!(server.run("1").isolation.level, types::IsolationLevel::L1);
    assert_eq!(server.execute(json!({ "code": "for (;;) {}", "timeoutMs": 100 })).limit, TIMEOUT);
}

#[test]
fn cancelled_programs_are_ended_and_recorded() {
    let (workspace, mut server) = server();
    for turn in 0..60_u64 {
        let id = server.send_program(json!({ "code": "while (true) {}", "timeoutMs": 60_000 }));
        // At various points of its way: sometimes the answer to another request comes in between.
        if turn % 3 == 0 {
            drop(server.call_tool("health", json!({})));
        }
        server.notify("notifications/cancelled", json!({ "requestId": id, "reason": "enough" }));
    }
    wait_until(PROMPTLY, "cancelled programs still run", || {
        server.call_tool("health", json!({}))["structuredContent"]["connectionPool"]["active"] == 0
    });
    let ids = |records: &[Value], event: &str| -> BTreeSet<String> {
        let of = records.iter().filter(|record| record["event"] == event);
        of.map(|record| record["executionId"].to_string()).collect()
    };
    wait_until(PROMPTLY, "executions have no end in the audit log", || {
        let records = workspace.audit_records();
        ids(&records, "start") == ids(&records, "end")
    });
    assert_well(&mut server);
}

/// The sandbox's processes below a server.
#[derive(Debug)]
struct Family {
    launcher: u32,
    zygote: u32,
    children: Vec<u32>,
}

impl Family {
    fn of(server: &McpProcess) -> Self {
        let workers: Vec<u32> = server
            .descendants()
            .into_iter()
            .map(|process| process.pid)
            .filter(|&pid| read(pid, "cmdline").contains("__worker"))
            .collect();
        let below = |parent: u32| -> Vec<u32> {
            let of = workers.iter().filter(|&&pid| status(pid, "PPid:") == parent.to_string());
            of.copied().collect()
        };
        let launcher = below(server.pid()).first().copied().unwrap_or_default();
        let zygote = below(launcher).first().copied().unwrap_or_default();
        Self { launcher, zygote, children: below(zygote) }
    }

    fn all(&self) -> impl Iterator<Item = u32> + '_ {
        [self.launcher, self.zygote].into_iter().chain(self.children.iter().copied())
    }
}

/// One family of processes, in which each stands for itself.
fn without_spares(namespaces: bool) -> Workspace {
    let workspace = workspace().with_setting("executors", typescript_alone());
    workspace.with_setting("sandbox", json!({ "namespaces": namespaces, "spares": 0 }))
}

/// Settings without Python, whose processes would stand beside those that are looked at.
fn typescript_alone() -> Value {
    json!({ "python": { "enabled": false } })
}

/// Starts programs that do not end by themselves, and waits until they run.
fn endless(server: &mut McpProcess, count: usize) -> Vec<u64> {
    let program = json!({ "code": "while (true) {}", "timeoutMs": 15_000 });
    let ids = (0..count).map(|_| server.send_program(program.clone())).collect();
    wait_until(DEFAULT_WAIT, "the programs did not start", || {
        let children = Family::of(server).children;
        children.len() == count && children.iter().all(|&pid| status(pid, "Seccomp:") == "2")
    });
    ids
}

fn kill(pid: u32) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process");
    kill_process(pid, Signal::KILL).expect("the process can be killed");
}

fn read(pid: u32, file: &str) -> String {
    let bytes = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A line of the kernel's description of a process.
fn status(pid: u32, key: &str) -> String {
    let text = read(pid, "status");
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.unwrap_or_default().trim().to_owned()
}

fn session(pid: u32) -> String {
    let text = read(pid, "stat");
    let fields = text.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
    fields.split_whitespace().nth(3).unwrap_or_default().to_owned()
}

fn hard_limit(pid: u32, name: &str) -> String {
    let text = read(pid, "limits");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().nth(1).unwrap_or_default().to_owned()
}

/// What a process has open, in order of its numbers.
fn descriptors(pid: u32) -> Vec<String> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let mut numbers: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    let target = |number: &u32| fs::read_link(format!("/proc/{pid}/fd/{number}")).ok();
    let targets = numbers.iter().filter_map(target);
    targets.map(|target| target.to_string_lossy().into_owned()).collect()
}
