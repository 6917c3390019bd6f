//! A server under attack: what is sent to it, and what must be as before afterwards.

use std::{
    collections::{BTreeSet, HashSet},
    fs,
    os::unix::fs::MetadataExt,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Era, McpProcess, ProcessId, Workspace, run};
use types::{IsolationLevel, Language, LimitKind};

use super::{
    case::{Case, Probe},
    firing_range::Range,
    surrounding::{BESIDE, GRANTED, Mode, Surrounding, User, below},
    verdict::{Answer, Verdict, judge},
};
use crate::ordinary_user::SOMEONE;

/// Milliseconds for a case that only a limit ends, for any other, and for one that was not clear.
pub const ENDLESS_MS: u64 = 1000;
pub const TIMEOUT_MS: u64 = 5000;
pub const SECOND_TRY_MS: u64 = 30_000;

/// Runs beside the attacks and must notice nothing of them.
const BYSTANDER: &str = "
import os, threading, time
end = time.monotonic() + 0.2
with open(os.devnull, 'w') as sink:
    while time.monotonic() < end:
        worker = threading.Thread(target=sink.write, args=('x',))
        worker.start()
        worker.join()
        time.sleep(0.01)
print('untouched')
";

/// The uid that root's programs run as.
const SANDBOX_UID: u32 = 65_533;

/// Where a program that got out could leave a file for the next.
const OPEN_TO_ALL: [&str; 3] = ["/tmp", "/var/tmp", "/dev/shm"];

/// Categories whose cases are granted a directory and a host.
const WITH_GRANTS: [&str; 4] = ["files", "filesystem", "network", "ssrf"];

/// How a case is run, where it is not the usual way.
#[derive(Debug, Clone)]
pub struct Manner {
    pub milliseconds: Option<u64>,
    pub allowed: Value,
    /// Granted beside the usual: directories to read, and hosts.
    pub more: (Vec<Value>, Vec<Value>),
}

impl Default for Manner {
    fn default() -> Self {
        let allowed = json!(["mcp__allowed__*"]);
        Self { milliseconds: None, allowed, more: (Vec::new(), Vec::new()) }
    }
}

/// A server under attack, and what was below it before.
pub struct Target {
    name: String,
    pub level: IsolationLevel,
    pub workspace: Workspace,
    server: McpProcess,
    // What runs TypeScript, where it is not the embedded engine.
    runtime: Option<&'static str>,
    before: HashSet<ProcessId>,
    // Files where everybody may write, from before.
    there: BTreeSet<String>,
}

impl Target {
    /// The server as it is shipped.
    pub fn start(surrounding: Surrounding, range: &Range) -> Self {
        let (workspace, command) = surrounding.command(surrounding.workspace());
        let is_its_user = surrounding.user == User::Root || !rustix::process::geteuid().is_root();
        if surrounding.mode == Mode::Container && is_its_user {
            names_the_refusal(below("like_docker.py", &[], &workspace.command(&["doctor"])));
        }
        let mut target = Self::serve(workspace, command, range);
        target.name = surrounding.name(target.level);
        assert!(surrounding.mode.is_reached_by(target.level), "{surrounding:?}: {}", target.name);
        target
    }

    /// A server by any command.
    pub fn serve(workspace: Workspace, mut command: Command, range: &Range) -> Self {
        let there = open_to_all();
        command.env("HOST_CANARY_ENV", range.token());
        range.lead_out_of(&workspace.path(GRANTED), &workspace.path(BESIDE));
        let mut server = McpProcess::spawn(command, Era::Legacy);
        server.initialize();
        // Everything that a server starts once, so that what comes later was not meant to stay.
        let all = json!(["mcp__*"]);
        let mut levels = BTreeSet::new();
        for (tool, code) in [
            ("executeTypescript", "(await callMCPTool('mcp__allowed__tool', { text: 'up' }))"),
            ("executePython", "await call_mcp_tool('mcp__allowed__tool', {'text': 'up'})"),
            ("executePython", "len(discover_mcp_tools(server='forbidden'))"),
        ] {
            let outcome = server.execute_by(tool, json!({ "code": code, "allowedTools": all }));
            assert!(outcome.success, "{:?}\n{}", outcome.error, server.stderr());
            levels.insert(outcome.isolation.level);
        }
        assert_eq!(levels.len(), 1, "both languages have the same: {levels:?}");
        let level = levels.first().copied().unwrap_or(IsolationLevel::L0);
        let granted = json!({ "read": [workspace.path(GRANTED)] });
        let arguments = json!({ "code": "1", "permissions": granted });
        let outcome = server.execute_by("executePython", arguments);
        assert!(outcome.success, "with a grant: {:?}", outcome.error);
        let before = at_rest(&server);
        Self { name: format!("{level:?}"), level, workspace, server, runtime: None, before, there }
    }

