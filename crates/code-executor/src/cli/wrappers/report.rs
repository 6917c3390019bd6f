//! What was done, for a person or as JSON.

use std::fmt::Write;
use std::path::Path;

use serde::Serialize;

use crate::cli::render::{self, Rendered, Style, counted};

use super::disk::Plan;

/// Files that are named one by one on a terminal.
const NAMED: usize = 40;

/// What was done, or would have to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The directory.
    pub out: String,
    /// Whether nothing was written because only a check was asked for.
    pub check: bool,
    /// Files that were not there.
    pub missing: Vec<String>,
    /// Files that were not what they should be.
    pub stale: Vec<String>,
    /// Files that nothing is made of any more.
    pub left_over: Vec<String>,
    /// The same, but changed by somebody, so that they stay.
    pub changed: Vec<String>,
    /// How many were what they should be.
    pub unchanged: usize,
    /// Servers that could not be asked; their files stay as they are.
    pub unavailable: Vec<Unavailable>,
}

/// A server that could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unavailable {
    /// The server.
    pub server: String,
    /// Why.
    pub error: String,
}

impl Report {
    /// Of what a plan comes to.
    pub fn new(out: &Path, check: bool, plan: &Plan, unavailable: Vec<Unavailable>) -> Self {
        let paths = |files: &[catalog::wrappers::File]| {
            files.iter().map(|file| file.path.clone()).collect::<Vec<_>>()
        };
        let in_the_way = if check { plan.foreign.clone() } else { Vec::new() };
        let mut stale = paths(&plan.stale);
        stale.extend(in_the_way);
        stale.sort();
        Self {
            out: out.display().to_string(),
            check,
            missing: paths(&plan.missing),
            stale,
            left_over: plan.left_over.clone(),
            changed: plan.changed.clone(),
            unchanged: plan.unchanged,
            unavailable,
        }
    }

    /// Whether everything was as it should be.
    pub fn is_current(&self) -> bool {
        self.missing.is_empty() && self.stale.is_empty() && self.left_over.is_empty()
    }

    /// As one line of JSON, or as several.
    pub fn json(&self, is_line: bool) -> anyhow::Result<Rendered> {
        let text = match is_line {
            true => serde_json::to_string(self)?,
            false => serde_json::to_string_pretty(self)?,
        };
        Ok(Rendered::out(text + "\n"))
    }

    /// For a person.
    pub fn text(&self, style: Style) -> Rendered {
        let words = match self.check {
            true => ["missing", "stale", "left over"],
            false => ["new", "changed", "removed"],
        };
        let mut out = String::new();
        let lists = [&self.missing, &self.stale, &self.left_over];
        let all = words
            .iter()
            .zip(lists)
            .flat_map(|(word, list)| list.iter().map(move |path| format!("{word:<9}  {path}\n")));
        let total: usize = lists.iter().map(|list| list.len()).sum();
        all.take(NAMED).for_each(|line| out.push_str(&line));
        if total > NAMED {
            let _ = writeln!(out, "... and {} more", total - NAMED);
        }
        let shown = render::visible(&self.out).into_owned();
        let summary = match (self.check, total) {
            (_, 0) => {
                format!("{} in {shown}, all as they should be", files(self.unchanged))
            }
            (true, _) => format!(
                "{} of {} not as they should be; `code-executor wrappers generate --out {shown}` makes \
                 them so",
                total,
                files(self.unchanged + total),
            ),
            (false, _) => format!(
                "{} in {shown}: {} new, {} changed, {} removed, {} as before",
                files(self.unchanged + self.missing.len() + self.stale.len()),
                self.missing.len(),
                self.stale.len(),
                self.left_over.len(),
                self.unchanged,
            ),
        };
        out.push_str(&style.out.bold(&summary));
        out.push('\n');
        let mut err = String::new();
        for path in &self.changed {
            let _ = writeln!(
                err,
                "{path} is not needed any more; it stays, since somebody changed it or its folder"
            );
        }
        let unavailable: Vec<(String, String)> = self
            .unavailable
            .iter()
            .map(|one| (one.server.clone(), format!("{}; its files stay as they are", one.error)))
            .collect();
        err.push_str(&render::upstream_problems(&unavailable, style).err);
        Rendered { out, err }
    }
}

fn files(count: usize) -> String {
    counted(count as u64, "file")
}
