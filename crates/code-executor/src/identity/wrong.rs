//! Wrong credentials: how many each place may send, and what is written down of them.
//!
//! A place is an IPv4 address or the 64 bits of an IPv6 network. Whoever sends a credential that is not
//! known yet pays with a token before it is looked at, and gets it back when it holds: so places are
//! held to their number however many requests come at once.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Wrong credentials that a place may send at once.
const BURST: f64 = 20.0;
/// How long a place waits for one more.
const EACH: Duration = Duration::from_secs(3);
/// Places that are told apart; at the bound those that have rested are forgotten, and new ones share
/// what there is for one.
const PLACES: usize = 10_000;
/// How often is looked for places that have rested, at most.
const SWEEP: Duration = Duration::from_secs(1);
/// Records of single credentials that may be written at once, of all places together.
const RECORDS: f64 = 100.0;
/// How long it takes until there may be one more.
const EACH_RECORD: Duration = Duration::from_millis(200);
/// Places that are named in one round of sums.
const NAMED: usize = 50;

/// Counts wrong credentials.
#[derive(Debug, Default)]
pub struct Wrong {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    places: HashMap<Place, Bucket>,
    /// Of all places that are not told apart.
    rest: Option<Bucket>,
    records: Option<Bucket>,
    /// The same for requests without a credential: they leave the records to those with wrong ones.
    missing: Option<Bucket>,
    /// When those who have rested were last forgotten.
    swept: Option<Instant>,
}

/// Where credentials come from; `None` when there are too many places.
pub type Place = Option<IpAddr>;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
    /// What was refused and has no record of its own.
    unrecorded: u64,
}

impl Bucket {
    fn full(tokens: f64, now: Instant) -> Self {
        Self { tokens, filled: now, unrecorded: 0 }
    }

    fn take(&mut self, most: f64, each: Duration, now: Instant) -> Result<(), Duration> {
        self.fill(most, each, now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(each.mul_f64(1.0 - self.tokens))
    }

    fn fill(&mut self, most: f64, each: Duration, now: Instant) {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + passed / each.as_secs_f64()).min(most);
        self.filled = now;
    }
}

impl Wrong {
    /// Lets a credential of this place be looked at, or says when the next may be.
    pub fn admit(&self, peer: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        let bucket = state.bucket(place(peer), now);
        bucket.take(BURST, EACH, now).inspect_err(|_| bucket.unrecorded += 1)
    }

    /// What was looked at held: the place has what it paid again, or this part of it.
    pub fn give_back(&self, peer: IpAddr, part: f64, now: Instant) {
        let mut state = self.state();
        let bucket = state.bucket(place(peer), now);
        bucket.tokens = (bucket.tokens + part).min(BURST);
    }

    /// Whether a wrong credential is to have a record of its own.
    pub fn has_record(&self, peer: IpAddr, now: Instant) -> bool {
        self.may_record(peer, |state| &mut state.records, now)
    }

    /// Whether a request without any is to have a record of its own.
    pub fn missing_has_record(&self, peer: IpAddr, now: Instant) -> bool {
        self.may_record(peer, |state| &mut state.missing, now)
    }

    fn may_record(
        &self,
        peer: IpAddr,
        records: impl Fn(&mut State) -> &mut Option<Bucket>,
        now: Instant,
    ) -> bool {
        let mut state = self.state();
        let records = records(&mut state).get_or_insert_with(|| Bucket::full(RECORDS, now));
        let has_record = records.take(RECORDS, EACH_RECORD, now).is_ok();
        if !has_record {
            state.bucket(place(peer), now).unrecorded += 1;
        }
        has_record
    }

