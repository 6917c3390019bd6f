//! `cargo xtask intl`: makes the tables of the guest's `Intl` anew from the packages of CLDR that
//! `xtask/intl/package.json` pins. A test of the worker fails when they are older than the generator.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use crate::{fixtures, process};

const TABLES: &str = "crates/worker/src/engine/quickjs/natives/intl/tables.bin";

/// Installs the packages below `target/intl` and runs the generator over them.
pub fn run() -> Result<()> {
    fixtures::prerequisites::ensure(&[fixtures::prerequisites::Tool::Npm])?;
    let sources = process::root().join("xtask/intl");
    let folder = process::target_directory()?.join("intl");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(sources.join(file), folder.join(file)).with_context(|| format!("no {file}"))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    process::run(npm.current_dir(&folder))?;
    let mut node = Command::new("node");
    node.arg(sources.join("generate.mjs")).arg(folder.join("node_modules"));
    node.arg(process::root().join(TABLES)).env("SIZES", "1");
    process::run(&mut node)
}
