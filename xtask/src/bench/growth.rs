//! What is left behind by very many executions: nothing.

use std::time::Duration;

use anyhow::{Context, Result};
use testkit::{ProcessId, Workspace};

use super::{
    Setup,
    client::{Client, program},
    report::{Section, verdict},
    sizes::{all, sum},
    speed::TRIVIAL,
    statistics::megabytes,
    timing::keep_busy,
};

const STEPS: usize = 10;

/// Memory may move this much, once, without being a leak: an allocator keeps what it got.
const TOLERATED: f64 = 1.10;

struct State {
    processes: usize,
    memory: u64,
    descriptors: usize,
}

/// Memory, descriptors and processes on the way to a hundred thousand executions.
pub fn measure(setup: &Setup) -> Result<Section> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let mut client = Client::start(workspace.command(&[]))?;
    let total = setup.effort.times(100_000);
    let first = total / 100;
    let request = program(TRIVIAL);
    keep_busy(&mut client, &request, first)?;
    let before = look(&client)?;

    let note = "Eight at a time, all through one process; the table is read while nothing runs.";
    let header = ["executions", "processes", "memory (RSS)", "descriptors of the host", ""];
    let mut section = Section::new("No growth", note, &header);
    add(&mut section, first, &before, "");
    let mut done = first;
    let mut after = look(&client)?;
    for step in 1..=STEPS {
        let until = total * step / STEPS;
        keep_busy(&mut client, &request, until - done)?;
        done = until;
        after = look(&client)?;
        if step < STEPS {
            add(&mut section, done, &after, "");
        }
    }
    let flat = after.processes <= before.processes
        && after.descriptors <= before.descriptors
        && after.memory as f64 <= before.memory as f64 * TOLERATED;
    add(&mut section, done, &after, verdict(flat));
    Ok(section)
}

fn add(section: &mut Section, executions: usize, state: &State, verdict: &str) {
    section.row([
        &executions.to_string(),
        &state.processes.to_string(),
        &megabytes(state.memory),
        &state.descriptors.to_string(),
        verdict,
    ]);
}

/// The state once the last children are gone, which the host hears of a moment after the answer.
fn look(client: &Client) -> Result<State> {
    let host = ProcessId::of(client.pid()).context("the server ended")?;
    let mut best: Option<State> = None;
    for _ in 0..20 {
        std::thread::park_timeout(Duration::from_millis(25));
        let processes = all(client.pid());
        let Ok(memory) = sum(&processes, ProcessId::resident_bytes) else { continue };
        let descriptors = host.open_descriptors().context("the server ended")?;
        if best.as_ref().is_none_or(|best| processes.len() <= best.processes) {
            best = Some(State { processes: processes.len(), memory, descriptors });
        }
    }
    best.context("the server's processes never held still")
}
