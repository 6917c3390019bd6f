//! The record of trusted files.

use std::path::Path;

use crate::config::trust::{MAX_ENTRIES, Store};

#[test]
fn what_is_saved_is_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state/code-executor");
    let mut store = Store::read(&state).unwrap();
    store.trust(Path::new("/p/.mcp.json"), b"one").unwrap();
    store.save().unwrap();
    let store = Store::read(&state).unwrap();
    assert!(store.trusts(Path::new("/p/.mcp.json"), b"one"));
    assert!(!store.trusts(Path::new("/p/.mcp.json"), b"two"));
    assert!(!store.trusts(Path::new("/q/.mcp.json"), b"one"));
    let names: Vec<_> =
        std::fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["trust.json"]);
}

#[test]
fn trusting_again_replaces_and_revoking_ends_it() {
    let mut store = Store::absent();
    let path = Path::new("/p/.mcp.json");
    store.trust(path, b"one").unwrap();
    store.trust(path, b"two").unwrap();
    assert_eq!(store.entries().len(), 1);
    assert!(!store.trusts(path, b"one") && store.trusts(path, b"two"));
    assert!(store.revoke(path));
    assert!(!store.revoke(path));
    assert!(!store.trusts(path, b"two"));
}

#[test]
fn the_record_is_bounded() {
    let mut store = Store::absent();
    for index in 0..MAX_ENTRIES {
        store.trust(Path::new(&format!("/p/{index}")), b"").unwrap();
    }
    let error = store.trust(Path::new("/p/one-more"), b"").unwrap_err();
    assert!(error.to_string().contains("1000 files are trusted, which is the limit"));
    store.trust(Path::new("/p/7"), b"again").unwrap();
}

#[test]
fn a_damaged_record_is_an_error_and_not_an_empty_one() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("trust.json"), "{").unwrap();
    assert!(Store::read(directory.path()).unwrap_err().to_string().contains("damaged"));
}
