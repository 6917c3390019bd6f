//! Directories that a program is granted: mounted at their own paths, to be read. What it may write there
//! goes over the bridge.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

use wire::control::{GrantSheet, SheetAnswer, Withheld};

use crate::engine::deno::root::{OWN_PLACES, TAKEN};
use crate::lockdown::tree::Tree;
use crate::sys;

/// What came with an order: the sheet, and a mount for each of its directories.
pub struct Granted {
    file: File,
    sheet: GrantSheet,
    mounts: Vec<Option<OwnedFd>>,
    withheld: Vec<Withheld>,
}

impl Granted {
    /// Reads the sheet; `None` when nothing came.
    pub fn read(mut descriptors: Vec<OwnedFd>) -> Result<Option<Self>, String> {
        if descriptors.is_empty() {
            return Ok(None);
        }
        let mut file = File::from(descriptors.remove(0));
        let failed = |error: std::io::Error| format!("the sheet of grants: {error}");
        file.rewind().map_err(failed)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let sheet: GrantSheet =
            serde_json::from_slice(&text).map_err(|_| "the sheet of grants is none".to_owned())?;
        if sheet.directories.len() != descriptors.len() {
            return Err("there are not as many mounts as grants".to_owned());
        }
        let mounts = descriptors.into_iter().map(Some).collect();
        Ok(Some(Self { file, sheet, mounts, withheld: Vec::new() }))
    }

    /// Whether one of them is a place, or lies in it.
    pub fn has_one_in(&self, place: &str) -> bool {
        self.sheet.directories.iter().any(|directory| is_below(&directory.path, place))
    }

    /// Has a root show what it can of them, with the spellings that nothing else has; `libraries` are
    /// files that Deno is loaded from.
    pub fn add_to(&mut self, tree: &mut Tree, libraries: &[String]) {
        let mut order: Vec<usize> = (0..self.mounts.len()).collect();
        order.sort_by_key(|&index| self.sheet.directories[index].path.len());
        for index in order {
            let path = self.sheet.directories[index].path.clone();
            if let Some(reason) = in_the_way(&path, libraries) {
                self.withhold(index, reason);
            } else if let Some(mount) = self.mounts[index].take() {
                tree.add_granted(Path::new(&path), mount);
            }
        }
        for directory in &self.sheet.directories {
            for name in directory.names.iter().filter(|name| self.can_be_a_link(name, libraries)) {
                tree.add_name(Path::new(name), Path::new(&directory.path));
            }
        }
    }

    /// Whether a path is free for a link: not where something else is mounted, the scratch included.
    fn can_be_a_link(&self, name: &str, libraries: &[String]) -> bool {
        let is_scratch =
            |place: &&str| is_below(name, place) && (name == *place || !self.has_one_in(place));
        in_the_way(name, libraries).is_none() && !OWN_PLACES.iter().any(is_scratch)
    }

    /// Looks what came of them in this process's root, and tells the host.
    pub fn answer(mut self) -> Result<(), String> {
        for (index, directory) in self.sheet.directories.iter().enumerate() {
            if self.withheld.iter().any(|withheld| withheld.index == Some(index)) {
                continue;
            }
            let path = std::ffi::CString::new(directory.path.as_str()).unwrap_or_default();
            if let Err(error) = std::fs::read_dir(&directory.path) {
                let reason = format!("cannot be read by a program: {error}");
                self.withheld.push(Withheld { index: Some(index), reason });
            } else if !sys::is_read_only(&path) {
                return Err(format!("{} was not mounted read-only", directory.path));
            }
        }
        if let Some(cwd) = &self.sheet.cwd
            && let Err(error) = std::fs::read_dir(cwd)
        {
            let reason = format!("cannot be entered by a program: {error}");
            self.withheld.push(Withheld { index: None, reason });
        }
        let withheld = std::mem::take(&mut self.withheld);
        self.write(&SheetAnswer { withheld, failed: None })
    }

    /// Tells the host why there is no child.
    pub fn fail(mut self, reason: &str) {
        let failed = Some(reason.to_owned());
        let _ = self.write(&SheetAnswer { withheld: Vec::new(), failed });
    }

    fn write(&mut self, answer: &SheetAnswer) -> Result<(), String> {
        let text = serde_json::to_vec(answer).unwrap_or_default();
        let written = self
            .file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(&text));
        written.map_err(|error| format!("the sheet of grants: {error}"))
    }

    fn withhold(&mut self, index: usize, reason: String) {
        self.mounts[index] = None;
        self.withheld.push(Withheld { index: Some(index), reason });
    }
}

/// Why a directory cannot be shown at its path.
fn in_the_way(path: &str, libraries: &[String]) -> Option<String> {
    if TAKEN.iter().any(|taken| is_below(path, taken)) {
        return Some("cannot be shown to a program: its place is taken".to_owned());
    }
    let loaded = libraries.iter().find(|library| path == "/" || is_below(library, path));
    loaded.map(|library| {
        format!(
            "cannot be shown to a program of Deno, which is loaded from {library} in it; name a \
                 directory below it"
        )
    })
}

/// Whether a path is another one, or below it.
fn is_below(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
