//! Many programs of both languages at once, and what became of them.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use testkit::{McpProcess, ProcessId, Workspace, assert_gone, wait_until};
use types::ExecutionOutcome;

/// How many programs a storm has, every third of them in Python.
pub const PROGRAMS: usize = 200;

/// In which time what was killed is gone.
pub const PROMPTLY: Duration = Duration::from_secs(20);

/// How long the answers to a whole storm may take on a machine that is busy.
const WHOLE_STORM: Duration = Duration::from_secs(90);

/// Two calls with a pause between that is different in each: whatever happens, some programs are
/// before, some in and some behind it.
const TYPESCRIPT: &str = "const first = await callMCPTool('mcp__fake__echo', { text: 'a' });\n\
    await new Promise((resolve) => setTimeout(resolve, PAUSE));\n\
    first + await callMCPTool('mcp__fake__echo', { text: 'b' })";
const PYTHON: &str = "import time\n\
    first = call_mcp_tool('mcp__fake__echo', text='a')\n\
    time.sleep(PAUSE / 1000)\n\
    first + call_mcp_tool('mcp__fake__echo', text='b')";

/// Programs that were sent.
pub struct Storm {
    ids: Vec<u64>,
}

/// What became of them.
pub struct After {
    pub sent: usize,
    /// Those that ran, however they ended.
    pub outcomes: Vec<ExecutionOutcome>,
    /// Those that were told that they could not.
    pub refused: usize,
    /// What they were told, each once.
    pub refusals: BTreeSet<String>,
    pub unanswered: usize,
    /// The audit log, once it was looked at.
    pub records: Vec<Value>,
}

impl Storm {
    /// Sends the programs and waits until they are in the middle of it.
    pub fn begin(workspace: &Workspace, server: &mut McpProcess) -> Self {
        Self::begin_with(workspace, server, Workspace::audit_records)
    }

    /// The same where the audit log is read in another way.
    pub fn begin_with(
        workspace: &Workspace,
        server: &mut McpProcess,
        records: impl Fn(&Workspace) -> Vec<Value>,
    ) -> Self {
        assert_eq!(answered_calls(server), 1, "the upstream does not answer");
        assert_eq!(server.run_python("1").error, None);
        let storm = Self::send(workspace, server);
        let count = |event: &str| {
            records(workspace).iter().filter(|record| record["event"] == event).count()
        };
        wait_until(WHOLE_STORM, "the programs do not get going", || {
            count("call") > PROGRAMS / 8 && count("end") > 2 + PROGRAMS / 20
        });
        storm
    }

    /// Sends the programs.
    pub fn send(_: &Workspace, server: &mut McpProcess) -> Self {
        let send = |number: usize| {
            let (tool, code) = match number % 3 {
                0 => ("executePython", PYTHON),
                _ => ("executeTypescript", TYPESCRIPT),
            };
            let code = code.replace("PAUSE", &(500 + number % 10 * 400).to_string());
            let arguments =
                json!({ "code": code, "allowedTools": ["mcp__fake__*"], "timeoutMs": 60_000 });
            server.send("tools/call", json!({ "name": tool, "arguments": arguments }))
        };
        Self { ids: (0..PROGRAMS).map(send).collect() }
    }

    /// Waits for every answer that comes.
    pub fn end(self, server: &mut McpProcess) -> After {
        let mut after = After {
            sent: self.ids.len(),
            outcomes: Vec::new(),
            refused: 0,
            refusals: BTreeSet::new(),
            unanswered: 0,
            records: Vec::new(),
        };
        let end = Instant::now() + WHOLE_STORM;
        for id in self.ids {
            match server.answer_of(id, end.saturating_duration_since(Instant::now())) {
                None => after.unanswered += 1,
                Some(Err(error)) => {
                    after.refused += 1;
                    after.refusals.insert(error.message);
                }
                Some(Ok(answer)) => {
                    match serde_json::from_value(answer["structuredContent"].clone()) {
                        Ok(outcome) => after.outcomes.push(outcome),
                        Err(_) => {
                            after.refused += 1;
                            after.refusals.insert(answer["content"][0]["text"].to_string());
                        }
                    }
                }
            }
        }
        after
    }
}

/// In numbers, and one of those that failed.
impl std::fmt::Debug for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let errors = self.outcomes.iter().filter_map(|outcome| outcome.error.as_ref());
        let mut kinds: Vec<String> =
            errors.map(|error| format!("{}: {}", error.kind, error.message)).collect();
        kinds.sort();
        kinds.dedup();
        kinds.truncate(5);
        f.debug_struct("After")
            .field("sent", &self.sent)
            .field("succeeded", &self.succeeded())
            .field("failed", &self.failed())
            .field("refused", &self.refused)
            .field("unanswered", &self.unanswered)
            .field("errors", &kinds)
            .field("refusals", &self.refusals)
            .finish_non_exhaustive()
    }
}

