//! What the web platform, Node's modules and `Intl` cost a program that uses none of them.

use std::time::Duration;

use anyhow::Result;
use testkit::Workspace;

use super::{
    Setup,
    report::{Section, verdict},
    speed::TRIVIAL,
    statistics::{Samples, show},
    timing::floor_with,
};

const ASKED: Duration = Duration::from_micros(300);

/// Turns of each engine.
const TURNS: usize = 5;

const NOTE: &str = "Fork, lockdown and run of `console.log(2 + 2)` with nothing around it, in the engine as \
    programs find it and in one that has tools, console and timers alone. By turns.";

/// The whole engine against the bare one.
pub fn measure(setup: &Setup) -> Result<Section> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let file = workspace.write("project/trivial.mjs", TRIVIAL);
    let (mut whole, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        for (arguments, samples) in [(&[][..], &mut whole), (&["--bare"][..], &mut bare)] {
            let count = setup.effort.times(2_000);
            samples.extend(floor_with(&workspace, &file, count, arguments)?.samples.into_all());
        }
    }
    let (whole, bare) = (Samples::new(whole), Samples::new(bare));
    let added = whole.median().saturating_sub(bare.median());
    let header = ["what", "n", "p50", "p99", "asked for", ""];
    let mut section = Section::new("The prelude", NOTE, &header);
    for (what, samples) in [("the whole engine", &whole), ("the bare engine", &bare)] {
        let (median, high) = (show(samples.median()), show(samples.percentile(99)));
        section.row([what, &samples.count().to_string(), &median, &high, "", ""]);
    }
    section.row([
        "added by the prelude",
        "",
        &show(added),
        "",
        &show(ASKED),
        verdict(added < ASKED),
    ]);
    Ok(section)
}
