//! The decision on one request.

use types::{
    DangerousPatterns, ErrorCode, ExecutionRequest, Limits, Permissions, Principal, Refusal,
};

use crate::{Allowlist, Config, permissions};

/// Decides requests by the operator's settings.
#[derive(Debug, Clone)]
pub struct Policy {
    config: Config,
}

/// What a request was given.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The bounds of this execution.
    pub limits: Limits,
    /// The tools it may call.
    pub allowlist: Allowlist,
    /// The directories and hosts it asks for, none of them granted yet.
    pub permissions: Permissions,
    /// What is done about dangerous patterns in its text.
    pub patterns: DangerousPatterns,
}

impl Policy {
    /// A policy by these settings, which the caller has validated.
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    /// The settings in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Decides a request: its bounds and tools, or why it is refused. Every local caller may run
    /// programs; the principal is here because the answer will differ between callers.
    pub fn admit(
        &self,
        _principal: &Principal,
        request: &ExecutionRequest,
    ) -> Result<Admitted, Refusal> {
        self.check_code(&request.code)?;
        let timeout_ms = self.timeout(request.timeout_ms)?;
        let entries = request.allowed_tools.len();
        if entries > self.config.max_allowed_tools {
            return Err(invalid(format!(
                "allowedTools has {entries} entries, the limit is {}; use wildcards such as \
                 mcp__filesystem__*",
                self.config.max_allowed_tools
            )));
        }
        let allowlist = Allowlist::parse(&request.allowed_tools)?;
        let permissions = permissions::read(request.permissions.as_ref())?;
        let patterns = self.config.dangerous_patterns;
        Ok(Admitted { limits: self.limits(timeout_ms), allowlist, permissions, patterns })
    }

    fn check_code(&self, code: &str) -> Result<(), Refusal> {
        let (size, limit) = (code.len() as u64, self.config.max_code_bytes);
        if size <= limit {
            return Ok(());
        }
        Err(Refusal::new(
            ErrorCode::CodeTooLarge,
            format!(
                "the code is {size} bytes, the limit is {limit} bytes; move data out of the code \
                 or split the program"
            ),
        ))
    }

    fn timeout(&self, asked: Option<u64>) -> Result<u64, Refusal> {
        let max = self.config.max_timeout_ms;
        match asked {
            None => Ok(self.config.default_timeout_ms.min(max)),
            Some(asked) if (1..=max).contains(&asked) => Ok(asked),
            Some(asked) => Err(invalid(format!(
                "timeoutMs is {asked}; it must be between 1 and {max} milliseconds"
            ))),
        }
    }

    fn limits(&self, timeout_ms: u64) -> Limits {
        Limits {
            timeout_ms,
            memory_bytes: self.config.memory_bytes,
            output_bytes: self.config.output_bytes,
            result_bytes: self.config.result_bytes,
            tool_calls: self.config.max_tool_calls,
        }
    }
}

fn invalid(message: String) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, message)
}

#[cfg(test)]
mod tests;
