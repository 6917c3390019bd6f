//! Spans on their way to the collector: a queue with a bound, and one task that empties it. A slow or
//! absent collector costs spans, never an execution.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use gateway::metrics::SPANS;
use gateway::trace::{Span, Spans};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use types::TraceParent;

use crate::telemetry::traces::Wanted;
use crate::telemetry::traces::encode;

/// How often a batch is sent at most.
const TRIES: u32 = 4;
/// The first pause between two tries; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(500);

/// A handle to the queue; cheap to clone.
#[derive(Clone)]
pub struct Exporter(Arc<Inner>);

struct Inner {
    wanted: Wanted,
    queue: Mutex<VecDeque<Span>>,
    /// A batch is full.
    full: Notify,
    stop: CancellationToken,
    done: CancellationToken,
}

/// Why a batch was not taken.
enum Failed {
    /// It may be taken later; so long the collector wants to be left alone.
    ForNow(String, Option<Duration>),
    ForGood(String),
}

impl Exporter {
    /// Sends from now on. To be called inside the runtime.
    pub async fn start(wanted: Wanted) -> Result<Self, String> {
        let certificate = wanted.certificate.clone();
        let client = upstream::plain_client(&wanted.endpoint, certificate, wanted.timeout).await?;
        let exporter = Self(Arc::new(Inner {
            wanted,
            queue: Mutex::default(),
            full: Notify::new(),
            stop: CancellationToken::new(),
            done: CancellationToken::new(),
        }));
        let this = exporter.clone();
        tokio::spawn(async move {
            this.run(&client).await;
            this.0.done.cancel();
        });
        Ok(exporter)
    }

    /// Sends what waits, until the deadline, and ends.
    pub async fn shutdown(&self, deadline: Duration) {
        self.0.stop.cancel();
        let _ = timeout(deadline, self.0.done.cancelled()).await;
    }

    async fn run(&self, client: &reqwest::Client) {
        let Inner { wanted, full, stop, .. } = &*self.0;
        let mut well = true;
        loop {
            let next = Instant::now() + wanted.delay;
            let mut stopping = stop.is_cancelled();
            if !stopping && self.queue().len() < wanted.batch {
                tokio::select! {
                    () = tokio::time::sleep_until(next) => {}
                    () = full.notified() => {}
                    () = stop.cancelled() => stopping = true,
                }
            }
            let batch = self.batch();
            if batch.is_empty() {
                if stopping {
                    return;
                }
                continue;
            }
            let sent = self.send(client, &batch).await;
            let result = if sent.is_ok() { "exported" } else { "failed" };
            metrics::counter!(SPANS, "result" => result).increment(batch.len() as u64);
            match sent {
                Ok(()) if !well => tracing::warn!("the collector takes traces again"),
                // Once until it is well again: a collector that is away is no news each second.
                Err(why) if well => tracing::warn!(
                    spans = batch.len(),
                    "the collector does not take traces, and they are lost: {why}"
                ),
                _ => {}
            }
            well = result == "exported";
        }
    }

    async fn send(&self, client: &reqwest::Client, batch: &[Span]) -> Result<(), String> {
        let wanted = &self.0.wanted;
        let mut body = encode::request(&wanted.resource, batch);
        if wanted.gzip {
            body =
                compressed(&body).map_err(|error| format!("they cannot be compressed: {error}"))?;
        }
        let mut pause = PAUSE;
        for tried in 1.. {
            let (why, after) = match self.post(client, body.clone()).await {
                Ok(()) => return Ok(()),
                Err(Failed::ForGood(why)) => return Err(why),
                Err(Failed::ForNow(why, after)) => (why, after),
            };
            // Nobody waits for a collector at the end.
            if tried == TRIES || self.0.stop.is_cancelled() {
                return Err(why);
            }
            let wait = after.unwrap_or(pause).min(wanted.timeout);
            let _ = timeout(wait, self.0.stop.cancelled()).await;
            pause *= 2;
        }
        Ok(())
    }

    async fn post(&self, client: &reqwest::Client, body: Vec<u8>) -> Result<(), Failed> {
        let wanted = &self.0.wanted;
        let mut request = client
            .post(wanted.endpoint.clone())
            .timeout(wanted.timeout)
            .header("content-type", "application/x-protobuf")
            .body(body);
        if wanted.gzip {
            request = request.header("content-encoding", "gzip");
        }
        for (name, value) in &wanted.headers {
            request = request.header(name, value);
        }
        let answer = request.send().await.map_err(|error| {
            // Its own words may hold the URL.
            let why = if error.is_timeout() { "it is silent" } else { "it cannot be reached" };
            Failed::ForNow(why.to_owned(), None)
        })?;
        let status = answer.status().as_u16();
        let after = answer.headers().get("retry-after");
        let after = after.and_then(|value| value.to_str().ok()?.parse().ok());
        let why = format!("it answers with status {status}");
        match status {
            200..=299 => Ok(()),
            429 | 502..=504 => Err(Failed::ForNow(why, after.map(Duration::from_secs))),
            _ => Err(Failed::ForGood(why)),
        }
    }

    fn batch(&self) -> Vec<Span> {
        let mut queue = self.queue();
        let size = queue.len().min(self.0.wanted.batch);
        queue.drain(..size).collect()
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Span>> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spans for Exporter {
    fn keeps(&self, trace: [u8; 16], parent: Option<&TraceParent>) -> bool {
        self.0.wanted.sampler.keeps(trace, parent)
    }

    fn take(&self, mut spans: Vec<Span>) {
        let mut queue = self.queue();
        let room = self.0.wanted.queue.saturating_sub(queue.len());
        if spans.len() > room {
            let lost = spans.len() - room;
            // The whole stands last, and says more than its parts.
            spans.drain(..lost);
            metrics::counter!(SPANS, "result" => "dropped").increment(lost as u64);
        }
        queue.extend(spans);
        if queue.len() >= self.0.wanted.batch {
            self.0.full.notify_one();
        }
    }
}

fn compressed(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}
