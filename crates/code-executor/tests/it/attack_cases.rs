//! Every case of `tests/attacks`, at every level this machine reaches, as root and as an ordinary
//! user: none escapes, none outlives its execution, and the next program runs. The table is in
//! `target/attacks/table.md`.

mod case;
mod firing_range;
mod steps;
mod verdict;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    io::Write,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use testkit::{DEFAULT_WAIT, Era, McpProcess, ProcessId, Workspace};
use types::{IsolationLevel, Language};

use self::{
    case::{Case, Probe},
    firing_range::Range,
    verdict::{Answer, Row, Verdict, judge, write_table},
};
use crate::{ordinary_user::as_ordinary_user, support::workspace};

/// Cases that run at once.
const AT_ONCE: usize = 10;

/// Milliseconds for a case that only a limit ends, for any other, and for one that was not clear.
const ENDLESS_MS: u64 = 1000;
const TIMEOUT_MS: u64 = 5000;
const SECOND_TRY_MS: u64 = 15_000;

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

/// An interpreter that every user may read.
const SHARED_PYTHON: &str = "/usr/bin/python3";

/// A level, and who the server runs as.
#[derive(Debug, Clone, Copy)]
struct Surrounding {
    level: IsolationLevel,
    user: &'static str,
}

impl Surrounding {
    fn all() -> Vec<Self> {
        let users: &[&str] =
            if rustix::process::geteuid().is_root() { &["root", "user"] } else { &["user"] };
        let levels = [IsolationLevel::L2, IsolationLevel::L1];
        let of = |&user| levels.map(|level| Self { level, user });
        users.iter().flat_map(of).collect()
    }

    fn workspace(self) -> Workspace {
        let namespaces = self.level >= IsolationLevel::L2;
        let sandbox = json!({ "namespaces": namespaces, "spares": 0, "rotateAfter": 1_000_000 });
        let mut workspace = workspace()
            .with_setting("sandbox", sandbox)
            .with_setting("limits", json!({ "memoryBytes": 128 << 20, "maxToolCalls": 2000 }));
        if Path::new(SHARED_PYTHON).exists() && (self.user == "user" || !namespaces) {
            let python = json!({ "python": { "pythonPath": SHARED_PYTHON } });
            workspace = workspace.with_setting("executors", python);
        }
        let script = fs::read(case::attacks().join("upstream.py")).expect("the upstream");
        let script = workspace.write("upstream.py", script);
        for name in ["allowed", "forbidden"] {
            let log = workspace.write(&format!("state/{name}.log"), "");
            let entry = json!({ "command": "python3", "args": [script, log] });
            workspace = workspace.with_server(name, entry);
        }
        workspace
    }
}

/// A server under attack, and what was below it before.
struct Target {
    surrounding: Surrounding,
    workspace: Workspace,
    server: McpProcess,
    before: HashSet<ProcessId>,
}

#[test]
fn no_case_escapes_at_any_level_as_any_user() {
    let range = Range::new();
    let cases = case::all();
    let ids: BTreeSet<&str> = cases.iter().map(|case| &*case.id).collect();
    assert_eq!(ids.len(), cases.len(), "two cases have the same name");
    let mut rows = Vec::new();
    let mut said = BTreeMap::new();
    thread::scope(|scope| {
        let runs = Surrounding::all().into_iter().map(|surrounding| {
            let (range, cases) = (&range, &cases);
            scope.spawn(move || attack(surrounding, range, cases))
        });
        for run in runs.collect::<Vec<_>>() {
            let (of, probes) = run.join().expect("the attacks ran to their end");
            rows.extend(of);
            for (id, probe) in probes {
                said.entry(id).or_insert_with(Vec::new).push(probe);
            }
        }
    });
    let summary = write_table(&rows);
    let _ = writeln!(std::io::stderr(), "{summary}");
    let open: Vec<String> = rows
        .iter()
        .filter(|row| !matches!(row.verdict, Verdict::Held(_)))
        .map(|row| format!("{} at {:?} as {}: {:?}", row.id, row.level, row.user, row.verdict))
        .collect();
    assert!(open.is_empty(), "{} cases were not held:\n{}", open.len(), open.join("\n"));
    for (id, probes) in said {
        let distinct: BTreeSet<&String> = probes.iter().collect();
        assert_eq!(distinct.len(), probes.len(), "{id}: zygotes say the same: {probes:?}");
    }
    range.assert_untouched();
}

