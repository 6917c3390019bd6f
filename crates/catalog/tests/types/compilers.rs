//! The compilers, and folders of what they are to read.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use tempfile::TempDir;
use testkit::Fixtures;

/// What to say where they are not installed.
pub const ABSENT: &str = "no compilers: `cargo xtask test` installs them";

/// The most complaints that a failed test shows.
const SHOWN: usize = 20;

/// The compilers; `None` where tests run without the fixtures.
pub fn installed() -> Option<Fixtures> {
    // Whoever installed them has them.
    if std::env::var_os("CODE_EXECUTOR_FIXTURES").is_some() {
        return Some(Fixtures::locate());
    }
    let fixtures = Fixtures::nearby();
    (fixtures.tsc().exists() && fixtures.mypy_python().exists()).then_some(fixtures)
}

/// A folder of source files.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder can be made") }
    }

    /// Adds a file, and the folders it is in.
    pub fn write(&self, name: impl AsRef<Path>, text: &str) {
        let path: PathBuf = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// What `tsc --strict` says against the TypeScript in it, a complaint a line.
    pub fn tsc(&self, fixtures: &Fixtures) -> Vec<String> {
        const OPTIONS: &str = r#"{
            "compilerOptions": {
                "strict": true, "noEmit": true, "target": "es2022", "lib": ["es2023"], "types": [],
                "module": "esnext", "moduleResolution": "bundler", "moduleDetection": "force",
                "noUnusedLocals": true, "noImplicitOverride": true, "isolatedModules": true,
                "noUncheckedIndexedAccess": true, "exactOptionalPropertyTypes": true
            },
            "include": ["**/*.ts"]
        }"#;
        self.write("tsconfig.json", OPTIONS);
        let mut command = Command::new(fixtures.node());
        command.arg(fixtures.tsc()).args(["--pretty", "false", "--project", "."]);
        self.complaints("tsc", command, "error TS")
    }

    /// What `mypy --strict` says against the Python in it, a complaint a line.
    pub fn mypy(&self, fixtures: &Fixtures) -> Vec<String> {
        let mut command = Command::new(fixtures.mypy_python());
        command.args(["-m", "mypy", "--strict", "--no-error-summary", "--no-pretty"]);
        command.args(["--no-incremental", "--cache-dir", "/dev/null", "."]);
        self.complaints("mypy", command, ": error: ")
    }

    fn complaints(&self, compiler: &str, mut command: Command, mark: &str) -> Vec<String> {
        let started = Instant::now();
        let output = command.current_dir(self.folder.path()).output().expect("it starts");
        eprintln!("{compiler}: {:.1?}", started.elapsed());
        let text = String::from_utf8_lossy(&output.stdout);
        let complaints: Vec<String> =
            text.lines().filter(|line| line.contains(mark)).map(str::to_owned).collect();
        assert!(
            output.status.success() == complaints.is_empty(),
            "{:?}\n{text}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        complaints
    }
}

/// Fails with the first complaints, if there are any.
#[track_caller]
pub fn assert_none(complaints: &[String]) {
    let shown = complaints.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n");
    assert!(complaints.is_empty(), "{} complaints\n{shown}", complaints.len());
}
