//! Paths as text: nothing here asks the file system.

#[cfg(test)]
mod tests;

use std::{
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Component, Path, PathBuf},
};

/// The absolute path without `.`, `..` and doubled slashes. `..` at the root stays there, as in the
/// kernel. A relative path is taken from the root.
pub(crate) fn normalise(path: &Path) -> PathBuf {
    let mut normal = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => normal.push(name),
            Component::ParentDir => {
                normal.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    normal
}

/// Whether the spelling says that a directory is meant: `dir/`, `dir/.`, `dir/..`.
pub(crate) fn names_a_directory(path: &Path) -> bool {
    let bytes = path.as_os_str().as_bytes();
    let last = bytes.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    matches!(last, b"" | b"." | b"..") && !bytes.is_empty()
}

/// What is left of `path` below `base`: `.` for the base itself, nothing for a path outside.
pub(crate) fn below<'a>(path: &'a Path, base: &Path) -> Option<&'a Path> {
    let rest = path.strip_prefix(base).ok()?;
    Some(if rest.as_os_str().is_empty() { Path::new(".") } else { rest })
}

/// How many names a path has.
pub(crate) fn depth(path: &Path) -> usize {
    path.components().count()
}

/// Whether either path lies in the other.
pub(crate) fn overlap(one: &Path, other: &Path) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

/// Where the kernel shows itself: `/`, `/proc`, `/dev`, `/sys` and what is in the last three.
pub(crate) fn is_system(normal: &Path) -> bool {
    normal == Path::new("/")
        || ["/proc", "/dev", "/sys"].iter().any(|system| normal.starts_with(system))
}

/// Whether a link in a directory `depth` names below its root, with this target, stays below the
/// root by its text alone: relative, with `..` at its beginning only and not too many of them. `..`
/// after a name would depend on where that name leads.
pub(crate) fn link_stays_inside(target: &Path, depth: usize) -> bool {
    let mut up = 0;
    let mut down = false;
    for component in target.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if !down => up += 1,
            Component::Normal(_) => down = true,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    up <= depth
}

/// Whether the text holds a NUL, which ends a path in the kernel.
pub(crate) fn has_nul(text: &OsStr) -> bool {
    text.as_bytes().contains(&0)
}

/// Whether the text holds a wildcard. Brackets are no wildcards here: they are common in names.
pub(crate) fn has_wildcard(text: &OsStr) -> bool {
    text.as_bytes().iter().any(|byte| matches!(byte, b'*' | b'?'))
}
