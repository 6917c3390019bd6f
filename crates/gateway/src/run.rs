//! The conversation with one child: its output kept, its requests answered, its end understood.

use std::collections::VecDeque;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use sandbox::{Child, Event};
use serde_json::Value;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use types::{DangerousPatterns, Finding, Language, LimitKind, Limits, ProgramError, RequestRecord};
use wire::{Done, FromChild, Task};

use crate::advice::{self, NotRun};
use crate::asked::Asked;
use crate::bridge::Bridge;
use crate::cpu::{self, CpuClock};
use crate::ending::{self, Stop};
use crate::ledger::{Ledger, millis};
use crate::progress::{Event as News, Progress};
use crate::reach::Given;
use crate::records::Records;

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
    /// Dangerous patterns in its text.
    pub findings: Vec<Finding>,
    /// The limit that fired.
    pub limit: Option<LimitKind>,
    /// Peak memory, when the child said so.
    pub memory_usage: Option<u64>,
    /// Milliseconds from the go-ahead to the end.
    pub execution_time_ms: f64,
    /// What it called.
    pub ledger: Ledger,
    /// The last requests it sent to hosts.
    pub requests: VecDeque<RequestRecord>,
    /// The CPU time it used, where that is counted.
    pub cpu: Option<Duration>,
}

/// How long a child that has closed its socket may take to end by itself.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What ends the conversation.
enum End {
    Done(Box<Done>),
    Closed,
    Stopped(Stop),
    Blocked,
}

/// One execution under way.
pub struct Run<'a> {
    /// The child, not yet told to go ahead.
    pub child: Child,
    /// The language of the program.
    pub language: Language,
    /// The bounds.
    pub limits: Limits,
    /// What the child is to do about dangerous patterns.
    pub patterns: DangerousPatterns,
    /// The host as this execution sees it.
    pub bridge: Bridge<'a>,
    /// What it was granted beside tools.
    pub given: &'a Given,
    /// The audit records.
    pub records: &'a Records<'a>,
    /// Where news of it goes.
    pub progress: &'a Progress,
    /// Its CPU time, where that is counted.
    pub cpu: Option<CpuClock>,
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
        let (limits, patterns) = (self.limits, self.patterns);
        let grants = self.given.for_the_guest();
        let start = wire::Start { limits, task: Task::Run, patterns, grants, session: false, code };
        self.child.send(wire::start_frame(&start));
        drop(start);
        let end = self.converse(&mut ran, began).await;
        ran.execution_time_ms = millis(began);
        ran.cpu = self.cpu.as_ref().map(|clock| clock.total(&self.child));
        // Killed before it was asked, a child that closed its socket would have no end of its own.
        let ended = match end {
            End::Closed => self.child.exit_within(LAST_WORDS).await,
            _ => None,
        };
        self.child.kill();
        let child = match end {
            End::Done(done) => {
                accept(&mut ran, *done, &self.limits);
                Some(self.child)
            }
            End::Blocked => {
                ran.error = Some(advice::blocked(&ran.findings));
                Some(self.child)
            }
            End::Stopped(stop) => {
                let (error, limit) = ending::stopped(&stop, &self.limits);
                (ran.error, ran.limit) = (Some(error), limit);
                Some(self.child)
            }
            End::Closed => {
                let (error, limit) = match ended {
                    Some(ended) => ending::unexplained(ended, self.language, &self.limits),
                    None => ending::stopped(&Stop::Silent, &self.limits),
                };
                (ran.error, ran.limit) = (Some(error), limit);
                ended.is_none().then_some(self.child)
            }
        };
        if ran.truncated && ran.limit.is_none() {
            ran.limit = Some(LimitKind::Output);
        }
        (ran, child)
    }

    /// Ends the child before anything runs.
    pub fn into_not_run(self, why: NotRun) -> (Ran, Option<Child>) {
        self.child.kill();
        let NotRun { findings, error, limit } = why;
        (Ran { error: Some(error), limit, findings, ..Ran::default() }, Some(self.child))
    }

    async fn converse(&mut self, ran: &mut Ran, began: Instant) -> End {
        let timeout = Duration::from_millis(self.limits.timeout_ms);
        let mut deadline = pin!(tokio::time::sleep_until((began + timeout).into()));
        let mut asked = Asked::new(
            &self.bridge,
            self.records,
            self.given,
            self.progress,
            self.limits.tool_calls,
        );
        let mut looks = tokio::time::interval(cpu::LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = loop {
            // A child that does not read what it asked for is told no more, and not listened to.
            let backed_up = self.child.is_backed_up();
            let listen = !backed_up && asked.meter.has_room();
            let event = tokio::select! {
                biased;
                () = self.cancel.cancelled() => break End::Stopped(Stop::Cancelled),
                () = self.stop.cancelled() => break End::Stopped(Stop::ShuttingDown),
                () = &mut deadline => break End::Stopped(Stop::Timeout),
                _ = looks.tick(), if self.cpu.is_some() => {
                    if let Some(clock) = &mut self.cpu {
                        clock.look(&self.child);
                    }
                    continue;
                }
                Some(answered) = asked.answers.next(), if !backed_up && !asked.answers.is_empty() => {
                    // The program goes on while its call is put on record.
                    self.child.send(answered.frame());
                    asked.answered(ran, &answered);
                    continue;
                }
                event = turn(&mut self.child, listen) => event,
            };
            match event {
                None | Some(Event::Message(FromChild::Ready)) => {}
                Some(Event::Message(FromChild::Advice(findings))) => {
                    // A Python program that forges one is no reader of ours.
                    if self.language == Language::Python {
                        let what = "it spoke of what it was not asked".to_owned();
                        break End::Stopped(Stop::Violation(what));
                    }
                    ran.findings = advice::accept(findings);
                    if self.patterns == DangerousPatterns::Block && !ran.findings.is_empty() {
                        break End::Blocked;
                    }
                }
                Some(Event::Message(FromChild::Output(text))) => {
                    let kept = keep_output(ran, &text, &self.limits);
                    if !kept.is_empty() {
                        self.progress.event(News::Output(kept));
                    }
                    if kept.len() < text.len() {
                        let what = "it printed beyond the limit it keeps to".to_owned();
                        break End::Stopped(Stop::Violation(what));
                    }
                }
                Some(Event::Message(FromChild::Request { id, op, payload })) => {
                    let left = timeout.saturating_sub(began.elapsed());
                    match asked.request(ran, id, op, payload, left) {
                        Ok(None) => {}
                        Ok(Some(reply)) => self.child.send(reply),
                        Err(stop) => break End::Stopped(stop),
                    }
                }
                Some(Event::Message(FromChild::Done(done))) => break End::Done(done),
                Some(Event::Closed) => break End::Closed,
                Some(Event::Violation(what)) => break End::Stopped(Stop::Violation(what)),
            }
        };
        asked.abandon(ran, began);
        end
    }
}

