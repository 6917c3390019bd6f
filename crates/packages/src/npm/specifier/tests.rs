//! What is taken for a specifier and what is not.

use super::*;

fn parts(text: &str) -> (String, Option<String>, String) {
    let specifier = Specifier::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
    assert_eq!(specifier.to_string(), text.replace(":/", ":"));
    (specifier.package(), specifier.range, specifier.path)
}

#[test]
fn names_ranges_and_paths_are_told_apart() {
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(parts("npm:ms"), ("ms".to_owned(), None, String::new()));
    assert_eq!(parts("npm:/ms"), ("ms".to_owned(), None, String::new()));
    assert_eq!(parts("npm:ms@2"), ("ms".to_owned(), some("2"), String::new()));
    assert_eq!(
        parts("npm:@a/b@^1.2 || ~3/sub/path.js"),
        ("@a/b".to_owned(), some("^1.2 || ~3"), "/sub/path.js".to_owned())
    );
    assert_eq!(parts("npm:zod/v4"), ("zod".to_owned(), None, "/v4".to_owned()));
    assert_eq!(
        parts("npm:JSONStream@latest"),
        ("JSONStream".to_owned(), some("latest"), String::new())
    );
    assert_eq!(
        parts("jsr:@std/path@1/posix"),
        ("jsr:@std/path".to_owned(), some("1"), "/posix".to_owned())
    );
}

#[test]
fn what_is_more_than_names_and_versions_is_refused() {
    for text in [
        "npm:",
        "npm:@",
        "npm:@a",
        "npm:@a/",
        "npm:.hidden",
        "npm:../x",
        "npm:a b",
        "npm: is a registry",
        "npm:ms@",
        "npm:ms@npm:other@1",
        "npm:ms@https://evil.example/x.tgz",
        "npm:ms@file:../../etc",
        "npm:ms@git+ssh://x",
        "npm:ms@1/../../x",
        "npm:ms@1/a?b",
        "jsr:name",
        "jsr:@Scope/name",
        "jsr:@scope/na.me",
        "http:ms",
    ] {
        assert!(Specifier::parse(text).is_err(), "{text}");
    }
    assert!(Specifier::parse(&format!("npm:{}", "a".repeat(215))).is_err());
    assert!(Specifier::parse(&format!("npm:a@{}", "1".repeat(600))).is_err());
}

#[test]
fn of_npm_the_whole_package_is_installed_and_of_jsr_what_is_imported() {
    let install = |text: &str| Specifier::parse(text).unwrap().to_install().to_string();
    assert_eq!(install("npm:zod@3/v4"), "npm:zod@3");
    assert_eq!(install("jsr:@std/path@1/posix"), "jsr:@std/path@1/posix");
}