    /// Has TypeScript run in Deno from here on.
    pub fn turn_to_deno(&mut self) {
        self.runtime = Some("deno");
        let granted = json!({ "read": [self.workspace.path(GRANTED)] });
        for permissions in [json!({}), granted] {
            let arguments = json!({
                "code": "1", "runtime": "deno", "permissions": permissions, "timeoutMs": SECOND_TRY_MS,
            });
            let outcome = self.server.execute(arguments);
            assert!(outcome.success, "in Deno: {:?}", outcome.error);
        }
        self.before = at_rest(&self.server);
    }

    pub fn send(&mut self, range: &Range, case: &Case, manner: &Manner) -> u64 {
        let tool = match case.language {
            Language::Python => "executePython",
            Language::TypeScript => "executeTypescript",
        };
        let endless = case.limits.contains(&LimitKind::Timeout);
        let usual = if endless { ENDLESS_MS } else { TIMEOUT_MS };
        let granted = self.workspace.path(GRANTED);
        let mut arguments = json!({
            "code": range.aim(&case.code, &self.workspace.audit_path(), &granted),
            "timeoutMs": manner.milliseconds.unwrap_or(usual),
            "allowedTools": manner.allowed,
        });
        if let (Language::TypeScript, Some(runtime)) = (case.language, self.runtime) {
            arguments["runtime"] = json!(runtime);
        }
        if WITH_GRANTS.contains(&&*case.category) {
            let (mut read, mut net) = manner.more.clone();
            read.push(json!(granted));
            net.push(json!("allowed.example"));
            arguments["permissions"] = json!({ "read": read, "write": [granted], "net": net });
        }
        self.server.send("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    pub fn answer(&mut self, id: u64) -> Answer {
        match self.server.wait_for(id, 2 * DEFAULT_WAIT) {
            Ok(raw) => Answer::of(raw),
            Err(error) => Answer::of(json!({ "content": [{ "text": error.message }] })),
        }
    }

    pub fn run(&mut self, range: &Range, case: &Case, manner: &Manner) -> Answer {
        let id = self.send(range, case, manner);
        self.answer(id)
    }

    /// Runs these at once, and beside them a program that must not notice.
    pub fn run_beside_a_bystander(&mut self, range: &Range, batch: &[&Case]) -> Vec<Answer> {
        let bystander = json!({ "code": BYSTANDER, "timeoutMs": SECOND_TRY_MS });
        let bystander = json!({ "name": "executePython", "arguments": bystander });
        let bystander = self.server.send("tools/call", bystander);
        let ids: Vec<u64> =
            batch.iter().map(|case| self.send(range, case, &Manner::default())).collect();
        let outcome = self.server.outcome_of(bystander);
        let names: Vec<&str> = batch.iter().map(|case| &*case.id).collect();
        assert_eq!(outcome.output, "untouched\n", "{} beside {names:?}: {outcome:?}", self.name);
        ids.into_iter().map(|id| self.answer(id)).collect()
    }

    /// What a second run must not say or find, where a case is about that.
    pub fn judge_again(&mut self, range: &Range, case: &Case, first: &Answer) -> Option<Verdict> {
        if !case.twice && case.probe != Probe::DiffersBetweenRuns {
            return None;
        }
        let manner = Manner { milliseconds: Some(TIMEOUT_MS), ..Manner::default() };
        let second = self.run(range, case, &manner);
        let probe = first.lines_of("PROBE").next();
        if case.probe == Probe::DiffersBetweenRuns
            && (probe.is_none() || second.lines_of("PROBE").next() == probe)
        {
            return Some(Verdict::Broken(format!("two runs say {probe:?}")));
        }
        Some(judge(case, self.level, range.token(), &second))
    }

    /// What must be as before once a batch is over: processes, files, the canary, the sockets, and
    /// that programs run.
    pub fn what_is_wrong(&mut self, range: &Range, contacts: u64) -> Option<String> {
        if let Some(what) = self.what_did_not_end() {
            return Some(what);
        }
        for (tool, code) in
            [("executePython", "print('well')"), ("executeTypescript", "console.log('well')")]
        {
            let outcome = self.server.execute_by(tool, json!({ "code": code }));
            if outcome.output != "well\n" {
                return Some(format!("the next program failed: {:?}", outcome.error));
            }
        }
        if range.contacts() > contacts {
            return Some("a socket of the host was reached".to_owned());
        }
        let beside = fs::read_to_string(self.workspace.path(BESIDE).join("file.txt"));
        if beside.as_deref().ok() != Some("hello") {
            return Some(format!("a file beside the granted directory was changed: {beside:?}"));
        }
        if let Some(changed) = range.what_changed() {
            return Some(format!("the canary's folder was changed: {changed}"));
        }
        let left = self.files_left();
        (!left.is_empty()).then(|| format!("these files were left: {left:?}"))
    }

    fn what_did_not_end(&mut self) -> Option<String> {
        let end = Instant::now() + Duration::from_secs(10);
        let mut now: HashSet<ProcessId> = self.server.descendants().into_iter().collect();
        while now != self.before && Instant::now() < end {
            thread::park_timeout(Duration::from_millis(10));
            now = self.server.descendants().into_iter().collect();
        }
        if now == self.before {
            return None;
        }
        let gone: Vec<_> = self.before.difference(&now).collect();
        let new: Vec<_> = now.difference(&self.before).collect();
        let what = format!("these processes were gone: {gone:?}, and these new: {new:?}");
        self.before = at_rest(&self.server);
        Some(what)
    }

    /// What programs left in the workspace or where everybody may write.
    fn files_left(&self) -> Vec<String> {
        let mut left = Vec::new();
        for folder in ["tmp", "project"] {
            let entries = fs::read_dir(self.workspace.path(folder)).expect("a folder").flatten();
            left.extend(entries.map(|entry| entry.path().display().to_string()));
        }
        left.extend(open_to_all().difference(&self.there).cloned());
        left
    }

    /// Ends the server, and asserts that it called nothing it may not, did not grow, and leaves
    /// nothing.
    pub fn finish(self) {
        let called = fs::read_to_string(self.workspace.path("state/forbidden.log"));
        assert_eq!(called.unwrap_or_default(), "", "a forbidden tool was called");
        assert_eq!(self.files_left(), Vec::<String>::new(), "{}", self.name);
        let host = ProcessId::of(self.server.pid()).and_then(|host| host.resident_bytes());
        let mebibytes = host.expect("the server runs") >> 20;
        assert!(mebibytes < 300, "{}: the server holds {mebibytes} MiB", self.name);
        self.stop();
    }

    /// Ends the server, whatever it did.
    pub fn stop(self) {
        let finished = self.server.finish();
        assert!(finished.status.success(), "{}", finished.stderr);
    }
}

/// Files of those whom programs run as, where everybody may write. Nobody can tell them apart where
/// that is who runs the tests.
fn open_to_all() -> BTreeSet<String> {
    if !rustix::process::geteuid().is_root() {
        return BTreeSet::new();
    }
    let entries = OPEN_TO_ALL.iter().filter_map(|place| fs::read_dir(place).ok()).flatten();
    let files = entries.flatten().filter(|entry| {
        let ours = entry.file_name().to_string_lossy().starts_with("code-executor-");
        let owner = entry.metadata().map(|data| data.uid());
        !ours && owner.is_ok_and(|owner| [SANDBOX_UID, SOMEONE].contains(&owner))
    });
    files.map(|entry| entry.path().display().to_string()).collect()
}

/// A host that is refused namespaces says so, and by what.
fn names_the_refusal(doctor: Command) {
    let said = run(doctor, DEFAULT_WAIT).stdout;
    let refused = said
        .lines()
        .any(|line| line.contains("off  user-namespace: unshare: Operation not permitted"));
    assert!(refused && said.starts_with("L1"), "the reason is not told:\n{said}");
}

/// What is below a server once what has ended is gone.
fn at_rest(server: &McpProcess) -> HashSet<ProcessId> {
    let look = || server.descendants().into_iter().collect::<HashSet<_>>();
    let (mut last, mut same) = (look(), 0);
    while same < 5 {
        thread::park_timeout(Duration::from_millis(50));
        let now = look();
        same = if now == last { same + 1 } else { 0 };
        last = now;
    }
    last
}
