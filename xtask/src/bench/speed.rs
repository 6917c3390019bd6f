//! A trivial program: through MCP, bare, and in the rivals.

use std::{path::Path, process::Command, time::Duration};

use anyhow::Result;
use testkit::Workspace;

use super::{
    Setup,
    client::program,
    report::{Section, verdict},
    statistics::{Samples, ratio, show},
    timing::{CONCURRENCY, cold, deno, floor, one_by_one, throughput},
};

/// The same in every engine.
pub const TRIVIAL: &str = "console.log(2 + 2)";

const TARGET_MEDIAN: Duration = Duration::from_micros(800);
const TARGET_HIGH: Duration = Duration::from_millis(3);
const TARGET_PER_SECOND: f64 = 1_500.0;

const NOTE: &str = "The program is `console.log(2 + 2)`. \"Through MCP\" is from the request to its \
    answer over stdio, one at a time, audit record included; the floor is fork, lockdown and run of \
    the same program with nothing around it and no child kept ready.";

/// Latency and throughput, next to the floor and the rivals.
pub fn measure(setup: &Setup) -> Result<Section> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let file = workspace.write("project/trivial.mjs", TRIVIAL);
    let request = program(TRIVIAL);
    let ours = one_by_one(&workspace, &request, setup.effort.times(5_000))?;
    let floor = floor(setup, &workspace, &file)?.samples;
    let per_second = throughput(&workspace, &request, setup.effort.times(20_000))?;
    let mut nodes = Vec::new();
    for (whose, node) in
        [("this machine's", Path::new("node").to_owned()), ("the fixtures'", setup.fixtures.node())]
    {
        let Some(version) = version(&node) else { continue };
        let mut command = Command::new(node);
        command.arg(&file);
        nodes.push((
            format!("`node`, fresh: {whose}, {version}"),
            cold(command, setup.effort.times(100))?,
        ));
    }
    let deno = cold_if_there(setup, deno(setup, &workspace, &[], &file))?;

    let header = ["what", "n", "p50", "p99", "against ours", "asked for", ""];
    let mut section = Section::new("A trivial program", NOTE, &header);
    let mut row =
        |what: &str, samples: &Samples, asked: &str, met: fn(&Samples, &Samples) -> bool| {
            section.row([
                what,
                &samples.count().to_string(),
                &show(samples.median()),
                &show(samples.percentile(99)),
                &format!("{:.1}x", ratio(samples.median(), ours.median())),
                asked,
                verdict(met(samples, &ours)),
            ]);
        };
    row("through MCP", &ours, "p50 0.8 ms, p99 3 ms", |ours, _| {
        ours.median() <= TARGET_MEDIAN && ours.percentile(99) <= TARGET_HIGH
    });
    row("the floor", &floor, "at least 0.5x", |floor, ours| {
        ratio(ours.median(), floor.median()) <= 2.0
    });
    if let Some(deno) = &deno {
        row("`deno run`, cold", deno, "20x", |deno, ours| {
            ratio(deno.median(), ours.median()) >= 20.0
        });
    }
    for (what, node) in &nodes {
        row(what, node, "60x", |node, ours| ratio(node.median(), ours.median()) >= 60.0);
    }
    let what = format!("{CONCURRENCY} at once through MCP");
    let met = verdict(per_second >= TARGET_PER_SECOND);
    section.row([&what, "", &format!("{per_second:.0}/s"), "", "", "1,500/s", met]);
    Ok(section)
}

/// What a rival calls itself; `None` when it is not there.
fn version(program: &Path) -> Option<String> {
    let said = Command::new(program).arg("--version").output().ok()?;
    String::from_utf8(said.stdout).ok().map(|said| said.trim().to_owned())
}

/// None when this machine has no such rival.
fn cold_if_there(setup: &Setup, command: Command) -> Result<Option<Samples>> {
    if !Path::new(command.get_program()).exists() {
        return Ok(None);
    }
    cold(command, setup.effort.times(100)).map(Some)
}
