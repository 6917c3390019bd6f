//! The circuit breaker, step by step.

use std::time::Duration;

use tokio::time::Instant;
use types::UpstreamCircuit;

use crate::breaker::{Admission, Breaker, Failure};
use crate::{Config, Error};

const SECOND: Duration = Duration::from_secs(1);

fn breaker(most: u32) -> Breaker {
    let config = Config {
        breaker_failures: most,
        breaker_pause: SECOND,
        breaker_max_pause: 30 * SECOND,
        ..Config::default()
    };
    Breaker::new(&config)
}

fn fail(breaker: &mut Breaker, failure: Failure, now: Instant) {
    breaker.failed(failure, "it broke".to_owned(), now);
}

#[test]
fn the_pause_grows_to_its_bound_and_is_spread() {
    let now = Instant::now();
    for (failures, full) in [(1, 1), (2, 2), (3, 4), (7, 30), (60, 30)] {
        let mut seen = Vec::new();
        for _ in 0..50 {
            let mut breaker = breaker(1000);
            for _ in 0..failures {
                breaker.started();
                fail(&mut breaker, Failure::Gone, now);
            }
            let pause = breaker.retry_in(now).unwrap();
            assert!(pause <= full * SECOND && pause >= full * SECOND / 10, "{failures}: {pause:?}");
            seen.push(pause);
        }
        seen.sort();
        assert!(seen[49] - seen[0] > full * SECOND / 4, "{failures}: no jitter in {seen:?}");
    }
}

#[test]
fn few_failures_hold_the_next_start_back_and_more_open_the_circuit() {
    let (mut breaker, now) = (breaker(2), Instant::now());
    fail(&mut breaker, Failure::Gone, now);
    assert_eq!(breaker.circuit(), UpstreamCircuit::Closed);
    let Admission::Wait(until) = breaker.admit(now) else { panic!("no pause") };
    assert_eq!(breaker.admit(until), Admission::Pass);
    fail(&mut breaker, Failure::Gone, until);
    assert_eq!(breaker.circuit(), UpstreamCircuit::Open);
    assert_eq!(breaker.admit(until), Admission::Refuse);
    let error = breaker.refusal("s", until);
    assert!(matches!(&error, Error::Backoff { last, .. } if last == "it broke"), "{error}");
}

#[test]
fn one_at_a_time_tries_an_open_circuit() {
    let (mut breaker, now) = (breaker(1), Instant::now());
    fail(&mut breaker, Failure::Silent, now);
    let later = now + 60 * SECOND;
    let Admission::Probe(first) = breaker.admit(later) else { panic!("no probe") };
    assert_eq!(breaker.circuit(), UpstreamCircuit::HalfOpen);
    assert_eq!(breaker.admit(later), Admission::Refuse);
    assert!(matches!(breaker.refusal("s", later), Error::Trying { .. }));
    // A probe that is given up leaves it to the next, and has no say any more.
    breaker.probe_over(first, later);
    let Admission::Probe(second) = breaker.admit(later) else { panic!("no second probe") };
    breaker.probe_over(first, later);
    assert_eq!(breaker.admit(later), Admission::Refuse);
    fail(&mut breaker, Failure::Silent, later);
    breaker.probe_over(second, later);
    assert_eq!(breaker.circuit(), UpstreamCircuit::Open);
    let Admission::Probe(_) = breaker.admit(later + 60 * SECOND) else { panic!("no third") };
    breaker.answered(SECOND);
    assert_eq!(breaker.circuit(), UpstreamCircuit::Closed);
    assert_eq!(breaker.admit(later), Admission::Pass);
}

#[test]
fn silence_only_counts_and_what_comes_after_the_opening_does_not() {
    let (mut breaker, now) = (breaker(3), Instant::now());
    for _ in 0..2 {
        fail(&mut breaker, Failure::Silent, now);
        assert_eq!(breaker.admit(now), Admission::Pass);
    }
    for _ in 0..50 {
        fail(&mut breaker, Failure::Silent, now);
    }
    // As after three failures, not after fifty-two.
    assert!(breaker.retry_in(now).unwrap() <= 4 * SECOND);
}

#[test]
fn a_server_that_has_just_come_back_is_on_probation() {
    let (mut breaker, now) = (breaker(2), Instant::now());
    for _ in 0..2 {
        breaker.started();
        fail(&mut breaker, Failure::Gone, now);
    }
    breaker.started();
    breaker.answered(SECOND);
    fail(&mut breaker, Failure::Silent, now);
    assert_eq!(breaker.circuit(), UpstreamCircuit::Open);
    breaker.answered(60 * SECOND);
    fail(&mut breaker, Failure::Silent, now);
    assert_eq!(breaker.circuit(), UpstreamCircuit::Closed);
}

#[test]
fn a_connection_that_stood_makes_up_for_what_was_before() {
    let (mut breaker, now) = (breaker(2), Instant::now());
    for _ in 0..9 {
        breaker.started();
        breaker.stood(60 * SECOND);
        fail(&mut breaker, Failure::Gone, now);
    }
    assert_eq!(breaker.circuit(), UpstreamCircuit::Closed);
}
