//! The way to a server's standard input: whole messages in turn, and never more of them waiting
//! than a bound.

use std::io::{Error, ErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// The most that may wait for a server that does not read, in bytes.
pub(crate) const QUEUE_BYTES: usize = 64 * 1024 * 1024;

type Input = Box<dyn AsyncWrite + Send + Unpin>;

/// A server's standard input.
pub(crate) struct Writer {
    input: Mutex<Option<Input>>,
    closing: CancellationToken,
    queued: AtomicUsize,
}

impl Writer {
    pub(crate) fn new(input: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        Self {
            input: Mutex::new(Some(Box::new(input))),
            closing: CancellationToken::new(),
            queued: AtomicUsize::new(0),
        }
    }

    /// Writes one message, which ends in a newline, after those before it.
    pub(crate) async fn write(&self, message: Vec<u8>) -> Result<(), Error> {
        let _queued = Queued::enter(&self.queued, message.len())?;
        tokio::select! {
            biased;
            () = self.closing.cancelled() => Err(closed()),
            written = self.write_in_turn(&message) => written,
        }
    }

    /// Closes the input. A message that is being written is cut off.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        *self.input.lock().await = None;
    }

    async fn write_in_turn(&self, message: &[u8]) -> Result<(), Error> {
        let mut input = self.input.lock().await;
        let input = input.as_mut().ok_or_else(closed)?;
        input.write_all(message).await?;
        input.flush().await
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::NotConnected, "the server's input is closed")
}

/// A message's part of the queue, given back when it is written or given up.
struct Queued<'a> {
    total: &'a AtomicUsize,
    bytes: usize,
}

impl<'a> Queued<'a> {
    fn enter(total: &'a AtomicUsize, bytes: usize) -> Result<Self, Error> {
        // The smallest message costs a task too: count it as a page.
        let bytes = bytes.max(4096);
        let before = total.fetch_add(bytes, Ordering::Relaxed);
        let queued = Self { total, bytes };
        if before > 0 && before + bytes > QUEUE_BYTES {
            return Err(Error::new(ErrorKind::WouldBlock, "the server does not read its input"));
        }
        Ok(queued)
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.total.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
