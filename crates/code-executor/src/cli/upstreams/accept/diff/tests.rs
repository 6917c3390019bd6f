//! Lines that went, came and stayed.

use super::Line::{Come, Gone, Kept, LeftOut};
use super::lines;

#[test]
fn what_went_and_what_came_stand_where_they_were() {
    assert_eq!(lines("a\nb\nc", "a\nx\nc"), [Kept("a"), Gone("b"), Come("x"), Kept("c")]);
    assert_eq!(lines("", "a\nb"), [Come("a"), Come("b")]);
    assert_eq!(lines("a", ""), [Gone("a")]);
    assert_eq!(
        lines("a\nb\nc\nd", "b\nd\ne"),
        [Gone("a"), Kept("b"), Gone("c"), Kept("d"), Come("e")]
    );
}

#[test]
fn what_stays_far_away_is_left_out() {
    let before: String = (0..20).map(|n| format!("{n}\n")).collect();
    let shown = before.replace("10\n", "ten\n");
    assert_eq!(
        lines(&before, &shown),
        [
            LeftOut(8),
            Kept("8"),
            Kept("9"),
            Gone("10"),
            Come("ten"),
            Kept("11"),
            Kept("12"),
            LeftOut(8),
        ]
    );
}

#[test]
fn texts_too_long_to_compare_are_shown_whole() {
    let text = |word: &str| vec![word; 5000].join("\n");
    let shown = lines(&text("a"), &text("b")).len();
    assert_eq!(shown, 10_000);
}
