//! The cases that the host carries out: a kernel without a layer, a client that asks for more, the
//! server killed amid executions.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use testkit::{
    DEFAULT_WAIT, Era, Fixtures, McpProcess, PackageIndex, Wheel, assert_gone, run, wait_until,
};
use types::IsolationLevel;

use super::surrounding::below;
use crate::support::{server, workspace};

const LANGUAGES: [(&str, &str); 2] =
    [("executePython", "print('ran')"), ("executeTypescript", "console.log('ran')")];

/// What the client is answered, be it an outcome or a refusal.
fn answer(server: &mut McpProcess, tool: &str, arguments: Value) -> Value {
    let id = server.send("tools/call", json!({ "name": tool, "arguments": arguments }));
    server.wait_for(id, DEFAULT_WAIT).unwrap_or_else(|error| json!({ "refused": error.message }))
}

/// CFG-001, CFG-002 and CFG-003: a layer that is missing, or that only seems to be there, means
/// that nothing runs, or that the level which is told is the one that is left.
#[cfg(target_arch = "x86_64")]
#[test]
fn a_kernel_without_a_layer_runs_nothing_or_says_so() {
    const SECCOMP: &str = "317";
    const LANDLOCK: [&str; 3] = ["444", "445", "446"];
    const CAPSET: &str = "126";
    const PIVOT_ROOT: &str = "155";
    const UNSHARE: &str = "272";
    const NO_SYSTEM_CALL: &str = "38";
    const INVALID: &str = "22";
    const NOT_PERMITTED: &str = "1";
    const AS_IF: &str = "0";
    let hosts = [
        ("no seccomp", format!("{SECCOMP}={INVALID}"), None),
        ("seccomp that does nothing", format!("{SECCOMP}={AS_IF}"), None),
        ("no Landlock", LANDLOCK.map(|call| format!("{call}={NO_SYSTEM_CALL}")).join(","), None),
        ("Landlock that does nothing", format!("{}={AS_IF}", LANDLOCK[2]), None),
        ("capabilities that stay", format!("{CAPSET}={AS_IF}"), None),
        ("no namespaces", format!("{UNSHARE}={NOT_PERMITTED}"), Some(IsolationLevel::L1)),
        ("namespaces that are none", format!("{UNSHARE}={AS_IF}"), Some(IsolationLevel::L1)),
        ("a root that stays", format!("{PIVOT_ROOT}={AS_IF}"), Some(IsolationLevel::L1)),
    ];
    for (what, answers, at_most) in hosts {
        let workspace = workspace()
            .with_setting("executors", json!({ "python": { "pythonPath": "/usr/bin/python3" } }));
        let command = below("host_without.py", &[&answers], &workspace.command(&[]));
        let mut server = McpProcess::spawn(command, Era::Legacy);
        server.initialize();
        for (tool, code) in LANGUAGES {
            let answer = answer(&mut server, tool, json!({ "code": code, "timeoutMs": 5000 }));
            let outcome = &answer["structuredContent"];
            if outcome["output"] != "ran\n" {
                continue;
            }
            let level: Option<IsolationLevel> =
                serde_json::from_value(outcome["isolation"]["level"].clone()).ok();
            assert!(
                level.is_some() && level <= at_most,
                "{what}: {tool} ran at {level:?}: {}",
                outcome["isolation"]
            );
        }
        let finished = server.finish();
        assert!(finished.status.success(), "{what}: {}", finished.stderr);
    }
}

/// CFG-008: what a client supplies can narrow, and no more.
#[test]
fn permissions_that_a_client_brings_open_nothing() {
    let (_workspace, mut server) = server();
    let grants = json!({ "read": ["/"], "write": ["/"], "net": ["*"], "env": ["*"], "run": ["*"] });
    for (tool, code) in [
        (
            "executePython",
            "import os\ntry: print(open('/etc/hostname').read())\nexcept OSError: print('refused')",
        ),
        (
            "executeTypescript",
            "try { await import('fs'); console.log('opened') } catch { console.log('refused') }",
        ),
    ] {
        let arguments = json!({ "code": code, "permissions": grants });
        let answer = answer(&mut server, tool, arguments);
        let output = answer["structuredContent"]["output"].as_str();
        assert!(matches!(output, None | Some("refused\n")), "{tool}: {answer}");
        for (key, value) in [
            ("timeoutMs", json!(1e12)),
            ("timeoutMs", json!(-1)),
            ("timeoutMs", json!(0)),
            ("memoryBytes", json!(-1)),
            ("isolation", json!("L0")),
        ] {
            let mut arguments = json!({ "code": "1" });
            arguments[key] = value;
            let answer = self::answer(&mut server, tool, arguments);
            assert!(answer["structuredContent"]["output"].is_null(), "{tool}, {key}: {answer}");
        }
    }
}

