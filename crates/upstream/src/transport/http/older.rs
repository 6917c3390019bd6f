//! The transport of 2024-11-05: one stream of events for all that the server says, which begins
//! with where requests go.

use std::sync::Arc;

use reqwest::Url;
use reqwest::header::HeaderMap;

use crate::task::{self, Kind as Task};
use crate::transport::http::event::Kind;
use crate::transport::http::events::{Events, Next};
use crate::transport::http::failed::Failed;
use crate::transport::http::reply::is_events;
use crate::transport::http::wire::{Answers, Item, Took, Wire};

/// How many events may come before the one that says where requests go.
const BEFORE_ENDPOINT: usize = 16;

impl Wire {
    /// Opens the stream, and has it followed.
    pub(super) async fn open_older(self: &Arc<Self>) -> Result<(), Failed> {
        let response = self.get(None).await?;
        let status = response.status().as_u16();
        if !response.status().is_success() || !is_events(&response) {
            return Err(Failed::this(format!("it has no stream of events (HTTP {status})")));
        }
        let mut events = Events::endless(self, response);
        let beside = self.endpoint(&mut events).await?;
        // Set here and nowhere else.
        let _ = self.beside.set(beside);
        let wire = Arc::clone(self);
        task::spawn(Task::Events, &self.server, async move {
            tokio::select! {
                biased;
                () = wire.closed.cancelled() => {}
                () = wire.follow_all(&mut events) => wire.hand_on(Item::End).await,
            }
        });
        Ok(())
    }

    async fn endpoint(&self, events: &mut Events) -> Result<Url, Failed> {
        for _ in 0..BEFORE_ENDPOINT {
            let Next::Event(event, _) = events.next().await else { break };
            if event.kind != Kind::Endpoint {
                continue;
            }
            let text = std::str::from_utf8(&event.data).ok().map(str::trim);
            let url = text.and_then(|text| self.client.url().join(text).ok());
            let url = url.ok_or_else(|| Failed::this("it names no url for requests"))?;
            if url.origin() != self.client.url().origin() {
                let host = url.host_str().unwrap_or_default();
                return Err(Failed::all(format!(
                    "it wants requests sent to `{host}`, which is not where it was configured to be"
                )));
            }
            return Ok(url);
        }
        Err(Failed::this("its stream of events does not say where requests go"))
    }

    async fn follow_all(&self, events: &mut Events) {
        let none = HeaderMap::new();
        loop {
            let (event, share) = match events.next().await {
                Next::Event(event, share) => (event, share),
                Next::Oversized(Some(id)) => {
                    self.refuse_large(id).await;
                    continue;
                }
                Next::Oversized(None) => continue,
                Next::End(_) => {
                    let _ = self.fault.set("its stream of events ended");
                    return;
                }
            };
            if event.kind == Kind::Message && !event.data.is_empty() {
                let length = event.data.len();
                match self.take(event.data, share, Answers::All, &none).await {
                    Took::Answer | Took::Other => events.meaningful(),
                    Took::Stray | Took::Noise => events.noise(length),
                }
            }
            if events.too_noisy() {
                let _ =
                    self.fault.set("its stream of events has more than 1 MiB that are no messages");
                return;
            }
        }
    }
}
