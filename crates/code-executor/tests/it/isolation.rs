//! The walls around a program, tried from inside and looked at from outside.

use std::fs;

use serde_json::json;
use testkit::wait_until;
use types::{IsolationLevel, Layer};

use crate::support::{assert_well, server, workspace};

#[test]
fn this_machine_gives_every_layer_of_l2() {
    let (_workspace, mut server) = server();
    let isolation = server.run("1").isolation;
    assert!(isolation.level >= IsolationLevel::L2, "these are missing: {:?}", isolation.missing);
    for layer in [
        Layer::UserNamespace,
        Layer::EmptyRoot,
        Layer::PidNamespace,
        Layer::NetworkNamespace,
        Layer::IpcNamespace,
        Layer::NoCapabilities,
        Layer::NoNewPrivs,
        Layer::Landlock,
        Layer::Seccomp,
        Layer::Rlimits,
    ] {
        assert!(isolation.layers.contains(&layer), "{layer:?} is missing: {:?}", isolation.missing);
    }
}

#[test]
fn the_language_offers_no_way_out() {
    let (_workspace, mut server) = server();
    let outcome = server.run(
        r#"
        const tried: Record<string, string> = {};
        for (const name of ['Bun', 'std', 'os', 'XMLHttpRequest', 'SharedArrayBuffer', 'Atomics']) tried[name] = typeof (globalThis as any)[name];
        for (const name of ['WebSocket', 'Worker', 'WebAssembly']) {
            try { new (globalThis as any)[name]('x'); tried[name] = 'made'; } catch { tried[name] = 'refused'; }
        }
        for (const [holder, names] of [
            ['Deno', ['run', 'Command', 'dlopen', 'kill', 'connect', 'listen', 'serve', 'createHttpClient']],
            ['process', ['binding', 'dlopen', 'kill', 'setuid', 'chdir', '_linkedBinding']],
        ] as const) {
            for (const name of names) {
                try { (globalThis as any)[holder][name]('x'); tried[`${holder}.${name}`] = 'called'; } catch { tried[`${holder}.${name}`] = 'refused'; }
            }
        }
        for (const name of ['child_process', 'node:vm', 'net', 'std']) {
            try { (globalThis as any).require(name); tried[`require ${name}`] = 'required'; } catch { tried[`require ${name}`] = 'refused'; }
        }
        for (const name of ['node:child_process', 'node:net', 'std', 'qjs:os', '/etc/passwd', './x.js', 'https://example.com/x.js', 'data:text/javascript,1']) {
            try { await import(name); tried[name] = 'imported'; } catch (error) { tried[name] = 'refused'; }
        }
        tried
        "#,
    );
    let tried = outcome.result.unwrap_or_default();
    for (name, what) in tried.as_object().into_iter().flatten() {
        assert!(what == "undefined" || what == "refused", "{name}: {what}");
    }
    assert_well(&mut server);
}

#[test]
fn a_running_program_is_held_as_it_was_said() {
    let (_workspace, mut server) = server();
    server.run("1");
    let before = server.descendants();
    let id = server.send_program(json!({ "code": "while (true) {}", "timeoutMs": 1_500 }));
    let mut child = None;
    wait_until(testkit::DEFAULT_WAIT, "no child appeared", || {
        child = server.descendants().into_iter().find(|process| !before.contains(process));
        child.as_ref().is_some_and(|child| status(child.pid, "Seccomp:") == "2")
    });
    let pid = child.map(|child| child.pid).unwrap_or_default();
    assert_eq!(status(pid, "NoNewPrivs:"), "1");
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        assert_eq!(status(pid, set).trim_start_matches('0'), "", "{set}");
    }
    assert!(!status(pid, "Uid:").starts_with("0\t"), "the program runs as root");
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let environment = String::from_utf8_lossy(&environment);
    assert!(["", "TZ=UTC0\0"].contains(&&*environment), "the program has an environment");
    for namespace in ["user", "mnt", "pid", "net", "ipc", "uts"] {
        let of = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/{namespace}")).ok();
        assert_ne!(of(&pid.to_string()), of("self"), "shares our {namespace} namespace");
    }
    let descriptors =
        fs::read_dir(format!("/proc/{pid}/fd")).map(Iterator::count).unwrap_or_default();
    assert!(descriptors <= 4, "{descriptors} descriptors are open in the program");
    server.outcome_of(id);
}

#[test]
fn the_parents_environment_is_nowhere() {
    let workspace = workspace();
    let mut command = workspace.command(&[]);
    command.env("HOST_CANARY_ENV", "canary-7f3a");
    let mut server = testkit::McpProcess::spawn(command, testkit::Era::Legacy);
    server.initialize();
    let outcome = server.run(
        "Object.getOwnPropertyNames(globalThis).map((name) => { try { return String((globalThis as any)[name]) } catch { return '' } }).join()",
    );
    assert!(outcome.success && !format!("{outcome:?}").contains("canary-7f3a"));
    // Python is there as well; asking it what it is, which the operator's own does, is over.
    let outcome = server.run_python("import os\nf'{dict(os.environ)} {vars()}'");
    assert!(outcome.success && !format!("{outcome:?}").contains("canary-7f3a"), "{outcome:?}");
    for process in server.descendants() {
        let environment = fs::read(format!("/proc/{}/environ", process.pid)).unwrap_or_default();
        let environment = String::from_utf8_lossy(&environment);
        assert!(!environment.contains("canary-7f3a"), "{process:?} holds our environment");
    }
}

#[test]
fn isolation_that_cannot_be_had_is_refused() {
    let workspace = workspace().with_security("minIsolation", json!("L3"));
    let mut server = workspace.serve();
    let reached = testkit::run(workspace.command(&["doctor"]), testkit::DEFAULT_WAIT);
    let doctor = format!("{}{}", reached.stdout, reached.stderr);
    if doctor.contains("L3") && reached.status.success() {
        // This machine gives it: then programs run with it.
        assert_eq!(server.run("1").isolation.level, IsolationLevel::L3);
        return;
    }
    let refusal = server.refusal(json!({ "code": "console.log('ran')" }));
    assert!(refusal.contains("L3") && refusal.contains("doctor"), "{refusal}");
}

/// A line of the kernel's description of a process.
fn status(pid: u32, key: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.unwrap_or_default().trim().to_owned()
}
