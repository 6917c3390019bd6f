//! `cargo xtask test [filter]`: the workspace's tests, with cargo-nextest where it is installed.

use anyhow::Result;

use crate::process;

/// Runs the tests whose name contains the filter; all of them without one.
pub fn run(filter: &[String]) -> Result<()> {
    if process::find_program("cargo-nextest").is_some() {
        process::run(process::cargo().args(["nextest", "run", "--workspace"]).args(filter))
    } else {
        // No doc tests: nextest has none either, and their empty summary would come last.
        process::run(
            process::cargo()
                .args(["test", "--workspace", "--quiet", "--lib", "--bins", "--tests", "--"])
                .args(filter),
        )
    }
}
