//! Pieces of bounded length from a stream, lines mostly: one beyond the limit is read past, not kept.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::RequestId;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use tokio_util::bytes::BytesMut;

use crate::transport::scan::Scanner;

/// Above this a line counts against the budget that all servers share.
pub(crate) const LARGE: usize = 64 * 1024;
/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// The unit of the shared budget, in bytes.
const UNIT: usize = 1024;

/// How long a piece that holds a share may bring nothing.
const STALL: Duration = Duration::from_secs(10);

/// A share of the bytes that all servers together may have in flight.
#[derive(Debug)]
pub(crate) struct Share {
    all: OwnedSemaphorePermit,
    own: OwnedSemaphorePermit,
}

/// The bytes that all servers together may have in flight, and what one of them may have of that.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    all: Arc<Semaphore>,
    /// What one server may have: half of all, so that no server takes it all from the others.
    own: Arc<Semaphore>,
    half: usize,
}

impl Budget {
    pub(crate) fn new(bytes: usize) -> Self {
        let units = bytes.div_ceil(UNIT);
        let half = units.div_ceil(2);
        Self { all: Arc::new(Semaphore::new(units)), own: Arc::new(Semaphore::new(half)), half }
    }

    /// The same budget for another server.
    pub(crate) fn of_another(&self) -> Self {
        Self { own: Arc::new(Semaphore::new(self.half)), ..self.clone() }
    }

    async fn share(self, units: u32) -> Result<Share, AcquireError> {
        // A piece that is larger than the half waits for all of it.
        let most = u32::try_from(self.half).unwrap_or(u32::MAX);
        let own = self.own.acquire_many_owned(units.min(most)).await?;
        let all = self.all.acquire_many_owned(units).await?;
        Ok(Share { all, own })
    }

    fn units(bytes: usize) -> u32 {
        u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
    }
}

impl Share {
    #[cfg(test)]
    pub(crate) fn units(&self) -> usize {
        self.all.num_permits()
    }

    /// Gives back what is more than `units`.
    fn shrink(&mut self, units: usize) {
        for permit in [&mut self.all, &mut self.own] {
            let excess = permit.num_permits().saturating_sub(units);
            drop(permit.split(excess));
        }
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

/// What ends a piece of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// A line feed.
    Line,
    /// An empty line, as between the events of `text/event-stream`.
    Event,
    /// The end of the stream, reached without an error.
    Whole,
}

/// Reads lines. [`Lines::next`] may be dropped at any await and called again: nothing is lost.
pub(crate) struct Lines<R> {
    source: R,
    framing: Framing,
    limit: usize,
    budget: Budget,
    buffer: BytesMut,
    /// How much of `buffer` is known to hold no end of a piece.
    searched: usize,
    /// Set while a line beyond the limit is read past.
    discarding: Option<Scanner>,
    share: Option<Share>,
    /// When something came last, for a piece that holds a share; how long that may be ago.
    heard: Instant,
    stall: Duration,
    /// A place in the queue for the budget; kept across calls, for it would be lost with each.
    waiting: Option<Acquire>,
}

type Acquire = Pin<Box<dyn Future<Output = Result<Share, AcquireError>> + Send>>;

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(source: R, limit: usize, budget: Budget) -> Self {
        Self::framed(Framing::Line, source, limit, budget)
    }

    /// The same over a stream whose pieces end otherwise.
    pub(crate) fn framed(framing: Framing, source: R, limit: usize, budget: Budget) -> Self {
        Self {
            source,
            framing,
            limit,
            budget,
            buffer: BytesMut::new(),
            searched: 0,
            discarding: None,
            share: None,
            heard: Instant::now(),
            stall: STALL,
            waiting: None,
        }
    }

    #[cfg(test)]
    pub(crate) fn stalling_after(self, stall: Duration) -> Self {
        Self { stall, ..self }
    }

    /// The next line. An error of the stream counts as its end.
    pub(crate) async fn next(&mut self) -> Line {
        loop {
            if let Some(line) = self.buffered() {
                return line;
            }
            self.hold_to_limit().await;
            self.buffer.reserve(CHUNK);
            let reading = self.source.read_buf(&mut self.buffer);
            let read = match self.share {
                Some(_) => timeout_at(self.heard + self.stall, reading).await,
                None => Ok(reading.await),
            };
            match read {
                Ok(Ok(0)) => return self.rest(),
                Ok(Err(_)) => return self.broken(),
                Ok(Ok(_)) => self.heard = Instant::now(),
                // A share that nothing comes of is for others.
                Err(_) if self.framing == Framing::Line => self.discard(),
                Err(_) => return self.broken(),
            }
        }
    }

