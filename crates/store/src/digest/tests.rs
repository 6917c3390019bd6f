//! What makes a difference to a hash, and what does not.

use serde_json::{Value, json};

use super::{Digest, Fingerprint};

fn of(value: &Value) -> Digest {
    Fingerprint::new("test").json(Some(value)).finish()
}

#[test]
fn the_order_of_members_makes_no_difference_and_that_of_items_does() {
    let text = r#"{"b": {"d": 1, "c": [1, 2]}, "a": null}"#;
    let other = r#"{"a": null, "b": {"c": [1, 2], "d": 1}}"#;
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(of(&parse(text)), of(&parse(other)));
    assert_ne!(of(&json!([1, 2])), of(&json!([2, 1])));
}

#[test]
fn no_two_values_look_alike() {
    let values = [
        json!(null),
        json!("null"),
        json!(1),
        json!("1"),
        json!(true),
        json!([]),
        json!({}),
        json!([[], 1]),
        json!([[1]]),
        json!({"a": "b"}),
        json!(["a", "b"]),
        json!({"a": {"b": 1}, "c": 2}),
        json!({"a": {"b": 1, "c": 2}}),
    ];
    for (at, left) in values.iter().enumerate() {
        for right in &values[at + 1..] {
            assert_ne!(of(left), of(right), "{left} {right}");
        }
    }
}

#[test]
fn parts_do_not_run_into_one_another() {
    let of = |parts: &[&str]| Fingerprint::new("test").parts(parts).finish();
    assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    assert_ne!(of(&["a", ""]), of(&["a"]));
    let two =
        |left: &[&str], right: &[&str]| Fingerprint::new("test").parts(left).parts(right).finish();
    assert_ne!(two(&["a"], &["b"]), two(&["a", "b"], &[]));
    assert_ne!(Fingerprint::new("a").finish(), Fingerprint::new("b").finish());
}

#[test]
fn a_digest_is_written_and_read_one_way() {
    let digest = of(&json!("x"));
    assert_eq!(digest.to_string().parse(), Ok(digest));
    for wrong in ["", "00", &"g".repeat(64), &"A".repeat(64), &"é".repeat(32)] {
        assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
    }
}
