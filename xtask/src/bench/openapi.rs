//! How fast a large OpenAPI document becomes a list of tools.

use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    Setup,
    report::{Section, verdict},
};
use crate::process;

/// What was asked for, in milliseconds.
const ASKED: f64 = 2000.0;

/// A generated document of 2,500 operations, in both formats.
pub fn measure(_: &Setup) -> Result<Section> {
    let mut bench = process::cargo();
    bench.args(["bench", "--quiet", "-p", "upstream", "--bench", "openapi"]);
    let text = process::capture(bench.stderr(Stdio::inherit()))?;
    let note = "From a file to the list of tools as the catalog gets it, the middle of five runs.";
    let header = ["document", "operations", "measured", "asked for", ""];
    let mut section = Section::new("OpenAPI documents", note, &header);
    for line in text.lines().filter(|line| line.starts_with('{')) {
        let figure: Value = serde_json::from_str(line).context("a figure is no JSON")?;
        let number = |key: &str| figure[key].as_f64().unwrap_or_default();
        let format = figure["format"].as_str().unwrap_or_default();
        let measured = number("milliseconds");
        section.row([
            format!("{format}, {:.1} MB", number("bytes") / 1e6),
            format!("{}", number("operations")),
            format!("{measured:.0} ms"),
            format!("{ASKED:.0} ms"),
            verdict(measured > 0.0 && measured < ASKED).to_owned(),
        ]);
    }
    Ok(section)
}
