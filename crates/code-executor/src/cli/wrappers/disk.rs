//! The files on disk: what differs from what they should be, and making them so. Nothing outside of
//! the directory is written, nothing that somebody else made is touched, and no file is ever half
//! written.

use std::collections::BTreeSet;
use std::fs::{self, File as Open, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use catalog::wrappers::{File, MARK, ROOT};
use sha2::{Digest, Sha256};

use super::manifest::{Entry, Manifest, NAME};

/// The largest file that is read to be compared, in bytes; no module is as large.
const MAX_BYTES: u64 = 16 << 20;

/// What is to be done.
#[derive(Debug)]
pub struct Plan {
    directory: PathBuf,
    /// Files that are not there.
    pub missing: Vec<File>,
    /// Files that are not what they should be.
    pub stale: Vec<File>,
    /// Files of ours that nothing is made of any more.
    pub left_over: Vec<String>,
    /// The same, but somebody changed them: they stay.
    pub changed: Vec<String>,
    /// How many are what they should be.
    pub unchanged: usize,
    /// Files that are in the way, which somebody else made.
    pub foreign: Vec<String>,
    manifest: Manifest,
    manifest_text: Option<String>,
}

impl Plan {
    /// What has to be done so that `files` are in the directory, and none of ours besides but those
    /// that are to be kept.
    pub fn new(
        directory: &Path,
        files: Vec<File>,
        known: &Manifest,
        is_kept: impl Fn(&str, &Entry) -> bool,
    ) -> anyhow::Result<Self> {
        let mut plan = Self {
            directory: directory.to_owned(),
            missing: Vec::new(),
            stale: Vec::new(),
            left_over: Vec::new(),
            changed: Vec::new(),
            unchanged: 0,
            foreign: Vec::new(),
            manifest: Manifest::default(),
            manifest_text: None,
        };
        let folders: BTreeSet<&str> =
            files.iter().flat_map(|file| folders_of(&file.path)).chain([ROOT]).collect();
        let mut blocked: Vec<String> = Vec::new();
        for folder in folders {
            let is_behind = blocked.iter().any(|blocked| Path::new(folder).starts_with(blocked));
            if !is_behind && !is_folder_or_nothing(&directory.join(folder))? {
                blocked.push(folder.to_owned());
            }
        }
        plan.foreign.clone_from(&blocked);
        let wanted: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
        for file in files {
            let entry = Entry { server: file.server.clone(), sha256: hash(file.text.as_bytes()) };
            plan.manifest.files.insert(file.path.clone(), entry);
            if !blocked.iter().any(|folder| Path::new(&file.path).starts_with(folder)) {
                plan.compare(file, known)?;
            }
        }
        for (path, entry) in known.files.iter().filter(|(path, _)| !wanted.contains(*path)) {
            if is_kept(path, entry) {
                plan.manifest.files.insert(path.clone(), entry.clone());
                continue;
            }
            // Who wrote the list may have made the folder as well: what is behind a link is not ours.
            if linked_folder(directory, path)?.is_some() {
                plan.changed.push(path.clone());
                continue;
            }
            match read(&directory.join(path))? {
                There::Nothing => {}
                There::Text(text) if is_ours(&text, Some(entry)) => {
                    plan.left_over.push(path.clone())
                }
                _ => plan.changed.push(path.clone()),
            }
        }
        let text = plan.manifest.text()?;
        let there = read(&directory.join(ROOT).join(NAME))?;
        plan.manifest_text = (there != There::Text(text.clone().into_bytes())).then_some(text);
        Ok(plan)
    }

    fn compare(&mut self, file: File, known: &Manifest) -> anyhow::Result<()> {
        match read(&self.directory.join(&file.path))? {
            There::Nothing => self.missing.push(file),
            There::Text(text) if text == file.text.as_bytes() => self.unchanged += 1,
            There::Text(text) if is_ours(&text, known.files.get(&file.path)) => {
                self.stale.push(file)
            }
            There::Text(_) | There::Other => self.foreign.push(file.path),
        }
        Ok(())
    }

    /// Does it.
    pub fn apply(&self) -> anyhow::Result<()> {
        if let Some(path) = self.foreign.first() {
            let more = match self.foreign.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            bail!(
                "{:?} was not made by code-executor{more}; move it away, or choose another --out",
                self.directory.join(path)
            );
        }
        for file in self.missing.iter().chain(&self.stale) {
            write(&self.still_within(&file.path)?, &file.text)?;
        }
        for path in &self.left_over {
            let path = self.still_within(path)?;
            remove(&path)?;
            // The folder goes with the last of its files.
            if let Some(folder) = path.parent().filter(|folder| !folder.ends_with(ROOT)) {
                let _ = fs::remove_dir(folder);
            }
        }
        match &self.manifest_text {
            Some(text) => write(&self.still_within(&format!("{ROOT}/{NAME}"))?, text),
            None => Ok(()),
        }
    }

    /// Where a file is, unless a folder on the way was replaced by a link since the plan was made.
    fn still_within(&self, path: &str) -> anyhow::Result<PathBuf> {
        match linked_folder(&self.directory, path)? {
            None => Ok(self.directory.join(path)),
            Some(folder) => bail!(
                "{:?} is no folder any more; move it away and generate again",
                self.directory.join(folder)
            ),
        }
    }
}

/// What is at a path.
#[derive(Debug, PartialEq, Eq)]
enum There {
    Nothing,
    Text(Vec<u8>),
    /// A link, a directory, or something too large to be ours.
    Other,
}

fn read(path: &Path) -> anyhow::Result<There> {
    let cannot = || format!("cannot read {}", path.display());
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_absent(&error) => return Ok(There::Nothing),
        Err(error) => return Err(error).with_context(cannot),
    };
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Ok(There::Other);
    }
    let mut text = Vec::new();
    Open::open(path)
        .and_then(|file| file.take(MAX_BYTES).read_to_end(&mut text))
        .with_context(cannot)?;
    Ok(There::Text(text))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The folders on the way to a file, the outermost first.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// The first thing on the way to a file that is there and no folder.
fn linked_folder<'a>(directory: &Path, path: &'a str) -> anyhow::Result<Option<&'a str>> {
    for folder in folders_of(path) {
        if !is_folder_or_nothing(&directory.join(folder))? {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// A link to a folder would lead out of the directory.
fn is_folder_or_nothing(path: &Path) -> anyhow::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(metadata.is_dir()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot look at {}", path.display())),
    }
}

/// Whether we made what is there: it says so, or it is what we noted.
fn is_ours(text: &[u8], known: Option<&Entry>) -> bool {
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    let says_so = ["// ", "# "]
        .iter()
        .any(|sign| first.strip_prefix(sign).is_some_and(|words| words.starts_with(MARK)));
    says_so || known.is_some_and(|known| known.sha256 == hash(text))
}

fn hash(text: &[u8]) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file beside the one it takes the place of.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let draft = folder.join(format!(".{name}.{}.new", std::process::id()));
        let put = || -> io::Result<()> {
            // Left behind by a process of our number that was killed.
            let _ = fs::remove_file(&draft);
            let mut file = OpenOptions::new().write(true).create_new(true).open(&draft)?;
            file.write_all(text.as_bytes())?;
            drop(file);
            fs::rename(&draft, path)
        };
        put().inspect_err(|_| drop(fs::remove_file(&draft)))
    };
    written().with_context(|| format!("cannot write {}", path.display()))
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if !is_absent(&error) => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
