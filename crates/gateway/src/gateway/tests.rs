//! The whole gateway in front of children that attack it, and of callers that leave.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use egress::Egress;
use files::Operator;
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::timeout;
use types::{LimitKind, Turn};

use super::*;

const WORKER: &str = include_str!("../../fakes/hostile_worker.py");

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

struct Setup {
    gateway: Gateway,
    folder: TempDir,
}

fn setup() -> Setup {
    let folder = tempfile::tempdir().unwrap();
    let worker = folder.path().join("worker");
    std::fs::write(&worker, format!("#!{} -I\n{WORKER}", python())).unwrap();
    for path in [folder.path(), &worker] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let audit = Log::open(audit::Config {
        path: folder.path().join("audit.log"),
        ..audit::Config::default()
    });
    let gateway = Gateway::new(Parts {
        sandbox: Sandbox::new(sandbox::Config::new(worker)).unwrap(),
        python: None,
        deno: None,
        npm: None,
        hub: Hub::new(upstream::Config::default()),
        remembered: Remembered::default(),
        policy: Policy::new(policy::Config::default()),
        roles: None,
        reach: Reach::new(Operator::default(), Egress::new(egress::Config::default()).unwrap()),
        limiting: Limiting::none(),
        audit: audit.unwrap(),
        history: HistoryConfig::default(),
        typescript: true,
        broken_servers: Vec::new(),
        version: "0".to_owned(),
        spans: None,
    });
    Setup { gateway, folder }
}

/// The interpreter itself: a shim on the path needs an environment, which a worker has not.
fn python() -> String {
    let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    String::from_utf8(asked.unwrap().stdout).unwrap().trim().to_owned()
}

impl Setup {
    async fn run(&self, attack: &str, timeout_ms: u64) -> ExecutionOutcome {
        self.ask(attack, timeout_ms, Turn::default()).await.unwrap()
    }

    async fn ask(
        &self,
        attack: &str,
        timeout_ms: u64,
        turn: Turn,
    ) -> Result<ExecutionOutcome, Refusal> {
        let request = ExecutionRequest {
            language: Language::TypeScript,
            runtime: None,
            code: attack.to_owned(),
            allowed_tools: vec!["mcp__a__*".to_owned()],
            timeout_ms: Some(timeout_ms),
            permissions: None,
            session: None,
            turn,
            trace: None,
        };
        let cancel = CancellationToken::new();
        let principal = Principal::local();
        let running = self.gateway.execute(&principal, request, cancel, Progress::unread());
        timeout(PATIENCE, running).await.unwrap()
    }

    async fn is_idle(&self) {
        let idle = async {
            while self.gateway.0.admission.health().active > 0 {
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, idle).await.expect("a place is not given back");
    }

    fn records(&self, event: &str) -> Vec<Value> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        let logs = files.filter(|file| file.path().extension().is_some_and(|kind| kind == "log"));
        let text: String = logs.map(|log| std::fs::read_to_string(log.path()).unwrap()).collect();
        let records = text.lines().map(|line| serde_json::from_str(line).unwrap());
        records.filter(|record: &Value| record["event"] == event).collect()
    }
}

