//! When a server that fails is used again. One mechanism for starts that fail, connections that end
//! and calls that are not answered: a pause that grows with the failures in a row. Few failures only
//! hold the next use back until the pause is over; from a number on the circuit is open: uses are
//! refused, and after the pause one at a time is let through to try.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use tokio::time::Instant;
use types::UpstreamCircuit;

use crate::{Config, Error};

/// A connection that stood this long makes up for the failures before it.
const GOOD_RUN: Duration = Duration::from_secs(30);

/// One server's failures, and what follows from them.
#[derive(Debug)]
pub(crate) struct Breaker {
    rules: Rules,
    /// Failures since the last good run.
    failures: u32,
    gate: Gate,
    /// The last failure, in words, until the server is there again.
    last: Option<String>,
    probes: u64,
}

#[derive(Debug, Clone, Copy)]
struct Rules {
    /// From so many failures in a row on the circuit opens.
    most: u32,
    shortest: Duration,
    longest: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Closed,
    /// Nothing is tried before this.
    Paused(Instant),
    /// The use with this number tries whether it works again.
    Probing(u64),
}

/// What is wrong with a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It did not start, or its connection ended: it must be started again.
    Gone,
    /// It left a request without an answer.
    Silent,
    /// It is there, and wants a login, which may be there the next time.
    Locked,
}

/// Whether the server may be used now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Like any.
    Pass,
    /// As the one that tries; to be given back by [`Breaker::probe_over`].
    Probe(u64),
    /// At this time.
    Wait(Instant),
    /// Not at all.
    Refuse,
}

impl Breaker {
    /// No failures so far.
    pub(crate) fn new(config: &Config) -> Self {
        let rules = Rules {
            most: config.breaker_failures,
            shortest: config.breaker_pause,
            longest: config.breaker_max_pause,
        };
        Self { rules, failures: 0, gate: Gate::Closed, last: None, probes: 0 }
    }

    /// Asks whether the server may be used.
    pub(crate) fn admit(&mut self, now: Instant) -> Admission {
        match self.gate {
            Gate::Closed => Admission::Pass,
            Gate::Probing(_) => Admission::Refuse,
            Gate::Paused(until) if now < until && self.is_open() => Admission::Refuse,
            Gate::Paused(until) if now < until => Admission::Wait(until),
            Gate::Paused(_) if self.is_open() => {
                self.probes += 1;
                self.gate = Gate::Probing(self.probes);
                Admission::Probe(self.probes)
            }
            Gate::Paused(_) => {
                self.gate = Gate::Closed;
                Admission::Pass
            }
        }
    }

    /// Takes note of a failure.
    pub(crate) fn failed(&mut self, failure: Failure, last: String, now: Instant) {
        // What fails after the circuit has opened belongs to the same trouble.
        if matches!(self.gate, Gate::Paused(_)) {
            return;
        }
        self.last = Some(last);
        if failure == Failure::Locked {
            // A pause at least: each attempt asks its provider, too.
            self.gate = Gate::Paused(now + self.rules.pause(1));
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if failure == Failure::Gone || self.is_worn() {
            self.gate = Gate::Paused(now + self.rules.pause(self.failures));
        }
    }

    /// The server has shaken hands: it may be used, and one more failure is one too many again.
    pub(crate) fn started(&mut self) {
        self.gate = Gate::Closed;
        self.last = None;
    }

    /// The server, connected for so long, has answered a request.
    pub(crate) fn answered(&mut self, stood: Duration) {
        self.gate = Gate::Closed;
        self.last = None;
        self.stood(stood);
    }

    /// The server has been connected for so long.
    pub(crate) fn stood(&mut self, stood: Duration) {
        if stood >= GOOD_RUN {
            self.failures = 0;
        }
    }

    /// A probe has ended. One that showed nothing leaves the next use to try.
    pub(crate) fn probe_over(&mut self, probe: u64, now: Instant) {
        if self.gate == Gate::Probing(probe) {
            self.gate = Gate::Paused(now);
        }
    }

    /// How it stands, as `health` shows it.
    pub(crate) fn circuit(&self) -> UpstreamCircuit {
        match self.gate {
            Gate::Probing(_) => UpstreamCircuit::HalfOpen,
            Gate::Paused(_) if self.is_open() => UpstreamCircuit::Open,
            Gate::Paused(_) | Gate::Closed => UpstreamCircuit::Closed,
        }
    }

    /// How long until the server may be tried again; `None` when it may be used.
    pub(crate) fn retry_in(&self, now: Instant) -> Option<Duration> {
        let Gate::Paused(until) = self.gate else { return None };
        Some(until.saturating_duration_since(now))
    }

    /// The failure that it has not recovered from.
    pub(crate) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// Why it may not be used now.
    pub(crate) fn refusal(&self, server: &str, now: Instant) -> Error {
        let (server, last) = (server.to_owned(), self.last.clone().unwrap_or_default());
        match self.retry_in(now) {
            Some(retry_in) => Error::Backoff { server, retry_in, last },
            None => Error::Trying { server, last },
        }
    }

    fn is_worn(&self) -> bool {
        self.failures >= self.rules.most
    }

    fn is_open(&self) -> bool {
        self.is_worn() && self.gate != Gate::Closed
    }
}

impl Rules {
    /// The pause after so many failures in a row: doubling from the shortest to the longest, and
    /// of that any part down to a tenth, at random: servers that failed together, and hubs that
    /// share a server, do not come back together.
    fn pause(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(20);
        let full = self.shortest.saturating_mul(1 << doublings).min(self.longest);
        // A hasher keyed by the operating system is all the randomness that jitter needs.
        let random = RandomState::new().build_hasher().finish() % 1001;
        full.mul_f64(0.1 + 0.9 * (random as f64 / 1000.0))
    }
}
