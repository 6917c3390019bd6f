//! What the lists of all servers hold together while they are made: no budget of the hub counts it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde_json::Value;
use serde_json::value::RawValue;
use serde_json::value::to_raw_value;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Wishes for the lists of all servers that are answered at once, for all programs of the host.
const AT_ONCE: usize = 4;

/// The most bytes of the entries of one such wish.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Said to the wish that waited for a turn in vain.
pub(crate) const BUSY: &str =
    "4 lists of all servers are being made, the most at once; name a server, or try again";

/// The turns of such wishes.
#[derive(Debug)]
pub struct Lists(Semaphore);

impl Default for Lists {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Lists {
    /// A turn, held while the lists are made; nothing when there is none in time.
    pub(crate) async fn turn(&self, patience: Duration) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(patience, self.0.acquire()).await.ok()?.ok()
    }
}

/// Entries that are too large together.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the lists of all servers hold more than {MOST_BYTES} bytes together, the limit; ask for those \
     of one server at a time, by its name"
)]
pub(crate) struct TooLarge;

/// The entries of all lists in their order, as text; what gives none is left out. Too many bytes end
/// it at once, whoever has not answered yet.
pub(crate) async fn gathered(
    lists: impl Iterator<Item = impl Future<Output = Option<Vec<Value>>>>,
) -> Result<Vec<Box<RawValue>>, TooLarge> {
    let held = AtomicUsize::new(0);
    let lists = lists.map(async |list| {
        let entries = list.await.unwrap_or_default();
        let mut texts = Vec::with_capacity(entries.len());
        for entry in entries {
            let Ok(text) = to_raw_value(&entry) else { continue };
            let bytes = text.get().len();
            if held.fetch_add(bytes, Relaxed) + bytes > MOST_BYTES {
                return Err(TooLarge);
            }
            texts.push(text);
        }
        Ok(texts)
    });
    Ok(futures_util::future::try_join_all(lists).await?.into_iter().flatten().collect())
}
