//! The room for bodies that are being read: taken as their bytes come, and by nobody in whole.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use types::Principal;

/// All bodies that are being read at once, in bytes.
const ALL: usize = 256 * 1024 * 1024;
/// Those of one caller.
const EACH: usize = ALL / 4;
/// It is taken in pieces of this many bytes.
const STEP: usize = 64 * 1024;

/// The room.
#[derive(Debug)]
pub(crate) struct Room {
    taken: Mutex<Taken>,
    all: usize,
    each: usize,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    of: HashMap<Owner, usize>,
}

/// Tenant and subject.
type Owner = (String, String);

/// What one body takes of it, until it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    room: Arc<Room>,
    owner: Owner,
    bytes: usize,
}

/// Why there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// All bodies together take what they may.
    All(usize),
    /// The caller's own do.
    Own(usize),
}

impl Room {
    /// For bodies of at most `longest` bytes, of which each caller may send one at least.
    pub(crate) fn new(longest: usize) -> Arc<Self> {
        let longest = longest.next_multiple_of(STEP);
        let (all, each) = (ALL.max(longest), EACH.max(longest));
        Arc::new(Self { taken: Mutex::default(), all, each })
    }

    /// A body of this caller's, of which nothing has come.
    pub(crate) fn enter(self: &Arc<Self>, caller: &Principal) -> Share {
        let owner = (caller.tenant.clone(), caller.subject.clone());
        Share { room: Arc::clone(self), owner, bytes: 0 }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes room for so many bytes in all.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        if bytes <= self.bytes {
            return Ok(());
        }
        let wanted = bytes.next_multiple_of(STEP);
        let more = wanted - self.bytes;
        let mut taken = self.room.taken();
        let own = taken.of.get(&self.owner).copied().unwrap_or_default();
        if own + more > self.room.each {
            return Err(Full::Own(self.room.each));
        }
        if taken.all + more > self.room.all {
            return Err(Full::All(self.room.all));
        }
        taken.all += more;
        *taken.of.entry(self.owner.clone()).or_default() += more;
        self.bytes = wanted;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.room.taken();
        taken.all -= self.bytes;
        if let Entry::Occupied(mut own) = taken.of.entry(self.owner.clone()) {
            *own.get_mut() -= self.bytes;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use types::Principal;

    use super::{ALL, EACH, Full, Room, STEP};

    fn caller(subject: &str) -> Principal {
        Principal { subject: subject.to_owned(), ..Principal::local() }
    }

    #[test]
    fn nobody_takes_the_room_of_others() {
        let room = Room::new(EACH);
        let mut shares: Vec<_> = (0..4)
            .map(|number| {
                let mut share = room.enter(&caller(&number.to_string()));
                share.grow(EACH - STEP).expect("room");
                share.grow(EACH).expect("room");
                let mut more = room.enter(&caller(&number.to_string()));
                assert_eq!(more.grow(1), Err(Full::Own(EACH)));
                share
            })
            .collect();
        let mut other = room.enter(&caller("other"));
        assert_eq!(other.grow(1), Err(Full::All(ALL)));
        shares.pop();
        other.grow(EACH).expect("room again");
        drop((shares, other));
        assert!(room.taken().of.is_empty() && room.taken().all == 0);
    }

    #[test]
    fn the_longest_body_has_room() {
        let room = Room::new(2 * EACH + 1);
        room.enter(&caller("one")).grow(2 * EACH + 1).expect("room");
    }
}
