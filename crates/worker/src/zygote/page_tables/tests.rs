//! Which mappings are found, and what is dropped of them.

use super::{forget_code, parse};

#[test]
fn only_mappings_of_files_that_cannot_be_written_count() {
    let line = |rights: &str, path: &str| {
        parse(&format!("7f00-8f00 {rights} 00001000 fe:00 12 {path}")).map(|mapping| {
            assert_eq!((mapping.start, mapping.length), (0x7f00, 0x1000));
            mapping.executable
        })
    };
    assert_eq!(line("r-xp", "/usr/bin/us"), Some(true));
    assert_eq!(line("r--p", "/usr/bin/us"), Some(false));
    assert_eq!(line("rw-p", "/usr/bin/us"), None);
    assert_eq!(line("r--s", "/usr/bin/us"), None);
    assert_eq!(line("r-xp", "[vdso]"), None);
}

#[test]
fn what_was_forgotten_comes_back() {
    let before = std::hint::black_box(include_str!("tests.rs")).to_owned();
    forget_code();
    assert_eq!(std::hint::black_box(include_str!("tests.rs")), before);
}
