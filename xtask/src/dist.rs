//! `cargo xtask dist`: the shipped binary.

use anyhow::{Context, Result};

use crate::process;

/// Builds with the `dist` profile and says where the binary is and how large.
pub fn run() -> Result<()> {
    process::run(process::cargo().args([
        "build",
        "--profile",
        "dist",
        "--package",
        "code-executor",
    ]))?;
    let binary = process::target_directory()?.join("dist").join("code-executor");
    let size =
        binary.metadata().with_context(|| format!("the build left no {}", binary.display()))?.len();
    eprintln!("{} ({:.1} MB)", binary.display(), size as f64 / 1e6);
    Ok(())
}
