//! What is told of executions while they run: metrics, spans and the ids in log lines. Nothing of it
//! holds code, arguments, results or output.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use types::{CallStatus, ErrorCode, ExecutionId, ExecutionOutcome, Refusal, TraceContext};

use crate::engine::Engine;
use crate::metrics;
use crate::trace::{Part, SpanKind, Spans, Trace, Value};

/// Tools that are told apart in metrics; calls of further ones are counted together.
const TOOLS: usize = 1_000;

/// What stands for the tools beyond `TOOLS`.
const OTHERS: &str = "(others)";
/// What stands for names that are no tool's.
const UNKNOWN: &str = "(unknown)";
/// What stands for the server where there is none.
const NO_SERVER: &str = "(none)";

/// The classes of errors that are ours; all others are a program's own.
pub(crate) const CLASSES: [&str; 14] = [
    "TimeoutError",
    "CancelledError",
    "MemoryLimitError",
    "ToolCallLimitError",
    "SandboxViolation",
    "SandboxError",
    "EngineCrash",
    "UnsettledPromiseError",
    "SyntaxError",
    "DangerousPatternError",
    "ResultError",
    "McpToolError",
    "UnsettledAwaitError",
    "SystemExit",
];

/// A part of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// What is looked at before anything else: dangerous patterns.
    Check,
    /// Declared packages.
    Prepare,
    /// The wait for a place.
    Queue,
    /// Its directories and its child.
    Launch,
    /// The start record.
    Record,
    /// The program.
    Run,
    /// The end record.
    Finish,
}

impl Phase {
    fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Prepare => "prepare",
            Self::Queue => "queue",
            Self::Launch => "launch",
            Self::Record => "record",
            Self::Run => "run",
            Self::Finish => "finish",
        }
    }
}

/// What all executions of a gateway share.
#[derive(Default)]
pub(crate) struct Observer {
    spans: Option<Arc<dyn Spans>>,
    tools: Mutex<HashSet<String>>,
}

impl Observer {
    /// With traces that are kept there, if anywhere.
    pub(crate) fn new(spans: Option<Arc<dyn Spans>>) -> Self {
        Self { spans, tools: Mutex::default() }
    }

    /// An execution that begins.
    pub(crate) fn begin(
        self: &Arc<Self>,
        id: ExecutionId,
        engine: Engine,
        client: Option<TraceContext>,
    ) -> Observed {
        let trace = Trace::begin(self.spans.as_ref(), &id, client);
        Observed { observer: Arc::clone(self), id, engine, trace, began: Instant::now() }
    }

    /// A tool's name as a label, within what is told apart.
    fn label(&self, tool: &str) -> String {
        let mut tools = self.tools.lock().unwrap_or_else(PoisonError::into_inner);
        if !tools.contains(tool) {
            if tools.len() == TOOLS {
                return OTHERS.to_owned();
            }
            tools.insert(tool.to_owned());
        }
        tool.to_owned()
    }
}

/// One execution, as it is told of.
pub(crate) struct Observed {
    observer: Arc<Observer>,
    id: ExecutionId,
    engine: Engine,
    trace: Option<Trace>,
    began: Instant,
}

impl Observed {
    /// The execution.
    pub(crate) fn id(&self) -> &ExecutionId {
        &self.id
    }

    /// The span that log lines stand in.
    pub(crate) fn log_span(&self) -> tracing::Span {
        let execution = self.id.as_str();
        match &self.trace {
            Some(trace) => {
                tracing::error_span!("execution", executionId = execution, traceId = trace.id())
            }
            None => tracing::error_span!("execution", executionId = execution),
        }
    }

    /// A part of it, with the time it takes, to its end or until it is given up.
    pub(crate) async fn during<F: Future>(&self, phase: Phase, work: F) -> F::Output {
        let _timed = Timed { observed: self, phase, began: Instant::now() };
        work.await
    }

    /// A call of a tool, or for what else a server has; `server` is the one that has it, where that is
    /// known.
    pub(crate) fn call<'a>(
        &'a self,
        method: &'static str,
        label: &'a str,
        server: Option<String>,
    ) -> Calling<'a> {
        let context = self.trace.as_ref().map(Trace::below);
        Calling {
            observed: self,
            method,
            label,
            server,
            context,
            began: Instant::now(),
            told: false,
        }
    }

    /// That nothing was run, and why.
    pub(crate) fn refused(&self, refusal: &Refusal) {
        let code = refusal.code.as_str();
        refused(refusal);
        self.end(Vec::new(), Some(code.to_owned()));
    }

    /// How it ended.
    pub(crate) fn ended(&self, outcome: &ExecutionOutcome) {
        let language = self.engine.language().as_str();
        let word = if outcome.success { "success" } else { "failed" };
        ::metrics::counter!(metrics::EXECUTIONS, "language" => language, "outcome" => word)
            .increment(1);
        ::metrics::histogram!(metrics::EXECUTION_SECONDS, "language" => language)
            .record(self.began.elapsed());
        ::metrics::counter!(metrics::OUTPUT_BYTES, "language" => language)
            .increment(outcome.output.len() as u64);
        let class = outcome.error.as_ref().map(|error| class(&error.kind));
        if let Some(class) = class {
            ::metrics::counter!(metrics::PROGRAM_ERRORS, "language" => language, "class" => class)
                .increment(1);
        }
        let mut attributes = vec![
            ("code_executor.tool_calls", Value::from(outcome.tool_call_summary.len())),
            ("code_executor.output_bytes", Value::from(outcome.output.len())),
            ("code_executor.truncated", Value::Bool(outcome.truncated)),
        ];
        if let Some(limit) = outcome.limit {
            ::metrics::counter!(metrics::LIMITS_FIRED, "limit" => limit.as_str()).increment(1);
            attributes.push(("code_executor.limit", limit.as_str().into()));
        }
        self.end(attributes, class.map(str::to_owned));
    }

    fn end(&self, mut attributes: Vec<(&'static str, Value)>, error: Option<String>) {
        let Some(trace) = &self.trace else { return };
        let language = self.engine.language().as_str();
        attributes.push(("code_executor.execution_id", self.id.as_str().into()));
        attributes.push(("code_executor.language", language.into()));
        attributes.push(("code_executor.engine", self.engine.as_str().into()));
        let name = format!("execute {language}");
        let (kind, began) = (SpanKind::Server, self.began);
        trace.end(Part { context: None, name, kind, began, attributes, error });
    }
}

