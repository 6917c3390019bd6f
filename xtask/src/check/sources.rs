//! Rules about source files that no lint knows: headers, length, and where `unsafe` may be.

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Longer files hold more than one thing.
const MOST_LINES: usize = 800;

/// The rooms that talk to the kernel. Everyone else forbids `unsafe` in the crate's root.
const MAY_BE_UNSAFE: &[&str] = &["crates/worker/", "crates/sandbox/"];

const ROOTS: &[&str] = &["src/lib.rs", "src/main.rs"];

/// Every broken rule below the repository's root, as `path: what is wrong`.
pub fn violations(root: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for folder in ["crates", "xtask"] {
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().into_owned();
        found.extend(check(&name, &text).into_iter().map(|what| format!("{name}: {what}")));
    }
    Ok(found)
}

fn check(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//!") {
        found.push("must open with `//!` that says what lives there".to_owned());
    }
    let lines = text.lines().count();
    if lines > MOST_LINES {
        found.push(format!("has {lines} lines, {MOST_LINES} at most: split it"));
    }
    let allow = concat!("#[", "allow(");
    let allow_all = concat!("#![", "allow(");
    if text
        .lines()
        .any(|line| [allow, allow_all].iter().any(|word| line.trim_start().starts_with(word)))
    {
        found.push("silences a lint: use `#[expect(..., reason = ...)]`".to_owned());
    }
    let is_root = ROOTS.iter().any(|root| name.ends_with(root));
    let may_be_unsafe = MAY_BE_UNSAFE.iter().any(|folder| name.starts_with(folder));
    if is_root && !may_be_unsafe && !text.contains("#![forbid(unsafe_code)]") {
        found.push("must say `#![forbid(unsafe_code)]`".to_owned());
    }
    found
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if name != "target" && name != "node_modules" {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
