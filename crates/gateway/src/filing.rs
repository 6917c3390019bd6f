//! A program's requests for files: read, carried out in the directories it was granted, and answered.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use files::{
    Code, Create, Failure, Granted, Kind, Permission, Stat, Time, WriteOptions, WritePlace,
};
use serde::{Deserialize, Serialize};
use wire::Reply;

use crate::answer::json;

/// The longest header, in bytes: two paths, escaped at worst.
const HEADER: usize = 64 * 1024;

/// Bytes that one execution may write, over all its files.
const WRITTEN: u64 = 1 << 30;

/// What a new file or directory counts as, however small: it takes a place on the disk, too.
const MADE: usize = 4096;

/// What an execution has written so far.
#[derive(Debug, Default)]
pub struct Written(AtomicU64);

impl Written {
    /// Takes so many bytes from the execution's share, whatever becomes of them.
    fn take(&self, bytes: usize, syscall: &'static str, path: &Path) -> Result<(), Failure> {
        let before = self.0.fetch_add(bytes as u64, Relaxed);
        if before.saturating_add(bytes as u64) <= WRITTEN {
            return Ok(());
        }
        let detail = format!("the execution has written {WRITTEN} bytes, the limit for one");
        Err(Failure {
            code: Code::Quota,
            syscall,
            path: path.to_owned(),
            destination: None,
            detail: Some(detail),
        })
    }
}

/// What a program wants done with a file.
#[derive(Debug, Deserialize)]
#[serde(tag = "op", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Filing {
    /// Its content, whole or a range of it.
    ReadFile {
        path: PathBuf,
        #[serde(default)]
        offset: Option<u64>,
        #[serde(default)]
        length: Option<u64>,
    },
    /// The bytes beside the header into it.
    WriteFile {
        path: PathBuf,
        #[serde(default)]
        create: Making,
        #[serde(default)]
        place: Placing,
        #[serde(default)]
        offset: u64,
        #[serde(default)]
        mode: Option<u32>,
    },
    /// What is in a directory.
    ReadDir { path: PathBuf },
    /// What a path leads to.
    Stat { path: PathBuf },
    /// What a path names.
    Lstat { path: PathBuf },
    /// Whether something may be done with it.
    Access {
        path: PathBuf,
        #[serde(default)]
        read: bool,
        #[serde(default)]
        write: bool,
        #[serde(default)]
        execute: bool,
    },
    /// The path without links.
    RealPath { path: PathBuf },
    /// Where a link points.
    ReadLink { path: PathBuf },
    /// A new directory.
    Mkdir {
        path: PathBuf,
        #[serde(default)]
        recursive: bool,
        #[serde(default)]
        mode: Option<u32>,
    },
    /// A new directory whose name begins so.
    Mkdtemp { path: PathBuf },
    /// A new link.
    Symlink { target: PathBuf, path: PathBuf },
    /// A file or a link, removed.
    Unlink { path: PathBuf },
    /// An empty directory, removed.
    Rmdir { path: PathBuf },
    /// Whatever it is, removed with all that is in it.
    RemoveAll { path: PathBuf },
    /// Another name.
    Rename { path: PathBuf, to: PathBuf },
    /// A copy.
    CopyFile {
        path: PathBuf,
        to: PathBuf,
        #[serde(default)]
        create: Making,
    },
    /// Another length.
    Truncate { path: PathBuf, length: u64 },
    /// Other times.
    SetTimes { path: PathBuf, accessed: Moment, modified: Moment },
    /// Another mode, which no program may set.
    Chmod { path: PathBuf },
}

/// Whether a file is made.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Making {
    /// When it is not there.
    #[default]
    IfMissing,
    /// It has to be there.
    Never,
    /// It must not be there.
    New,
}

/// Where written bytes go.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Placing {
    /// In place of everything.
    #[default]
    Instead,
    /// Behind everything.
    Append,
    /// At the offset.
    At,
}

/// Since 1970, in UTC.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
pub struct Moment {
    seconds: i64,
    nanoseconds: u32,
}

