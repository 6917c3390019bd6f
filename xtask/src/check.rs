//! `cargo xtask check`: everything that can be wrong with the repository without running a test.

use anyhow::Result;

use crate::process;

/// Runs every check; the first one that fails ends it.
pub fn run() -> Result<()> {
    eprintln!("check: rustfmt");
    process::run(process::cargo().args(["fmt", "--all", "--check"]))?;
    eprintln!("check: clippy");
    process::run(process::cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ]))
}
