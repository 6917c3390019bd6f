//! The writing side: whole lines, in one piece each, and as soon as they are there.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    sync::{Mutex, Notify, OwnedMutexGuard},
};
use tokio_util::sync::CancellationToken;

/// Bytes that may wait for a client that does not read before we stop reading from it.
const MAX_UNSENT_BYTES: usize = 32 * 1024 * 1024;

/// A writer that many tasks share.
#[derive(Debug)]
pub(super) struct Output<W> {
    writer: Arc<Mutex<Option<W>>>,
    unsent: Arc<Unsent>,
    broken: CancellationToken,
}

impl<W> Clone for Output<W> {
    fn clone(&self) -> Self {
        Self {
            writer: Arc::clone(&self.writer),
            unsent: Arc::clone(&self.unsent),
            broken: self.broken.clone(),
        }
    }
}

impl<W: AsyncWrite + Send + Unpin + 'static> Output<W> {
    pub(super) fn new(writer: W, broken: CancellationToken) -> Self {
        Self { writer: Arc::new(Mutex::new(Some(writer))), unsent: Arc::default(), broken }
    }

    /// Writes one line. What the stream takes at once is written before this returns, so that an
    /// answer does not wait for a task to be scheduled; the future writes the rest.
    pub(super) fn write(
        &self,
        line: Vec<u8>,
    ) -> impl Future<Output = io::Result<()>> + Send + use<W> {
        let started = match Arc::clone(&self.writer).try_lock_owned() {
            Ok(guard) => begin(guard, &line),
            Err(_) => Started::Waiting,
        };
        // Counted from now on, whether or not the future is ever polled again.
        let debt = match &started {
            Started::Done(_) => None,
            Started::Partly { .. } | Started::Waiting => Some(self.unsent.owe(line.len())),
        };
        let output = self.clone();
        async move {
            let result = match started {
                Started::Done(result) => result,
                Started::Partly { guard, written } => finish(guard, &line[written..]).await,
                Started::Waiting => finish(output.writer.lock_owned().await, &line).await,
            };
            drop(debt);
            if result.is_err() {
                output.broken.cancel();
            }
            result
        }
    }

    /// Waits while too much is unsent.
    pub(super) async fn has_room(&self) {
        loop {
            let changed = self.unsent.changed.notified();
            if self.unsent.bytes.load(Ordering::Acquire) <= MAX_UNSENT_BYTES {
                return;
            }
            changed.await;
        }
    }

    /// Closes the stream once what is being written has been.
    pub(super) async fn close(&self) -> io::Result<()> {
        match self.writer.lock().await.take() {
            Some(mut writer) => writer.shutdown().await,
            None => Ok(()),
        }
    }
}

enum Started<W> {
    Done(io::Result<()>),
    Partly { guard: OwnedMutexGuard<Option<W>>, written: usize },
    Waiting,
}

fn begin<W: AsyncWrite + Unpin>(mut guard: OwnedMutexGuard<Option<W>>, line: &[u8]) -> Started<W> {
    let mut context = Context::from_waker(Waker::noop());
    let mut written = 0;
    let Some(writer) = guard.as_mut() else {
        return Started::Done(Err(closed()));
    };
    while written < line.len() {
        match Pin::new(&mut *writer).poll_write(&mut context, &line[written..]) {
            Poll::Ready(Ok(0)) => return Started::Done(Err(io::ErrorKind::WriteZero.into())),
            Poll::Ready(Ok(count)) => written += count,
            Poll::Ready(Err(error)) => return Started::Done(Err(error)),
            Poll::Pending => return Started::Partly { guard, written },
        }
    }
    match Pin::new(writer).poll_flush(&mut context) {
        Poll::Ready(result) => Started::Done(result),
        Poll::Pending => Started::Partly { guard, written },
    }
}

async fn finish<W: AsyncWrite + Unpin>(
    mut guard: OwnedMutexGuard<Option<W>>,
    rest: &[u8],
) -> io::Result<()> {
    let writer = guard.as_mut().ok_or_else(closed)?;
    writer.write_all(rest).await?;
    writer.flush().await
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the session is closed")
}

#[derive(Debug, Default)]
struct Unsent {
    bytes: AtomicUsize,
    changed: Notify,
}

impl Unsent {
    fn owe(self: &Arc<Self>, bytes: usize) -> Debt {
        self.bytes.fetch_add(bytes, Ordering::AcqRel);
        Debt { unsent: Arc::clone(self), bytes }
    }
}

/// Bytes that are still to be written.
struct Debt {
    unsent: Arc<Unsent>,
    bytes: usize,
}

impl Drop for Debt {
    fn drop(&mut self) {
        self.unsent.bytes.fetch_sub(self.bytes, Ordering::AcqRel);
        self.unsent.changed.notify_waiters();
    }
}
