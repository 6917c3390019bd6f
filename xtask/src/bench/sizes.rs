//! What the product takes of a machine while it does nothing.

use std::time::Duration;

use anyhow::{Context, Result};
use testkit::{ProcessId, Workspace, descendants};

use super::{
    Setup,
    client::{Client, program},
    report::{Section, verdict},
    speed::TRIVIAL,
    statistics::megabytes,
};

const ASKED_MEMORY: u64 = 40_000_000;
const ASKED_ZYGOTE: u64 = 20_000_000;
const ASKED_BINARY: u64 = 25_000_000;

/// Memory of all our processes when idle, and the size of the binary.
pub fn measure(setup: &Setup) -> Result<Section> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let mut client = Client::start(workspace.command(&[]))?;
    for _ in 0..100 {
        client.call(&program(TRIVIAL))?;
    }
    let mut processes = settled(client.pid());
    // The look at the machine's Python takes a moment, and is over before anything is idle.
    for _ in 0..100 {
        if !processes.iter().any(|process| process.command != "code-executor") {
            break;
        }
        processes = settled(client.pid());
    }
    let resident = sum(&processes, ProcessId::resident_bytes)?;
    let shared = sum(&processes, ProcessId::proportional_bytes)?;
    // Below us comes its launcher, below that the zygote.
    let zygote = descendants(client.pid()).get(1).and_then(ProcessId::resident_bytes);
    let zygote = zygote.context("there is no zygote")?;
    let binary = setup.binary.metadata().context("no binary")?.len();

    let note = "Shared pages count in every process that has them (RSS), or once (PSS).";
    let mut section = Section::new("Size", note, &["what", "measured", "asked for", ""]);
    let idle = format!("{} idle processes after 100 executions", processes.len());
    let met = verdict(resident < ASKED_MEMORY);
    section.row([&format!("RSS of {idle}"), &megabytes(resident), "40 MB", met]);
    section.row([&format!("PSS of {idle}"), &megabytes(shared), "", ""]);
    let met = verdict(zygote < ASKED_ZYGOTE);
    section.row(["RSS of the TypeScript zygote", &megabytes(zygote), "20 MB", met]);
    let met = verdict(binary < ASKED_BINARY);
    section.row(["release binary", &megabytes(binary), "25 MB", met]);
    Ok(section)
}

/// Every process from this one down.
pub fn all(pid: u32) -> Vec<ProcessId> {
    let mut processes = descendants(pid);
    processes.extend(ProcessId::of(pid));
    processes
}

/// Every process from this one down, once none has come or gone for a while: the last children are
/// still being reaped, and the next one made ready, when the last answer arrives.
pub fn settled(pid: u32) -> Vec<ProcessId> {
    const QUIET: u32 = 5;
    let (mut processes, mut unchanged) = (all(pid), 0);
    let mut polls = 0;
    while unchanged < QUIET && polls < 100 {
        std::thread::sleep(Duration::from_millis(20));
        let now = all(pid);
        unchanged = if now == processes { unchanged + 1 } else { 0 };
        processes = now;
        polls += 1;
    }
    processes
}

/// A figure of each process, summed.
pub fn sum(processes: &[ProcessId], of: fn(&ProcessId) -> Option<u64>) -> Result<u64> {
    let figures: Option<Vec<u64>> = processes.iter().map(of).collect();
    Ok(figures.context("a process ended while it was measured")?.iter().sum())
}
