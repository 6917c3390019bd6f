//! Whether files have changed: by what the file system says of them, without reading any.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

/// The most files that are looked at.
const MOST: usize = 200;

/// What the file system says of files. Links are followed: a file that a link leads to elsewhere than
/// before has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint(BTreeMap<PathBuf, Option<[i64; 8]>>);

impl Fingerprint {
    /// Of files that may be there or not.
    pub fn of(files: impl IntoIterator<Item = PathBuf>) -> Self {
        let seen = |path: &PathBuf| {
            let found = std::fs::metadata(path).ok()?;
            let place = [found.dev(), found.ino(), found.size()].map(u64::cast_signed);
            let [device, inode, size] = place;
            let (written, changed) = (found.mtime(), found.ctime());
            let (written_nsec, changed_nsec) = (found.mtime_nsec(), found.ctime_nsec());
            let mode = i64::from(found.mode());
            Some([device, inode, size, mode, written, written_nsec, changed, changed_nsec])
        };
        Self(files.into_iter().take(MOST).map(|path| (path.clone(), seen(&path))).collect())
    }

    /// These files as they were before, as far as they were looked at then: what was written to them
    /// since is still to be seen.
    pub fn dated_as_in(mut self, before: &Self) -> Self {
        for (path, seen) in &mut self.0 {
            if let Some(then) = before.0.get(path) {
                *seen = *then;
            }
        }
        self
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

    #[test]
    fn what_is_written_while_it_is_put_in_force_is_still_to_be_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (file, named) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&file, "a").unwrap();
        let before = Fingerprint::of([file.clone()]);
        std::fs::write(&file, "ab").unwrap();
        std::fs::write(&named, "b").unwrap();
        let look = || Fingerprint::of([file.clone(), named.clone()]);
        let known = look().dated_as_in(&before);
        assert_ne!(known, look());
        assert_eq!(look().dated_as_in(&look()), look(), "nothing was written meanwhile");
    }
}
