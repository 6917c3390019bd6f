//! The report: tables in Markdown, each figure next to what was asked of it.

use std::fmt::Write as _;

const HEAD: &str = "\
# Benchmarks

Measured by `cargo xtask bench --write`; every table is one run, rivals included, so that the ratios
hold where the figures do not. Run it on your own machine before you rely on any of them.
";

/// What was measured about one thing.
#[derive(Debug)]
pub struct Section {
    title: &'static str,
    note: String,
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Section {
    /// A section with a table of these columns.
    pub fn new(title: &'static str, note: impl Into<String>, header: &[&'static str]) -> Self {
        Self { title, note: note.into(), header: header.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, one cell a column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    fn to_markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let header: Vec<String> = self.header.iter().map(|&cell| cell.to_owned()).collect();
        let rule: Vec<String> = self.header.iter().map(|_| "---".to_owned()).collect();
        let mut text = format!("\n## {}\n\n{}\n\n", self.title, self.note);
        text += &line(&header);
        text += &line(&rule);
        for row in &self.rows {
            text += &line(row);
        }
        text
    }
}

/// Whether a figure is what was asked for.
pub fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}

/// All that was measured.
#[derive(Debug)]
pub struct Report {
    machine: String,
    sections: Vec<Section>,
}

impl Report {
    /// A report about this machine.
    pub fn new(machine: String) -> Self {
        Self { machine, sections: Vec::new() }
    }

    /// Adds what was measured about one thing.
    pub fn add(&mut self, section: Section) {
        self.sections.push(section);
    }

    /// The page.
    pub fn to_markdown(&self) -> String {
        let mut text = HEAD.to_owned();
        let _ = write!(text, "\nThe machine: {}.\n", self.machine);
        for section in &self.sections {
            text += &section.to_markdown();
        }
        text
    }
}
