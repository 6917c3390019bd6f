//! `cargo xtask test [filter]`: the workspace's tests, with cargo-nextest where it is installed.

use anyhow::Result;

use crate::{fixtures, process};

/// Installs what the tests need, then runs those whose name contains the filter; all without one.
pub fn run(filter: &[String]) -> Result<()> {
    let fixtures = fixtures::ensure()?;
    let mut command = process::cargo();
    if process::find_program("cargo-nextest").is_some() {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]).args(filter);
    } else {
        // No doc tests: nextest has none either, and their empty summary would come last.
        command.args([
            "test",
            "--workspace",
            "--quiet",
            "--no-fail-fast",
            "--lib",
            "--bins",
            "--tests",
            "--",
        ]);
        command.args(filter);
    }
    process::run(command.env(fixtures::LOCATION_VARIABLE, fixtures))
}
