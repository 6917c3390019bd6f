//! The operator's settings and what they may be.

use serde::{Deserialize, Serialize};
use types::DangerousPatterns;

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The bounds of every execution and of all together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Config {
    /// Wall-clock budget in milliseconds of a request that names none.
    pub default_timeout_ms: u64,
    /// The longest budget a request may name, in milliseconds.
    pub max_timeout_ms: u64,
    /// The longest program, in bytes of UTF-8.
    pub max_code_bytes: u64,
    /// Memory a program may use above its engine's own, in bytes.
    pub memory_bytes: u64,
    /// Output kept of a program, in bytes of UTF-8.
    pub output_bytes: u64,
    /// Size of a program's result as JSON, in bytes.
    pub result_bytes: u64,
    /// Tool calls one program may make.
    pub max_tool_calls: u64,
    /// Programs that may run at once.
    pub max_concurrent: usize,
    /// Requests that may wait for a place.
    pub max_waiting: usize,
    /// How long a request may wait for a place, in milliseconds.
    pub wait_timeout_ms: u64,
    /// Programs of one client that may run at once; 0 for three of four of all, and for the local user
    /// all.
    pub max_concurrent_per_client: usize,
    /// Programs of one client that may be starting at once; 0 for two per processor.
    pub max_starting: usize,
    /// How long requests of one client may wait for long before new ones are refused early, in
    /// milliseconds; 0 for ever.
    pub slow_after_ms: u64,
    /// Entries one request's `allowedTools` may have.
    pub max_allowed_tools: usize,
    /// Sessions there may be; 0 for none at all.
    pub max_sessions: usize,
    /// Sessions that one principal may have.
    pub max_sessions_per_principal: usize,
    /// How long a session lives in which nothing runs, in milliseconds.
    pub session_idle_ms: u64,
    /// How long a session lives at all, in milliseconds.
    pub session_lifetime_ms: u64,
    /// What is done about dangerous patterns in programs.
    pub dangerous_patterns: DangerousPatterns,
}

/// What a setting may be, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest value.
    pub min: u64,
    /// The largest value.
    pub max: u64,
}

impl Bounds {
    /// Either timeout: five minutes is the longest a client is known to wait for an answer.
    pub const TIMEOUT_MS: Self = Self { min: 1, max: 300_000 };
    /// Code: 16 MiB of source is beyond what an engine should be asked to parse.
    pub const CODE_BYTES: Self = Self { min: 1, max: 16 * MIB };
    /// Memory: an engine needs a few MiB to start; 16 GiB is a whole machine.
    pub const MEMORY_BYTES: Self = Self { min: 8 * MIB, max: 16 * 1024 * MIB };
    /// Output: zero would hide errors; 16 MiB is far beyond what a model can read.
    pub const OUTPUT_BYTES: Self = Self { min: KIB, max: 16 * MIB };
    /// The result, which travels beside the output.
    pub const RESULT_BYTES: Self = Self { min: KIB, max: 16 * MIB };
    /// Tool calls of one program; zero switches calls off.
    pub const TOOL_CALLS: Self = Self { min: 0, max: 1_000_000 };
    /// Programs at once: each is a process.
    pub const CONCURRENT: Self = Self { min: 1, max: 4_096 };
    /// Requests that wait; zero refuses at once when all places are taken.
    pub const WAITING: Self = Self { min: 0, max: 65_536 };
    /// The wait for a place; zero refuses at once.
    pub const WAIT_TIMEOUT_MS: Self = Self { min: 0, max: 300_000 };
    /// Programs of one client at once; zero leaves it to us.
    pub const CONCURRENT_PER_CLIENT: Self = Self { min: 0, max: 4_096 };
    /// Programs of one client that are starting; zero leaves it to us.
    pub const STARTING: Self = Self { min: 0, max: 4_096 };
    /// How long a line may be slow; zero for ever.
    pub const SLOW_AFTER_MS: Self = Self { min: 0, max: 300_000 };
    /// Entries of `allowedTools`.
    pub const ALLOWED_TOOLS: Self = Self { min: 1, max: 100_000 };
    /// Sessions: each is a process that holds its memory; zero for none.
    pub const SESSIONS: Self = Self { min: 0, max: 1_024 };
    /// Sessions of one principal.
    pub const SESSIONS_PER_PRINCIPAL: Self = Self { min: 1, max: 1_024 };
    /// How long a session lives, used or not: up to a day.
    pub const SESSION_MS: Self = Self { min: 1_000, max: 86_400_000 };

