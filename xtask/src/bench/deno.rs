//! Programs in Deno: one that waits for its program, handed one, next to a Deno that is started.

use std::{process::Stdio, time::Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use testkit::Workspace;

use super::{
    Setup,
    client::{Client, program},
    report::{Section, verdict},
    speed::TRIVIAL,
    statistics::{Samples, ratio, show},
    timing,
};

const NOTE: &str = "The same trivial program. Ours is through MCP with `runtime: \"deno\"`, audit record \
    included, to a child that is ready; the rival is `deno run` from start to end, with a `DENO_DIR` that it \
    has used before and no sandbox. By turns, eight of the rival's for one of ours, in which time the \
    next child is made ready.";

/// How much of a cold start the hand-off may take.
const ASKED: f64 = 3.0;

/// Turns before the first that counts.
const WARM_UP: usize = 5;

/// The hand-off to a waiting Deno.
pub fn measure(setup: &Setup) -> Result<Section> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let file = workspace.write("project/trivial.mjs", TRIVIAL);
    let mut cold = timing::deno(setup, &workspace, &[], &file);
    cold.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if cold.status().is_err() {
        bail!("there is no Deno among the fixtures");
    }
    let mut command = workspace.command(&[]);
    command.env("DENO_PATH", setup.fixtures.deno());
    let mut client = Client::start(command)?;
    let mut request = program(TRIVIAL);
    request["arguments"]["runtime"] = json!("deno");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for turn in 0..WARM_UP + setup.effort.times(100) {
        for _ in 0..8 {
            let started = Instant::now();
            ensure!(cold.status().context("cannot start deno")?.success(), "deno failed");
            if turn >= WARM_UP {
                theirs.push(started.elapsed());
            }
        }
        let started = Instant::now();
        client.call(&request)?;
        if turn >= WARM_UP {
            ours.push(started.elapsed());
        }
    }
    let (ours, theirs) = (Samples::new(ours), Samples::new(theirs));
    let header = ["what", "n", "p50", "p99", "against ours", "asked for", ""];
    let mut section = Section::new("Programs in Deno", NOTE, &header);
    let times = ratio(theirs.median(), ours.median());
    section.row(row("handed to a Deno that is ready", &ours, "1.0x", "", ""));
    let asked = format!("{ASKED:.0}x");
    section.row(row(
        "`deno run`",
        &theirs,
        &format!("{times:.1}x"),
        &asked,
        verdict(times >= ASKED),
    ));
    Ok(section)
}

fn row(what: &str, samples: &Samples, against: &str, asked: &str, met: &str) -> [String; 7] {
    [
        what.to_owned(),
        samples.count().to_string(),
        show(samples.median()),
        show(samples.percentile(99)),
        against.to_owned(),
        asked.to_owned(),
        met.to_owned(),
    ]
}
