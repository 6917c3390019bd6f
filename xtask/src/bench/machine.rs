//! The machine, as far as a reader of figures needs to know it.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use crate::process;

/// Processor, cores, memory, kernel, compiler, and how busy it was with something else.
pub fn describe() -> Result<String> {
    let cores = std::thread::available_parallelism().context("cannot count the cores")?;
    let processor = line("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = line("/proc/meminfo", "MemTotal")
        .and_then(|text| text.strip_suffix(" kB")?.parse::<u64>().ok())
        .unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kernel = kernel.split('-').next().unwrap_or_default().trim();
    let rustc = process::capture(Command::new("rustc").arg("--version"))?;
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    Ok(format!(
        "{cores} cores of {processor}, {} GB of memory, Linux {kernel}, {}, load average {load} before the run",
        memory.div_ceil(1_000_000),
        rustc.split(" (").next().unwrap_or_default().trim(),
    ))
}

fn line(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim_start().trim_start_matches(':').trim().to_owned())
}
