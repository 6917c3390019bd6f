//! Room for the processes of sessions: how many there are, of all clients and of each.
//!
//! A session that has ended counts until its process is gone, so that nobody has more of them than may be
//! by ending sessions and beginning others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::sessions::Key;

/// How many there are; cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Rooms(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// By tenant and subject; none that has no process.
    each: HashMap<(String, String), usize>,
}

/// Room for the process of one session.
#[derive(Debug)]
pub(super) struct Room {
    rooms: Rooms,
    client: (String, String),
}

impl Rooms {
    /// How many all clients have together.
    pub(super) fn all(&self) -> usize {
        self.lock().all
    }

    /// How many the client of a session has.
    pub(super) fn of_client(&self, key: &Key) -> usize {
        self.lock().each.get(&client(key)).copied().unwrap_or_default()
    }

    /// One more for the client of a session, if all have fewer than so many.
    pub(super) fn take(&self, key: &Key, max: usize) -> Option<Room> {
        let mut taken = self.lock();
        if taken.all >= max {
            return None;
        }
        let client = client(key);
        taken.all += 1;
        *taken.each.entry(client.clone()).or_default() += 1;
        Some(Room { rooms: self.clone(), client })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut taken = self.rooms.lock();
        taken.all = taken.all.saturating_sub(1);
        if let Some(own) = taken.each.get_mut(&self.client) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.each.remove(&self.client);
            }
        }
    }
}

fn client(key: &Key) -> (String, String) {
    (key.tenant.clone(), key.subject.clone())
}
