//! What happens to an execution, queued for a client that may read slower than it happens.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use gateway::Event;
use serde::Serialize;
use serde_json::json;
use tokio::sync::Notify;
use types::CallStatus;

/// The most events that wait to be read; what happens beyond it is counted only. The answer at the
/// end has everything.
const MOST: usize = 1_024;

/// Events that have not been read yet. What is printed without anything in between is one event.
#[derive(Debug, Default)]
pub(super) struct News {
    waiting: Mutex<Waiting>,
    come: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Told>,
    left_out: u64,
}

/// An event, kept.
#[derive(Debug)]
enum Told {
    Waiting(String),
    Started(String),
    Output(String),
    Call { call: u64, tool: String },
    CallEnded { call: u64, tool: String, status: CallStatus, duration_ms: f64 },
}

impl News {
    /// Keeps one more. Never waits.
    pub(super) fn add(&self, event: Event<'_>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Event::Output(more), Some(Told::Output(text))) = (event, waiting.events.back_mut())
        {
            text.push_str(more);
        } else if waiting.events.len() < MOST {
            waiting.events.push_back(kept(event));
        } else {
            waiting.left_out += 1;
        }
        drop(waiting);
        self.come.notify_one();
    }

    /// Everything that waits, as a piece of an event stream; `None` when nothing does.
    pub(super) fn take(&self) -> Option<String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Waiting { events, left_out } = std::mem::take(&mut *waiting);
        drop(waiting);
        let mut text: String = events.into_iter().map(Told::written).collect();
        if left_out > 0 {
            text.push_str(&written("leftOut", &json!({"events": left_out})));
        }
        (!text.is_empty()).then_some(text)
    }

    /// Returns when something may have come.
    pub(super) async fn come(&self) {
        self.come.notified().await;
    }
}

fn kept(event: Event<'_>) -> Told {
    match event {
        Event::Waiting(what) => Told::Waiting(what.to_owned()),
        Event::Started(id) => Told::Started(id.as_str().to_owned()),
        Event::Output(text) => Told::Output(text.to_owned()),
        Event::CallStarted { call, tool } => Told::Call { call, tool: tool.to_owned() },
        Event::CallEnded { call, tool, status, duration_ms } => {
            Told::CallEnded { call, tool: tool.to_owned(), status, duration_ms }
        }
    }
}

impl Told {
    fn written(self) -> String {
        match self {
            Self::Waiting(what) => written("waiting", &json!({"for": what})),
            Self::Started(id) => written("started", &json!({"executionId": id})),
            Self::Output(text) => written("output", &json!({"text": text})),
            Self::Call { call, tool } => {
                written("callStarted", &json!({"call": call, "tool": tool}))
            }
            Self::CallEnded { call, tool, status, duration_ms } => written(
                "callEnded",
                &json!({"call": call, "tool": tool, "status": status, "durationMs": duration_ms}),
            ),
        }
    }
}

/// One event as a stream has it. JSON holds no line end of its own.
pub(super) fn written(name: &str, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
    format!("event: {name}\ndata: {data}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_in_a_row_is_one_event() {
        let news = News::default();
        for text in ["a", "b\r\nevent: x\n\n", "c"] {
            news.add(Event::Output(text));
        }
        news.add(Event::CallStarted { call: 1, tool: "mcp__a__b" });
        news.add(Event::Output("d"));
        let text = news.take().expect("events");
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "event: output",
                r#"data: {"text":"ab\r\nevent: x\n\nc"}"#,
                "",
                "event: callStarted",
                r#"data: {"call":1,"tool":"mcp__a__b"}"#,
                "",
                "event: output",
                r#"data: {"text":"d"}"#,
                "",
            ]
        );
        assert_eq!(news.take(), None);
    }

    #[test]
    fn what_nobody_reads_stays_bounded() {
        let news = News::default();
        for call in 0..10_000 {
            news.add(Event::CallStarted { call, tool: "t" });
        }
        let text = news.take().expect("events");
        assert_eq!(text.matches("event: callStarted").count(), MOST);
        assert!(
            text.ends_with(&format!("event: leftOut\ndata: {{\"events\":{}}}\n\n", 10_000 - MOST))
        );
    }
}
