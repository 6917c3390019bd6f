//! Places for connections: a bound on all, and a lower one on those of one address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What part of all places one address may have.
const SHARE: usize = 4;

/// The places there are.
#[derive(Debug)]
pub(super) struct Places {
    all: Arc<Semaphore>,
    each: usize,
    taken: Mutex<HashMap<IpAddr, Taken>>,
}

/// What one address has.
#[derive(Debug, Default)]
struct Taken {
    places: usize,
    /// Whether the operator was told that it wanted more.
    told: bool,
}

/// The place of a connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    address: Option<IpAddr>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Places {
    /// So many in all.
    pub(super) fn new(most: usize) -> Arc<Self> {
        let each = most.div_ceil(SHARE);
        Arc::new(Self { all: Arc::new(Semaphore::new(most)), each, taken: Mutex::default() })
    }

    /// Waits for room for whoever comes next.
    pub(super) async fn room(&self) -> std::io::Result<OwnedSemaphorePermit> {
        Arc::clone(&self.all).acquire_owned().await.map_err(std::io::Error::other)
    }

    /// A place for who has come; none when its address has all that it may have.
    pub(super) fn take(
        self: &Arc<Self>,
        permit: OwnedSemaphorePermit,
        peer: IpAddr,
    ) -> Option<Place> {
        self.place(Some(permit), neighbourhood(peer))
    }

    /// A place for who is not counted by the address that is seen.
    pub(super) fn uncounted(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Option<Place> {
        self.place(Some(permit), None)
    }

    /// A place by its address alone, however many there are of others.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        self.place(None, neighbourhood(address))
    }

    fn place(
        self: &Arc<Self>,
        permit: Option<OwnedSemaphorePermit>,
        address: Option<IpAddr>,
    ) -> Option<Place> {
        if let Some(address) = address {
            let mut table = self.table();
            let taken = table.entry(address).or_default();
            if taken.places >= self.each {
                if !taken.told {
                    taken.told = true;
                    let most = self.each;
                    tracing::warn!(
                        %address,
                        most,
                        "an address has all the connections, or requests through proxies, that one may \
                         have (a quarter of server.maxConnections); more are refused"
                    );
                }
                return None;
            }
            taken.places += 1;
        }
        Some(Place { places: Arc::clone(self), address, _permit: permit })
    }

    fn table(&self) -> MutexGuard<'_, HashMap<IpAddr, Taken>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        if let Entry::Occupied(mut taken) = self.places.table().entry(address) {
            taken.get_mut().places -= 1;
            if taken.get().places == 0 {
                taken.remove();
            }
        }
    }
}

/// The address by which a client is counted: its own, and for IPv6 the network of which it can have any.
/// This machine is not counted: behind a proxy here are many.
fn neighbourhood(peer: IpAddr) -> Option<IpAddr> {
    match peer.to_canonical() {
        peer if peer.is_loopback() => None,
        IpAddr::V6(peer) => Some(IpAddr::V6((u128::from(peer) & !u128::from(u64::MAX)).into())),
        peer @ IpAddr::V4(_) => Some(peer),
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::Places;

    #[tokio::test]
    async fn no_address_takes_the_places_of_others() {
        let places = Places::new(8);
        let mut kept = Vec::new();
        let mut take = async |peer: &str| {
            let permit = places.room().await.expect("room");
            let place = places.take(permit, peer.parse::<IpAddr>().expect("an address"));
            let taken = place.is_some();
            kept.extend(place);
            taken
        };
        assert!(take("192.0.2.1").await && take("::ffff:192.0.2.1").await);
        assert!(!take("192.0.2.1").await, "it has a quarter");
        assert!(take("2001:db8::1").await && take("2001:db8::2:1").await);
        assert!(!take("2001:db8::3").await, "the same network");
        assert!(take("2001:db8:0:1::1").await);
        for _ in 0..3 {
            assert!(take("127.0.0.1").await, "a proxy on this machine");
        }
        assert_eq!(places.all.available_permits(), 0);
        kept.clear();
        assert!(places.table().is_empty() && places.all.available_permits() == 8);
    }
}
