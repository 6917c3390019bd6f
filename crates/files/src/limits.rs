//! What bounds a single operation.

/// Bounds of the operations of one program. Each is reached with an error that names it, but for a
/// listing, which is cut and says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes returned by one read; 16 MiB by default.
    pub read_bytes: u64,
    /// Bytes taken by one write; 16 MiB by default.
    pub write_bytes: u64,
    /// Size to which a file may grow by writing, truncating or copying; 1 GiB by default.
    pub file_bytes: u64,
    /// Entries in one listing; 10,000 by default.
    pub entries: usize,
    /// Files and directories removed by one recursive removal; 200,000 by default.
    pub removals: usize,
    /// Directories below each other in one recursive removal; 20,000 by default.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            read_bytes: 16 * MIB,
            write_bytes: 16 * MIB,
            file_bytes: 1024 * MIB,
            entries: 10_000,
            removals: 200_000,
            depth: 20_000,
        }
    }
}
