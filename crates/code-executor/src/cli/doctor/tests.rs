//! What counts as reachable, and how the report looks.

use types::{Isolation, Language, Layer, MissingLayer};
use wire::control::Wall;

use super::*;
use crate::cli::doctor::report::{
    Advice, AuditLog, Clock, Engine, Host, Interpreter, Limits, Probe, Upstream,
};

fn report() -> Report {
    let probe = |name: &str, what, held| Probe {
        name: name.to_owned(),
        what,
        held,
        met: None,
        held_by: vec![Wall::Namespaces, Wall::Seccomp],
        possible: true,
    };
    Report {
        version: "0.0.0",
        ok: true,
        min_isolation: IsolationLevel::L1,
        engines: vec![Engine {
            language: Language::TypeScript,
            available: true,
            engine: "quickjs",
            version: None,
            executable: None,
            level: Some(IsolationLevel::L2),
            reason: None,
            asked_for: true,
            isolation: Some(Isolation {
                engine: "quickjs".to_owned(),
                level: IsolationLevel::L2,
                layers: vec![Layer::Landlock, Layer::Seccomp],
                missing: vec![MissingLayer {
                    layer: Layer::Cgroup,
                    reason: "/sys/fs/cgroup was not delegated to us".to_owned(),
                }],
            }),
            probes: vec![
                probe("read-file", "read a file of the host", Some(true)),
                Probe { possible: false, ..probe("mount", "mount a file system", Some(true)) },
            ],
        }],
        advice: vec![Advice {
            about: "cgroup limits (level L3)".to_owned(),
            why: "/sys/fs/cgroup was not delegated to us".to_owned(),
            ways: vec!["systemd-run --user --scope -p Delegate=yes code-executor".to_owned()],
        }],
        interpreters: vec![
            Interpreter {
                path: "/usr/bin/python3".to_owned(),
                version: Some("3.13.1".to_owned()),
                used: true,
                reason: None,
            },
            Interpreter {
                path: "/usr/bin/python".to_owned(),
                version: None,
                used: false,
                reason: Some(
                    "/usr/bin/python is Python 2.7.18; 3.9 to 3.14 are supported".to_owned(),
                ),
            },
        ],
        uv: None,
        configuration: Configuration {
            files: vec![ConfigurationFile {
                path: "/home/x/.code-executor.json".to_owned(),
                standing: "operator",
            }],
            variables: vec!["CODE_EXECUTOR_SANDBOX_SPARES".to_owned()],
            notices: Vec::new(),
        },
        upstreams: vec![Upstream {
            server: "files".to_owned(),
            reachable: true,
            tools: Some(14),
            protocol_version: Some("2025-06-18".to_owned()),
            milliseconds: 120.4,
            error: None,
        }],
        audit_log: AuditLog {
            enabled: true,
            directory: Some("/home/x/.local/state/code-executor".to_owned()),
            writable: true,
            free_bytes: Some(5 << 30),
            error: None,
        },
        clock: Clock { now: "2026-01-02T03:04:05Z".to_owned(), sane: true, reason: None },
        limits: Limits {
            open_files: Some(64),
            open_files_most: Some(64),
            open_files_needed: 500,
            processes: None,
            address_space: None,
            memory_bytes: Some(8 << 30),
            available_bytes: Some(700 << 20),
            processors: 4,
        },
        host: Host {
            kernel: "6.18.1".to_owned(),
            uid: 1000,
            container: Some("docker"),
            filtered: true,
            security_modules: None,
        },
        problems: Vec::new(),
    }
}

#[test]
fn a_report_is_readable() {
    insta::assert_snapshot!(shown::text(&report(), Style::default()).out);
}

#[test]
fn a_report_of_failures_names_each() {
    let mut report = report();
    report.engines[0].probes[0].held = Some(false);
    report.engines[0].probes[1].held = None;
    report.engines[0].probes[1].met = Some("it ended: Signal(9)".to_owned());
    report.min_isolation = IsolationLevel::L3;
    report.upstreams[0].reachable = false;
    report.upstreams[0].error = Some("no such file".to_owned());
    report.audit_log.writable = false;
    report.audit_log.error = Some("Permission denied".to_owned());
    report.clock.reason = Some("it is 1970 by this clock".to_owned());
    report.problems = problems(&report);
    report.ok = false;
    assert_eq!(report.problems.len(), 5, "{:?}", report.problems);
    insta::assert_snapshot!(shown::text(&report, Style::default()).out);
}

#[test]
fn what_nobody_asked_for_is_no_failure() {
    let mut report = report();
    let python = Engine {
        language: Language::Python,
        available: false,
        engine: "cpython",
        version: None,
        executable: None,
        level: None,
        reason: Some("no python3 is on the search path".to_owned()),
        asked_for: false,
        isolation: None,
        probes: Vec::new(),
    };
    report.engines.push(python);
    assert_eq!(problems(&report), Vec::<String>::new());
    report.engines[1].asked_for = true;
    assert_eq!(problems(&report).len(), 1);
}

#[test]
fn nothing_is_promised_at_l0() {
    let mut report = report();
    report.min_isolation = IsolationLevel::L0;
    report.engines[0].level = Some(IsolationLevel::L0);
    report.engines[0].probes[0].held = Some(false);
    assert_eq!(problems(&report), Vec::<String>::new());
}
