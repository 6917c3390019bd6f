//! The conversation with a child that has Deno install packages: what it asks of registries is answered,
//! what it unpacked is taken over, and nothing else is done for it.

use std::collections::VecDeque;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use packages::npm::{Ended, Installer, Npm, Piece, Work};
use sandbox::{Child, Event};
use serde::{Deserialize, Serialize};
use types::{DangerousPatterns, Limits};
use wire::{FromChild, Op, Reply, Start, Task};

use crate::engines::Engines;

/// Requests of one installation that are answered at the same time; each may hold an archive.
const AT_ONCE: usize = 12;

/// Requests that wait to be answered: more than Deno has open.
const MAX_WAITING: usize = 128;

/// Where packages are installed.
pub struct Installation<'a> {
    engines: &'a Engines,
    room: (u64, u64),
}

/// What Deno asks for.
#[derive(Deserialize)]
struct Asked {
    path: String,
}

/// What is said of an answer before its body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    status: u16,
    content_type: &'a str,
}

impl<'a> Installation<'a> {
    /// By these engines, for these packages.
    pub fn new(engines: &'a Engines, npm: &Npm) -> Self {
        Self { engines, room: npm.room() }
    }
}

impl Installer for Installation<'_> {
    async fn install(&self, work: Work) -> Ended {
        let (bytes, files) = self.room;
        let sandbox = match self.engines.installer(bytes, files).await {
            Ok(sandbox) => sandbox,
            Err(refusal) => return Ended::Lost(refusal.message),
        };
        // The sandbox ends with this; so does its child.
        match sandbox.launch().await {
            Ok(child) => converse(child, &work).await,
            Err(error) => Ended::Lost(error.to_string()),
        }
    }
}

async fn converse(mut child: Child, work: &Work) -> Ended {
    child.send(order(work));
    let mut waiting = VecDeque::new();
    let mut answers = FuturesUnordered::new();
    loop {
        while answers.len() < AT_ONCE
            && let Some((id, op, payload)) = waiting.pop_front()
        {
            answers.push(answer(work, id, op, payload));
        }
        if child.is_backed_up() {
            child.flush().await;
            continue;
        }
        let event = tokio::select! {
            Some(answer) = answers.next() => Err(answer),
            event = child.next() => Ok(event),
        };
        let event = match event {
            Ok(event) => event,
            Err(Some(frame)) => {
                child.send(frame);
                continue;
            }
            Err(None) => return Ended::GivenUp,
        };
        match event {
            Event::Message(FromChild::Request { id, op, payload }) => {
                if waiting.len() >= MAX_WAITING {
                    return Ended::Lost("it asks for too much at once; try again".to_owned());
                }
                waiting.push_back((id, op, payload));
            }
            Event::Message(FromChild::Done(done)) => {
                return match done.error {
                    None => Ended::Done,
                    Some(error) => Ended::Refused(error.message),
                };
            }
            // Nobody prints anything there.
            Event::Message(_) => {}
            Event::Closed => {
                let ended = child.exit().await;
                return Ended::Lost(format!(
                    "the sandbox that installs ended: {ended:?}; try again"
                ));
            }
            Event::Violation(what) => {
                return Ended::Lost(format!("the sandbox that installs was ended: {what}"));
            }
        }
    }
}

/// What the child is told.
fn order(work: &Work) -> Vec<u8> {
    let none =
        Limits { timeout_ms: 0, memory_bytes: 0, output_bytes: 0, result_bytes: 0, tool_calls: 0 };
    wire::start_frame(&Start {
        limits: none,
        task: Task::InstallPackages,
        patterns: DangerousPatterns::Off,
        grants: wire::Grants::default(),
        session: false,
        code: work.order().to_owned(),
    })
}

/// The frame that answers a request; none when the installation is to be given up.
async fn answer(work: &Work, id: u32, op: Op, payload: Vec<u8>) -> Option<Vec<u8>> {
    let reply = match op {
        Op::Registry => {
            let asked = serde_json::from_slice::<Asked>(&payload);
            let answer =
                work.answer(asked.as_ref().map_or("", |asked| asked.path.as_str())).await?;
            let head = Head { status: answer.status, content_type: &answer.content_type };
            let head = serde_json::to_vec(&head).unwrap_or_default();
            Reply::Parts(wire::encode_parts(&head, &answer.body))
        }
        Op::Unpacked => {
            let work = work.clone();
            let keeping = tokio::task::spawn_blocking(move || keep(&work, &payload));
            keeping.await.unwrap_or(false).then(|| Reply::Json(b"null".to_vec()))?
        }
        _ => {
            Reply::Error(br#"{"code":"invalid_request","message":"nobody answers that"}"#.to_vec())
        }
    };
    Some(wire::reply_frame(id, &reply))
}

fn keep(work: &Work, payload: &[u8]) -> bool {
    let Some(pieces) = wire::pieces::split(payload) else { return false };
    let own = |piece: &wire::pieces::Piece<'_>| Piece {
        path: piece.path.to_owned(),
        continues: piece.continues,
        bytes: piece.bytes.to_vec(),
    };
    work.keep(&pieces.iter().map(own).collect::<Vec<_>>())
}
