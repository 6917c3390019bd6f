//! The attack cases as they stand in `tests/attacks`: what each is called, tries and may meet.

use std::{fs, path::PathBuf};

use types::{IsolationLevel, Language, LimitKind};

use super::published;

/// One attack.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: String,
    pub language: Language,
    /// The file it is from, without its ending.
    pub category: String,
    /// The advisory, the paper or the program it is from.
    pub source: String,
    /// The limits that may end it.
    pub limits: Vec<LimitKind>,
    pub probe: Probe,
    /// Runs twice: what the first leaves, the second must not find.
    pub twice: bool,
    /// The error that is its right end.
    pub ends: Option<String>,
    /// The part of it that nobody stops, in words of SECURITY.md.
    pub admits: Option<String>,
    /// The least level it means something at.
    pub least: Option<IsolationLevel>,
    is_for_this_machine: bool,
    pub code: String,
}

/// What the host makes of the lines that begin with `PROBE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// Nothing: what they say is known and written down.
    Known,
    /// No two executions say the same.
    DiffersBetweenRuns,
    /// No two zygotes say the same.
    DiffersBetweenZygotes,
}

/// All cases that mean something on this machine.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for (folder, ending, language) in
        [("python", "py", Language::Python), ("typescript", "ts", Language::TypeScript)]
    {
        let prelude = read(&attacks().join(format!("prelude.{ending}")));
        let mut files: Vec<PathBuf> = fs::read_dir(attacks().join(folder))
            .expect("the cases")
            .map(|entry| entry.expect("a file of cases").path())
            .collect();
        files.sort();
        for file in files {
            let category = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            cases.extend(of_file(&read(&file), language, &category, &prelude));
        }
    }
    cases
}

/// The folder with the cases.
pub fn attacks() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/attacks")
}

fn read(path: &std::path::Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn of_file(text: &str, language: Language, category: &str, prelude: &str) -> Vec<Case> {
    let mark = if language == Language::Python { "#: " } else { "//: " };
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix(mark), cases.last_mut()) {
            (Some(said), Some(case)) if said.contains(' ') => case.hear(said, prelude),
            (Some(id), last) => {
                // What it does not say itself, it has from the one before.
                let source = last.map(|case| case.source.clone()).unwrap_or_default();
                cases.push(Case {
                    id: id.to_owned(),
                    language,
                    category: category.to_owned(),
                    source,
                    limits: Vec::new(),
                    probe: Probe::Known,
                    twice: false,
                    ends: None,
                    admits: None,
                    least: None,
                    is_for_this_machine: true,
                    code: prelude.to_owned(),
                });
            }
            (None, Some(case)) => {
                case.code.push_str(line);
                case.code.push('\n');
            }
            (None, None) => {}
        }
    }
    cases.retain(|case| case.is_for_this_machine);
    cases
}

impl Case {
    /// The same with another prelude.
    pub fn with_prelude(mut self, name: &str) -> Self {
        let path = |name: &str| attacks().join(name);
        let (usual, other) = (read(&path("prelude.ts")), read(&path(name)));
        self.code = self.code.replacen(&usual, &other, 1);
        self
    }

    /// Takes one line that says something of it.
    fn hear(&mut self, said: &str, prelude: &str) {
        let (name, value) = said.split_once(' ').unwrap_or((said, ""));
        match name {
            "source" => value.clone_into(&mut self.source),
            "expect" => {}
            "limit" => self.limits = value.split(' ').map(limit).collect(),
            "ends" => self.ends = Some(value.to_owned()),
            "admits" => {
                published::assert_admitted(&self.id, value);
                self.admits = Some(value.to_owned());
            }
            "level" => {
                let quoted = format!("\"{value}\"");
                self.least = Some(serde_json::from_str(&quoted).expect("a level"));
            }
            "probe" if value.ends_with("zygotes") => self.probe = Probe::DiffersBetweenZygotes,
            "probe" => self.probe = Probe::DiffersBetweenRuns,
            "run" => self.twice = value == "twice",
            "without" => self.code = self.code.replacen(prelude, "", 1),
            "text" => {
                let (text, count) = value.rsplit_once(' ').unwrap_or_default();
                self.code = text.trim_matches('"').repeat(count.parse().unwrap_or_default());
            }
            // Numbers of system calls, or machine code.
            "machine" => self.is_for_this_machine = value == std::env::consts::ARCH,
            other => panic!("{}: `{other}` is nothing a case can say", self.id),
        }
    }
}

fn limit(name: &str) -> LimitKind {
    let quoted = format!("\"{name}\"");
    serde_json::from_str(&quoted).unwrap_or_else(|_| panic!("`{name}` is no limit"))
}
