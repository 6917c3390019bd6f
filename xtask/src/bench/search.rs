//! Whether search finds what is meant, and how fast.

use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    Setup,
    report::{Section, verdict},
};
use crate::process;

/// What was asked for: the part found among the first five, the mean reciprocal rank, and for
/// 10,000 tools milliseconds and bytes.
const IN_FIVE: f64 = 0.90;
const RECIPROCAL: f64 = 0.75;
const ASKED_SPEED: [(&str, f64); 2] = [("build", 1000.0), ("search p50", 1.0)];
const ASKED_TOOLS: u64 = 10_000;
const ASKED_BYTES: u64 = 2048;

/// The labelled requests over the corpus of real tools, and the corpus repeated for speed.
pub fn measure(_: &Setup) -> Result<Section> {
    let mut bench = process::cargo();
    bench.args(["bench", "--quiet", "-p", "catalog", "--bench", "search"]);
    let text = process::capture(bench.stderr(Stdio::inherit()))?;
    let note = "Labelled requests over a corpus of real tools; speed with that corpus repeated. \
                Empty where the corpus is absent.";
    let mut section = Section::new("Search", note, &["what", "measured", "asked for", ""]);
    for line in text.lines().filter(|line| line.starts_with('{')) {
        let figure: Value = serde_json::from_str(line).context("a figure is no JSON")?;
        match figure["ranking"].as_str() {
            Some(ranking) => quality(&mut section, ranking, &figure),
            None => speed(&mut section, &figure),
        }
    }
    Ok(section)
}

fn quality(section: &mut Section, ranking: &str, figure: &Value) {
    let part = |key: &str| figure[key].as_f64().unwrap_or_default();
    let (five, reciprocal) = (part("inFive"), part("reciprocal"));
    let ours = ranking == "ours";
    let row = |what: &str, shown: String, asked: String, met: bool| {
        let (asked, met) = if ours { (asked, verdict(met)) } else { (String::new(), "") };
        [format!("{ranking}: {what}"), shown, asked, met.to_owned()]
    };
    let percent = |part: f64| format!("{:.1} %", 100.0 * part);
    section.row(row("right tool in five", percent(five), percent(IN_FIVE), five >= IN_FIVE));
    section.row(row(
        "mean reciprocal rank",
        format!("{reciprocal:.3}"),
        format!("{RECIPROCAL}"),
        reciprocal >= RECIPROCAL,
    ));
}

fn speed(section: &mut Section, figure: &Value) {
    let tools = figure["tools"].as_u64().unwrap_or_default();
    let what = figure["what"].as_str().unwrap_or_default();
    let label = format!("{tools} tools: {what}");
    if let Some(bytes) = figure["bytesPerTool"].as_u64() {
        let met = verdict(bytes < ASKED_BYTES);
        let cells =
            [label, format!("{bytes} bytes each"), format!("{ASKED_BYTES} bytes"), met.into()];
        return section.row(cells);
    }
    let measured = figure["milliseconds"].as_f64().unwrap_or(f64::INFINITY);
    let asked = ASKED_SPEED.iter().find(|(name, _)| tools == ASKED_TOOLS && *name == what);
    let (asked, met) = match asked {
        Some((_, most)) => (format!("{most} ms"), verdict(measured < *most)),
        None => (String::new(), ""),
    };
    section.row([label, format!("{measured:.2} ms"), asked, met.to_owned()]);
}
