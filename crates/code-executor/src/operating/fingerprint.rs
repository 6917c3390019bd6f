//! Whether files have changed: by what the file system says of them, without reading any.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// The most files that are looked at.
const MOST: usize = 200;

/// What the file system says of files. Links are followed: a file that a link leads to elsewhere than
/// before has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint(BTreeMap<PathBuf, Option<[i64; 5]>>);

impl Fingerprint {
    /// Of files that may be there or not.
    pub fn of(files: impl IntoIterator<Item = PathBuf>) -> Self {
        let seen = |path: &PathBuf| {
            let found = std::fs::metadata(path).ok()?;
            let (inode, size) = (found.ino().cast_signed(), found.size().cast_signed());
            Some([inode, size, found.mtime(), found.mtime_nsec(), found.ctime_nsec()])
        };
        Self(files.into_iter().take(MOST).map(|path| (path.clone(), seen(&path))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    #[test]
    fn a_change_a_removal_and_another_target_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("a"), folder.path().join("b"));
        let link = folder.path().join("link");
        std::fs::write(&other, "bb").unwrap();
        let look = || Fingerprint::of([file.clone(), link.clone()]);
        let mut seen = vec![look()];
        std::fs::write(&file, "a").unwrap();
        seen.push(look());
        assert_eq!(seen.last(), Some(&look()), "nothing has changed since");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        seen.push(look());
        std::fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        seen.push(look());
        std::fs::remove_file(&file).unwrap();
        seen.push(look());
        for (place, one) in seen.iter().enumerate() {
            assert!(!seen[..place].contains(one), "change {place} was not seen");
        }
    }
}