/// A part under way.
struct Timed<'a> {
    observed: &'a Observed,
    phase: Phase,
    began: Instant,
}

impl Drop for Timed<'_> {
    fn drop(&mut self) {
        let (phase, language) = (self.phase.as_str(), self.observed.engine.language().as_str());
        ::metrics::histogram!(metrics::PHASE_SECONDS, "language" => language, "phase" => phase)
            .record(self.began.elapsed());
        if let Some(trace) = &self.observed.trace {
            let (name, kind, began) = (phase.to_owned(), SpanKind::Internal, self.began);
            let (context, attributes, error) = (None, Vec::new(), None);
            trace.part(Part { context, name, kind, began, attributes, error });
        }
    }
}

/// A call under way. Dropped without an end, it was cut short with the execution.
pub(crate) struct Calling<'a> {
    observed: &'a Observed,
    method: &'static str,
    label: &'a str,
    server: Option<String>,
    context: Option<TraceContext>,
    began: Instant,
    told: bool,
}

impl Calling<'_> {
    /// What the server is told of the trace.
    pub(crate) fn context(&self) -> Option<TraceContext> {
        self.context.clone()
    }

    /// How it ended; `server` is the one whose tool it is, where there is such a tool.
    pub(crate) fn ended(
        mut self,
        status: CallStatus,
        error: Option<ErrorCode>,
        server: Option<String>,
    ) {
        // A server that was not listed before may have been by the call.
        self.server = server;
        self.tell(status, error);
    }

    fn tell(&mut self, status: CallStatus, error: Option<ErrorCode>) {
        self.told = true;
        let tool = match &self.server {
            Some(_) => self.observed.observer.label(self.label),
            None => UNKNOWN.to_owned(),
        };
        let word = word(status);
        ::metrics::counter!(metrics::TOOL_CALLS, "tool" => tool.clone(), "status" => word)
            .increment(1);
        let server = self.server.as_deref().unwrap_or(NO_SERVER);
        ::metrics::histogram!(metrics::TOOL_CALL_SECONDS, "server" => server.to_owned())
            .record(self.began.elapsed());
        if let Some(code) = error {
            ::metrics::counter!(metrics::TOOL_CALL_ERRORS, "code" => code.as_str()).increment(1);
        }
        let Some(trace) = &self.observed.trace else { return };
        let error = match (error, status) {
            (Some(code), _) => Some(code.as_str().to_owned()),
            (None, CallStatus::Ok) => None,
            (None, _) => Some(word.to_owned()),
        };
        let (context, began) = (self.context.take(), self.began);
        let (name, kind) = (format!("{} {tool}", self.method), SpanKind::Client);
        let attributes = vec![
            ("mcp.method.name", Value::from(self.method)),
            ("gen_ai.tool.name", Value::from(tool.as_str())),
            ("code_executor.server", Value::from(server)),
        ];
        trace.part(Part { context, name, kind, began, attributes, error });
    }
}

impl Drop for Calling<'_> {
    fn drop(&mut self) {
        if !self.told {
            self.tell(CallStatus::Unfinished, None);
        }
    }
}

/// Counts a request that was refused, be it before it had an id.
pub(crate) fn refused(refusal: &Refusal) {
    ::metrics::counter!(metrics::REFUSALS, "code" => refusal.code.as_str()).increment(1);
}

/// A program names its errors as it likes; a label is one of a few.
fn class(kind: &str) -> &'static str {
    CLASSES.into_iter().find(|class| *class == kind).unwrap_or("other")
}

fn word(status: CallStatus) -> &'static str {
    match status {
        CallStatus::Ok => "ok",
        CallStatus::Error => "error",
        CallStatus::Refused => "refused",
        CallStatus::Unfinished => "unfinished",
    }
}

#[cfg(test)]
mod tests {
    use super::{OTHERS, Observer, TOOLS, class};

    #[test]
    fn labels_are_of_a_few() {
        assert_eq!(class("TimeoutError"), "TimeoutError");
        assert_eq!(class("x".repeat(128).as_str()), "other");
        let observer = Observer::default();
        for number in 0..TOOLS {
            assert_ne!(observer.label(&format!("tool{number}")), OTHERS);
        }
        assert_eq!(observer.label("one more"), OTHERS);
        assert_eq!(observer.label("tool7"), "tool7");
    }
}
