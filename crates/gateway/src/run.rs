//! The conversation with one child: its output kept, its requests answered, its end understood.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use sandbox::{Child, Event, Exit};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use types::{CallStatus, ErrorCode, LimitKind, Limits, ProgramError};
use wire::{Done, FromChild, Op, Reply};

use crate::answer::CallError;
use crate::bridge::{Bridge, Call, Called};
use crate::ending::{self, Stop};
use crate::ledger::{CallNumber, Ledger, millis};
use crate::records::Records;

/// Requests of one program that are answered at the same time. Beyond it the child is not read, so
/// it waits; nothing is refused.
const IN_FLIGHT: usize = 256;

/// How long a child that closed its socket may take to be gone.
const EXIT_PATIENCE: Duration = Duration::from_secs(5);

/// What a run came to, but for what the request already says.
#[derive(Debug, Default)]
pub struct Ran {
    /// What the program printed.
    pub output: String,
    /// Whether output was dropped.
    pub truncated: bool,
    /// The program's value.
    pub result: Option<Value>,
    /// Why the last expression's value was left out.
    pub result_omitted: Option<String>,
    /// The error that ended it.
    pub error: Option<ProgramError>,
    /// The limit that fired.
    pub limit: Option<LimitKind>,
    /// Peak memory, when the child said so.
    pub memory_usage: Option<u64>,
    /// Milliseconds from the go-ahead to the end.
    pub execution_time_ms: f64,
    /// What it called.
    pub ledger: Ledger,
}

/// What ends the conversation.
enum End {
    Done(Box<Done>),
    Closed,
    Stopped(Stop),
}

/// What comes back from an answered request.
struct Answered {
    id: u32,
    reply: Reply,
    call: Option<(CallNumber, Call, CalledMeta)>,
}

struct CalledMeta {
    status: CallStatus,
    error_code: Option<ErrorCode>,
    duration_ms: f64,
}

/// One execution under way.
pub struct Run<'a> {
    /// The child, not yet told to go ahead.
    pub child: Child,
    /// The bounds.
    pub limits: Limits,
    /// The host as this execution sees it.
    pub bridge: Bridge<'a>,
    /// The audit records.
    pub records: &'a Records<'a>,
    /// The client's wish to stop.
    pub cancel: CancellationToken,
    /// The server's need to stop.
    pub stop: CancellationToken,
}

impl Run<'_> {
    /// Gives the go-ahead and follows the child to its end. The child is killed when this returns;
    /// it is handed back so that its place is kept until it is gone.
    pub async fn into_end(mut self, code: String) -> (Ran, Option<Child>) {
        let began = Instant::now();
        let mut ran = Ran::default();
        let start = wire::Start { limits: self.limits, code };
        self.child.send(wire::start_frame(&start));
        drop(start);
        let end = self.converse(&mut ran, began).await;
        ran.execution_time_ms = millis(began);
        self.child.kill();
        let child = match end {
            End::Done(done) => {
                accept(&mut ran, *done, &self.limits);
                Some(self.child)
            }
            End::Stopped(stop) => {
                let (error, limit) = ending::stopped(&stop, &self.limits);
                (ran.error, ran.limit) = (Some(error), limit);
                Some(self.child)
            }
            End::Closed => {
                let exit = tokio::time::timeout(EXIT_PATIENCE, self.child.exit()).await;
                let (error, limit) = ending::unexplained(exit.unwrap_or(Exit::Lost), &self.limits);
                (ran.error, ran.limit) = (Some(error), limit);
                None
            }
        };
        if ran.truncated && ran.limit.is_none() {
            ran.limit = Some(LimitKind::Output);
        }
        (ran, child)
    }

    async fn converse(&mut self, ran: &mut Ran, began: Instant) -> End {
        let timeout = Duration::from_millis(self.limits.timeout_ms);
        let mut deadline = pin!(tokio::time::sleep_until((began + timeout).into()));
        let mut answers = FuturesUnordered::new();
        let mut open: Vec<(CallNumber, String, String)> = Vec::new();
        let bridge = &self.bridge;
        let end = loop {
            let event = tokio::select! {
                biased;
                () = self.cancel.cancelled() => break End::Stopped(Stop::Cancelled),
                () = self.stop.cancelled() => break End::Stopped(Stop::ShuttingDown),
                () = &mut deadline => break End::Stopped(Stop::Timeout),
                Some(answered) = answers.next(), if !answers.is_empty() => {
                    let answered: Answered = answered;
                    if let Some((number, call, meta)) = answered.call {
                        open.retain(|(open, _, _)| *open != number);
                        note_call(&mut ran.ledger, self.records, number, &call, &meta);
                    }
                    self.child.send(wire::reply_frame(answered.id, &answered.reply));
                    continue;
                }
                event = self.child.next(), if answers.len() < IN_FLIGHT => event,
            };
            match event {
                Event::Message(FromChild::Output(text)) => keep_output(ran, &text, &self.limits),
                Event::Message(FromChild::Request { id, op, payload }) => {
                    let left = timeout.saturating_sub(began.elapsed());
                    match self.note_request(ran, id, op, &payload) {
                        Noted::Refused(reply) => self.child.send(wire::reply_frame(id, &reply)),
                        Noted::Malformed => {
                            let what = "it sent a request that does not parse".to_owned();
                            break End::Stopped(Stop::Violation(what));
                        }
                        Noted::Question => answers.push(either_question(bridge, id, op, payload)),
                        Noted::Call(number, call) => {
                            open.push((number, call.name.clone(), call.arguments_hash.clone()));
                            answers.push(either_call(bridge, id, op, number, call, left));
                        }
                    }
                }
                Event::Message(FromChild::Done(done)) => break End::Done(done),
                Event::Message(FromChild::Ready) => {}
                Event::Closed => break End::Closed,
                Event::Violation(what) => break End::Stopped(Stop::Violation(what)),
            }
        };
        // Dropping the futures cancels the calls upstream; whether they took effect is unknown.
        drop(answers);
        for (number, tool, hash) in open {
            let duration_ms = millis(began);
            ran.ledger.abandon(number, duration_ms);
            self.records.call(&tool, &hash, duration_ms, CallStatus::Unfinished, None);
        }
        end
    }

    fn note_request(&self, ran: &mut Ran, _id: u32, op: Op, payload: &[u8]) -> Noted {
        if !matches!(op, Op::CallTool | Op::CallToolRaw) {
            return Noted::Question;
        }
        let Some(call) = Call::parse(payload) else { return Noted::Malformed };
        let number = ran.ledger.begin(&call.name, &call.arguments_hash);
        let limit = self.limits.tool_calls;
        if ran.ledger.calls() <= limit {
            return Noted::Call(number, call);
        }
        ran.limit = Some(LimitKind::ToolCalls);
        let code = ErrorCode::TooManyCalls;
        let message = format!(
            "the program has made its {limit} tool calls; ask for more at once in each, or ask \
             the operator for a higher limits.maxToolCalls"
        );
        let error = CallError { code, server: None, tool: &call.name, message, content: &[] };
        let meta =
            CalledMeta { status: CallStatus::Refused, error_code: Some(code), duration_ms: 0.0 };
        note_call(&mut ran.ledger, self.records, number, &call, &meta);
        Noted::Refused(error.reply())
    }
}