/// Runs every case in one surrounding. Gives what became of each, and what zygotes said.
fn attack(
    surrounding: Surrounding,
    range: &Range,
    cases: &[Case],
) -> (Vec<Row>, Vec<(String, String)>) {
    let mut target = Target::start(surrounding, range);
    let level = format!("{:?}", surrounding.level);
    let fitting: Vec<&Case> =
        cases.iter().filter(|case| case.level.as_ref().is_none_or(|only| *only == level)).collect();
    let (mut rows, mut probes) = (Vec::new(), Vec::new());
    for batch in fitting.chunks(AT_ONCE) {
        let contacts = range.contacts();
        let answers = target.run_beside_a_bystander(range, batch);
        let mut verdicts: Vec<Verdict> = Vec::new();
        for (case, answer) in batch.iter().zip(&answers) {
            let mut verdict = judge(case, surrounding.level, range.token(), answer);
            if let Verdict::Unclear(_) = verdict {
                let answer = target.run(range, case, SECOND_TRY_MS);
                verdict = judge(case, surrounding.level, range.token(), &answer);
            }
            if let Verdict::Held(_) = verdict {
                verdict = target.judge_again(range, case, answer).unwrap_or(verdict);
            }
            if case.probe == Probe::DiffersBetweenZygotes {
                probes.extend(answer.lines_of("PROBE").map(|it| (case.id.clone(), it.to_owned())));
            }
            verdicts.push(verdict);
        }
        if let Some(wrong) = target.what_is_wrong(range, contacts) {
            verdicts.iter_mut().for_each(|verdict| {
                *verdict = Verdict::Broken(format!("after it or one beside it, {wrong}"));
            });
        }
        rows.extend(batch.iter().zip(verdicts).map(|(case, verdict)| Row {
            id: case.id.clone(),
            category: case.category.clone(),
            language: case.language,
            level: surrounding.level,
            user: surrounding.user,
            verdict,
        }));
    }
    target.finish();
    (rows, probes)
}

impl Target {
    fn start(surrounding: Surrounding, range: &Range) -> Self {
        let workspace = surrounding.workspace();
        let (workspace, mut command) = match surrounding.user {
            "root" => {
                let command = workspace.command(&[]);
                (workspace, command)
            }
            _ => as_ordinary_user(workspace, &[]),
        };
        command.env("HOST_CANARY_ENV", range.token());
        let mut server = McpProcess::spawn(command, Era::Legacy);
        server.initialize();
        // Everything that a server starts once, so that what comes later was not meant to stay.
        let all = json!(["mcp__*"]);
        for (tool, code) in [
            ("executeTypescript", "(await callMCPTool('mcp__allowed__tool', { text: 'up' }))"),
            ("executePython", "await call_mcp_tool('mcp__allowed__tool', {'text': 'up'})"),
            ("executePython", "len(discover_mcp_tools(server='forbidden'))"),
        ] {
            let outcome = server.execute_by(tool, json!({ "code": code, "allowedTools": all }));
            assert!(outcome.success, "{surrounding:?}: {:?}\n{}", outcome.error, server.stderr());
            assert_eq!(outcome.isolation.level, surrounding.level, "{:?}", outcome.isolation);
        }
        let before = at_rest(&server);
        Self { surrounding, workspace, server, before }
    }

