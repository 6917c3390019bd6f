//! The table of all cases: what became of each in each surrounding, what holds it, and what shows
//! that it can fail.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use super::verdict::Verdict;

/// A line of the table.
#[derive(Debug)]
pub struct Row {
    pub case: String,
    /// What runs it: a language, or the host itself.
    pub engine: String,
    /// The mode and the user; nothing for what runs elsewhere.
    pub mode: String,
    pub standing: Standing,
    /// The layers of which each alone would do, or nothing.
    pub stopped_by: String,
    /// What shows that the case can fail.
    pub control: String,
}

/// How a case stands.
#[derive(Debug)]
pub enum Standing {
    Ran(Verdict),
    /// It is held, but for a part that SECURITY.md says nobody stops.
    Admitted(String),
    /// A test of the host.
    Tested(String),
    /// What it attacks is not there yet.
    Waits(String),
}

impl Standing {
    fn kind(&self) -> &'static str {
        match self {
            Self::Ran(Verdict::Held(_)) => "held",
            Self::Ran(Verdict::Broken(_)) => "BROKEN",
            Self::Ran(Verdict::Unclear(_)) => "unclear",
            Self::Admitted(_) => "admitted",
            Self::Tested(_) => "held by a test",
            Self::Waits(_) => "waits",
        }
    }

    fn detail(&self) -> &str {
        match self {
            Self::Ran(Verdict::Held(text) | Verdict::Broken(text) | Verdict::Unclear(text))
            | Self::Admitted(text)
            | Self::Tested(text)
            | Self::Waits(text) => text,
        }
    }
}

/// Writes the table to `target/attacks/table.md` and gives a summary of it.
pub fn write(rows: &[Row]) -> String {
    let mut table = String::from(
        "| case | engine | mode | verdict | stopped by | control: gets through without |\n\
         |---|---|---|---|---|---|\n",
    );
    for row in rows {
        let Row { case, engine, mode, standing, stopped_by, control } = row;
        let verdict = format!("{}: {}", standing.kind(), standing.detail());
        let verdict = verdict.replace(['|', '\n', '\r'], " ");
        let _ = writeln!(
            table,
            "| {case} | {engine} | {mode} | {verdict} | {stopped_by} | {control} |"
        );
    }
    let summary = summary(rows);
    save("table.md", &format!("{summary}\n{table}"));
    summary
}

/// Writes a file beside the table.
pub fn save(name: &str, text: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../attacks");
    fs::create_dir_all(&folder).expect("a folder for the table");
    fs::write(folder.join(name), text).expect("the table");
}

fn summary(rows: &[Row]) -> String {
    let mut of_mode: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for row in rows {
        let mode = if row.mode.is_empty() { "elsewhere" } else { &row.mode };
        *of_mode.entry(mode).or_default().entry(row.standing.kind()).or_default() += 1;
    }
    let mut text = String::new();
    for (mode, kinds) in of_mode {
        let kinds: Vec<String> =
            kinds.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let _ = writeln!(text, "{mode}: {}", kinds.join(", "));
    }
    text
}
