//! Words.

use super::{FILLERS, Shape, split};

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    split(text, |word| {
        let mark = match word.shape {
            Shape::Plain => "",
            Shape::Compound => "=",
            Shape::Part => "-",
        };
        words.push(format!("{mark}{}", word.text));
    });
    words
}

#[test]
fn identifiers_are_cut_where_a_reader_cuts_them() {
    assert_eq!(words("readFile read_file"), ["=readfile", "-read", "-file", "read", "file"]);
    assert_eq!(words("HTTPServer-x"), ["=httpserver", "-http", "-server", "x"]);
    assert_eq!(words("mcp__fs__list"), ["mcp", "fs", "list"]);
    assert_eq!(words("k8s"), ["=k8s", "-k", "-8", "-s"]);
    assert_eq!(words("OAuth"), ["oauth"]);
    assert_eq!(words("Über-größe"), ["uber", "grosse"]);
    assert_eq!(words("日本語"), ["日本", "本語", "語"]);
    assert_eq!(words("the user's, don't"), ["the", "users", "dont"]);
    assert!(words("  .,;'\0\u{202e}").is_empty());
}

#[test]
fn long_runs_are_cut_short() {
    for text in ["x".repeat(100_000), "aB".repeat(50_000), "é".repeat(50_000)] {
        assert!(words(&text).iter().all(|word| word.len() <= super::MAX_WORD + 1));
        assert!(words(&text).len() <= 40);
    }
}

#[test]
fn the_fillers_are_sorted() {
    assert!(FILLERS.is_sorted());
}