    fn send(&mut self, range: &Range, case: &Case, milliseconds: u64) -> u64 {
        let tool = match case.language {
            Language::Python => "executePython",
            Language::TypeScript => "executeTypescript",
        };
        let code = range.aim(&case.code, &self.workspace.audit_path());
        let arguments =
            json!({ "code": code, "timeoutMs": milliseconds, "allowedTools": ["mcp__allowed__*"] });
        self.server.send("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    fn answer(&mut self, id: u64) -> Answer {
        match self.server.wait_for(id, 2 * DEFAULT_WAIT) {
            Ok(raw) => Answer::of(raw),
            Err(error) => Answer::of(json!({ "content": [{ "text": error.message }] })),
        }
    }

    fn run(&mut self, range: &Range, case: &Case, milliseconds: u64) -> Answer {
        let id = self.send(range, case, milliseconds);
        self.answer(id)
    }

    fn run_beside_a_bystander(&mut self, range: &Range, batch: &[&Case]) -> Vec<Answer> {
        let bystander = json!({ "code": BYSTANDER, "timeoutMs": SECOND_TRY_MS });
        let bystander = json!({ "name": "executePython", "arguments": bystander });
        let bystander = self.server.send("tools/call", bystander);
        let ids: Vec<u64> = batch
            .iter()
            .map(|case| {
                let endless = case.limits.contains(&types::LimitKind::Timeout);
                self.send(range, case, if endless { ENDLESS_MS } else { TIMEOUT_MS })
            })
            .collect();
        let outcome = self.server.outcome_of(bystander);
        let names: Vec<&str> = batch.iter().map(|case| &*case.id).collect();
        assert_eq!(
            outcome.output, "untouched\n",
            "{:?} beside {names:?}: {outcome:?}",
            self.surrounding
        );
        ids.into_iter().map(|id| self.answer(id)).collect()
    }

    /// What a second run must not say or find, where a case is about that.
    fn judge_again(&mut self, range: &Range, case: &Case, first: &Answer) -> Option<Verdict> {
        if !case.twice && case.probe != Probe::DiffersBetweenRuns {
            return None;
        }
        let second = self.run(range, case, TIMEOUT_MS);
        let probe = first.lines_of("PROBE").next();
        if case.probe == Probe::DiffersBetweenRuns
            && (probe.is_none() || second.lines_of("PROBE").next() == probe)
        {
            return Some(Verdict::Broken(format!("two runs say {probe:?}")));
        }
        Some(judge(case, self.surrounding.level, range.token(), &second))
    }

    /// What must be as before once a batch is over: processes, and that programs run.
    fn what_is_wrong(&mut self, range: &Range, contacts: u64) -> Option<String> {
        let end = Instant::now() + Duration::from_secs(10);
        let mut now: HashSet<ProcessId> = self.server.descendants().into_iter().collect();
        while now != self.before && Instant::now() < end {
            thread::park_timeout(Duration::from_millis(10));
            now = self.server.descendants().into_iter().collect();
        }
        if now != self.before {
            let gone: Vec<_> = self.before.difference(&now).collect();
            let new: Vec<_> = now.difference(&self.before).collect();
            let what = format!("these processes were gone: {gone:?}, and these new: {new:?}");
            self.before = at_rest(&self.server);
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
        (range.contacts() > contacts).then(|| "a socket of the host was reached".to_owned())
    }

    /// Ends the server, and asserts that it leaves nothing and called nothing it may not.
    fn finish(self) {
        let called = fs::read_to_string(self.workspace.path("state/forbidden.log"));
        assert_eq!(called.unwrap_or_default(), "", "a forbidden tool was called");
        for folder in ["tmp", "project"] {
            let left: Vec<_> = fs::read_dir(self.workspace.path(folder))
                .expect("a folder")
                .flatten()
                .map(|entry| entry.file_name())
                .collect();
            assert!(left.is_empty(), "{:?}: {folder} holds {left:?}", self.surrounding);
        }
        let host = ProcessId::of(self.server.pid()).and_then(|host| host.resident_bytes());
        let mebibytes = host.expect("the server runs") >> 20;
        assert!(mebibytes < 300, "{:?}: the server holds {mebibytes} MiB", self.surrounding);
        let finished = self.server.finish();
        assert!(finished.status.success(), "{}", finished.stderr);
    }
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

/// The harness itself: what an attack that works would look like is noticed.
#[test]
fn what_gets_out_is_noticed() {
    let range = Range::new();
    let surrounding = Surrounding::all()[0];
    let mut target = Target::start(surrounding, &range);
    let model = case::all().into_iter().find(|case| case.language == Language::Python);
    let model = model.expect("there are cases in Python");
    let secret = range.token();
    for (code, expected) in [
        ("print('ESCAPED:far')".to_owned(), Verdict::Broken("far".to_owned())),
        (format!("result = '{secret}'"), Verdict::Broken("the secret came out".to_owned())),
        (
            "call_mcp_tool('mcp__none__tool', {})".to_owned(),
            Verdict::Held("ended: McpToolError".to_owned()),
        ),
        ("pass".to_owned(), Verdict::Unclear("it said nothing".to_owned())),
        ("while True: pass".to_owned(), Verdict::Unclear("limit: timeout".to_owned())),
    ] {
        let mut case = model.clone();
        (case.code, case.limits) = (code, Vec::new());
        let answer = target.run(&range, &case, 500);
        assert_eq!(judge(&case, surrounding.level, secret, &answer), expected, "{}", case.code);
    }
    target.finish();
}
