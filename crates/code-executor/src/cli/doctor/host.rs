//! The machine and this process: kernel, container, clock, limits, the place of the audit log.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::process::{Resource, getrlimit};

use crate::cli::doctor::report::{AuditLog, Clock, Host, Limits};
use crate::config::{Inputs, Settings};

/// The years in which this version may find itself.
const YEARS: std::ops::Range<u64> = 2025..2125;

/// How far the two clocks may part within a moment.
const DRIFT: Duration = Duration::from_millis(50);

/// The moment.
const MOMENT: Duration = Duration::from_millis(10);

/// Bytes that an audit log needs to be free, for there to be records at all.
const LEAST_FREE: u64 = 1 << 20;

/// What isolation depends on.
pub fn host(inputs: &Inputs) -> Host {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let filter = status.lines().find_map(|line| line.strip_prefix("Seccomp:"));
    Host {
        kernel: read("/proc/sys/kernel/osrelease").unwrap_or_else(|| "unknown".to_owned()),
        uid: rustix::process::geteuid().as_raw(),
        container: container(inputs),
        filtered: filter.is_some_and(|mode| mode.trim() == "2"),
        security_modules: read("/sys/kernel/security/lsm"),
    }
}

fn container(inputs: &Inputs) -> Option<&'static str> {
    let groups = read("/proc/1/cgroup").unwrap_or_default();
    if inputs.environment.is_set("KUBERNETES_SERVICE_HOST") || groups.contains("kubepods") {
        return Some("kubernetes");
    }
    if Path::new("/run/.containerenv").exists() {
        return Some("podman");
    }
    (Path::new("/.dockerenv").exists() || groups.contains("docker")).then_some("docker")
}

/// A file of one line, if it is there.
pub fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

/// Whether the clock can be right: the year, and whether it runs like the other clock.
pub fn clock() -> Clock {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let year = 1970 + now.as_secs() / 31_556_952;
    let steady = (0..3).any(|_| runs_steadily());
    let reason = if !YEARS.contains(&year) {
        Some(format!("it is {year} by this clock; set it, or records and certificates are wrong"))
    } else if !steady {
        Some("it jumps against the monotonic clock; is it being set again and again?".to_owned())
    } else {
        None
    };
    let shown = jiff::Timestamp::now().to_string();
    Clock { now: shown, sane: reason.is_none(), reason }
}

fn runs_steadily() -> bool {
    let (wall, steady) = (SystemTime::now(), Instant::now());
    std::thread::sleep(MOMENT);
    let (wall, steady) = (wall.elapsed(), steady.elapsed());
    wall.is_ok_and(|wall| wall.abs_diff(steady) < DRIFT)
}

/// What this process may use, and may come to need.
pub fn limits(settings: &Settings) -> Limits {
    let files = getrlimit(Resource::Nofile);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let available = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let available = available.and_then(|text| text.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    // A program has a socket and a descriptor of its process, and may have a call under way; a
    // server has three pipes.
    let programs = settings.policy.max_concurrent + settings.sandbox.spares;
    let needed = 64 + programs * 4 + settings.upstream.servers.len() * 4;
    Limits {
        open_files: files.current,
        open_files_most: files.maximum,
        open_files_needed: needed as u64,
        processes: getrlimit(Resource::Nproc).current,
        address_space: getrlimit(Resource::As).current,
        memory_bytes: sandbox::machine_memory(),
        available_bytes: available.map(|kib| kib * 1024),
        processors: std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// Whether records could be written: opens the log as a server would, and writes a file beside it.
pub fn audit_log(settings: &Settings) -> AuditLog {
    let config = &settings.audit;
    let directory = config.path.parent().map(Path::to_owned).unwrap_or_default();
    let mut found = AuditLog {
        enabled: config.enabled,
        directory: config.enabled.then(|| directory.display().to_string()),
        writable: false,
        free_bytes: None,
        error: None,
    };
    if !config.enabled {
        return found;
    }
    // What the probes write goes into no log: this opens and closes an empty segment.
    let opened = audit::Log::open(config.clone()).map_err(|error| error.to_string());
    let segment = opened.as_ref().ok().and_then(audit::Log::segment);
    let tried = opened.and_then(|_log| {
        let file = directory.join(format!(".code-executor-doctor.{}", std::process::id()));
        let written = fs::write(&file, "x").map_err(|error| format!("{}: {error}", file.display()));
        let _ = fs::remove_file(&file);
        written
    });
    if let Some(segment) = segment
        && fs::metadata(&segment).is_ok_and(|data| data.len() == 0)
    {
        let _ = fs::remove_file(segment);
    }
    let space = rustix::fs::statvfs(&directory);
    found.free_bytes = space.ok().map(|space| space.f_bavail.saturating_mul(space.f_frsize));
    let full = found.free_bytes.is_some_and(|free| free < LEAST_FREE);
    found.error = match tried {
        Err(error) => Some(error),
        Ok(()) if full => Some("the disk is full".to_owned()),
        Ok(()) => None,
    };
    found.writable = found.error.is_none();
    found
}
