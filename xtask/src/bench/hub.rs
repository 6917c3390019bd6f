//! What the hub of upstream servers adds to a call, and whether calls made at once are served
//! evenly.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    Effort, Setup,
    report::{Section, verdict},
    statistics::show,
};
use crate::process;

/// What was asked for: microseconds added to a call, and how many times the median the slowest
/// hundredth of 200 calls at once may take.
const ASKED_ADDED: f64 = 60.0;
const ASKED_SPREAD: f64 = 3.0;

/// One call after the other, by us and by a plain rmcp client, and 200 at once.
pub fn measure(setup: &Setup) -> Result<Section> {
    let mut bench = process::cargo();
    bench.args(["bench", "--quiet", "-p", "upstream", "--bench", "hub"]);
    bench.env("HUB_BENCH_SERVER", &setup.binary);
    if setup.effort == Effort::Quick {
        bench.env("HUB_BENCH_BATCHES", "5");
    }
    let text = process::capture(bench.stderr(Stdio::inherit()))?;
    let figures: Vec<Value> = text
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).context("a figure is no JSON"))
        .collect::<Result<_>>()?;
    let note = "Calls to our own demo server over stdio, through the hub and by a plain rmcp client, \
                in turns of a hundred; then 200 callers at once, each calling again and again.";
    let mut section = Section::new("The hub", note, &["what", "n", "p50", "p99", "asked for", ""]);
    let number = |figure: &Value, key: &str| figure[key].as_f64().unwrap_or(f64::INFINITY);
    let shown = |micros: f64| show(Duration::from_secs_f64(micros.max(0.0) / 1e6));
    for figure in &figures {
        let what = figure["what"].as_str().unwrap_or_default();
        let cells = [number(figure, "p50us"), number(figure, "p99us")].map(shown);
        let count = figure["count"].to_string();
        section.row([what, &count, &cells[0], &cells[1], "", ""]);
    }
    if let [through, without, crowd] = &figures[..] {
        let added = number(through, "p50us") - number(without, "p50us");
        let met = verdict(added < ASKED_ADDED);
        section.row(["added by the hub", "", &shown(added), "", "60 us", met]);
        let spread = number(crowd, "p99us") / number(crowd, "p50us");
        let met = verdict(spread < ASKED_SPREAD);
        section.row(["p99 over p50 of 200 at once", "", &format!("{spread:.2}x"), "", "3x", met]);
    }
    Ok(section)
}
