//! The vocabulary every room speaks: ids, who asks, what is asked, what came of it.
//!
//! Data and its serialised shape only: no I/O, no policy, no configuration. A type lives here when
//! at least two rooms exchange it; whatever belongs to one room stays in that room.

#![forbid(unsafe_code)]

mod advice;
mod detail;
mod error_code;
mod execution;
mod health;
mod history;
mod id;
mod isolation;
mod limits;
mod outcome;
mod permission;
mod principal;
mod session;
mod tool;
mod trace;
mod turn;

pub use advice::{DangerousPatterns, Finding, MAX_FINDINGS};
pub use detail::Detail;
pub use error_code::ErrorCode;
pub use execution::{ExecutionRequest, Language, Runtime};
pub use health::{
    AuditHealth, ClientsHealth, ConfigurationHealth, EngineHealth, HealthReport, PoolHealth,
    RolesHealth, SessionsHealth, StateHealth, UpstreamCircuit, UpstreamState, UpstreamStatus,
    UpstreamTransport,
};
pub use history::{
    Cancellation, ExecutionEntry, ExecutionPage, ExecutionQuery, ExecutionState, ExecutionsOf,
};
pub use id::ExecutionId;
pub use isolation::{Isolation, IsolationLevel, Layer, MissingLayer};
pub use limits::Limits;
pub use outcome::{
    CallRecord, CallStatus, ExecutionOutcome, LimitKind, ProgramError, Refusal, ToolCallSummary,
};
pub use permission::{Asked, DeniedGrant, Grants, Permissions, RequestRecord};
pub use principal::{Principal, scope};
pub use session::{SessionEnd, SessionEntry, SessionId, SessionList, SessionStanding, SessionUse};
pub use tool::{Definitions, SearchHit, SearchMetrics, ToolAnswer, ToolDescriptor, ToolSchema};
pub use trace::{TraceContext, TraceParent};
pub use turn::{Priority, Standing, Turn};
