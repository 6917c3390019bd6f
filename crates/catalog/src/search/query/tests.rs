//! The edit distance of one.

use super::within_one_edit;

#[test]
fn one_edit_is_one_letter_or_one_swap() {
    for (a, b) in
        [("issue", "isue"), ("isue", "issue"), ("issue", "isseu"), ("issue", "issux"), ("x", "x")]
    {
        assert!(within_one_edit(a, b), "{a} {b}");
    }
    for (a, b) in [("issue", "isxxe"), ("issue", "iss"), ("abcd", "badc"), ("abcd", "cdab")] {
        assert!(!within_one_edit(a, b), "{a} {b}");
    }
}
