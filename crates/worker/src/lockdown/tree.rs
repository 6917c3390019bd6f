//! A minimal root: what an interpreter needs, read-only, and nothing else.
//!
//! Collected while the paths can still be reached (as root that is before root is left, since an
//! interpreter may lie where only root may look), built in a mount namespace of our own.

use std::collections::HashSet;
use std::ffi::CString;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use crate::lockdown::{mounts, root};

/// Symbolic links followed for one path, at most.
const LINKS: usize = 40;

/// Devices that do nothing but give or take bytes. `/dev/zero` also gives memory that is not counted.
const DEVICES: [&str; 3] = ["/dev/null", "/dev/random", "/dev/urandom"];

/// Directories that every root has: those of a child's scratch, and the account below.
const DIRECTORIES: [&str; 3] = ["/workspace", "/tmp", "/etc"];

/// Room for the root's own directories and links.
const ROOT_OPTIONS: &std::ffi::CStr = c"size=1m,nr_inodes=16k,mode=0755";

/// The account that `getpwuid` finds: the child's ids are not mapped, so it reads as nobody.
const PASSWD: &str = "nobody:x:65534:65534:nobody:/workspace:/nonexistent\n";

/// One step in making the root.
enum Step {
    Directory(PathBuf),
    File { path: PathBuf, bytes: &'static [u8] },
    Link { path: PathBuf, target: PathBuf },
    Mount { path: PathBuf, mount: OwnedFd, is_directory: bool },
}

/// A root that can be built.
pub struct Tree {
    steps: Vec<Step>,
    known: HashSet<PathBuf>,
    mounted: Vec<PathBuf>,
}

impl Tree {
    /// Takes hold of every path, through all links on the way to it.
    pub fn collect(read_only: &[String]) -> Result<Self, String> {
        let mut tree = Self { steps: Vec::new(), known: HashSet::new(), mounted: Vec::new() };
        let attributes = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
        for path in read_only {
            tree.add(Path::new(path), attributes)?;
        }
        let attributes =
            libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC;
        for path in DEVICES {
            tree.add(Path::new(path), attributes)?;
        }
        Ok(tree)
    }

    /// The paths at which something is mounted, without links on the way to any. All of them are UTF-8,
    /// as the names that led there are, or they are not in the list.
    pub fn mounted(&self) -> Vec<String> {
        self.mounted.iter().filter_map(|path| path.to_str().map(str::to_owned)).collect()
    }

    /// Has it hold an empty directory.
    pub fn add_directory(&mut self, path: &str) {
        self.step(Path::new(path), Step::Directory);
    }

    /// Has it hold a file of ours, in a directory that it has.
    pub fn add_file(&mut self, path: &str, bytes: &'static [u8]) {
        self.step(Path::new(path), |path| Step::File { path, bytes });
    }

    /// Has it hold a link, in a directory that it has.
    pub fn add_link(&mut self, path: &str, target: &str) {
        self.step(Path::new(path), |path| Step::Link { path, target: target.into() });
    }

    /// Shows what is at a path at another one, read-only.
    pub fn add_as(&mut self, path: &Path, shown: &str) -> Result<(), String> {
        let attributes = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
        let is_directory = std::fs::metadata(path)
            .map_err(|error| format!("{}: {error}", path.display()))?
            .is_dir();
        self.add_mount(path, Path::new(shown), attributes, is_directory)
    }

    /// Mounts what a program was granted at its path, unless it is seen there already.
    pub fn add_granted(&mut self, path: &Path, mount: OwnedFd) {
        if self.is_mounted(path) {
            return;
        }
        self.add_way(path);
        self.known.insert(path.to_owned());
        self.mounted.push(path.to_owned());
        self.steps.push(Step::Mount { path: path.to_owned(), mount, is_directory: true });
    }

    /// Has another path lead to one, where nothing else has that path.
    pub fn add_name(&mut self, name: &Path, target: &Path) {
        if !self.is_mounted(name) && !self.known.contains(name) {
            self.add_way(name);
            self.step(name, |path| Step::Link { path, target: target.to_owned() });
        }
    }

    /// The directories that a path is in.
    fn add_way(&mut self, path: &Path) {
        let mut way: Vec<&Path> = path.ancestors().skip(1).collect();
        way.pop();
        for directory in way.into_iter().rev() {
            self.step(directory, Step::Directory);
        }
    }