    /// Whether `value` lies within.
    pub fn contains(self, value: u64) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A value outside its bounds.
    #[error("{field} is {value}; it must be between {} and {}", bounds.min, bounds.max)]
    OutOfBounds {
        /// The setting's name as users write it.
        field: &'static str,
        /// What it was.
        value: u64,
        /// What it may be.
        bounds: Bounds,
    },
    /// A default that the limit beside it excludes.
    #[error(
        "defaultTimeoutMs is {default}, above maxTimeoutMs {max}; lower the one or raise the other"
    )]
    DefaultAboveMax {
        /// The default.
        default: u64,
        /// The limit.
        max: u64,
    },
}

impl Config {
    /// Checks every setting against its bounds; the first that does not fit is the error.
    pub fn validate(&self) -> Result<(), Error> {
        for (field, value, bounds) in self.fields() {
            if !bounds.contains(value) {
                return Err(Error::OutOfBounds { field, value, bounds });
            }
        }
        if self.default_timeout_ms > self.max_timeout_ms {
            let (default, max) = (self.default_timeout_ms, self.max_timeout_ms);
            return Err(Error::DefaultAboveMax { default, max });
        }
        Ok(())
    }

    fn fields(&self) -> [(&'static str, u64, Bounds); 18] {
        [
            ("defaultTimeoutMs", self.default_timeout_ms, Bounds::TIMEOUT_MS),
            ("maxTimeoutMs", self.max_timeout_ms, Bounds::TIMEOUT_MS),
            ("maxCodeBytes", self.max_code_bytes, Bounds::CODE_BYTES),
            ("memoryBytes", self.memory_bytes, Bounds::MEMORY_BYTES),
            ("outputBytes", self.output_bytes, Bounds::OUTPUT_BYTES),
            ("resultBytes", self.result_bytes, Bounds::RESULT_BYTES),
            ("maxToolCalls", self.max_tool_calls, Bounds::TOOL_CALLS),
            ("maxConcurrent", self.max_concurrent as u64, Bounds::CONCURRENT),
            ("maxWaiting", self.max_waiting as u64, Bounds::WAITING),
            ("waitTimeoutMs", self.wait_timeout_ms, Bounds::WAIT_TIMEOUT_MS),
            (
                "maxConcurrentPerClient",
                self.max_concurrent_per_client as u64,
                Bounds::CONCURRENT_PER_CLIENT,
            ),
            ("maxStarting", self.max_starting as u64, Bounds::STARTING),
            ("slowAfterMs", self.slow_after_ms, Bounds::SLOW_AFTER_MS),
            ("maxAllowedTools", self.max_allowed_tools as u64, Bounds::ALLOWED_TOOLS),
            ("maxSessions", self.max_sessions as u64, Bounds::SESSIONS),
            (
                "maxSessionsPerPrincipal",
                self.max_sessions_per_principal as u64,
                Bounds::SESSIONS_PER_PRINCIPAL,
            ),
            ("sessionIdleMs", self.session_idle_ms, Bounds::SESSION_MS),
            ("sessionLifetimeMs", self.session_lifetime_ms, Bounds::SESSION_MS),
        ]
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            default_timeout_ms: 30_000,
            max_timeout_ms: 300_000,
            max_code_bytes: MIB,
            memory_bytes: 256 * MIB,
            output_bytes: 100 * KIB,
            result_bytes: MIB,
            max_tool_calls: 10_000,
            max_concurrent: 100,
            max_waiting: 400,
            wait_timeout_ms: 30_000,
            max_concurrent_per_client: 0,
            max_starting: 0,
            slow_after_ms: 10_000,
            max_allowed_tools: 1_000,
            max_sessions: 64,
            max_sessions_per_principal: 8,
            session_idle_ms: 600_000,
            session_lifetime_ms: 3_600_000,
            dangerous_patterns: DangerousPatterns::default(),
        }
    }
}

#[cfg(test)]
mod tests;
