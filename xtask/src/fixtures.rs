//! What the tests need beyond Rust: official MCP clients and real upstream servers, installed into
//! `<target>/fixtures` from the pinned manifests in `crates/code-executor/tests/fixtures`.
//!
//! Installing again is a matter of comparing stamps, so every test run may ask for it.

mod component;
mod lock;
pub mod prerequisites;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, anyhow};

use self::{
    component::{Component, Part},
    lock::Lock,
};
use crate::process;

/// Overrides where the fixtures are installed; the tests read it too.
pub const LOCATION_VARIABLE: &str = "CODE_EXECUTOR_FIXTURES";

/// Where the fixtures are, or would be.
pub fn location() -> Result<PathBuf> {
    match std::env::var_os(LOCATION_VARIABLE) {
        Some(path) if !path.is_empty() => {
            std::path::absolute(&path).with_context(|| format!("{LOCATION_VARIABLE} is no path"))
        }
        _ => Ok(process::target_directory()?.join("fixtures")),
    }
}

/// Installs whatever the tests need that is missing or out of date, and says where it all is.
pub fn ensure() -> Result<PathBuf> {
    prerequisites::ensure(prerequisites::SERVERS)?;
    ensure_all(component::OF_TESTS)
}

/// The same for what the benchmark alone needs.
pub fn ensure_rivals() -> Result<PathBuf> {
    ensure_all(component::OF_BENCH)
}

fn ensure_all(parts: &[Part]) -> Result<PathBuf> {
    let folder = location()?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let manifests = process::root().join("crates/code-executor/tests/fixtures");
    if stale(parts, &folder, &manifests)?.is_empty() {
        return Ok(folder);
    }
    let _lock = Lock::take(&folder.join(".lock"))?;
    // Whoever held the lock before us may have installed it all.
    let stale = stale(parts, &folder, &manifests)?;
    if !stale.is_empty() {
        install(&stale)?;
    }
    Ok(folder)
}

fn stale(parts: &[Part], folder: &Path, manifests: &Path) -> Result<Vec<Component>> {
    let components: Result<Vec<_>> =
        parts.iter().map(|part| Component::new(part, folder, manifests)).collect();
    let mut components = components?;
    components.retain(|component| !component.is_fresh());
    Ok(components)
}

/// Installs the components side by side: each waits for its registry more than for the processor.
fn install(components: &[Component]) -> Result<()> {
    let tools: Vec<_> = components.iter().flat_map(Component::tools).collect();
    prerequisites::ensure(&tools)?;
    let started = Instant::now();
    let results: Vec<Result<()>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            components.iter().map(|component| scope.spawn(|| component.install())).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow!("an install panicked"))))
            .collect()
    });
    results.into_iter().collect::<Result<()>>()?;
    eprintln!("fixtures: ready after {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}