    /// The end in the middle of a piece, whose share is for others.
    fn broken(&mut self) -> Line {
        self.share = None;
        Line::End
    }

    /// What is left at the end of the stream, where that is a piece too.
    fn rest(&mut self) -> Line {
        let something = self.discarding.is_some() || !self.buffer.is_empty();
        if self.framing != Framing::Whole || !something {
            return self.broken();
        }
        let rest = std::mem::take(&mut self.buffer);
        self.searched = 0;
        self.piece(rest)
    }

    /// What the stream is read from.
    pub(crate) fn source(&self) -> &R {
        &self.source
    }

    /// A line that has been read to its end.
    fn buffered(&mut self) -> Option<Line> {
        let (end, next) = match self.framing {
            Framing::Line => {
                let tail = &self.buffer[self.searched..];
                let end = self.searched + tail.iter().position(|&byte| byte == b'\n')?;
                (end, end + 1)
            }
            // The end may have begun in what was searched before.
            Framing::Event => empty_line(&self.buffer, self.searched.saturating_sub(3))?,
            Framing::Whole => return None,
        };
        let mut line = self.buffer.split_to(next);
        self.searched = 0;
        line.truncate(end);
        if self.buffer.is_empty() || end > LARGE {
            // What follows must not keep a large allocation alive.
            self.buffer = BytesMut::from(&self.buffer[..]);
        }
        Some(self.piece(line))
    }

    /// A piece that has been read to its end.
    fn piece(&mut self, line: BytesMut) -> Line {
        if let Some(mut scanner) = self.discarding.take() {
            scanner.feed(&line);
            return Line::Oversized(answered(scanner));
        }
        if line.len() > self.limit {
            let mut scanner = Scanner::default();
            scanner.feed(&line);
            self.share = None;
            return Line::Oversized(answered(scanner));
        }
        let mut share = self.share.take();
        if let Some(held) = &mut share {
            // The share was for the longest line that is allowed; this one is shorter.
            held.shrink(Budget::units(line.len()) as usize);
        }
        Line::Whole(line, share)
    }

    /// From here on the line is read past.
    fn discard(&mut self) {
        self.discarding = Some(Scanner::default());
        self.share = None;
    }

    /// Keeps the part of a line that is in the buffer within the limit and the budget.
    async fn hold_to_limit(&mut self) {
        self.searched = self.buffer.len();
        if self.discarding.is_none() && self.buffer.len() > self.limit {
            self.discard();
        }
        if let Some(scanner) = &mut self.discarding {
            // The end of a piece may have begun: its first bytes are kept.
            let kept = if self.framing == Framing::Event { self.buffer.len().min(3) } else { 0 };
            let end = self.buffer.split_off(self.buffer.len() - kept);
            scanner.feed(&self.buffer);
            // A copy, so that no large allocation is kept alive.
            self.buffer = BytesMut::from(&end[..]);
            self.searched = 0;
        } else if self.buffer.len() > LARGE && self.share.is_none() {
            // All at once and not as the line grows: lines that each hold a part and wait for
            // more would wait for each other for ever.
            let units = Budget::units(self.limit);
            let budget = &self.budget;
            let waiting = self.waiting.get_or_insert_with(|| Box::pin(budget.clone().share(units)));
            // The semaphores are never closed; were they, the line would only go uncounted.
            self.share = waiting.await.ok();
            self.waiting = None;
            self.heard = Instant::now();
        }
    }
}

/// Where the first empty line at or after `from` begins, with the line end before it, and where what
/// follows it begins. Line ends are CR, LF or both.
fn empty_line(bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut start = from;
    loop {
        let end = start + bytes[start..].iter().position(|&byte| byte == b'\n' || byte == b'\r')?;
        let next = after_line_end(bytes, end);
        if bytes.get(next).is_some_and(|&byte| byte == b'\n' || byte == b'\r') {
            return Some((end, after_line_end(bytes, next)));
        }
        start = next;
    }
}

/// What follows a line end. Of a CR and LF that are torn apart the LF is left over, which is an
/// empty line at the beginning of the next piece and means nothing there.
fn after_line_end(bytes: &[u8], end: usize) -> usize {
    let both = bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n');
    end + if both { 2 } else { 1 }
}

fn answered(scanner: Scanner) -> Option<RequestId> {
    let found = scanner.finish();
    found.id.filter(|_| !found.has_method)
}