    /// How many have no record, by their places; the sum of the last is for all others. Asking starts
    /// anew.
    pub fn sums(&self) -> Vec<(Place, u64)> {
        let mut state = self.state();
        let mut sums: Vec<_> = state
            .places
            .iter_mut()
            .map(|(place, bucket)| (*place, std::mem::take(&mut bucket.unrecorded)))
            .filter(|(_, sum)| *sum > 0)
            .collect();
        sums.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
        let others: u64 = sums.drain(NAMED.min(sums.len())..).map(|(_, sum)| sum).sum();
        let rest = state.rest.as_mut().map_or(0, |rest| std::mem::take(&mut rest.unrecorded));
        if others + rest > 0 {
            sums.push((None, others + rest));
        }
        sums
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn bucket(&mut self, place: Place, now: Instant) -> &mut Bucket {
        let is_new = !self.places.contains_key(&place);
        let rested = self.swept.is_none_or(|swept| now.saturating_duration_since(swept) >= SWEEP);
        if self.places.len() >= PLACES && is_new && rested {
            self.swept = Some(now);
            self.places.retain(|_, bucket| {
                bucket.fill(BURST, EACH, now);
                bucket.tokens < BURST || bucket.unrecorded > 0
            });
        }
        if self.places.len() >= PLACES && is_new {
            return self.rest.get_or_insert_with(|| Bucket::full(BURST, now));
        }
        self.places.entry(place).or_insert_with(|| Bucket::full(BURST, now))
    }
}

/// Whoever has one address of an IPv6 network has all of them.
fn place(peer: IpAddr) -> Place {
    Some(match peer.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address => address,
    })
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::{Duration, Instant};

    use super::{BURST, PLACES, Wrong};

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_place_has_some_and_then_one_now_and_then() {
        let (wrong, now) = (Wrong::default(), Instant::now());
        for _ in 0..20 {
            wrong.admit(ip("192.0.2.1"), now).expect("there are some");
        }
        let wait = wrong.admit(ip("192.0.2.1"), now).expect_err("they are used up");
        assert_eq!(wait, Duration::from_secs(3));
        wrong.admit(ip("192.0.2.2"), now).expect("another place");
        wrong.admit(ip("192.0.2.1"), now + wait).expect("one more");
        wrong.admit(ip("192.0.2.1"), now + wait).expect_err("and no second");
        wrong.give_back(ip("192.0.2.1"), 1.0, now + wait);
        wrong.admit(ip("192.0.2.1"), now + wait).expect("it held");
        assert_eq!(wrong.sums(), [(Some(ip("192.0.2.1")), 2)]);
        assert!(wrong.sums().is_empty());
    }

    #[test]
    fn an_ipv6_network_is_one_place_and_a_mapped_address_the_one_it_maps() {
        let (wrong, now) = (Wrong::default(), Instant::now());
        for n in 0..BURST as u32 {
            wrong.admit(ip(&format!("2001:db8::{n:x}")), now).expect("there are some");
        }
        wrong.admit(ip("2001:db8::ffff"), now).expect_err("the same network");
        wrong.admit(ip("2001:db8:0:1::1"), now).expect("another network");
        for n in 0..BURST as u32 {
            let peer = if n % 2 == 0 { "192.0.2.1" } else { "::ffff:192.0.2.1" };
            wrong.admit(ip(peer), now).expect("there are some");
        }
        wrong.admit(ip("::ffff:192.0.2.1"), now).expect_err("the same address");
    }

    #[test]
    fn places_without_end_share_what_is_left() {
        let (wrong, now) = (Wrong::default(), Instant::now());
        let peer = |n: u32| IpAddr::V4(Ipv4Addr::from(n));
        let admitted = (0..PLACES as u32 + 1_000).filter(|n| wrong.admit(peer(*n), now).is_ok());
        assert_eq!(admitted.count(), PLACES + BURST as usize);
        assert_eq!(wrong.sums(), [(None, 980)]);
        wrong.admit(peer(9_999_999), now + Duration::from_secs(60)).expect("others have rested");
        let recorded = (0..1_000).filter(|n| wrong.has_record(peer(*n), now)).count();
        assert_eq!(recorded, 100, "records are bounded over all places");
    }
}
