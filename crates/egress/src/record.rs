//! What is remembered of a request, for the ledger and the audit: whom, how, how much, how long.
//! Never a path, a header or a body.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{Error, error::Cause, target::Origin};

/// One request to one server. A request that was redirected has one for each server it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Canonical host and port, such as `example.com:443`; nothing when the URL named none.
    pub host: Option<String>,
    /// The method; empty when it was none.
    pub method: String,
    /// The answer's status, if one came.
    pub status: Option<u16>,
    /// Bytes of the request's body.
    pub bytes_sent: u64,
    /// Bytes of the response's body as it was sent.
    pub bytes_received: u64,
    /// From the start of the request to the end of its body, or to its failure.
    pub duration: Duration,
    /// The stable code of what went wrong.
    pub error: Option<&'static str>,
    /// What lay behind it, for the operator only.
    pub cause: Option<Cause>,
}

/// Hears of every request exactly once, when it ended in whichever way. Must not block.
pub type Observer = Arc<dyn Fn(Record) + Send + Sync>;

/// A request that is under way. Whatever happens to it, its record reaches the observer.
pub(crate) struct Recording {
    record: Option<Record>,
    started: Instant,
    observer: Observer,
}

impl Recording {
    pub(crate) fn start(observer: &Observer, method: &str) -> Self {
        let record = Record {
            host: None,
            method: method.to_owned(),
            status: None,
            bytes_sent: 0,
            bytes_received: 0,
            duration: Duration::ZERO,
            error: None,
            cause: None,
        };
        Self { record: Some(record), started: Instant::now(), observer: Arc::clone(observer) }
    }

    pub(crate) fn method(&mut self, method: &str) {
        self.note(|record| method.clone_into(&mut record.method));
    }

    pub(crate) fn goes_to(&mut self, origin: &Origin) {
        self.note(|record| record.host = Some(format!("{}:{}", origin.host, origin.port)));
    }

    pub(crate) fn sent(&mut self, bytes: usize) {
        self.note(|record| record.bytes_sent = bytes as u64);
    }

    pub(crate) fn status(&mut self, status: u16) {
        self.note(|record| record.status = Some(status));
    }

    pub(crate) fn received(&mut self, bytes: usize) {
        self.note(|record| record.bytes_received = bytes as u64);
    }

    pub(crate) fn succeed(&mut self) {
        self.hand_over();
    }

    pub(crate) fn fail(&mut self, error: &Error) {
        self.note(|record| {
            record.error = Some(error.code());
            record.cause = error.cause();
        });
        self.hand_over();
    }

    fn note(&mut self, change: impl FnOnce(&mut Record)) {
        if let Some(record) = &mut self.record {
            change(record);
        }
    }

    fn hand_over(&mut self) {
        if let Some(mut record) = self.record.take() {
            record.duration = self.started.elapsed();
            (self.observer)(record);
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.fail(&Error::Cancelled);
    }
}
