//! Advice about programs: the dangerous patterns in their text, which locked-down children find,
//! because that text is hostile.
//!
//! A child that runs TypeScript reads its program first and says what it found. Python is read by a
//! child of the TypeScript engine, whose parser is ours: before the program where findings block
//! it, beside it where they are only told. Nothing of the sandbox rests on either.

use std::pin::pin;
use std::time::Duration;

use sandbox::{Child, Event, Exit, Sandbox};
use tokio::sync::Semaphore;
use types::{
    DangerousPatterns, ErrorCode, ExecutionOutcome, Finding, Language, LimitKind, Limits,
    MAX_FINDINGS, ProgramError, Refusal,
};
use wire::control::exit;
use wire::{FromChild, Start, Task};

use crate::ending;
use crate::run::clip;

/// The longest name of a rule.
const MAX_RULE: usize = 64;

/// The longest message, in bytes.
const MAX_MESSAGE: usize = 512;

/// The class of the error of a blocked program.
const BLOCKED: &str = "DangerousPatternError";

/// The rules that the error of a blocked program names.
const MAX_NAMED: usize = 10;

/// The lines that it names for each.
const MAX_LINES: usize = 5;

/// Programs that are read at once, beside those that run.
const READERS: usize = 16;

/// How long reading a program may take in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the outcome of a program waits for what is still being read.
const GRACE: Duration = Duration::from_millis(100);

/// Has Python read.
pub struct Advisor {
    sandbox: Sandbox,
    readers: Semaphore,
}

/// Why a program is not run, as its outcome says it.
#[derive(Debug)]
pub struct NotRun {
    /// What is in its text.
    pub findings: Vec<Finding>,
    /// The error.
    pub error: ProgramError,
    /// The limit of ours that it is beyond.
    pub limit: Option<LimitKind>,
}

/// Why a program was not read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Unread {
    /// Its own fault, and no parser could.
    #[error("it is nested too deeply, or too large")]
    Unreadable,
    /// There is nobody to read it.
    #[error("{0}")]
    NoReader(String),
}

impl Advisor {
    /// An advisor whose readers come from the sandbox of TypeScript.
    pub fn new(sandbox: Sandbox) -> Self {
        Self { sandbox, readers: Semaphore::new(READERS) }
    }

    /// Why a program may not even begin: Python where findings block it. Refuses one that nobody
    /// can read. A child that runs TypeScript reads it itself.
    pub async fn before(
        &self,
        language: Language,
        patterns: DangerousPatterns,
        code: &str,
        limits: &Limits,
    ) -> Result<Option<NotRun>, Refusal> {
        if language != Language::Python || patterns != DangerousPatterns::Block {
            return Ok(None);
        }
        match self.read(order(code, limits)).await {
            Ok(findings) if findings.is_empty() => Ok(None),
            Ok(findings) => Ok(Some(NotRun { error: blocked(&findings), findings, limit: None })),
            Err(Unread::Unreadable) => Ok(Some(unreadable())),
            Err(Unread::NoReader(why)) => {
                let message = format!(
                    "the program was not run: the operator has blocked dangerous patterns \
                     (security.dangerousPatterns), and it cannot be read for them: {why}"
                );
                Err(Refusal::new(ErrorCode::SandboxFailed, message))
            }
        }
    }

    /// What is found in a program while it runs, to be awaited `beside` it: Python where findings
    /// are only told.
    pub fn meanwhile<'s>(
        &'s self,
        language: Language,
        patterns: DangerousPatterns,
        code: &str,
        limits: &Limits,
    ) -> Option<impl Future<Output = Vec<Finding>> + use<'s>> {
        let told = language == Language::Python && patterns == DangerousPatterns::Warn;
        if !told || !wire::worth_reading(code) {
            return None;
        }
        let order = order(code, limits);
        Some(async {
            self.read(order).await.unwrap_or_else(|unread| {
                tracing::debug!(%unread, "a program ran without advice");
                Vec::new()
            })
        })
    }

    async fn read(&self, order: Vec<u8>) -> Result<Vec<Finding>, Unread> {
        let reading = async {
            let _reader = self.readers.acquire().await.map_err(no_reader)?;
            let child = self.sandbox.launch().await.map_err(no_reader)?;
            listen(child, order).await
        };
        let late = || no_reader(format!("it took more than {} s", PATIENCE.as_secs()));
        tokio::time::timeout(PATIENCE, reading).await.unwrap_or_else(|_| Err(late()))
    }
}

