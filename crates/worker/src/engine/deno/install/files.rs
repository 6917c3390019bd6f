//! What Deno unpacked, in pieces of a size that is sent at once.

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use wire::pieces::Piece;

use crate::engine::deno::install::narrow;

/// What of a `DENO_DIR` programs need.
const ROOTS: [&str; 2] = ["npm", "remote"];

/// Bytes that are sent at once, and one file's more.
const AT_ONCE: usize = 1 << 20;

/// Hands over all files below a `DENO_DIR`: `send` gets payloads of pieces, and says whether to go on.
/// An error is what stands in the way.
pub fn hand_over(root: &Path, mut send: impl FnMut(&[u8]) -> bool) -> Result<(), String> {
    narrow::narrow_modules(root);
    let mut payload = Vec::new();
    let mut chunk = vec![0; AT_ONCE];
    let mut open: Vec<PathBuf> = ROOTS.iter().map(|name| root.join(name)).collect();
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(format!("a directory cannot be read: {error}")),
        };
        for entry in entries {
            let entry = entry.map_err(|error| format!("a directory cannot be read: {error}"))?;
            let kind = entry.file_type().map_err(|error| error.to_string())?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                narrow::narrow(root, &entry.path());
                let sent = add(root, &entry.path(), &mut chunk, &mut payload, &mut send);
                if !sent.map_err(|error| format!("a file cannot be read: {error}"))? {
                    return Err("nobody takes the files".to_owned());
                }
            } else {
                return Err("a package holds a link or a special file".to_owned());
            }
        }
    }
    if payload.is_empty() || send(&payload) {
        Ok(())
    } else {
        Err("nobody takes the files".to_owned())
    }
}

/// Adds a file to the payload, and sends that when it is large enough; whether to go on.
fn add(
    root: &Path,
    path: &Path,
    chunk: &mut [u8],
    payload: &mut Vec<u8>,
    send: &mut impl FnMut(&[u8]) -> bool,
) -> io::Result<bool> {
    let below = path.strip_prefix(root).ok().and_then(Path::to_str);
    let below = below.ok_or_else(|| io::Error::other("its name is not UTF-8"))?;
    let mut file = File::open(path)?;
    let mut continues = false;
    loop {
        let count = file.read(chunk)?;
        if count == 0 && continues {
            return Ok(true);
        }
        if !(Piece { path: below, continues, bytes: &chunk[..count] }.append(payload)) {
            return Err(io::Error::other("its name is too long"));
        }
        if payload.len() >= AT_ONCE {
            if !send(payload) {
                return Ok(false);
            }
            payload.clear();
        }
        continues = true;
    }
}