/// A number of the kernel's about this process, in KiB or as a count.
fn of_this_process(key: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn descriptors() -> usize {
    Path::new("/proc/self/fd").read_dir().unwrap().count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn children_that_speak_nonsense_are_killed_and_named() {
    let setup = setup();
    for attack in [
        "garbage",
        "giant length",
        "a frame of the host's",
        "ready twice",
        "empty output",
        "output beyond the limit",
        "output that is no text",
        "numbers that jump",
        "unknown operation",
        "done with unknown claims",
        "done beyond its cap",
    ] {
        let outcome = setup.run(attack, 10_000).await;
        let error = outcome.error.unwrap_or_else(|| panic!("{attack} succeeded"));
        assert_eq!(error.kind, "SandboxViolation", "{attack}: {}", error.message);
        assert!(outcome.output.len() <= 100 * 1024, "{attack}");
    }
    assert!(setup.run("behave", 10_000).await.success);
    setup.is_idle().await;
    assert_eq!(setup.records("start").len(), 12);
    assert_eq!(setup.records("end").len(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_child_claims_is_held_to_the_limits() {
    let setup = setup();
    let first = setup.run("done twice", 10_000).await;
    assert_eq!(first.result, Some("first".into()));
    for attack in ["a result beyond its limit", "a result without a floor"] {
        let outcome = setup.run(attack, 10_000).await;
        assert!(outcome.result.is_none() && outcome.result_omitted.is_some(), "{attack}");
    }
    let claims = setup.run("claims", 10_000).await;
    let error = claims.error.unwrap();
    let told = error.kind.len() + error.message.len() + error.stack.unwrap_or_default().len();
    assert!(told < 64 * 1024, "{told} bytes of error");
    assert!(claims.memory_usage <= Some(256 << 20));
    let calls = setup.run("malformed calls", 10_000).await;
    assert!(calls.success, "{:?}", calls.error);
    let harmless = |tool: &String| tool.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    assert!(calls.tool_calls_made.iter().all(harmless), "{:?}", calls.tool_calls_made);
    assert_eq!(setup.run("a crash", 10_000).await.error.unwrap().kind, "EngineCrash");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_meet_a_limit_and_cost_the_host_little() {
    let setup = setup();
    assert!(setup.run("behave", 10_000).await.success);
    let (before, open) = (of_this_process("VmRSS:"), descriptors());
    for (attack, limits) in [
        ("half a header", &[LimitKind::Timeout][..]),
        ("header without payload", &[LimitKind::Timeout]),
        ("silence", &[LimitKind::Timeout]),
        ("calls without reading", &[LimitKind::Timeout, LimitKind::ToolCalls]),
        ("questions without reading", &[LimitKind::Timeout, LimitKind::ToolCalls]),
        ("large calls without reading", &[LimitKind::Timeout]),
        ("dense calls without reading", &[LimitKind::Timeout]),
    ] {
        let began = Instant::now();
        let outcome = setup.run(attack, 700).await;
        assert!(
            outcome.limit.is_some_and(|limit| limits.contains(&limit)),
            "{attack}: {outcome:?}"
        );
        assert!(began.elapsed() < Duration::from_secs(10), "{attack}: {:?}", began.elapsed());
    }
    assert!(setup.run("descriptors", 10_000).await.success);
    let grown = of_this_process("VmHWM:").saturating_sub(before) / 1024;
    assert!(grown < 300, "the host grew by {grown} MiB");
    setup.is_idle().await;
    assert!(descriptors() <= open + 2, "{open} descriptors became {}", descriptors());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_leaves_still_gets_an_end_record() {
    let setup = setup();
    for wait in [0, 1, 5, 20, 100] {
        // Dropped wherever it happens to be: before its place, its child, its records, its end.
        let left = timeout(Duration::from_millis(wait), setup.run("silence", 60_000)).await;
        assert!(left.is_err());
    }
    let until_running = async {
        let mut wait = Duration::from_millis(100);
        while setup.records("start").is_empty() {
            let _ = timeout(wait, setup.run("silence", 60_000)).await;
            wait *= 2;
        }
    };
    timeout(PATIENCE, until_running).await.unwrap();
    setup.is_idle().await;
    setup.gateway.shutdown(PATIENCE).await;
    let (starts, ends) = (setup.records("start"), setup.records("end"));
    let ids = |records: &[Value]| {
        let ids = records.iter().map(|record| record["executionId"].to_string());
        ids.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(ids(&starts), ids(&ends));
    assert!(ends.iter().all(|end| end["errorClass"] == "CancelledError"), "{ends:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_never_began_takes_nothing_of_a_budget() {
    let setup = setup();
    let config = policy::Config { max_concurrent: 1, ..policy::Config::default() };
    let rules = vec![Rule::parse("client executions 2/24h").unwrap()];
    setup.gateway.set_limits(rules, &config);
    let client = Principal::local();
    let place = setup.gateway.0.admission.enter(&client, Turn::default()).await.unwrap();
    for _ in 0..5 {
        let turn = Turn { max_wait_ms: Some(0), ..Turn::default() };
        let refusal = setup.ask("behave", 10_000, turn).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::Busy, "{refusal}");
    }
    drop(place);
    for _ in 0..2 {
        assert!(setup.run("behave", 10_000).await.success);
        setup.is_idle().await;
    }
    let refusal = setup.ask("behave", 10_000, Turn::default()).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::RateLimited, "{refusal}");
}