/// Runs a program while it is read. What is not known shortly after its end is not waited for.
pub async fn beside<T>(
    reading: Option<impl Future<Output = Vec<Finding>>>,
    run: impl Future<Output = T>,
) -> (T, Vec<Finding>) {
    let Some(reading) = reading else { return (run.await, Vec::new()) };
    let (mut reading, mut run) = (pin!(reading), pin!(run));
    tokio::select! {
        // The program first: it is what somebody waits for.
        biased;
        ran = &mut run => {
            let read = tokio::time::timeout(GRACE, reading).await;
            (ran, read.unwrap_or_else(|_| {
                tracing::debug!("a program ended before it was read");
                Vec::new()
            }))
        }
        findings = &mut reading => (run.await, findings),
    }
}

/// What a reader is told.
fn order(code: &str, limits: &Limits) -> Vec<u8> {
    wire::start_frame(&Start {
        limits: *limits,
        task: Task::AnalysePython,
        patterns: DangerousPatterns::Warn,
        grants: wire::Grants::default(),
        session: false,
        code: code.to_owned(),
    })
}

async fn listen(mut child: Child, order: Vec<u8>) -> Result<Vec<Finding>, Unread> {
    let mut findings = Vec::new();
    child.send(order);
    loop {
        match child.next().await {
            Event::Message(FromChild::Advice(found)) => findings = accept(found),
            Event::Message(FromChild::Done(_)) => {
                child.kill();
                return Ok(findings);
            }
            Event::Closed => return Err(unread(child.exit().await)),
            Event::Message(_) => return Err(no_reader("the reader did something else")),
            Event::Violation(what) => return Err(no_reader(what)),
        }
    }
}

fn unread(ended: Exit) -> Unread {
    match ended {
        Exit::Code(exit::SOURCE_TOO_DEEP | exit::OUT_OF_MEMORY) => Unread::Unreadable,
        ended => no_reader(format!("the reader ended: {ended:?}")),
    }
}

/// What Python itself would say of such a program.
fn unreadable() -> NotRun {
    let message = "the program is nested too deeply to be parsed; flatten it, or load data with \
                   json.loads";
    NotRun {
        findings: Vec::new(),
        error: ending::error("SyntaxError", message.to_owned()),
        limit: Some(LimitKind::Stack),
    }
}

fn no_reader(why: impl ToString) -> Unread {
    Unread::NoReader(why.to_string())
}

/// Takes over what a child says it found, within bounds.
pub fn accept(findings: Vec<Finding>) -> Vec<Finding> {
    let named = findings.into_iter().filter(|finding| is_rule(&finding.rule));
    named
        .take(MAX_FINDINGS)
        .map(|finding| Finding { message: clip(finding.message, MAX_MESSAGE), ..finding })
        .collect()
}

/// Whether this can be the name of a rule of ours: it stands in the audit log.
fn is_rule(rule: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_RULE).contains(&rule.len()) && rule.bytes().all(fits)
}

/// The error of a program that is not run for what was found in it.
pub fn blocked(findings: &[Finding]) -> ProgramError {
    let message = format!(
        "the program was not run: the operator has blocked dangerous patterns \
         (security.dangerousPatterns), and it has {}; write it without them",
        summary(findings)
    );
    ending::error(BLOCKED, message)
}

/// Whether a program was not run for what was found in it.
pub fn is_blocked(outcome: &ExecutionOutcome) -> bool {
    outcome.error.as_ref().is_some_and(|error| error.kind == BLOCKED)
}

/// Findings in a line: each rule with the lines it was found in.
pub fn summary(findings: &[Finding]) -> String {
    let mut rules: Vec<(&str, Vec<u32>)> = Vec::new();
    for Finding { rule, line, .. } in findings {
        match rules.iter_mut().find(|(known, _)| known == rule) {
            Some((_, lines)) => lines.push(*line),
            None => rules.push((rule, vec![*line])),
        }
    }
    let more = rules.len().saturating_sub(MAX_NAMED);
    let named: Vec<String> = rules
        .iter()
        .take(MAX_NAMED)
        .map(|(rule, lines)| format!("{rule} ({})", places(lines)))
        .collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

fn places(lines: &[u32]) -> String {
    let word = if lines.len() == 1 { "line" } else { "lines" };
    let shown: Vec<String> = lines.iter().take(MAX_LINES).map(u32::to_string).collect();
    let more = if lines.len() > MAX_LINES { ", ..." } else { "" };
    format!("{word} {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests;
