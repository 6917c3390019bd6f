//! What a person would point at.

use super::callee_at;

fn at(line: &str, name: &str) -> Option<String> {
    let column = line[..line.find(name).unwrap()].chars().count() + 1;
    callee_at(line, 1, u32::try_from(column).unwrap())
}

#[test]
fn chains_are_told_whole() {
    assert_eq!(at("x = file.content.map(1)", "map").as_deref(), Some("file.content.map"));
    assert_eq!(at("  go();", "go").as_deref(), Some("go"));
    assert_eq!(at("a?.b!.c?.(1)", "c").as_deref(), Some("a?.b!.c"));
    assert_eq!(
        at("rows[0].cells[i + 1].join()", "join").as_deref(),
        Some("rows[0].cells[i + 1].join")
    );
    assert_eq!(at("o['name'](1)", "name").as_deref(), Some("o['name']"));
    assert_eq!(at("new thing.a.Class(1)", "thing").as_deref(), Some("thing.a.Class"));
    assert_eq!(at("new thing.Class", "Class").as_deref(), Some("thing.Class"));
    assert_eq!(at("é(ü.run<string>(1))", "run").as_deref(), Some("ü.run"));
    assert_eq!(at("    .filter(Boolean)", "filter").as_deref(), Some("(...).filter"));
    assert_eq!(at("f(1).then(2)", "then").as_deref(), Some("(...).then"));
}

#[test]
fn what_is_not_called_is_not_told() {
    assert_eq!(at("[1].map(undefined)", "undefined"), None);
    assert_eq!(at("a + b", "b"), None);
    assert_eq!(callee_at("", 1, 1), None);
    assert_eq!(callee_at("a()", 9, 9), None);
}
