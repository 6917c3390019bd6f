//! The rules against small workspaces that break them.

use serde_json::{Value, json};

use super::violations;

/// Metadata of packages written as `name: links; dev-links`.
fn metadata(members: &[&str], packages: &[(&str, &[&str], &[&str])]) -> Value {
    let dependency =
        |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
    json!({
        "workspace_members": members,
        "packages": packages.iter().map(|(name, ..)| json!({ "id": name, "name": name })).collect::<Vec<_>>(),
        "resolve": { "nodes": packages.iter().map(|(name, links, dev)| json!({
            "id": name,
            "deps": links.iter().map(|name| dependency(name, Value::Null))
                .chain(dev.iter().map(|name| dependency(name, json!("dev"))))
                .collect::<Vec<_>>(),
        })).collect::<Vec<_>>() },
    })
}

fn only(metadata: &Value) -> String {
    let mut found = violations(metadata).expect("the metadata is complete");
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_sound_workspace_breaks_nothing() {
    let sound = metadata(
        &["types", "wire", "upstream", "gateway", "testkit"],
        &[
            ("types", &[], &[]),
            ("wire", &["types"], &[]),
            ("upstream", &["types", "rmcp"], &["testkit"]),
            ("gateway", &["types", "upstream"], &["testkit"]),
            ("testkit", &["types"], &[]),
            ("rmcp", &["tokio"], &[]),
            ("tokio", &[], &[]),
        ],
    );
    assert_eq!(violations(&sound).expect("complete"), Vec::<String>::new());
}

#[test]
fn rooms_of_one_level_never_see_each_other() {
    let found =
        only(&metadata(&["policy", "audit"], &[("policy", &["audit"], &[]), ("audit", &[], &[])]));
    assert!(found.starts_with("policy -> audit"), "{found}");
}

#[test]
fn nothing_points_down() {
    let found =
        only(&metadata(&["types", "wire"], &[("types", &["wire"], &[]), ("wire", &[], &[])]));
    assert!(found.starts_with("types -> wire"), "{found}");
}

#[test]
fn the_server_reaches_features_through_the_gateway_only() {
    let found = only(&metadata(
        &["server", "sandbox"],
        &[("server", &["sandbox"], &[]), ("sandbox", &[], &[])],
    ));
    assert!(found.starts_with("server -> sandbox"), "{found}");
}

#[test]
fn only_the_mcp_rooms_name_mcp() {
    let found = only(&metadata(&["gateway"], &[("gateway", &["rmcp"], &[]), ("rmcp", &[], &[])]));
    assert!(found.starts_with("gateway -> rmcp"), "{found}");
}

#[test]
fn the_worker_links_no_runtime_even_through_others() {
    let found = only(&metadata(
        &["worker"],
        &[("worker", &["innocent"], &[]), ("innocent", &["tokio"], &[]), ("tokio", &[], &[])],
    ));
    assert_eq!(found, "worker -> innocent -> tokio: the worker must not link tokio");
}

#[test]
fn what_only_tests_use_is_no_concern() {
    let tested = metadata(
        &["worker", "testkit"],
        &[("worker", &[], &["tokio", "testkit"]), ("tokio", &[], &[]), ("testkit", &[], &[])],
    );
    assert_eq!(violations(&tested).expect("complete"), Vec::<String>::new());
}

#[test]
fn the_test_kit_is_not_shipped() {
    let found = only(&metadata(
        &["audit", "testkit"],
        &[("audit", &["testkit"], &[]), ("testkit", &[], &[])],
    ));
    assert!(found.starts_with("audit -> testkit"), "{found}");
}

#[test]
fn a_crate_without_a_room_is_named() {
    let found = only(&metadata(&["shed"], &[("shed", &[], &[])]));
    assert!(found.starts_with("shed: not in the rules"), "{found}");
}
