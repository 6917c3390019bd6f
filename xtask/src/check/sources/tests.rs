//! The rules against texts that break them.

use super::check;

#[test]
fn a_file_without_a_header_is_named() {
    assert_eq!(check("crates/audit/src/log.rs", "//! The log.\n"), Vec::<String>::new());
    assert!(check("crates/audit/src/log.rs", "use std::fs;\n")[0].contains("`//!`"));
}

#[test]
fn a_long_file_is_named_with_its_length() {
    let text = format!("//! Long.\n{}", "\n".repeat(800));
    assert!(check("crates/audit/src/log.rs", &text)[0].contains("801 lines"));
}

#[test]
fn a_silenced_lint_is_found_but_not_in_a_text() {
    let silenced = concat!("//! X.\n    #[", "allow(dead_code)]\n");
    assert!(check("crates/audit/src/log.rs", silenced)[0].contains("silences"));
    let quoted = concat!("//! X.\n// about #[", "allow(dead_code)]\n");
    assert_eq!(check("crates/audit/src/log.rs", quoted), Vec::<String>::new());
}

#[test]
fn only_the_kernel_rooms_may_be_unsafe() {
    assert!(check("crates/audit/src/lib.rs", "//! Log.\n")[0].contains("forbid(unsafe_code)"));
    assert_eq!(check("crates/worker/src/lib.rs", "//! Guest.\n"), Vec::<String>::new());
}

#[test]
fn a_file_that_is_unsafe_is_one_that_was_reviewed() {
    let text = concat!("//! X.\nfn x() { uns", "afe { y() } }\n");
    assert!(check("crates/worker/src/new.rs", text)[0].contains("reviewed"));
    assert_eq!(check("crates/worker/src/sys.rs", text), Vec::<String>::new());
}