/// What the child does next; or, when it is not listened to, `None` once it has read everything.
async fn turn(child: &mut Child, listen: bool) -> Option<Event> {
    if listen {
        return Some(child.next().await);
    }
    child.flush().await;
    None
}

/// Keeps output, and says which part. There is more than the limit only where a worker is no longer
/// ours: it keeps to it itself.
fn keep_output<'t>(ran: &mut Ran, text: &'t str, limits: &Limits) -> &'t str {
    let limit = usize::try_from(limits.output_bytes).unwrap_or(usize::MAX);
    let left = limit.saturating_sub(ran.output.len());
    let kept = text.floor_char_boundary(left.min(text.len()));
    ran.output.push_str(&text[..kept]);
    ran.truncated |= kept < text.len();
    &text[..kept]
}

/// Takes over what the child says of its end, within the limits.
fn accept(ran: &mut Ran, done: Done, limits: &Limits) {
    ran.truncated |= done.truncated;
    ran.memory_usage = Some(done.memory_bytes.min(limits.memory_bytes));
    ran.result_omitted = done.result_omitted.map(|reason| clip(reason, 1024));
    ran.limit = done.limit.or(ran.limit);
    if let Some(json) = done.result {
        let fits = json.get().len() as u64 <= limits.result_bytes;
        match fits.then(|| serde_json::from_str(json.get())) {
            Some(Ok(value)) => ran.result = Some(value),
            _ => {
                let why = "the result is larger than its limit, or nested deeper than 128 levels";
                ran.result_omitted = Some(why.to_owned());
            }
        }
    }
    ran.error = done.error.map(|error| ProgramError {
        kind: clip(error.kind, 128),
        message: clip(error.message, 20 * 1024),
        stack: error.stack.map(|stack| clip(stack, 20 * 1024)),
    });
}

/// The first part of a text that fits the limit, in bytes.
pub fn clip(mut text: String, limit: usize) -> String {
    text.truncate(text.floor_char_boundary(limit));
    text
}
