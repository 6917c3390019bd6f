//! What a stranger's text looks like after cleaning.

use super::{comment_lines, line, quoted, summary};

#[test]
fn a_line_has_single_spaces_and_nothing_hidden() {
    assert_eq!(line("  read\n\ta\u{202e}\u{200b} file\u{7} ", 80), "read a file");
}

#[test]
fn a_cut_line_says_so_and_keeps_its_bound() {
    assert_eq!(line("abcdef", 4), "abc…");
    assert_eq!(summary(&"word ".repeat(1000)).chars().count(), super::SUMMARY_CHARS);
}

#[test]
fn a_comment_cannot_be_closed_from_inside() {
    let lines = comment_lines("a */ b\n\n\n\n  */*/ c\u{2028}d", 100);
    assert_eq!(lines, ["a *\\/ b", "", "  *\\/*\\/ c", "d"]);
    // A hidden character between the two must not bring them together.
    assert_eq!(comment_lines("x *\u{200d}/ y", 100), ["x *\\/ y"]);
}

#[test]
fn quoting_shows_what_cannot_be_seen() {
    assert_eq!(quoted("a\"\\b\u{202e}\u{e0041}\n"), r#""a\"\\b\u202e\udb40\udc41\n""#);
}
