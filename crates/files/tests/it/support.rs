//! A granted directory, and beside it what must stay unread and unharmed.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use files::{Code, Failure, Granted, Limits, Operator, Request};
use tempfile::TempDir;

/// What nobody may read.
pub const CANARY: &str = "the canary's secret";

/// The name of a file beside the canary that no test uses otherwise.
pub const MARKER: &str = "beside-the-canary";

/// `granted` may be read and written; `outside` holds the canary.
pub struct Fixture {
    _keep: TempDir,
    pub path: PathBuf,
    pub granted: Granted,
}

impl Fixture {
    pub fn new() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        let keep = tempfile::tempdir().expect("a directory");
        let path = keep.path().canonicalize().expect("it exists");
        for name in ["granted/sub/deep", "granted/.git/hooks", "outside/dir"] {
            fs::create_dir_all(path.join(name)).expect("made");
        }
        for (name, content) in [
            ("granted/file", "text"),
            ("granted/sub/file", "text below"),
            ("granted/.git/config", "[core]"),
            ("outside/secret", CANARY),
            ("outside/dir/secret", CANARY),
        ] {
            fs::write(path.join(name), content).expect("written");
        }
        for directory in ["outside", "outside/dir"] {
            fs::write(path.join(directory).join(MARKER), "").expect("written");
        }
        let operator = Operator::open(&[], &[path.join("granted")], &[]).expect("open");
        let request = Request {
            write: vec![path.join("granted")],
            cwd: Some(path.join("granted")),
            ..Request::default()
        };
        let mut granted = operator.grant(&request).expect("well-formed");
        assert!(granted.denied.is_empty(), "{granted:?}");
        granted.limits = limits;
        Self { _keep: keep, path, granted }
    }

    /// A path in the granted directory.
    pub fn at(&self, name: &str) -> PathBuf {
        self.path.join("granted").join(name)
    }

    pub fn outside(&self, name: &str) -> PathBuf {
        self.path.join("outside").join(name)
    }

    pub fn link(&self, target: impl AsRef<Path>, name: &str) {
        symlink(target, self.at(name)).expect("made");
    }

    /// What must stay as it is: everything outside, and what is never written.
    pub fn guarded(&self) -> BTreeMap<PathBuf, (u32, u64, Vec<u8>)> {
        let mut seen = BTreeMap::new();
        let mut open = vec![self.path.join("outside"), self.at(".git")];
        while let Some(path) = open.pop() {
            let metadata = path.symlink_metadata().expect("still there");
            if metadata.is_dir() {
                let entries = fs::read_dir(&path).expect("readable");
                open.extend(entries.map(|entry| entry.expect("readable").path()));
            }
            let content = if metadata.is_file() { fs::read(&path).expect("read") } else { vec![] };
            seen.insert(path, (metadata.permissions().mode(), metadata.nlink(), content));
        }
        seen
    }
}

/// The code of a failure that has to be.
#[track_caller]
pub fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> Code {
    result.expect_err("it has to fail").code
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
