//! Names stay readable, in charset and length, and never meet.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{MAX_NAME, MAX_SERVER, PREFIX, full_name, server_segment, split};

#[test]
fn ordinary_names_are_kept() {
    assert_eq!(full_name("filesystem", "read_file"), "mcp__filesystem__read_file");
    assert_eq!(full_name("aws-iac", "list-Stacks"), "mcp__aws-iac__list-Stacks");
    assert_eq!(full_name("a", "b__c"), "mcp__a__b__c");
}

#[test]
fn what_lost_something_says_so_with_a_stable_hash() {
    assert_eq!(
        full_name("my server", "read.file"),
        "mcp__my_server_b129874b63__read_file_dd32cdf50e"
    );
    assert_eq!(server_segment("a__b"), "a_b_63e5c1c455");
    assert_eq!(server_segment(""), "e3b0c44298");
    assert_eq!(server_segment("日本"), "cf2abf0c5b");
}

#[test]
fn long_names_keep_their_start() {
    let name =
        full_name("aws-iac", &"get_cloudformation_pre_deploy_validation_instructions".repeat(2));
    assert_eq!(name.len(), MAX_NAME);
    assert!(name.starts_with("mcp__aws-iac__get_cloudformation_pre"), "{name}");
}

#[test]
fn tempting_pairs_do_not_meet() {
    let mangled = server_segment("a.b");
    let names = [
        full_name("a.b", "c"),
        full_name("a_b", "c"),
        full_name(&mangled, "c"),
        full_name("a", "b__c"),
        full_name("a__b", "c"),
        full_name("a_", "c"),
        full_name("a", "_c"),
        full_name("a", "c"),
        full_name("_a", "c"),
    ];
    let mut unique = names.to_vec();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), names.len(), "{names:?}");
}

#[test]
fn split_finds_the_border() {
    assert_eq!(split("mcp__fs__read__all"), Some(("fs", "read__all")));
    assert_eq!(split("mcp__fs___x"), Some(("fs", "_x")));
    for not_a_name in ["", "fs__read", "mcp__", "mcp__fs", "mcp__fs__", "mcp____x"] {
        assert_eq!(split(not_a_name), None, "{not_a_name}");
    }
}

/// Short strings over few letters meet often, which is what a collision test needs.
fn segment() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab_.]{0,6}",
        "[a-c_-]{20,60}",
        any::<String>(),
        "[ab.]{0,3}".prop_map(|text| server_segment(&text)),
    ]
}

proptest! {
    #[test]
    fn names_are_in_charset_and_length_and_split_back(server in segment(), tool in segment()) {
        let name = full_name(&server, &tool);
        prop_assert!(name.len() <= MAX_NAME);
        prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'));
        prop_assert!(name.starts_with(PREFIX));
        let segment = server_segment(&server);
        prop_assert!(segment.len() <= MAX_SERVER);
        prop_assert_eq!(split(&name).map(|(server, _)| server), Some(segment.as_str()));
    }

    #[test]
    fn distinct_tools_never_meet(pairs in proptest::collection::vec((segment(), segment()), 1..60)) {
        let mut seen: HashMap<String, (String, String)> = HashMap::new();
        for pair in pairs {
            let name = full_name(&pair.0, &pair.1);
            let first = seen.entry(name.clone()).or_insert_with(|| pair.clone());
            prop_assert_eq!(&*first, &pair, "{}", name);
        }
    }
}
