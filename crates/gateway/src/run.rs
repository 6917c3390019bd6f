//! The conversation with one child: its output kept, its requests answered, its end understood.

use std::collections::VecDeque;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use sandbox::{Child, Event, Exit};
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

/// What is left of the child of a program that has ended.
pub enum Left {
    /// It is stopped, and another program may follow.
    Stopped(Child),
    /// It was ended.
    Ended {
        /// It, unless it is gone already.
        child: Option<Child>,
        /// The class of error, or the limit, by which the program was ended.
        why: String,
    },
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
    /// Whether another program may follow in the same child.
    pub stays: bool,
    /// Whether another ran in it before.
    pub follows: bool,
    /// Cancelled when the session it runs in is ended by others.
    pub over: CancellationToken,
    /// The client's wish to stop.
    pub cancel: CancellationToken,
    /// The server's need to stop.
    pub stop: CancellationToken,
}

impl Run<'_> {
    /// Gives the go-ahead and follows the child to the end of the program. When this returns the child
    /// is killed, or stopped if another program may follow; it is handed back so that its place is kept
    /// until it is gone.
    pub async fn into_end(mut self, code: String) -> (Ran, Left) {
        let began = Instant::now();
        let mut ran = Ran::default();
        let (limits, patterns) = (self.limits, self.patterns);
        let grants = self.given.for_the_guest();
        let session = self.stays;
        let start = wire::Start { limits, task: Task::Run, patterns, grants, session, code };
        self.child.send(wire::start_frame(&start));
        drop(start);
        let end = self.converse(&mut ran, began).await;
        if self.stays && goes_on(&end) {
            self.child.pause();
        }
        ran.execution_time_ms = millis(began);
        ran.cpu = self.cpu.as_ref().map(|clock| clock.total(&self.child));
        // Killed before it was asked, a child that closed its socket would have no end of its own.
        let gone = match end {
            End::Closed => self.child.exit_within(LAST_WORDS).await,
            _ => None,
        };
        if !(self.stays && goes_on(&end)) {
            self.child.kill();
        }
        let gave_no_account = !matches!(end, End::Done(_));
        let left = match end {
            End::Done(done) if self.stays && goes_on_after(&done) => {
                accept(&mut ran, *done, &self.limits);
                Left::Stopped(self.child)
            }
            End::Done(done) => {
                let why = done.limit.map_or("its end", LimitKind::as_str).to_owned();
                accept(&mut ran, *done, &self.limits);
                Left::Ended { child: Some(self.child), why }
            }
            End::Blocked => {
                let error = advice::blocked(&ran.findings);
                ended(&mut ran, (error, None), Some(self.child))
            }
            End::Stopped(stop) => {
                ended(&mut ran, ending::stopped(&stop, &self.limits), Some(self.child))
            }
            End::Closed => {
                let silent = ran.output.is_empty() && ran.ledger.summary().is_empty();
                let why = match gone {
                    Some(Exit::Code(_)) if self.follows && silent => (ending::left_before(), None),
                    Some(gone) => ending::unexplained(gone, self.language, &self.limits),
                    None => ending::stopped(&Stop::Silent, &self.limits),
                };
                ended(&mut ran, why, gone.is_none().then_some(self.child))
            }
        };
        ran.truncated |= gave_no_account && is_full(&ran.output, &self.limits);
        if ran.truncated && ran.limit.is_none() {
            ran.limit = Some(LimitKind::Output);
        }
        (ran, left)
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
                () = self.over.cancelled() => break End::Stopped(Stop::Cancelled),
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

impl Ran {
    /// What came of a program that was not run.
    pub fn not_run(why: NotRun) -> Self {
        let NotRun { findings, error, limit } = why;
        Self { error: Some(error), limit, findings, ..Self::default() }
    }
}

/// Whether another program may follow.
fn goes_on(end: &End) -> bool {
    matches!(end, End::Done(done) if goes_on_after(done))
}

/// What used up its time or its memory can do nothing more.
fn goes_on_after(done: &Done) -> bool {
    !matches!(done.limit, Some(LimitKind::Timeout | LimitKind::Memory))
}

/// Takes over why the host ended a program.
fn ended(
    ran: &mut Ran,
    (error, limit): (ProgramError, Option<LimitKind>),
    child: Option<Child>,
) -> Left {
    let why = error.kind.clone();
    (ran.error, ran.limit) = (Some(error), limit);
    Left::Ended { child, why }
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

/// Whether there is no room for another character: a child that could not say so has dropped what came
/// after.
fn is_full(output: &str, limits: &Limits) -> bool {
    const LONGEST: u64 = 4;
    output.len() as u64 + LONGEST > limits.output_bytes
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
