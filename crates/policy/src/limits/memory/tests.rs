//! Filling, emptying, owing, and being forgotten.

use super::*;

fn bucket(key: &str, need: f64, cost: f64) -> Charge {
    // Three in three seconds.
    let kind = Kind::Bucket { capacity: 3.0, per_ms: 0.001 };
    Charge { key: key.to_owned(), need, cost, kind }
}

fn quota(need: f64, limit: f64, ends_at: u64) -> Charge {
    Charge { key: "q".to_owned(), need, cost: need, kind: Kind::Quota { limit, ends_at } }
}

#[test]
fn a_burst_is_allowed_then_it_is_even() {
    let memory = Memory::default();
    for _ in 0..3 {
        assert_eq!(memory.take(&[bucket("a", 1.0, 1.0)], 0).refused, None);
    }
    assert_eq!(memory.take(&[bucket("a", 1.0, 1.0)], 0).refused, Some((0, 1_000)));
    assert_eq!(memory.take(&[bucket("b", 1.0, 1.0)], 0).refused, None, "another's is its own");
    assert_eq!(memory.take(&[bucket("a", 1.0, 1.0)], 1_000).refused, None);
    assert_eq!(memory.take(&[bucket("a", 1.0, 1.0)], 1_002).refused, Some((0, 998)));
    assert_eq!(
        memory.take(&[bucket("a", 1.0, 1.0)], 500).refused,
        Some((0, 1_000)),
        "a clock put back"
    );
}

#[test]
fn a_clock_that_is_put_back_stops_nobody_for_longer_than_is_said() {
    let memory = Memory::default();
    let hour = 3_600_000;
    for _ in 0..3 {
        memory.take(&[bucket("a", 1.0, 1.0)], hour);
    }
    assert_eq!(memory.take(&[bucket("a", 1.0, 1.0)], 0).refused, Some((0, 1_000)));
    assert_eq!(memory.take(&[bucket("a", 1.0, 1.0)], 1_000).refused, None);
}

#[test]
fn several_are_taken_together_or_not_at_all() {
    let memory = Memory::default();
    let both = [bucket("a", 1.0, 1.0), quota(1.0, 2.0, 10_000)];
    memory.take(&both, 0);
    memory.take(&both, 0);
    let refused = memory.take(&both, 4_000);
    assert_eq!(refused.refused, Some((1, 6_000)), "the quota is used up until its window ends");
    assert_eq!(memory.left("a", both[0].kind, 4_000), 3.0, "and the bucket was not charged");
    let next = [bucket("a", 1.0, 1.0), quota(1.0, 2.0, 20_000)];
    assert_eq!(memory.take(&next, 10_000).left, [2.0, 1.0]);
    let raised = [quota(2.0, 5.0, 20_000)];
    assert_eq!(memory.take(&raised, 10_000).left, [2.0], "what was used stays used");
}

#[test]
fn what_is_owed_has_to_be_earned_first() {
    let memory = Memory::default();
    assert_eq!(memory.take(&[bucket("cpu", f64::NEG_INFINITY, 5.0)], 0).left, [-2.0]);
    assert_eq!(memory.take(&[bucket("cpu", 0.001, 0.0)], 1_000).refused, Some((0, 1_001)));
    assert_eq!(memory.take(&[bucket("cpu", 0.001, 0.0)], 2_001).refused, None);
}

#[test]
fn there_is_room_for_so_many_and_the_full_are_forgotten() {
    let memory = Memory::default();
    for n in 0..LEVELS {
        assert_eq!(memory.take(&[bucket(&n.to_string(), 1.0, 1.0)], 0).refused, None);
    }
    assert!(memory.take(&[bucket("more", 1.0, 1.0)], 0).refused.is_some());
    assert_eq!(memory.take(&[bucket("more", 1.0, 1.0)], 1_000).refused, None);
    assert_eq!(memory.lock().known.len(), 1);
}

#[test]
fn quotas_that_somebody_else_has_make_room_and_others_do_not() {
    let quota = |n: usize| Charge { key: n.to_string(), ..quota(1.0, 5.0, u64::MAX) };
    for (has_copies, refused) in [(true, None), (false, Some((0, SWEEP_MS)))] {
        let memory = Memory::new(has_copies);
        for n in 0..LEVELS {
            memory.take(&[quota(n)], n as u64 / 1_000);
        }
        let taken = memory.take(&[quota(LEVELS)], 10_000);
        assert_eq!((taken.refused, taken.is_full), (refused, refused.is_some()));
        assert!(memory.knows(&(LEVELS - 1).to_string(), u64::MAX), "it was used lately");
        assert_eq!(memory.knows("0", u64::MAX), !has_copies);
    }
}
