//! Places, bounds and leniency of files.

use std::path::Path;

use crate::config::document::{Json, MAX_FILE_BYTES, parse, read};

fn parsed(text: &str) -> Json {
    parse(Path::new("f.json"), text.as_bytes()).unwrap().value
}

#[test]
fn places_count_lines_and_characters() {
    let Json::Object(members) = parsed("{\n  \"ä\": 1, \"b\": [\r\n true]}") else { panic!() };
    let place = |index: usize| (members[index].place.line, members[index].place.column);
    assert_eq!((place(0), place(1)), ((2, 3), (2, 11)));
    let Json::List(items) = &members[1].node.value else { panic!() };
    assert_eq!((items[0].place.line, items[0].place.column), (3, 2));
}

#[test]
fn comments_trailing_commas_and_a_byte_order_mark_are_accepted() {
    assert_eq!(parsed("\u{feff}// c\n{/* c */}"), Json::Object(Vec::new()));
    assert!(matches!(parsed("[1,]"), Json::List(items) if items.len() == 1));
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let text = "[".repeat(100_000);
    assert!(parse(Path::new("f.json"), text.as_bytes()).is_err());
}

#[test]
fn reading_is_bounded() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("f.json");
    assert_eq!(read(&file), Ok(None));
    std::fs::write(&file, vec![b' '; MAX_FILE_BYTES as usize]).unwrap();
    assert!(read(&file).unwrap().is_some());
    std::fs::write(&file, vec![b' '; MAX_FILE_BYTES as usize + 1]).unwrap();
    assert!(
        read(&file).unwrap_err().to_string().contains("larger than the limit of 1048576 bytes")
    );
}
