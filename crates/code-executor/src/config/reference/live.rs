//! Which settings a running server takes over.

use crate::config::reference::Key;

impl Key {
    /// Whether a change of it is taken over while a server runs; all others wait for the next start.
    pub fn is_live(self) -> bool {
        matches!(
            self,
            Self::AllowRead
                | Self::AllowWrite
                | Self::AllowNetwork
                | Self::AllowedProjects
                | Self::PinTools
                | Self::DangerousPatterns
                | Self::MaxCodeBytes
                | Self::OutputBytes
                | Self::ResultBytes
                | Self::MaxToolCalls
                | Self::MaxConcurrent
                | Self::MaxWaiting
                | Self::WaitTimeoutMs
                | Self::MaxConcurrentPerClient
                | Self::MaxStarting
                | Self::SlowAfterMs
                | Self::RateLimitEnabled
                | Self::RateLimitMaxRequests
                | Self::RateLimitWindowMs
                | Self::LimitRules
                | Self::MaxAllowedTools
                | Self::SessionsMax
                | Self::SessionsMaxPerPrincipal
                | Self::SessionsIdleMs
                | Self::SessionsLifetimeMs
                | Self::McpConfigPath
                | Self::McpDiscovery
                | Self::TelemetryLogLevel
        )
    }
}