    /// Makes it the root of this process, read-only. Needs a mount namespace of our own.
    pub fn enter(self) -> Result<(), String> {
        self.enter_with(|| Ok(()))
    }

    /// The same, when `more` has put into it what else there is to be, below the current directory.
    pub fn enter_with(self, more: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
        root::pivot(ROOT_OPTIONS, || {
            self.build()?;
            more()
        })
    }

    fn add_mount(
        &mut self,
        path: &Path,
        shown: &Path,
        attributes: u64,
        is_directory: bool,
    ) -> Result<(), String> {
        let mount =
            take(path, attributes).map_err(|errno| format!("{}: {errno}", path.display()))?;
        self.known.insert(shown.to_owned());
        self.mounted.push(shown.to_owned());
        self.steps.push(Step::Mount { path: shown.to_owned(), mount, is_directory });
        Ok(())
    }

    fn add(&mut self, path: &Path, attributes: u64) -> Result<(), String> {
        let mut links = 0;
        let mut real = PathBuf::from("/");
        let mut ahead = components(path);
        while let Some(name) = ahead.pop() {
            if name == ".." {
                real.pop();
                continue;
            }
            real.push(&name);
            let failed = |error| format!("{}: {error}", real.display());
            let data = std::fs::symlink_metadata(&real).map_err(failed)?;
            if data.is_symlink() {
                links += 1;
                if links > LINKS {
                    return Err(format!("{}: too many symbolic links", path.display()));
                }
                let target = std::fs::read_link(&real).map_err(failed)?;
                self.step(&real, |path| Step::Link { path, target: target.clone() });
                real.pop();
                if target.is_absolute() {
                    real = PathBuf::from("/");
                }
                ahead.extend(components(&target));
            } else if !ahead.is_empty() {
                self.step(&real, Step::Directory);
            } else if !self.is_mounted(&real) {
                self.add_mount(&real, &real, attributes, data.is_dir())?;
            }
        }
        Ok(())
    }

    /// Adds a step once, unless a mount brings the path along.
    fn step(&mut self, path: &Path, step: impl FnOnce(PathBuf) -> Step) {
        if !self.is_mounted(path) && self.known.insert(path.to_owned()) {
            self.steps.push(step(path.to_owned()));
        }
    }

    fn is_mounted(&self, path: &Path) -> bool {
        self.mounted.iter().any(|mounted| path.starts_with(mounted))
    }

    /// Carries the steps out below the current directory.
    fn build(self) -> Result<(), String> {
        let here = |path: &Path| PathBuf::from(".").join(path.strip_prefix("/").unwrap_or(path));
        for path in DIRECTORIES {
            make_directory(&here(Path::new(path)))?;
        }
        std::fs::write("./etc/passwd", PASSWD).map_err(|error| format!("/etc/passwd: {error}"))?;
        for step in self.steps {
            match step {
                Step::Directory(path) => make_directory(&here(&path))?,
                Step::File { path, bytes } => std::fs::write(here(&path), bytes)
                    .map_err(|error| format!("{}: {error}", path.display()))?,
                Step::Link { path, target } => std::os::unix::fs::symlink(target, here(&path))
                    .map_err(|error| format!("{}: {error}", path.display()))?,
                Step::Mount { path, mount, is_directory } => {
                    let place = here(&path);
                    if is_directory {
                        make_directory(&place)?;
                    } else {
                        std::fs::write(&place, "")
                            .map_err(|error| format!("{}: {error}", path.display()))?;
                    }
                    mounts::attach(&mount, &c_path(&place))
                        .map_err(|errno| format!("mounting {}: {errno}", path.display()))?;
                }
            }
        }
        Ok(())
    }
}

fn take(path: &Path, attributes: u64) -> Result<OwnedFd, crate::sys::Errno> {
    let mount = mounts::copy_of(&c_path(path))?;
    mounts::restrict(&mount, attributes)?;
    Ok(mount)
}

fn make_directory(path: &Path) -> Result<(), String> {
    match std::fs::create_dir(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(format!("{}: {error}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The names of a path, the first one last.
fn components(path: &Path) -> Vec<std::ffi::OsString> {
    let names = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    let mut names: Vec<_> = names.collect();
    names.reverse();
    names
}

fn c_path(path: &Path) -> CString {
    // A path that came from JSON or the file system holds no NUL; an empty one fails where used.
    CString::new(path.as_os_str().as_bytes()).unwrap_or_default()
}
