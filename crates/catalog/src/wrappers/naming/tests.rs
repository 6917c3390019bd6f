//! What names become, and that no two become the same.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{MAX_IDENTIFIER, folder, folders, identifier, identifiers, is_reserved};

#[test]
fn a_name_stays_readable() {
    for (tool, expected) in [
        ("read_file", "read_file"),
        ("readFile", "readFile"),
        ("_x", "_x"),
        ("list", "list"),
        ("read-file", "read_file"),
        ("notes.read all", "notes_read_all"),
        ("2fa", "_2fa"),
        ("delete", "delete_"),
        ("lambda", "lambda_"),
        ("then", "then_"),
        ("index", "index_"),
        ("__init__", "__init___"),
        ("naïve", "na_ve_f86fd89d"),
        ("日本", "tool_cf2abf0c"),
        ("", "tool_e3b0c442"),
        ("-", "tool_3973e022"),
    ] {
        assert_eq!(identifier(tool), expected, "{tool}");
    }
    assert_eq!(folder("aws-iac"), "aws_iac");
    assert_eq!(folder("discovery"), "discovery_");
    assert_eq!(folder("search_tools"), "search_tools_");
    assert_eq!(folder(""), "server_e3b0c442");
}

#[test]
fn of_names_that_meet_the_one_that_needs_no_change_keeps_its_own() {
    let names = identifiers(["read-file", "read_file", "read.file", "other-one"]);
    assert_eq!(names["read_file"].name, "read_file");
    assert_eq!(names["read-file"].name, "read_file_a00b4bbe");
    assert_eq!(names["read.file"].name, "read_file_dd32cdf5");
    assert_eq!(names["other-one"].name, "other_one");
    let names = identifiers(["Read", "read", "READ"]);
    assert_eq!(names["read"].name, "read");
    assert!(names["Read"].name.starts_with("Read_"), "{names:?}");
    let names = folders(["a-b", "a.b", "c"]);
    assert!(names["a-b"].starts_with("a_b_") && names["a.b"].starts_with("a_b_"), "{names:?}");
    assert_eq!(names["c"], "c");
}

#[test]
fn the_form_that_is_awaited_is_no_other_tool() {
    let names = identifiers(["run", "run_async", "wait"]);
    assert_eq!(names["run"].name, "run");
    assert_eq!(names["run"].awaited, "run_async_");
    assert_eq!(names["run_async"].name, "run_async");
    assert_eq!(names["wait"].awaited, "wait_async");
}

#[test]
fn a_name_that_looks_like_a_changed_one_is_still_nobody_elses() {
    let meant = identifier("naïve");
    let names = identifiers(["naïve", &meant]);
    assert_eq!(names[meant.as_str()].name, meant);
    assert_ne!(names["naïve"].name, meant);
}

proptest! {
    #[test]
    fn names_are_identifiers_and_differ_whatever_the_order(
        mut tools in prop::collection::hash_set("[aA_.1-]{0,4}|[a-z]{1,3}|\\PC{0,120}|delete|Delete", 0..40)
            .prop_map(|set| set.into_iter().collect::<Vec<String>>())
    ) {
        let names = identifiers(tools.iter().map(String::as_str));
        prop_assert_eq!(names.len(), tools.len());
        let mut seen = HashSet::new();
        for name in names.values() {
            for text in [&name.name, &name.awaited] {
                prop_assert!(seen.insert(text.to_lowercase()), "{} twice", text);
                prop_assert!(!text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()));
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
                prop_assert!(text.len() <= MAX_IDENTIFIER + 10);
                prop_assert!(!is_reserved(text));
            }
        }
        tools.reverse();
        prop_assert_eq!(identifiers(tools.iter().map(String::as_str)), names);
    }
}
