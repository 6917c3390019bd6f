//! What a stranger's text looks like after cleaning.

use std::sync::Arc;

use proptest::{prop_assert, proptest};
use serde_json::json;

use super::{
    SHOWN_CHARS, comment_lines, escaped, is_hidden, line, quoted, shown, shown_schema, summary,
};

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

#[test]
fn what_is_shown_keeps_its_lines_and_nothing_that_acts() {
    let hostile =
        "Reads\r\n\ta \u{1b}[31;1mfile\u{1b}[0m\u{1b}]0;title\u{7}\u{202e}!\u{200b}\0\u{9b}2J";
    assert_eq!(shown(hostile), "Reads\n a file!");
    assert_eq!(shown("one\rtwo\u{2028}three"), "one\ntwo\nthree");
    assert_eq!(line(hostile, 80), "Reads a file!");
}

#[test]
fn a_sequence_without_an_end_hides_nothing() {
    assert_eq!(shown("\u{1b}]0;delete everything"), "0;delete everything");
    assert!(shown(&format!("\u{1b}[{}delete", "1".repeat(80))).ends_with("delete"));
    assert_eq!(shown("\u{1b}"), "");
}

#[test]
fn what_is_shown_is_bounded() {
    assert_eq!(shown(&"x".repeat(1 << 20)).chars().count(), SHOWN_CHARS);
}

/// Every trick in the book, one each.
const TRICKS: [(&str, &str); 14] = [
    ("an escape", "\u{1b}[31m"),
    ("an eight-bit escape", "\u{9b}31m"),
    ("a window title", "\u{1b}]0;t\u{7}"),
    ("a backspace", "\u{8}"),
    ("a bidirectional override", "\u{202e}"),
    ("an isolate", "\u{2067}"),
    ("an Arabic letter mark", "\u{61c}"),
    ("a zero-width space", "\u{200b}"),
    ("a zero-width joiner", "\u{200d}"),
    ("a word joiner", "\u{2060}"),
    ("a byte order mark", "\u{feff}"),
    ("a tag", "\u{e0041}\u{e007f}"),
    ("a variation selector", "\u{fe0f}\u{e0100}"),
    ("a private character", "\u{e000}\u{f0000}\u{10fffd}"),
];

#[test]
fn no_trick_is_shown_and_each_is_seen_when_escaped() {
    for (what, trick) in TRICKS {
        let text = format!("read{trick}file");
        assert_eq!(shown(&text), "readfile", "{what}");
        assert_eq!(line(&text, 80), "readfile", "{what}");
        let seen = escaped(&text);
        assert!(seen.contains("<U+") && !seen.chars().any(is_hidden), "{what}: {seen}");
    }
    assert_eq!(escaped("a\u{202e}b\tc\u{a0}\n日本語 é"), "a<U+202E>b<U+0009>c<U+00A0>\n日本語 é");
}

#[test]
fn a_schema_has_its_words_cleaned_and_its_data_kept() {
    let trick = "a\u{202e}\u{e0041}b";
    let schema = Arc::new(json!({
        "title": trick,
        "description": trick,
        "properties": {
            trick: {"$comment": trick, "enum": [trick], "const": trick},
            "description": {"description": trick, "default": {"description": trick}},
            "title": {"items": [{"title": trick}, {"anyOf": [{"description": trick}]}]},
            "default": {"description": trick},
        },
        "required": [trick],
        "$defs": {"enum": {"description": trick}},
    }));
    let shown = shown_schema(&schema);
    assert_eq!(
        *shown,
        json!({
            "title": "ab",
            "description": "ab",
            "properties": {
                trick: {"$comment": "ab", "enum": [trick], "const": trick},
                "description": {"description": "ab", "default": {"description": trick}},
                "title": {"items": [{"title": "ab"}, {"anyOf": [{"description": "ab"}]}]},
                "default": {"description": "ab"},
            },
            "required": [trick],
            "$defs": {"enum": {"description": "ab"}},
        })
    );
    assert!(Arc::ptr_eq(&shown, &shown_schema(&shown)), "a clean one was copied");
}

proptest! {
    #[test]
    fn nothing_hidden_is_ever_shown(text in "[\\PC\u{0}-\u{ff}\u{200b}-\u{206f}\u{1b}]{0,60}") {
        prop_assert!(shown(&text).chars().all(|c| c == '\n' || !is_hidden(c)));
        prop_assert!(!line(&text, 40).chars().any(is_hidden));
    }
}
