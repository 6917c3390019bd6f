//! Trees of files: measured, sealed, removed. None of it follows a symbolic link.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// How much of a tree is accepted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) bytes: u64,
    pub(crate) files: u64,
}

/// What is the matter with a tree.
#[derive(Debug)]
pub(crate) enum Found {
    /// It has more bytes than it may.
    TooManyBytes,
    /// It has more files and directories than it may.
    TooManyFiles,
    /// It has something that no package needs.
    Strange { path: PathBuf, what: &'static str },
    /// It cannot be read or changed.
    Failed { path: PathBuf, error: io::Error },
}

/// Makes all of a tree but its root read-only, readable for everybody whom its root lets in, and
/// returns its size.
pub(crate) fn seal(root: &Path, limits: Limits) -> Result<u64, Found> {
    let mut bytes = 0;
    let mut files = 0;
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in list(&folder)? {
            let path = entry.path();
            let failed = |error| Found::Failed { path: path.clone(), error };
            let metadata = fs::symlink_metadata(&path).map_err(failed)?;
            let kind = metadata.file_type();
            files += 1;
            if files > limits.files {
                return Err(Found::TooManyFiles);
            }
            let mode = if kind.is_dir() {
                open.push(path.clone());
                0o555
            } else if kind.is_file() {
                bytes += metadata.len();
                if bytes > limits.bytes {
                    return Err(Found::TooManyBytes);
                }
                if metadata.mode() & 0o111 == 0 { 0o444 } else { 0o555 }
            } else {
                let what = if kind.is_symlink() { "a symbolic link" } else { "a special file" };
                let path = path.strip_prefix(root).unwrap_or(&path).to_owned();
                return Err(Found::Strange { path, what });
            };
            if !kind.is_dir() {
                fs::set_permissions(&path, Permissions::from_mode(mode)).map_err(failed)?;
            }
        }
    }
    // Directories last and from below, or an ordinary user could not change what is in them.
    seal_folders(root)?;
    Ok(bytes)
}

fn seal_folders(root: &Path) -> Result<(), Found> {
    let mut folders = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in list(&folder)? {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
                folders.push(entry.path());
            }
        }
    }
    for path in folders.into_iter().rev() {
        fs::set_permissions(&path, Permissions::from_mode(0o555))
            .map_err(|error| Found::Failed { path, error })?;
    }
    Ok(())
}

/// The bytes of all files of a tree that are there to be counted, and no more than just above the
/// limit.
pub(crate) fn measure(root: &Path, limit: u64) -> u64 {
    let mut bytes = 0;
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_dir() {
                open.push(entry.path());
            } else {
                bytes += metadata.len();
            }
            if bytes > limit {
                return bytes;
            }
        }
    }
    bytes
}

/// Removes a tree that may be read-only; no tree is no error.
pub(crate) fn remove(root: &Path) -> io::Result<()> {
    match fs::remove_dir_all(root) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(_) => {}
    }
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            }
        }
    }
    fs::remove_dir_all(root)
}

fn list(folder: &Path) -> Result<Vec<fs::DirEntry>, Found> {
    let failed = |error| Found::Failed { path: folder.to_owned(), error };
    fs::read_dir(folder).and_then(Iterator::collect).map_err(failed)
}
