//! Words and stems.

use super::{split, stem};

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    split(text, |word| words.push(word.to_owned()));
    words
}

#[test]
fn identifiers_are_cut_where_a_reader_cuts_them() {
    assert_eq!(
        words("readFile read_file2 HTTPServer-x"),
        ["read", "file", "read", "file", "2", "http", "server", "x"]
    );
    assert_eq!(words("mcp__fs__list"), ["mcp", "fs", "list"]);
    assert_eq!(words("Über-größe 日本"), ["über", "größe", "日本"]);
    assert!(words("  .,;").is_empty());
}

#[test]
fn forms_of_a_word_share_a_stem() {
    for forms in [
        &["create", "creates", "created", "creating"][..],
        &["query", "queries"],
        &["search", "searches", "searching", "searched"],
        &["run", "runs", "running"],
        &["file", "files"],
        &["branch", "branches"],
        &["call", "calling", "called"],
        &["box", "boxes"],
    ] {
        let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
        assert!(stems.iter().all(|one| *one == stems[0]), "{forms:?} became {stems:?}");
    }
    assert_eq!(stem("status"), "status");
    assert_eq!(stem("string"), "string");
    assert_eq!(stem("class"), "class");
}
