//! How much all programs may use together.

/// Memory that zygotes take, in bytes: far more than they do.
const BASE: u64 = 1 << 30;

/// Threads of one program at most, and its process.
const TASKS_OF_ONE: u64 = 65;

/// Launchers, keepers and zygotes.
const BASE_TASKS: u64 = 256;

/// What all programs together may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CgroupLimits {
    /// Memory in bytes, what zygotes take included.
    pub memory_bytes: u64,
    /// Processes and threads.
    pub tasks: u64,
}

impl CgroupLimits {
    /// Enough for so many programs of so many bytes each; of memory three quarters of the machine's
    /// at most, so that the rest of it is left alone.
    pub fn for_programs(count: u64, bytes_of_one: u64) -> Self {
        let memory = count.saturating_mul(bytes_of_one).saturating_add(BASE);
        let most = machine_memory().map_or(u64::MAX, |machine| machine / 4 * 3);
        let tasks = count.saturating_mul(TASKS_OF_ONE).saturating_add(BASE_TASKS);
        Self { memory_bytes: memory.min(most), tasks }
    }
}

/// The machine's memory in bytes.
pub fn machine_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}
