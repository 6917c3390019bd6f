//! Looks how much is being unpacked, so that a small download that becomes a huge one is stopped.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::cache::measure;

/// How often it is looked.
const INTERVAL: Duration = Duration::from_millis(250);

/// How much more than an environment may be unpacked meanwhile: other preparations do so in the
/// same cache. What is installed in the end is measured exactly.
const SLACK: u64 = 2;

/// Ends when more was unpacked since it began than an environment may have.
pub(super) async fn outgrown(cache: &Path, target: &Path, max_bytes: u64) {
    let limit = max_bytes.saturating_mul(SLACK);
    let before: HashSet<PathBuf> = unpacked(cache).into_iter().collect();
    loop {
        tokio::time::sleep(INTERVAL).await;
        let mut new: Vec<PathBuf> =
            unpacked(cache).into_iter().filter(|path| !before.contains(path)).collect();
        new.push(target.to_owned());
        let sum = tokio::task::spawn_blocking(move || {
            let mut bytes = 0_u64;
            for path in new {
                bytes = bytes.saturating_add(measure(&path, limit));
                if bytes > limit {
                    break;
                }
            }
            bytes
        });
        if sum.await.is_ok_and(|bytes| bytes > limit) {
            return;
        }
    }
}

/// Where `uv` unpacks: directories in its archive, and temporary ones before they move there.
fn unpacked(cache: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let begins = |path: &Path, prefix: &str| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(prefix))
    };
    let mut found = Vec::new();
    for path in list(cache) {
        if begins(&path, "archive-") {
            found.extend(list(&path));
        } else if begins(&path, ".tmp") {
            found.push(path);
        }
    }
    found
}