/// What a request is.
enum Noted {
    Question,
    Call(CallNumber, Call),
    Refused(Reply),
    Malformed,
}

/// Calls and questions as one kind of future, so that they share one set.
type Answering<'a> = std::pin::Pin<Box<dyn Future<Output = Answered> + Send + 'a>>;

fn either_question<'a>(bridge: &'a Bridge<'a>, id: u32, op: Op, payload: Vec<u8>) -> Answering<'a> {
    Box::pin(async move {
        let reply = bridge.ask(op, &payload).await;
        Answered { id, reply, call: None }
    })
}

fn either_call<'a>(
    bridge: &'a Bridge<'a>,
    id: u32,
    op: Op,
    number: CallNumber,
    call: Call,
    timeout: Duration,
) -> Answering<'a> {
    Box::pin(async move {
        let Called { reply, status, error_code, duration_ms } =
            bridge.call(&call, op, timeout).await;
        let meta = CalledMeta { status, error_code, duration_ms };
        Answered { id, reply, call: Some((number, call, meta)) }
    })
}

fn note_call(
    ledger: &mut Ledger,
    records: &Records<'_>,
    number: CallNumber,
    call: &Call,
    meta: &CalledMeta,
) {
    ledger.end(number, meta.status, meta.duration_ms);
    let (hash, duration) = (&call.arguments_hash, meta.duration_ms);
    records.call(&call.name, hash, duration, meta.status, meta.error_code);
}

/// Keeps output up to the limit, whatever the child claims to keep to.
fn keep_output(ran: &mut Ran, text: &str, limits: &Limits) {
    let limit = usize::try_from(limits.output_bytes).unwrap_or(usize::MAX);
    let left = limit.saturating_sub(ran.output.len());
    let kept = text.floor_char_boundary(left.min(text.len()));
    if !ran.truncated {
        ran.output.push_str(&text[..kept]);
    }
    ran.truncated |= kept < text.len();
}

/// Takes over what the child says of its end, within the limits.
fn accept(ran: &mut Ran, done: Done, limits: &Limits) {
    ran.truncated |= done.truncated;
    ran.memory_usage = Some(done.memory_bytes.min(limits.memory_bytes));
    ran.result_omitted = done.result_omitted.map(|reason| clip(reason, 1024));
    ran.limit = done.limit.or(ran.limit);
    if let Some(json) = done.result {
        match serde_json::from_str(json.get()) {
            Ok(value) if json.get().len() as u64 <= limits.result_bytes => ran.result = Some(value),
            _ => ran.result_omitted = Some("the result is not JSON within its limit".to_owned()),
        }
    }
    ran.error = done.error.map(|error| ProgramError {
        kind: clip(error.kind, 128),
        message: clip(error.message, 20 * 1024),
        stack: error.stack.map(|stack| clip(stack, 20 * 1024)),
    });
}

fn clip(mut text: String, limit: usize) -> String {
    text.truncate(text.floor_char_boundary(limit));
    text
}
