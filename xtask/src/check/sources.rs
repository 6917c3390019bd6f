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

/// The one room that may be unsafe. Everyone else forbids it in the crate's root.
const MAY_BE_UNSAFE: &str = "crates/worker/";

/// The files of that room that are, each reviewed: SECURITY.md tells of them, in this order. One that
/// is not here is reviewed first.
const UNSAFE_FILES: &[&str] = &[
    "sys.rs",
    "scm.rs",
    "lockdown/canary.rs",
    "lockdown/identity.rs",
    "lockdown/landlock.rs",
    "lockdown/mounts.rs",
    "lockdown/namespaces.rs",
    "lockdown/probes.rs",
    "lockdown/probes/attempts.rs",
    "lockdown/seccomp.rs",
    "mount_broker/kernel.rs",
    "zygote/control.rs",
    "zygote/page_tables.rs",
    "engine/heap.rs",
    "engine/memory.rs",
    "engine/cpython/keeper.rs",
    "engine/cpython/start.rs",
    "engine/quickjs/mod.rs",
    "engine/quickjs/natives.rs",
    "engine/quickjs/natives/node.rs",
    "engine/quickjs/prelude/compile.rs",
    "engine/quickjs/overflow.rs",
];

const ROOTS: &[&str] = &["src/lib.rs", "src/main.rs", "tests/it/main.rs"];

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
    let may_be_unsafe = name.starts_with(MAY_BE_UNSAFE);
    let is_reviewed = UNSAFE_FILES.iter().any(|file| name == format!("{MAY_BE_UNSAFE}src/{file}"));
    if may_be_unsafe && is_unsafe(text) && !is_reviewed {
        found.push("is unsafe and not among those that were reviewed".to_owned());
    }
    if is_root && !may_be_unsafe && !text.contains("#![forbid(unsafe_code)]") {
        found.push("must say `#![forbid(unsafe_code)]`".to_owned());
    }
    found
}

fn is_unsafe(text: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let is = |line: &str| {
        ["{", "fn ", "impl ", "extern "].iter().any(|what| line.contains(&format!("unsafe {what}")))
    };
    code.into_iter().any(is)
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
