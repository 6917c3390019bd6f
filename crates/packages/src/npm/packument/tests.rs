//! What becomes of a package's document.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const BASE: &str = "http://127.0.0.1:4873";

#[test]
fn archives_are_asked_of_us_and_the_rest_stays() {
    let document = json!({
        "name": "something else", "readme": "long", "dist-tags": {"latest": "1.0.0"},
        "versions": {
            "1.0.0": {
                "name": "@a/b", "version": "1.0.0", "dependencies": {"ms": "^2"},
                "scripts": {"postinstall": "evil"}, "hasInstallScript": true,
                "dist": {
                    "tarball": "https://files.example/b-1.0.0.tgz?token=x", "integrity": "sha512-x",
                    "shasum": "y", "signatures": [], "unpackedSize": 5,
                },
            },
            "2.0.0": {"version": "2.0.0"},
            "../../x": {"dist": {"tarball": "https://files.example/x.tgz"}},
        },
    });
    let body = serde_json::to_vec(&document).unwrap();
    let (rewritten, archives) = rewrite(&body, BASE, "@a/b").unwrap();
    let rewritten: Value = serde_json::from_slice(&rewritten).unwrap();
    let expected = json!({
        "name": "@a/b", "dist-tags": {"latest": "1.0.0"},
        "versions": {"1.0.0": {
            "name": "@a/b", "version": "1.0.0", "dependencies": {"ms": "^2"},
            "dist": {
                "tarball": "http://127.0.0.1:4873/archive/@a/b/1.0.0.tgz",
                "integrity": "sha512-x", "shasum": "y",
            },
        }},
    });
    assert_eq!(rewritten, expected);
    let url = "https://files.example/b-1.0.0.tgz?token=x".to_owned();
    assert_eq!(archives, [Archive { version: "1.0.0".to_owned(), url }]);
}

#[test]
fn what_is_no_package_is_refused() {
    for body in ["", "[]", "<html>", "{}", r#"{"versions": 5}"#] {
        assert!(rewrite(body.as_bytes(), BASE, "a").is_err(), "{body}");
    }
    let deep = format!(r#"{{"versions": {}}}"#, "[".repeat(100_000));
    assert!(rewrite(deep.as_bytes(), BASE, "a").is_err());
}

proptest! {
    #[test]
    fn no_document_is_too_strange(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = rewrite(&body, BASE, "a");
    }
}
