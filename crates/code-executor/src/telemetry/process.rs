//! What the kernel says of this process, as Prometheus text: the names that all exporters give it.

use std::fmt::Write;
use std::fs;

use gateway::metrics::{ALL, CPU, Kind, MAX_FDS, OPEN_FDS, RESIDENT, START_TIME};
use rustix::process::{Resource, getrlimit};

/// How the kernel counts time for us, on every architecture we run on.
const TICKS_PER_SECOND: f64 = 100.0;

/// The lines; what cannot be read is left out.
pub fn render() -> String {
    let mut text = String::new();
    let stat = Stat::read();
    let mut tell = |name: &str, value: Option<f64>| {
        let metric = ALL.iter().find(|metric| metric.name == name);
        let (Some(metric), Some(value)) = (metric, value) else { return };
        let kind = if metric.kind == Kind::Counter { "counter" } else { "gauge" };
        let _ =
            writeln!(text, "# HELP {name} {}\n# TYPE {name} {kind}\n{name} {value}\n", metric.help);
    };
    tell(RESIDENT, resident());
    tell(CPU, stat.as_ref().map(|stat| stat.cpu_ticks / TICKS_PER_SECOND));
    let booted = boot_time();
    let since_boot = stat.as_ref().map(|stat| stat.start_ticks / TICKS_PER_SECOND);
    tell(START_TIME, since_boot.zip(booted).map(|(since_boot, booted)| booted + since_boot));
    tell(OPEN_FDS, fs::read_dir("/proc/self/fd").ok().map(|all| all.count() as f64));
    tell(MAX_FDS, getrlimit(Resource::Nofile).current.map(|most| most as f64));
    text
}

struct Stat {
    cpu_ticks: f64,
    start_ticks: f64,
}

impl Stat {
    fn read() -> Option<Self> {
        let text = fs::read_to_string("/proc/self/stat").ok()?;
        // The name before it may hold anything but this.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
        Some(Self { cpu_ticks: number(14)? + number(15)?, start_ticks: number(22)? })
    }
}

/// Bytes.
fn resident() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}

/// Seconds since the epoch.
fn boot_time() -> Option<f64> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    text.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn the_kernel_says_how_much_we_use() {
        let text = render();
        for name in
            ["process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds"]
        {
            let line = text.lines().find(|line| line.starts_with(name)).expect(name);
            let value: f64 = line.split(' ').nth(1).unwrap().parse().unwrap();
            assert!(value > 0.0, "{line}");
        }
    }
}