impl After {
    pub fn succeeded(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.success).count()
    }

    pub fn failed(&self) -> usize {
        self.outcomes.len() - self.succeeded()
    }

    /// Every answered execution has its start, each of its calls, and its end, and each line of the
    /// log is whole.
    #[track_caller]
    pub fn assert_complete(&self, workspace: &Workspace) {
        let records = workspace.audit_records();
        self.assert_recorded(&records);
    }

    /// The same with the records that were read before.
    #[track_caller]
    pub fn assert_complete_so_far(&self) {
        self.assert_recorded(&self.records);
    }

    #[track_caller]
    fn assert_recorded(&self, records: &[Value]) {
        let mut events: HashMap<(&str, &str), u64> = HashMap::new();
        for record in records {
            let id = record["executionId"].as_str().unwrap_or_default();
            *events.entry((id, record["event"].as_str().unwrap_or_default())).or_default() += 1;
        }
        for outcome in &self.outcomes {
            let count = |event| {
                events.get(&(outcome.execution_id.as_str(), event)).copied().unwrap_or_default()
            };
            let calls: u64 = outcome.tool_call_summary.iter().map(|row| row.count).sum();
            let told = (count("start"), count("call"), count("end"));
            assert_eq!(told, (1, calls, 1), "start, calls and end of {outcome:?}");
        }
    }
}

/// Runs a program that calls the upstream; how many of its calls were answered.
pub fn answered_calls(server: &mut McpProcess) -> usize {
    let outcome =
        server.run_with("await callMCPTool('mcp__fake__echo', { text: 'x' })", &["mcp__fake__*"]);
    usize::from(outcome.result == Some(json!("x")))
}

/// The next programs of both languages work, and nothing survives the server. How long the first
/// took.
#[track_caller]
pub fn well(workspace: &Workspace, mut server: McpProcess) -> String {
    wait_until(PROMPTLY, "the upstream does not answer", || answered_calls(&mut server) == 1);
    well_without_calls(workspace, server)
}

/// The same where the upstream is stopped.
#[track_caller]
pub fn well_without_calls(_: &Workspace, server: McpProcess) -> String {
    well_while_it_lives(server)
}

/// The same where the audit log is gone with the server.
#[track_caller]
pub fn well_while_it_lives(mut server: McpProcess) -> String {
    let started = Instant::now();
    let outcome = server.run("40 + 2");
    assert_eq!(outcome.result, Some(json!(42)), "{outcome:?}");
    let took = started.elapsed();
    let answer = server.call_tool("executePython", json!({ "code": "40 + 2" }));
    let refusal = answer["structuredContent"]["error"]["message"].as_str().unwrap_or_default();
    // Where descriptors are scarce its zygote may not get its own, and says so.
    let is_scarce = refusal.contains("Too many open files");
    assert!(is_scarce || answer["structuredContent"]["result"] == 42, "{answer}");
    let below = server.descendants();
    server.finish();
    assert_gone(&below, PROMPTLY);
    let python = if is_scarce { ", Python refused: too many open files" } else { "" };
    format!("{:.1} ms{python}", took.as_secs_f64() * 1e3)
}

/// What a client is told when a program cannot run.
pub fn refusal(server: &mut McpProcess) -> String {
    server.call_tool("executeTypescript", json!({ "code": "'ran'" })).to_string()
}

/// The records of a log in a folder.
pub fn records_below(folder: &Path) -> Vec<Value> {
    let mut records = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let text = fs::read(entry.path()).unwrap_or_default();
        let lines = text.split(|&byte| byte == b'\n');
        records.extend(lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok()));
    }
    records
}

/// The years that the log's records are from.
pub fn years(workspace: &Workspace) -> BTreeSet<String> {
    let year = |record: &Value| record["timestamp"].as_str().map(|time| time[..4].to_owned());
    workspace.audit_records().iter().filter_map(year).collect()
}

/// Kills processes that were found a moment ago.
pub fn kill(processes: &[ProcessId]) {
    signal(processes, Signal::KILL);
}

/// Sends a signal to processes, some of which may have ended.
pub fn signal(processes: &[ProcessId], signal: Signal) {
    for process in processes.iter().filter(|process| process.is_alive()) {
        if let Some(pid) = i32::try_from(process.pid).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }
}
