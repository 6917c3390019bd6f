//! One server without some walls, and the cases that must get through there.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};
use testkit::Workspace;
use types::{IsolationLevel, Language, LimitKind};

use super::super::{
    case::{Case, Probe},
    firing_range::Range,
    surrounding::{SHARED_PYTHON, furnished},
    target::{ENDLESS_MS, Manner, SECOND_TRY_MS, Target},
    verdict::{Answer, Verdict, judge},
};
use crate::{ordinary_user::as_user, support::workspace};

/// Names the walls that are gone, to a binary that was built for it.
pub const VARIABLE: &str = "CODE_EXECUTOR_ATTACK_CONTROLS";

/// Nobody's, and not that of any other test: what gets out reaches nothing of theirs.
const SOMEONE_ELSE: u32 = 54_322;

/// The walls that only the binary without walls can lack.
const BUILT_IN: [&str; 7] =
    ["seccomp", "landlock", "rlimits", "capabilities", "descriptors", "order", "frames"];

/// What programs leave in places open to all when they get out.
const MARK: &str = "mark-of-an-execution";

/// A control: a case, without the walls that hold it.
#[derive(Debug)]
pub struct Outcome {
    pub walls: Vec<String>,
    pub case: String,
    /// How it got through, or what held it.
    pub got_through: Result<String, String>,
}

/// A server without some walls.
pub struct Bench<'a> {
    walls: &'a [String],
    range: Range,
    target: Target,
}

impl<'a> Bench<'a> {
    pub fn new(walls: &'a [String], binary: &Path) -> Self {
        let range = Range::new();
        let workspace = workspace_without(walls, binary, &range);
        let (workspace, mut command) = as_user(SOMEONE_ELSE, workspace, &[]);
        command.env(VARIABLE, built_in(walls));
        let target = Target::serve(workspace, command, &range);
        assert_eq!(target.level < IsolationLevel::L2, is_gone(walls, "namespaces"), "{walls:?}");
        Self { walls, range, target }
    }

    /// Runs these cases: those that only their deadline ends together, others one by one.
    pub fn run(mut self, cases: &[&Case]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        if is_gone(self.walls, "deadline") {
            outcomes = self.run_together(cases);
        } else {
            for case in cases {
                let got_through = self.try_one(case);
                outcomes.push(self.outcome(case, got_through));
            }
        }
        self.target.stop();
        tidy_up();
        outcomes
    }

    fn outcome(&self, case: &Case, got_through: Result<String, String>) -> Outcome {
        Outcome { walls: self.walls.to_vec(), case: case.id.clone(), got_through }
    }

    /// With three times the time, they take three times the time.
    fn run_together(&mut self, cases: &[&Case]) -> Vec<Outcome> {
        let manner = Manner { milliseconds: Some(3 * ENDLESS_MS), ..Manner::default() };
        let ids: Vec<u64> =
            cases.iter().map(|case| self.target.send(&self.range, case, &manner)).collect();
        let answers: Vec<Answer> = ids.into_iter().map(|id| self.target.answer(id)).collect();
        let judged = cases.iter().zip(answers).map(|(case, answer)| {
            let Some(outcome) = answer.outcome else { return (case, Err("refused".to_owned())) };
            let ran_on = outcome.limit == Some(LimitKind::Timeout)
                && outcome.execution_time_ms >= (2 * ENDLESS_MS) as f64;
            let how = format!("ran {} ms, {:?}", outcome.execution_time_ms, outcome.limit);
            (case, if ran_on { Ok(how) } else { Err(how) })
        });
        judged.map(|(case, got_through)| self.outcome(case, got_through)).collect()
    }

    fn try_one(&mut self, case: &Case) -> Result<String, String> {
        let case = &acted_out(case, self.walls);
        let contacts = self.range.contacts();
        let manner = self.manner();
        let mut first = self.target.run(&self.range, case, &manner);
        let mut verdict = self.judge(case, &first);
        // On a busy machine, an attack may need longer to get where it wants.
        if first.ran_out_of_time() && !case.limits.contains(&LimitKind::Timeout) {
            let manner = Manner { milliseconds: Some(SECOND_TRY_MS), ..manner };
            first = self.target.run(&self.range, case, &manner);
            verdict = self.judge(case, &first);
        }
        if let Verdict::Held(_) = verdict {
            verdict = self.target.judge_again(&self.range, case, &first).unwrap_or(verdict);
        }
        if is_gone(self.walls, "rotation") {
            return self.same_zygote(case, &first);
        }
        let changed = self.range.what_changed();
        if changed.is_some() {
            self.range = Range::new();
        }
        match verdict {
            Verdict::Broken(how) => Ok(how),
            _ if self.range.contacts() > contacts => Ok("a socket was reached".to_owned()),
            _ if changed.is_some() => Ok("the canary's folder was changed".to_owned()),
            Verdict::Held(how) | Verdict::Unclear(how) => Err(how),
        }
    }

    fn judge(&self, case: &Case, answer: &Answer) -> Verdict {
        let level = answer.outcome.as_ref().map_or(IsolationLevel::L0, |it| it.isolation.level);
        judge(case, level, self.range.token(), answer)
    }

