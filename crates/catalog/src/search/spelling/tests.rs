//! Distances between words.

use proptest::{prop_assert, prop_assert_eq, proptest};

use super::{distance, letters, may_be_near};

#[test]
fn one_edit_is_one_letter_or_one_swap() {
    for (a, b) in [("issue", "isue"), ("isue", "issue"), ("issue", "isseu"), ("issue", "issux")] {
        assert_eq!(distance(a, b, 2), Some(1), "{a} {b}");
    }
    assert_eq!(distance("kuberntes", "kubernetes", 2), Some(1));
    assert_eq!(distance("scrennshto", "screenshot", 2), Some(2));
    assert_eq!(distance("abcd", "wxyz", 2), None);
    assert_eq!(distance("", "", 0), Some(0));
}

proptest! {
    #[test]
    fn it_is_the_known_distance(a in "[a-d]{0,12}", b in "[a-d]{0,12}") {
        let known = strsim::osa_distance(&a, &b);
        prop_assert_eq!(distance(&a, &b, 20), Some(known));
        prop_assert_eq!(distance(&a, &b, 2).is_some(), known <= 2);
        prop_assert!(may_be_near(letters(&a), letters(&b), known));
    }
}
