//! What a client is told without having asked: that the list of tools has changed, and what becomes of
//! its request.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rmcp::{
    ErrorData, Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken, SubscriptionFilter},
    service::SubscriptionContext,
};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use gateway::{Event, Progress};
use types::CallStatus;

use crate::mcp::shown::{Print, Shown};

/// Subscriptions of one session.
const MAX_SUBSCRIPTIONS: usize = 16;
/// Of all clients without a session, as many as there can be connections.
const MAX_OF_MANY: usize = 65_536;
/// Words about one request that wait to be sent; more are dropped.
const MAX_UNSENT: usize = 16;
/// How often what a running program does is told at most: what happens in between is not.
const AT_MOST_EVERY: Duration = Duration::from_millis(50);
/// The most characters of a line of output that are told.
const MAX_LINE: usize = 200;

/// Tells of changes to the list of tools.
#[derive(Debug, Clone)]
pub(crate) struct ListChanges {
    places: Arc<Semaphore>,
    most: usize,
    ended: CancellationToken,
}

impl ListChanges {
    /// None once the session has `ended`.
    pub(crate) fn new(ended: CancellationToken) -> Self {
        Self { places: Arc::new(Semaphore::new(MAX_SUBSCRIPTIONS)), most: MAX_SUBSCRIPTIONS, ended }
    }

    /// The same for clients without a session.
    pub(crate) fn of_many(self) -> Self {
        Self { places: Arc::new(Semaphore::new(MAX_OF_MANY)), most: MAX_OF_MANY, ..self }
    }

    /// Tells a client of the revisions with a handshake, until the session ends, of whatever is no longer
    /// as it was `known`.
    pub(crate) fn tell(&self, peer: Peer<RoleServer>, shown: impl Shown, known: Print) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        let this = self.clone();
        tokio::spawn(async move {
            this.each(shown, known, async || peer.notify_tool_list_changed().await.is_ok()).await;
            drop(place);
        });
    }

    /// What of a subscription can be had.
    pub(crate) fn accepted() -> SubscriptionFilter {
        SubscriptionFilter::builder().tools_list_changed().build()
    }

    /// Serves one subscription until its client or the session ends it.
    pub(crate) async fn listen(
        &self,
        context: &SubscriptionContext,
        shown: impl Shown,
        known: Print,
    ) -> Result<(), ErrorData> {
        let _place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let message = format!(
                "{} subscriptions are open, the most there may be; cancel one first",
                self.most
            );
            ErrorData::invalid_request(message, None)
        })?;
        let sink = context.sink();
        tokio::select! {
            () = context.cancelled() => {}
            () = self.each(shown, known, async || sink.notify_tool_list_changed().await.is_ok()) => {}
        }
        Ok(())
    }

    /// Calls `tell` whenever the list is another, until it fails or the session ends.
    async fn each<F: Future<Output = bool>>(
        &self,
        mut shown: impl Shown,
        mut known: Print,
        tell: impl Fn() -> F,
    ) {
        loop {
            let now = shown.print();
            if now != known {
                known = now;
                if !tell().await {
                    // Nobody can be told.
                    return self.ended.cancelled().await;
                }
            }
            tokio::select! {
                may_be_another = shown.changed() => {
                    if !may_be_another {
                        return self.ended.cancelled().await;
                    }
                }
                () = self.ended.cancelled() => return,
            }
        }
    }
}

/// What one request waits for and does, told to a client that gave a token for it. Dropped, it is
/// silent: nothing may be told once the request is answered.
#[derive(Debug)]
pub(crate) struct Telling {
    progress: Progress,
    telling: Option<JoinHandle<()>>,
}

impl Telling {
    pub(crate) fn new(token: Option<ProgressToken>, peer: Peer<RoleServer>) -> Self {
        let Some(token) = token else {
            return Self { progress: Progress::unread(), telling: None };
        };
        let (news, mut heard) = mpsc::channel::<String>(MAX_UNSENT);
        let telling = tokio::spawn(async move {
            let mut count = 0.0;
            while let Some(message) = heard.recv().await {
                count += 1.0;
                let progress = ProgressNotificationParam::new(token.clone(), count);
                if peer.notify_progress(progress.with_message(message)).await.is_err() {
                    return;
                }
            }
        });
        let pace = Pace::default();
        let progress = Progress::events(move |event| {
            if let Some(words) = words(event, &pace) {
                drop(news.try_send(words));
            }
        });
        Self { progress, telling: Some(telling) }
    }

    /// Where the gateway tells it.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        if let Some(telling) = &self.telling {
            telling.abort();
        }
    }
}

/// When something was told last.
#[derive(Debug)]
struct Pace {
    since: Instant,
    /// Milliseconds from then to the earliest time of the next words.
    next: AtomicU64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { since: Instant::now(), next: AtomicU64::new(0) }
    }
}

impl Pace {
    /// Whether it is time again.
    fn allows(&self) -> bool {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let now = millis(self.since.elapsed());
        let later = now.saturating_add(millis(AT_MOST_EVERY));
        let next = |next: u64| (next <= now).then_some(later);
        self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }
}

/// An event in a few words, if it is told.
fn words(event: Event<'_>, pace: &Pace) -> Option<String> {
    if let Event::Waiting(what) = event {
        return Some(what.to_owned());
    }
    if !pace.allows() {
        return None;
    }
    Some(match event {
        Event::Waiting(_) | Event::Started(_) => "running".to_owned(),
        Event::Output(text) => {
            let line = text.lines().rfind(|line| !line.trim().is_empty())?.trim();
            line.chars().take(MAX_LINE).collect()
        }
        Event::CallStarted { tool, .. } => format!("calling {tool}"),
        Event::CallEnded { tool, status, duration_ms, .. } => {
            let how = if status == CallStatus::Ok { "answered" } else { "failed" };
            format!("{tool} {how} in {duration_ms:.0} ms")
        }
    })
}

#[cfg(test)]
mod tests {
    use gateway::Event;
    use types::CallStatus;

    use super::{MAX_LINE, Pace, words};

    #[test]
    fn what_happens_is_told_in_a_few_words() {
        let said = |event| words(event, &Pace::default());
        assert_eq!(said(Event::Waiting("resolving")).as_deref(), Some("resolving"));
        assert_eq!(said(Event::Output("one\n two \n\n")).as_deref(), Some("two"));
        assert_eq!(said(Event::Output(" \n")), None);
        let long = "x".repeat(2 * MAX_LINE);
        assert_eq!(said(Event::Output(&long)).map(|line| line.len()), Some(MAX_LINE));
        let ended = |status| Event::CallEnded { call: 1, tool: "t", status, duration_ms: 1.6 };
        assert_eq!(said(ended(CallStatus::Ok)).as_deref(), Some("t answered in 2 ms"));
        assert_eq!(said(ended(CallStatus::Refused)).as_deref(), Some("t failed in 2 ms"));
    }

    #[test]
    fn a_chatty_program_is_told_of_now_and_then() {
        let pace = Pace::default();
        let told = (0..1_000).filter_map(|_| words(Event::Output("line"), &pace)).count();
        assert!((1..100).contains(&told), "{told}");
        assert!(words(Event::Waiting("always"), &pace).is_some());
    }
}
