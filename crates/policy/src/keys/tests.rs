//! The shape of keys, and what is no key.

use super::{ApiKey, KeyHash, Presented, RANDOM, is_prefix};

fn key(seed: u8) -> ApiKey {
    let random: [u8; RANDOM] = std::array::from_fn(|index| seed.wrapping_mul(31) ^ index as u8);
    ApiKey::of(&random)
}

#[test]
fn a_key_is_found_by_its_prefix_and_known_by_its_hash() {
    let key = key(1);
    let presented = Presented::read(key.reveal()).expect("its own form");
    assert_eq!(presented.prefix, key.prefix());
    assert!(is_prefix(key.prefix()) && !is_prefix("cex") && !is_prefix(key.reveal()));
    let kept = KeyHash::from_text(&key.hash().to_text()).expect("its own form");
    assert!(presented.hash.is(&kept));
    assert!(!presented.hash.is(&self::key(2).hash()));
    assert!(!format!("{key:?} {presented:?}").contains(&key.reveal()[20..]));
}

/// Of 100,000 comparisons each, the quickest of many rounds in turn: where two differ does not show.
#[test]
fn comparing_takes_as_long_wherever_two_differ() {
    let kept = key(1).hash();
    let differing = |byte: usize| {
        let mut other = kept;
        other.0[byte] ^= 1;
        other
    };
    let round = |other: KeyHash| {
        let begun = std::time::Instant::now();
        for _ in 0..500 {
            assert!(!std::hint::black_box(&kept).is(std::hint::black_box(&other)));
        }
        begun.elapsed().as_secs_f64()
    };
    let (mut first, mut last) = (f64::MAX, f64::MAX);
    for _ in 0..200 {
        first = first.min(round(differing(0)));
        last = last.min(round(differing(31)));
    }
    assert!((0.5..2.0).contains(&(first / last)), "{first} s and {last} s");
}

#[test]
fn what_is_not_a_key_letter_by_letter_is_none() {
    let key = key(3).reveal().to_owned();
    let (head, secret) = key.rsplit_once('_').expect("two underscores");
    let flipped = format!("{head}_{}", secret.chars().rev().collect::<String>());
    for text in [
        "",
        "cex_",
        "cex__",
        head,
        &format!("{head}_"),
        &format!("{key}x"),
        &key[..key.len() - 1],
        &key[1..],
        &key.to_uppercase(),
        &format!(" {key}"),
        &format!("{key}\n"),
        &key.replace("cex_", "cex_cex_"),
        &format!("{head}_{}", "é".repeat(26)),
    ] {
        assert!(Presented::read(text).is_none(), "{text:?}");
    }
    let other = Presented::read(&flipped).expect("another key");
    assert!(!other.hash.is(&super::KeyHash::of(&key)));
    for text in ["", "00", &"g".repeat(64), &"0".repeat(63), &"0".repeat(66), &"é".repeat(32)] {
        assert!(KeyHash::from_text(text).is_none(), "{text:?}");
    }
}

#[test]
fn no_bit_of_the_random_bytes_is_lost() {
    let zero = ApiKey::of(&[0; RANDOM]);
    for bit in 0..RANDOM * 8 {
        let mut random = [0; RANDOM];
        random[bit / 8] = 1 << (bit % 8);
        assert_ne!(ApiKey::of(&random).reveal(), zero.reveal(), "bit {bit}");
    }
}