/// CFG-009: the environment of a service cannot ask for less than L1, unless it says twice what that
/// means.
#[test]
fn no_environment_variable_takes_the_walls_away() {
    let workspace = workspace();
    let mut command = workspace.command(&[]);
    command.env("CODE_EXECUTOR_SECURITY_MIN_ISOLATION", "L0");
    let refused = run(command, DEFAULT_WAIT);
    assert!(!refused.status.success() && refused.stderr.contains("NotIsolated"), "{refused:?}");
    let mut command = workspace.command(&[]);
    command.env("CODE_EXECUTOR_SANDBOX_NAMESPACES", "false");
    command.env("PYTHONPATH", "/tmp").env("PYTHONSTARTUP", "/tmp/x.py").env("PYTHONINSPECT", "1");
    command.env("LD_PRELOAD", "/tmp/none.so").env("LD_LIBRARY_PATH", "/tmp");
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    for (tool, code) in LANGUAGES {
        let answer = answer(&mut server, tool, json!({ "code": code }));
        let level = &answer["structuredContent"]["isolation"]["level"];
        assert!(level.is_null() || level == "L1", "{tool}: {answer}");
    }
}

/// CFG-013: nothing outlives the server, however it ends.
#[test]
fn a_killed_server_takes_python_along() {
    for namespaces in [true, false] {
        let sandbox = json!({ "namespaces": namespaces, "spares": 0 });
        let python = json!({ "python": { "pythonPath": "/usr/bin/python3" } });
        let workspace =
            workspace().with_setting("sandbox", sandbox).with_setting("executors", python);
        let mut server = workspace.serve();
        let idle = {
            server.run_python("1");
            server.descendants().len()
        };
        let endless = json!({ "code": "while True: pass", "timeoutMs": 60_000 });
        for _ in 0..10 {
            server.send("tools/call", json!({ "name": "executePython", "arguments": endless }));
        }
        wait_until(DEFAULT_WAIT, "the programs did not start", || {
            server.descendants().len() >= idle + 9
        });
        let below = server.descendants();
        server.signal(Signal::KILL);
        assert_gone(&below, Duration::from_secs(5));
    }
}

/// SUP-003: what a package would have run whenever an interpreter starts.
#[test]
fn what_a_wheel_would_run_at_the_start_is_not_run() {
    let start = "import builtins; builtins.started = True\n";
    let wheel = Wheel::new("innocent", "1.0", "WORD = 'hello'")
        .with_file("innocent.pth", start)
        .with_file("sitecustomize.py", start)
        .with_file("usercustomize.py", start);
    let index = PackageIndex::start(&[wheel], &[]);
    let python = json!({
        "pythonPath": "/usr/bin/python3",
        "dependencies": { "mode": "allowlist", "allow": ["innocent"], "uv": Fixtures::locate().uv() },
    });
    let workspace = workspace().with_setting("executors", json!({ "python": python }));
    let mut command = workspace.command(&[]);
    command.env("PIP_INDEX_URL", index.url()).env("PIP_CONFIG_FILE", "/dev/null");
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    let code = "# /// script\n# dependencies = [\"innocent\"]\n# ///\nimport builtins, innocent\n\
                [innocent.WORD, hasattr(builtins, 'started')]";
    let outcome = server.run_python(code);
    assert_eq!(outcome.result, Some(json!(["hello", false])), "{:?}", outcome.error);
}

/// CFG-014: words are no deeds.
#[test]
fn harmless_words_are_not_taken_for_attacks() {
    let workspace = workspace().with_security("dangerousPatterns", json!("block"));
    let mut server = workspace.serve();
    let code = "# never eval( or exec( or __import__('os').system(\nprint('eval(x) exec(y) subprocess.run(z) pickle.loads(w)')\nmodel = {'eval': 1}\nmodel['eval']";
    let outcome = server.run_python(code);
    assert!(outcome.success && outcome.findings.is_empty(), "{outcome:?}");
    let outcome = server.run("// eval('1')\nconsole.log('eval(x) new Function(y) child_process')");
    assert!(outcome.success && outcome.findings.is_empty(), "{outcome:?}");
}
