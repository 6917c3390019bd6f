//! Settings are checked one by one.

use super::{Bounds, Config, Error};

#[test]
fn the_defaults_are_valid() {
    assert_eq!(Config::default().validate(), Ok(()));
}

#[test]
fn every_setting_has_bounds_that_are_named() {
    let default = Config::default();
    for (field, _, bounds) in default.fields() {
        let mut json = serde_json::to_value(&default).unwrap();
        json[field] = (bounds.max + 1).into();
        let config: Config = serde_json::from_value(json).unwrap();
        let error = config.validate().unwrap_err();
        assert_eq!(error, Error::OutOfBounds { field, value: bounds.max + 1, bounds });
        assert!(error.to_string().contains(field), "{error}");
    }
    assert!(!Bounds::TIMEOUT_MS.contains(0));
    let error = Config { memory_bytes: 1024, ..default }.validate().unwrap_err();
    insta::assert_snapshot!(error, @"memoryBytes is 1024; it must be between 8388608 and 17179869184");
}

#[test]
fn a_default_above_the_limit_is_an_error() {
    let config = Config { max_timeout_ms: 10_000, ..Config::default() };
    let error = config.validate().unwrap_err();
    insta::assert_snapshot!(error, @"defaultTimeoutMs is 30000, above maxTimeoutMs 10000; lower the one or raise the other");
}

#[test]
fn unknown_settings_are_refused() {
    assert!(serde_json::from_str::<Config>(r#"{"maxTimeout": 5}"#).is_err());
    assert_eq!(serde_json::from_str::<Config>("{}").unwrap(), Config::default());
}
