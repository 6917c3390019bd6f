//! `cargo xtask check`: everything that can be wrong with the repository without running a test.
//! That generated files are fresh is for tests beside their generators to say.

mod edges;
mod sources;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::process;

/// A check and what it is called when it fails.
type Check = (&'static str, fn() -> Result<()>);

/// Runs every check, the quick ones first; fails after the last if any of them found something.
pub fn run() -> Result<()> {
    let checks: [Check; 5] = [
        ("formatting", formatting),
        ("sources", || report(sources::violations(process::root())?)),
        ("architecture", || report(edges::violations(&metadata()?)?)),
        ("dependencies", dependencies),
        ("lints", lints),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        eprintln!("check: {name}");
        if let Err(error) = check() {
            eprintln!("{error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("check failed: {}", failed.join(", "));
    }
    eprintln!("check: all is well");
    Ok(())
}

fn formatting() -> Result<()> {
    process::run(process::cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    let mut clippy = process::cargo();
    clippy.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--keep-going",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ]);
    process::run(&mut clippy)
}

/// Licences, bans and sources, where cargo-deny is installed. Advisories need its database, which
/// is not a package registry's.
fn dependencies() -> Result<()> {
    if process::find_program("cargo-deny").is_none() {
        eprintln!("check: cargo-deny is not installed; deny.toml is not checked");
        return Ok(());
    }
    process::run(process::cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}

fn metadata() -> Result<Value> {
    let text = process::capture(process::cargo().args([
        "metadata",
        "--format-version",
        "1",
        "--filter-platform",
        "x86_64-unknown-linux-gnu",
    ]))?;
    Ok(serde_json::from_str(&text)?)
}

fn report(violations: Vec<String>) -> Result<()> {
    if violations.is_empty() {
        return Ok(());
    }
    bail!("{}", violations.join("\n"))
}