    /// Whether a second program of the same zygote says the same.
    fn same_zygote(&mut self, case: &Case, first: &Answer) -> Result<String, String> {
        let second = self.target.run(&self.range, case, &Manner::default());
        let said = |answer: &Answer| answer.lines_of("PROBE").next().map(str::to_owned);
        match (said(first), said(&second)) {
            (Some(one), Some(other)) if one == other => Ok(format!("both say {one}")),
            (one, other) => Err(format!("{one:?} and {other:?}")),
        }
    }

    fn manner(&self) -> Manner {
        let allowlist = is_gone(self.walls, "allowlist");
        let allowed = if allowlist { json!(["mcp__*"]) } else { Manner::default().allowed };
        let (hosts, folders) = allowed_beside(self.walls, &self.range);
        Manner { allowed, more: (folders, hosts), ..Manner::default() }
    }
}

fn is_gone(walls: &[String], wall: &str) -> bool {
    walls.iter().any(|gone| gone == wall)
}

/// Those that the binary must lack. A child without a filter or with capabilities would not pass
/// the host's look.
fn built_in(walls: &[String]) -> String {
    let mut gone: Vec<&str> =
        walls.iter().map(String::as_str).filter(|wall| BUILT_IN.contains(wall)).collect();
    if is_gone(walls, "seccomp") || is_gone(walls, "capabilities") {
        gone.push("look");
    }
    gone.join(",")
}

fn workspace_without(walls: &[String], binary: &Path, range: &Range) -> Workspace {
    let sandbox = json!({
        "namespaces": !is_gone(walls, "namespaces"), "spares": 0, "rotateAfter": 1_000_000,
    });
    let mut limits = json!({ "memoryBytes": 128 << 20, "maxToolCalls": 2000 });
    if is_gone(walls, "memory") {
        limits["memoryBytes"] = json!(1 << 30);
    }
    if is_gone(walls, "output") {
        limits["outputBytes"] = json!(16 << 20);
    }
    let mut python = json!({ "pythonPath": SHARED_PYTHON });
    if is_gone(walls, "scratch") {
        python["scratchBytes"] = json!(320 << 20);
        python["scratchInodes"] = json!(30_000);
    }
    let workspace = workspace()
        .with_binary(binary.to_owned())
        .with_setting("sandbox", sandbox)
        .with_setting("limits", limits)
        .with_setting("executors", json!({ "python": python }));
    let (mut hosts, others) = allowed_beside(walls, range);
    hosts.push(json!("allowed.example"));
    furnished(workspace, &json!(hosts), &json!(others))
}

/// What an operator allows, and a request asks for, where grants are no wall: hosts and directories.
fn allowed_beside(walls: &[String], range: &Range) -> (Vec<Value>, Vec<Value>) {
    let (folder, port) = range.folder_and_port();
    if is_gone(walls, "grants") {
        (vec![json!(format!("localhost:{port}"))], vec![json!(folder)])
    } else {
        (Vec::new(), Vec::new())
    }
}

/// What a program would find where a wall is missing that cannot be taken away, acted out in the
/// program itself.
fn acted_out(case: &Case, walls: &[String]) -> Case {
    let mut case = case.clone();
    let before = match case.language {
        Language::Python if is_gone(walls, "seeds") => {
            "import random, secrets, uuid, os\n\
             random.seed(1); os.urandom = lambda count: b'x' * count\n\
             secrets.token_hex = lambda count: 'same'\n\
             uuid.uuid4 = uuid.uuid1 = lambda: 'same'\n\
             random.SystemRandom = lambda: random\n"
        }
        Language::TypeScript if is_gone(walls, "seeds") => "Math.random = () => 0.5;\n",
        Language::TypeScript if is_gone(walls, "engine") => LEAKY_ENGINE,
        _ => "",
    };
    // Types hold for the whole text, and what stands before them may not be asked for.
    case.code = format!("{before}{}", case.code);
    if is_gone(walls, "process") {
        case.twice = false;
        case.code = match case.language {
            Language::Python => format!("{0}\n{0}", case.code),
            Language::TypeScript => format!("{{\n{0}\n}}\n{{\n{0}\n}}", case.code),
        };
    }
    if case.probe == Probe::DiffersBetweenZygotes {
        case.probe = Probe::Known;
    }
    case
}

/// What an engine gives away that shares its realm with a host.
const LEAKY_ENGINE: &str = "
(globalThis as any).process = { binding() {}, mainModule: {}, version: 'of a host' };
(globalThis as any).SharedArrayBuffer = ArrayBuffer;
(globalThis as any).Atomics = { wait() {} };
(globalThis as any).bjson = { read() {} };
";

/// Removes what got out.
fn tidy_up() {
    let is_root = rustix::process::geteuid().is_root();
    for place in ["/tmp", "/var/tmp", "/dev/shm"] {
        for entry in fs::read_dir(place).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let of_ours = entry.metadata().is_ok_and(|data| data.uid() == SOMEONE_ELSE);
            if name == MARK || (is_root && of_ours && !name.starts_with("code-executor-")) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Builds the binary that can be without its walls, beside the one under test.
pub fn without_walls() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--message-format=json-render-diagnostics", "--package"]);
    command.args(["code-executor", "--bin", "without-walls"]);
    command.args(["--features", "code-executor/attack-controls"]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command.output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8_lossy(&output.stdout);
    let built = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    built.expect("cargo says what it built")
}
