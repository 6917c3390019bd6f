//! The estimate, where it can be checked without a vocabulary. Against the real one it is held by
//! the integration tests.

use proptest::prelude::*;

use super::estimate;

#[test]
fn what_is_simple_is_exact() {
    assert_eq!(estimate(""), 0);
    assert_eq!(estimate("read"), 1);
    assert_eq!(estimate("read the file"), 3);
    assert_eq!(estimate("readTheFile"), 3);
    assert_eq!(estimate("2026"), 2);
}

proptest! {
    #[test]
    fn more_text_never_costs_less(text in ".{0,200}", more in ".{0,50}") {
        let longer = [text.as_str(), &more].concat();
        prop_assert!(estimate(&longer) + 1 >= estimate(&text));
        prop_assert!(estimate(&text) <= text.len());
    }
}
