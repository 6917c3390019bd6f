//! Lines of bounded length from a stream: a line beyond the limit is read past, not kept.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rmcp::model::RequestId;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio_util::bytes::BytesMut;

use crate::transport::scan::Scanner;

/// Above this a line counts against the budget that all servers share.
pub(crate) const LARGE: usize = 64 * 1024;
/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// The unit of the shared budget, in bytes.
const UNIT: usize = 1024;

/// A share of the bytes that all servers together may have in flight.
pub(crate) type Share = OwnedSemaphorePermit;

/// The bytes that all servers together may have in flight.
#[derive(Debug, Clone)]
pub(crate) struct Budget(Arc<Semaphore>);

impl Budget {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes.div_ceil(UNIT))))
    }

    fn units(bytes: usize) -> u32 {
        u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
    }
}

/// One thing a stream had to say.
#[derive(Debug)]
pub(crate) enum Line {
    /// A whole line without its end. Its share of the budget comes along when it is large.
    Whole(BytesMut, Option<Share>),
    /// A line beyond the limit was read past: the id it would have answered, if it was an answer.
    Oversized(Option<RequestId>),
    /// The stream ended.
    End,
}

/// Reads lines. [`Lines::next`] may be dropped at any await and called again: nothing is lost.
pub(crate) struct Lines<R> {
    source: R,
    limit: usize,
    budget: Budget,
    buffer: BytesMut,
    /// How much of `buffer` is known to hold no line end.
    searched: usize,
    /// Set while a line beyond the limit is read past.
    discarding: Option<Scanner>,
    share: Option<Share>,
    /// A place in the queue for the budget; kept across calls, for it would be lost with each.
    waiting: Option<Acquire>,
}

type Acquire = Pin<Box<dyn Future<Output = Result<Share, AcquireError>> + Send>>;

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(source: R, limit: usize, budget: Budget) -> Self {
        Self {
            source,
            limit,
            budget,
            buffer: BytesMut::new(),
            searched: 0,
            discarding: None,
            share: None,
            waiting: None,
        }
    }

    /// The next line. An error of the stream counts as its end.
    pub(crate) async fn next(&mut self) -> Line {
        loop {
            if let Some(line) = self.buffered() {
                return line;
            }
            self.hold_to_limit().await;
            self.buffer.reserve(CHUNK);
            match self.source.read_buf(&mut self.buffer).await {
                Ok(0) | Err(_) => return Line::End,
                Ok(_) => {}
            }
        }
    }

    /// A line that has been read to its end.
    fn buffered(&mut self) -> Option<Line> {
        let position = self.buffer[self.searched..].iter().position(|&byte| byte == b'\n')?;
        let end = self.searched + position;
        let mut line = self.buffer.split_to(end + 1);
        self.searched = 0;
        line.truncate(end);
        if self.buffer.is_empty() || end > LARGE {
            // What follows must not keep a large allocation alive.
            self.buffer = BytesMut::from(&self.buffer[..]);
        }
        if let Some(mut scanner) = self.discarding.take() {
            scanner.feed(&line);
            return Some(Line::Oversized(answered(scanner)));
        }
        if line.len() > self.limit {
            let mut scanner = Scanner::default();
            scanner.feed(&line);
            self.share = None;
            return Some(Line::Oversized(answered(scanner)));
        }
        let mut share = self.share.take();
        if let Some(held) = &mut share {
            // The share was for the longest line that is allowed; this one is shorter.
            let excess = held.num_permits().saturating_sub(Budget::units(line.len()) as usize);
            drop(held.split(excess));
        }
        Some(Line::Whole(line, share))
    }

    /// Keeps the part of a line that is in the buffer within the limit and the budget.
    async fn hold_to_limit(&mut self) {
        self.searched = self.buffer.len();
        if let Some(scanner) = &mut self.discarding {
            scanner.feed(&self.buffer);
            self.buffer.clear();
            self.searched = 0;
        } else if self.buffer.len() > self.limit {
            let mut scanner = Scanner::default();
            scanner.feed(&self.buffer);
            self.discarding = Some(scanner);
            self.buffer = BytesMut::new();
            self.searched = 0;
            self.share = None;
        } else if self.buffer.len() > LARGE && self.share.is_none() {
            // All at once and not as the line grows: lines that each hold a part and wait for
            // more would wait for each other for ever.
            let units = Budget::units(self.limit);
            let budget = &self.budget;
            let waiting = self
                .waiting
                .get_or_insert_with(|| Box::pin(Arc::clone(&budget.0).acquire_many_owned(units)));
            // The semaphore is never closed; were it, the line would only go uncounted.
            self.share = waiting.await.ok();
            self.waiting = None;
        }
    }
}

fn answered(scanner: Scanner) -> Option<RequestId> {
    let found = scanner.finish();
    found.id.filter(|_| !found.has_method)
}