impl Filing {
    /// The header of a request, and where the bytes beside it begin; `Err` says what is wrong.
    pub fn parse(payload: &[u8]) -> Result<(Self, usize), &'static str> {
        let (header, bytes) =
            wire::split_parts(payload).ok_or("the request is not a header and bytes")?;
        if header.len() > HEADER {
            return Err("the request's paths are longer than 64 KiB");
        }
        let filing = serde_json::from_slice(header)
            .map_err(|_| "the request's operation or its fields are not known")?;
        Ok((filing, payload.len() - bytes.len()))
    }

    /// The most bytes that its answer holds.
    pub fn answer_bytes(&self, limits: &files::Limits) -> u64 {
        match self {
            Self::ReadFile { length, .. } => length.unwrap_or(u64::MAX).min(limits.read_bytes),
            // A name and a word.
            Self::ReadDir { .. } => limits.entries as u64 * 64,
            _ => 4 * 1024,
        }
    }

    /// Carries it out, blocking.
    pub fn carry_out(self, granted: &Granted, bytes: &[u8], written: &Written) -> Reply {
        self.try_out(granted, bytes, written).unwrap_or_else(|failure| failed(&failure))
    }

    fn try_out(self, granted: &Granted, bytes: &[u8], written: &Written) -> Result<Reply, Failure> {
        match self {
            Self::ReadFile { path, offset: None, length: None } => {
                granted.read_file(&path).map(content)
            }
            Self::ReadFile { path, offset, length } => {
                granted.read_at(&path, offset.unwrap_or(0), length.unwrap_or(u64::MAX)).map(content)
            }
            Self::WriteFile { path, create, place, offset, mode } => {
                let makes = !matches!(create, Making::Never) && matches!(place, Placing::Instead);
                let least = if makes { MADE } else { 0 };
                written.take(bytes.len().max(least), "write", &path)?;
                let mut options = WriteOptions { create: create.into(), ..WriteOptions::default() };
                options.mode = mode.unwrap_or(options.mode);
                options.place = match place {
                    Placing::Instead => WritePlace::Instead,
                    Placing::Append => WritePlace::Append,
                    Placing::At => WritePlace::At(offset),
                };
                granted.write_file(&path, bytes, options).map(nothing)
            }
            Self::ReadDir { path } => {
                let listing = granted.read_dir(&path)?;
                let entries = listing.entries.iter().map(|entry| Entry {
                    name: entry.name.to_string_lossy().into_owned(),
                    kind: word(entry.kind),
                });
                Ok(value(&Entries { entries: entries.collect(), cut: listing.cut }))
            }
            Self::Stat { path } => granted.stat(&path).map(described),
            Self::Lstat { path } => granted.lstat(&path).map(described),
            Self::Access { path, read, write, execute } => {
                granted.access(&path, Permission { read, write, execute }).map(nothing)
            }
            Self::RealPath { path } => granted.real_path(&path).map(|path| text(&path)),
            Self::ReadLink { path } => granted.read_link(&path).map(|path| text(&path)),
            Self::Mkdir { path, recursive: true, mode } => {
                written.take(MADE, "mkdir", &path)?;
                let made = granted.mkdir_all(&path, mode.unwrap_or(0o777))?;
                Ok(made.map_or_else(|| nothing(()), |made| text(&made)))
            }
            Self::Mkdir { path, mode, .. } => {
                written.take(MADE, "mkdir", &path)?;
                granted.mkdir(&path, mode.unwrap_or(0o777)).map(nothing)
            }
            Self::Mkdtemp { path } => {
                written.take(MADE, "mkdtemp", &path)?;
                granted.mkdtemp(&path).map(|path| text(&path))
            }
            Self::Symlink { target, path } => {
                written.take(MADE, "symlink", &path)?;
                granted.symlink(&target, &path).map(nothing)
            }
            Self::Unlink { path } => granted.unlink(&path).map(nothing),
            Self::Rmdir { path } => granted.rmdir(&path).map(nothing),
            Self::RemoveAll { path } => granted.remove_all(&path).map(nothing),
            Self::Rename { path, to } => granted.rename(&path, &to).map(nothing),
            Self::CopyFile { path, to, create } => {
                // What a copy takes is known once its source is.
                let size = granted.stat(&path).map_or(0, |stat| stat.size);
                let share = usize::try_from(size).unwrap_or(usize::MAX);
                written.take(share.max(MADE), "copyfile", &path)?;
                let copied = granted.copy_file(&path, &to, create.into())?;
                // It grew in between.
                let more = usize::try_from(copied.saturating_sub(size)).unwrap_or(usize::MAX);
                written.take(more, "copyfile", &path).map(nothing)
            }
            Self::Truncate { path, length } => granted.truncate(&path, length).map(nothing),
            Self::SetTimes { path, accessed, modified } => {
                granted.set_times(&path, accessed.into(), modified.into()).map(nothing)
            }
            Self::Chmod { path } => Err(Failure::not_permitted("chmod", &path)),
        }
    }
}

