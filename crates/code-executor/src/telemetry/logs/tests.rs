//! What may be set about logs.

use super::filter;
use crate::config::env::Environment;

fn environment(value: &str) -> Environment {
    [("CODE_EXECUTOR_LOG".to_owned(), value.to_owned())].into_iter().collect()
}

#[test]
fn levels_and_filters_are_accepted() {
    for value in ["", "debug", "off", "warn,upstream=debug"] {
        assert!(filter(&environment(value), "warn").is_ok(), "{value}");
    }
}

#[test]
fn notices_are_shown_by_default() {
    assert!(filter(&environment(""), "warn").unwrap().to_string().contains("notice=info"));
}

#[test]
fn a_bad_filter_is_a_bad_configuration() {
    let error = filter(&environment("warn,upstream=loud"), "warn").unwrap_err().to_string();
    assert!(error.contains("environment variable CODE_EXECUTOR_LOG"), "{error}");
    assert!(error.contains("a level is error, warn, info, debug or trace"), "{error}");
}
