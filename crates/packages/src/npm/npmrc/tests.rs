//! What npm's files and variables say.

use std::{collections::BTreeMap, ffi::OsString, fs};

use super::*;

fn read(home: &Path, more: &[(&str, &str)]) -> Npmrc {
    let home = [("HOME", home.to_str().expect("UTF-8"))];
    let all: BTreeMap<OsString, OsString> = home
        .iter()
        .chain(more)
        .map(|(name, value)| (OsString::from(name), OsString::from(value)))
        .collect();
    Npmrc::read(&Variables::new(&all)).expect("read")
}

#[test]
fn the_operators_file_is_read_and_variables_count_more() {
    let home = tempfile::tempdir().expect("a folder");
    let text = "; a comment\n# another\nregistry = https://one.example/npm/\n\
                @scope:registry=\"https://two.example/\"\n//two.example/:_authToken=${TOKEN}\n\
                nonsense\nempty =\n//three.example/:_authToken=${MISSING}-${MISSING?}x\n\
                [section]\nregistry=https://evil.example\n";
    fs::write(home.path().join(".npmrc"), text).expect("written");
    let npmrc = read(home.path(), &[("TOKEN", "s3cret")]);
    assert_eq!(npmrc.get("registry").expect("set").value, "https://one.example/npm/");
    assert_eq!(npmrc.get("@scope:registry").expect("set").value, "https://two.example/");
    assert_eq!(npmrc.get("//two.example/:_authToken").expect("set").value, "s3cret");
    assert_eq!(npmrc.get("//three.example/:_authToken").expect("set").value, "${MISSING}-x");
    assert!(npmrc.get("empty").is_none());
    assert!(npmrc.get("registry").expect("set").origin.ends_with("/.npmrc"));
    assert_eq!(npmrc.beginning_with("//").count(), 2);

    let said =
        [("NPM_CONFIG_REGISTRY", "https://env.example"), ("npm_config_https_proxy", "http://p")];
    let npmrc = read(home.path(), &said);
    let registry = npmrc.get("registry").expect("set");
    assert_eq!(
        (&*registry.value, &*registry.origin),
        ("https://env.example", "NPM_CONFIG_REGISTRY")
    );
    assert_eq!(npmrc.get("https-proxy").expect("set").value, "http://p");
}

#[test]
fn another_file_can_be_named_by_its_whole_path_only() {
    let home = tempfile::tempdir().expect("a folder");
    let other = home.path().join("other");
    fs::write(&other, "registry=https://other.example").expect("written");
    let npmrc = read(home.path(), &[("NPM_CONFIG_USERCONFIG", other.to_str().expect("UTF-8"))]);
    assert_eq!(npmrc.get("registry").expect("set").value, "https://other.example");
    let npmrc = read(home.path(), &[("NPM_CONFIG_USERCONFIG", ".npmrc")]);
    assert!(npmrc.get("registry").is_none());
}