impl From<Making> for Create {
    fn from(making: Making) -> Self {
        match making {
            Making::IfMissing => Self::IfMissing,
            Making::Never => Self::Never,
            Making::New => Self::New,
        }
    }
}

impl From<Moment> for Time {
    fn from(Moment { seconds, nanoseconds }: Moment) -> Self {
        Self { seconds, nanoseconds }
    }
}

impl From<Time> for Moment {
    fn from(Time { seconds, nanoseconds }: Time) -> Self {
        Self { seconds, nanoseconds }
    }
}

#[derive(Serialize)]
struct Entries {
    entries: Vec<Entry>,
    cut: bool,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    kind: &'static str,
    mode: u32,
    size: u64,
    links: u64,
    uid: u32,
    gid: u32,
    device: u64,
    inode: u64,
    special_device: u64,
    block_size: u32,
    blocks: u64,
    accessed: Moment,
    modified: Moment,
    changed: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    born: Option<Moment>,
}

fn described(stat: Stat) -> Reply {
    value(&Described {
        kind: word(stat.kind),
        mode: stat.mode,
        size: stat.size,
        links: stat.links,
        uid: stat.uid,
        gid: stat.gid,
        device: stat.device,
        inode: stat.inode,
        special_device: stat.special_device,
        block_size: stat.block_size,
        blocks: stat.blocks,
        accessed: stat.accessed.into(),
        modified: stat.modified.into(),
        changed: stat.changed.into(),
        born: stat.born.map(Into::into),
    })
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::File => "file",
        Kind::Directory => "directory",
        Kind::Link => "link",
        Kind::Pipe => "pipe",
        Kind::Socket => "socket",
        Kind::CharacterDevice => "characterDevice",
        Kind::BlockDevice => "blockDevice",
        Kind::Unknown => "unknown",
    }
}

#[derive(Serialize)]
struct Failed<'a> {
    code: &'a str,
    errno: i32,
    description: &'a str,
    syscall: &'a str,
    path: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dest: Option<std::borrow::Cow<'a, str>>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

fn failed(failure: &Failure) -> Reply {
    Reply::Error(json(&Failed {
        code: failure.code.as_str(),
        errno: failure.code.number(),
        description: failure.code.description(),
        syscall: failure.syscall,
        path: failure.path.to_string_lossy(),
        dest: failure.destination.as_ref().map(|path| path.to_string_lossy()),
        message: failure.message(),
        detail: failure.detail.as_deref(),
    }))
}

/// The answer to a request that cannot be read.
pub fn unreadable(why: &str) -> Reply {
    Reply::Error(json(&Failed {
        code: "EINVAL",
        errno: Code::Invalid.number(),
        description: Code::Invalid.description(),
        syscall: "open",
        path: "".into(),
        dest: None,
        message: format!("EINVAL: {why}"),
        detail: None,
    }))
}

fn content(bytes: Vec<u8>) -> Reply {
    Reply::Parts(wire::encode_parts(b"{}", &bytes))
}

fn value(value: &impl Serialize) -> Reply {
    Reply::Json(json(value))
}

fn text(path: &Path) -> Reply {
    value(&path.to_string_lossy())
}

fn nothing<T>(_: T) -> Reply {
    Reply::Json(b"null".to_vec())
}

#[cfg(test)]
mod tests;
