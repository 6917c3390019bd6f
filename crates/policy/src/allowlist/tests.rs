//! Names, prefixes and refusals.

use types::ErrorCode;

use super::Allowlist;

fn list(entries: &[&str]) -> Allowlist {
    Allowlist::parse(&entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>()).unwrap()
}

const KNOWN: [&str; 4] =
    ["mcp__fs__read_file", "mcp__fs__write_file", "mcp__git__git_log", "mcp__git__git_diff"];

#[test]
fn exact_names_prefixes_and_everything() {
    let some = list(&["mcp__fs__*", "mcp__git__git_log", "mcp__fs__*"]);
    assert_eq!(some.patterns(), ["mcp__fs__*", "mcp__git__git_log"]);
    assert!(some.allows("mcp__fs__read_file") && some.allows("mcp__git__git_log"));
    assert!(!some.allows("mcp__git__git_log2") && !some.allows("mcp__fs_other__x"));
    assert!(list(&["*"]).allows("anything"));
    assert!(!list(&[]).allows("mcp__fs__read_file"));
    assert!(!list(&["mcp__fs__read_file"]).allows("MCP__FS__READ_FILE"));
}

#[test]
fn an_entry_that_cannot_be_meant_is_refused_with_how_to_write_it() {
    for (entry, problem) in [
        ("", "is empty"),
        ("mcp__*__read", "has a * that is not its last character"),
        ("mcp__fs__**", "has a * that is not its last character"),
        ("mcp__fs__read\u{7}", "has characters that no tool name has"),
        ("mcp__fs/read", "has characters that no tool name has"),
        (&"x".repeat(129), "is longer than 128 characters"),
    ] {
        let refusal = Allowlist::parse(&[entry.to_owned()]).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::InvalidRequest);
        assert!(refusal.message.contains(problem), "{refusal}");
        assert!(refusal.message.contains("mcp__filesystem__*"), "{refusal}");
        assert!(refusal.message.len() < 400 && !refusal.message.contains('\u{7}'), "{refusal}");
    }
}

#[test]
fn a_refusal_says_what_is_allowed_and_what_is_close() {
    let message = list(&["mcp__fs__*"]).refusal("mcp__fz__raed_file", KNOWN.into_iter());
    insta::assert_snapshot!(message, @r#"tool "mcp__fz__raed_file" may not be called: allowedTools is mcp__fs__*; did you mean "mcp__fs__read_file"? (to call it, add it to allowedTools)"#);
    let message = list(&["mcp__fs__read_file"]).refusal("mcp__slack__post", KNOWN.into_iter());
    insta::assert_snapshot!(message, @r#"tool "mcp__slack__post" may not be called: allowedTools is mcp__fs__read_file (to call it, add it to allowedTools)"#);
    let message = list(&[]).refusal("mcp__fs__read_file", KNOWN.into_iter());
    insta::assert_snapshot!(message, @r#"tool "mcp__fs__read_file" may not be called: this execution allows no tools; name it in allowedTools"#);
}

#[test]
fn the_nearest_name_is_always_an_allowed_one() {
    let some = list(&["mcp__git__*", "mcp__unlisted__thing"]);
    let nearest = |name| some.nearest(name, KNOWN.into_iter());
    assert_eq!(nearest("mcp__git__git_lgo").as_deref(), Some("mcp__git__git_log"));
    assert_eq!(nearest("mcp__unlisted__thign").as_deref(), Some("mcp__unlisted__thing"));
    assert_eq!(nearest("mcp__fs__write_file"), None);
    assert_eq!(nearest(&"x".repeat(1 << 20)), None);
}

#[test]
fn refusals_are_bounded() {
    let entries: Vec<String> = (0..1_000).map(|n| format!("mcp__server__tool_{n}")).collect();
    let list = Allowlist::parse(&entries).unwrap();
    let message = list.refusal(&"\u{202e}".repeat(100_000), std::iter::empty());
    assert!(message.contains("and 990 more"), "{message}");
    assert!(message.len() < 1_200 && !message.contains('\u{202e}'), "{message}");
}

#[test]
fn a_server_is_covered_when_all_its_tools_are() {
    for (entries, covered) in [
        (&["mcp__fs__*"][..], true),
        (&["mcp__f*"], true),
        (&["mcp__*"], true),
        (&["*"], true),
        (&["mcp__fs__read_file", "mcp__fs__r*"], false),
        (&["mcp__fs__"], false),
        (&["mcp__fs*"], true),
        (&["mcp__fsx__*"], false),
        (&[], false),
    ] {
        assert_eq!(list(entries).covers_server("fs"), covered, "{entries:?}");
    }
}
