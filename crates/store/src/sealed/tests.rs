//! Files that are whole, torn, turned and of somebody else.

use proptest::{collection::vec, prelude::*};

use super::{Kind, open, seal};

const KIND: Kind = Kind { name: "test", version: 3, sections: 2 };

#[test]
fn another_kind_version_or_number_of_sections_is_none_of_ours() {
    let bytes = seal(KIND, &[b"one", b"two"]);
    assert!(open(KIND, &bytes).is_some());
    for other in [
        Kind { name: "tests", ..KIND },
        Kind { version: 4, ..KIND },
        Kind { sections: 1, ..KIND },
        Kind { sections: 3, ..KIND },
    ] {
        assert!(open(other, &bytes).is_none(), "{other:?}");
    }
}

#[test]
fn a_length_beyond_all_numbers_is_refused() {
    for length in ["99999999999999999999999999", "-1", "18446744073709551615", ""] {
        let digest = "0".repeat(64);
        let text = format!("code-executor test 3 {length}:{digest} 0:{digest}\nabc");
        assert!(open(KIND, text.as_bytes()).is_none(), "{length}");
    }
}

proptest! {
    #[test]
    fn what_was_sealed_is_read(one in vec(any::<u8>(), 0..200), two in vec(any::<u8>(), 0..200)) {
        let bytes = seal(KIND, &[&one, &two]);
        let sealed = open(KIND, &bytes).unwrap();
        prop_assert_eq!(sealed.section(0), Some(&one[..]));
        prop_assert_eq!(sealed.section(1), Some(&two[..]));
        prop_assert_eq!(sealed.section(2), None);
    }

    #[test]
    fn what_was_cut_or_grew_is_not(one in vec(any::<u8>(), 0..99), at in any::<prop::sample::Index>()) {
        let mut bytes = seal(KIND, &[&one, b"two"]);
        prop_assert!(open(KIND, &bytes[..at.index(bytes.len())]).is_none());
        bytes.push(b'x');
        prop_assert!(open(KIND, &bytes).is_none());
    }

    #[test]
    fn a_turned_bit_is_seen(one in vec(any::<u8>(), 1..99), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut bytes = seal(KIND, &[&one, b"two"]);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let whole = open(KIND, &bytes)
            .is_some_and(|sealed| sealed.section(0).is_some() && sealed.section(1).is_some());
        prop_assert!(!whole);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert!(open(KIND, &bytes).is_none());
    }
}
