//! Group commit: one thread that syncs, and tickets that wait for it. Records written while a
//! sync runs share the next one.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    thread::JoinHandle,
};

use crate::{Error, segment::Segment};

/// A promise that a record is as durable as was asked for. Await it, or [`wait`](Self::wait).
/// Dropping it forgoes the answer; the record is synced all the same.
#[derive(Debug)]
#[must_use = "the record may not have reached the disk yet"]
pub struct Ticket {
    /// `None` when there is nothing to wait for.
    pending: Option<Pending>,
}

#[derive(Debug)]
struct Pending {
    shared: Arc<Shared>,
    sequence: u64,
}

impl Ticket {
    /// A ticket that is ready at once.
    pub(crate) fn ready() -> Self {
        Self { pending: None }
    }

    /// Blocks until the record is durable.
    pub fn wait(self) -> Result<(), Error> {
        let Some(Pending { shared, sequence }) = &self.pending else { return Ok(()) };
        let mut queue = shared.queue();
        loop {
            if let Some(result) = queue.result(*sequence) {
                return result;
            }
            queue = shared.synced.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Future for Ticket {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(Pending { shared, sequence }) = &self.pending else { return Poll::Ready(Ok(())) };
        let mut queue = shared.queue();
        match queue.result(*sequence) {
            Some(result) => Poll::Ready(result),
            None => {
                queue.wakers.insert(*sequence, context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// The sync thread. It stops, after a last sync, when this is dropped.
#[derive(Debug)]
pub(crate) struct Committer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    wanted: Condvar,
    synced: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    /// The segment and the number of the last record that is to be synced.
    wanted: Option<(Arc<Segment>, u64)>,
    /// All records up to this number have been dealt with.
    done: u64,
    /// Records from the first to the second number may not have been synced, and why. Failures
    /// are merged: a late asker may hear of one that was not its own, never the other way round.
    failed: Option<(u64, u64, Error)>,
    wakers: BTreeMap<u64, Waker>,
    stopping: bool,
}

impl Committer {
    /// Starts the thread.
    pub(crate) fn start() -> Result<Self, Error> {
        let shared = Arc::<Shared>::default();
        let thread = std::thread::Builder::new().name("audit-sync".to_owned());
        let thread = thread.spawn({
            let shared = shared.clone();
            move || shared.run()
        });
        match thread {
            Ok(thread) => Ok(Self { shared, thread: Some(thread) }),
            Err(error) => Err(Error::NoSyncThread { reason: error.to_string() }),
        }
    }

    /// Asks for a sync of everything up to record `sequence`, which is in `segment`. Records in
    /// earlier segments were settled when the log moved on.
    pub(crate) fn ticket(&self, segment: Arc<Segment>, sequence: u64) -> Ticket {
        let mut queue = self.shared.queue();
        if queue.wanted.as_ref().map_or(queue.done, |(_, wanted)| *wanted) < sequence {
            queue.wanted = Some((segment, sequence));
            self.shared.wanted.notify_one();
        }
        drop(queue);
        Ticket { pending: Some(Pending { shared: self.shared.clone(), sequence }) }
    }

    /// Tells all who wait for a record up to `sequence` how a sync made elsewhere ended.
    pub(crate) fn settle(&self, sequence: u64, result: Result<(), Error>) {
        let woken = self.shared.queue().settle(sequence, result);
        self.shared.wake(woken);
    }

    /// The last record that has been dealt with.
    pub(crate) fn done(&self) -> u64 {
        self.shared.queue().done
    }

    /// The failure of the last sync.
    pub(crate) fn problem(&self) -> Option<String> {
        let queue = self.shared.queue();
        let (_, last, error) = queue.failed.as_ref()?;
        (*last == queue.done).then(|| error.to_string())
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.shared.queue().stopping = true;
        self.shared.wanted.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by the panic hook.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self) {
        let mut queue = self.queue();
        loop {
            let Some((segment, sequence)) = queue.wanted.take() else {
                if queue.stopping {
                    return;
                }
                queue = self.wanted.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(queue);
            let result = segment.sync();
            let woken = self.queue().settle(sequence, result);
            self.wake(woken);
            queue = self.queue();
        }
    }

    /// Called without the lock: a waker may run anything.
    fn wake(&self, wakers: BTreeMap<u64, Waker>) {
        self.synced.notify_all();
        for waker in wakers.into_values() {
            waker.wake();
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Notes how a sync up to `sequence` ended and hands out the wakers of those it concerns.
    fn settle(&mut self, sequence: u64, result: Result<(), Error>) -> BTreeMap<u64, Waker> {
        if let Err(error) = result {
            let first = self.failed.as_ref().map_or(self.done + 1, |(first, ..)| *first);
            self.failed = Some((first, sequence.max(self.done), error));
        }
        self.done = self.done.max(sequence);
        let later = self.wakers.split_off(&(self.done + 1));
        std::mem::replace(&mut self.wakers, later)
    }

    fn result(&self, sequence: u64) -> Option<Result<(), Error>> {
        match &self.failed {
            _ if self.done < sequence => None,
            Some((first, last, error)) if (*first..=*last).contains(&sequence) => {
                Some(Err(error.clone()))
            }
            _ => Some(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests;
