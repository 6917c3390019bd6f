//! What a running Python program takes of the machine beyond what it shares with its zygote.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use testkit::{ProcessId, Workspace};

use crate::bench::{
    Setup,
    client::{Client, python_program},
    report::{Section, verdict},
    sizes::settled,
    statistics::megabytes,
};

/// Long enough to be looked at while it does nothing.
const PROGRAM: &str = "print(2 + 2)\nimport time\ntime.sleep(3)";

const TARGET: u64 = 4_000_000;

const NOTE: &str = "Of a program that printed a line and sleeps: the pages that no other process \
    has, `Private_Clean` and `Private_Dirty` of `/proc/PID/smaps_rollup`. The largest of all that \
    were looked at.";

/// Private memory of a child.
pub fn measure(setup: &Setup) -> Result<Section> {
    let mut section = Section::new(
        "Memory of a Python program",
        NOTE,
        &["what", "n", "measured", "asked for", ""],
    );
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let mut client = Client::start(workspace.command(&[]))?;
    client.call(&python_program("print(2 + 2)"))?;
    let count = setup.effort.times(5).max(2);
    let mut largest = 0;
    for _ in 0..count {
        largest = largest.max(private_bytes(&mut client)?);
    }
    let met = verdict(largest < TARGET);
    let count = count.to_string();
    section.row(["private memory of a child", &count, &megabytes(largest), "4 MB", met]);
    Ok(section)
}

/// Of the process that was there while the program ran and is gone with it.
fn private_bytes(client: &mut Client) -> Result<u64> {
    client.send("tools/call", &python_program(PROGRAM))?;
    let during: HashMap<ProcessId, Option<u64>> = settled(client.pid())
        .into_iter()
        .map(|process| (process.clone(), process.private_bytes()))
        .collect();
    client.receive_success()?;
    let after = settled(client.pid());
    let gone: Vec<_> = during.iter().filter(|(process, _)| !after.contains(process)).collect();
    ensure!(gone.len() == 1, "{} processes ended with the program, not one: {gone:?}", gone.len());
    let bytes = gone.first().and_then(|(_, bytes)| **bytes);
    bytes.context("only root can measure the memory of a program: it belongs to another user")
}
