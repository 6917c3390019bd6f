//! The table is in order, and what is generated from it is fresh.

use std::collections::BTreeSet;
use std::fs;

use crate::config::env;
use crate::config::fixture::repository;
use crate::config::reference::{Fallback, Kind, SECTIONS, SETTINGS, Value, markdown, schema};

#[test]
fn every_setting_stands_at_the_index_of_its_key() {
    for (index, setting) in SETTINGS.iter().enumerate() {
        assert_eq!(setting.key as usize, index, "{}", setting.path);
    }
}

#[test]
fn paths_and_variables_are_unique_and_sections_known() {
    let paths: BTreeSet<_> = SETTINGS.iter().map(|setting| setting.path).collect();
    assert_eq!(paths.len(), SETTINGS.len());
    let variables = env::known_variables();
    assert_eq!(variables.iter().collect::<BTreeSet<_>>().len(), variables.len());
    for setting in SETTINGS {
        let (section, _) = setting.split();
        assert!(section.is_empty() || SECTIONS.iter().any(|(path, _)| *path == section));
    }
}

#[test]
fn every_fallback_is_a_value_of_its_kind() {
    for setting in SETTINGS {
        let fits = match (setting.kind, setting.fallback.value()) {
            (Kind::Bool, Some(Value::Bool(_))) | (Kind::List(_), Some(Value::List(_))) => true,
            (Kind::Integer(least, most), Some(Value::Integer(value))) => {
                (least..=most).contains(&value)
            }
            (Kind::Choice(words), Some(Value::Text(word))) => words.contains(&word.as_str()),
            (Kind::Path | Kind::Paths | Kind::Program | Kind::Url | Kind::Issuers, None) => {
                matches!(setting.fallback, Fallback::Unset(_))
            }
            _ => false,
        };
        assert!(fits, "{}", setting.path);
    }
}

#[test]
fn variables_are_named_after_their_paths() {
    assert_eq!(
        env::variable("security.defaultTimeoutMs"),
        "CODE_EXECUTOR_SECURITY_DEFAULT_TIMEOUT_MS"
    );
    assert_eq!(env::variable("mcpConfigPath"), "CODE_EXECUTOR_MCP_CONFIG_PATH");
}

#[test]
fn the_schema_in_the_repository_is_fresh() {
    assert_fresh("docs/schema/config.schema.json", &schema(), "schema");
}

#[test]
fn the_reference_in_the_repository_is_fresh() {
    assert_fresh("docs/config-reference.md", &markdown(), "schema --reference");
}

fn assert_fresh(file: &str, generated: &str, command: &str) {
    let written = fs::read_to_string(repository().join(file)).unwrap_or_default();
    assert!(written == generated, "{file} is stale: run `code-executor {command} > {file}`");
}
