//! A place to prepare in: a home, a cache, the interpreter of the fixtures, a record of progress.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    time::Duration,
};

use packages::{
    Config, Declaration, Environment, Error, InterpreterInfo, Mode, Packages, Progress, declared,
};
use testkit::{Fixtures, PackageIndex, Wheel};

/// Everything one test needs.
pub struct Place {
    folder: Folder,
    pub config: Config,
    pub interpreter: InterpreterInfo,
    pub progress: Mutex<Vec<Progress>>,
}

impl Place {
    /// An operator who allows everything and has no settings at all.
    pub fn new() -> Self {
        let fixtures = Fixtures::locate();
        let folder = Folder(tempfile::tempdir().expect("a temporary folder"));
        let home = folder.0.path().join("home");
        fs::create_dir(&home).expect("a home");
        let mut config = Config::new(folder.0.path().join("cache"));
        config.mode = Mode::Any;
        config.uv = Some(fixtures.uv());
        config.environment = BTreeMap::from([
            (OsString::from("HOME"), home.into()),
            (OsString::from("PATH"), "/usr/bin:/bin".into()),
            // The machine's own settings are none of a test's.
            (OsString::from("PIP_CONFIG_FILE"), "/dev/null".into()),
            (OsString::from("XDG_CONFIG_DIRS"), folder.0.path().join("none").into()),
            (OsString::from("UV_HTTP_RETRIES"), "0".into()),
        ]);
        let interpreter = probe(&fixtures.python());
        Self { folder, config, interpreter, progress: Mutex::default() }
    }

    /// An operator whose `PIP_INDEX_URL` is this index.
    pub fn with_index(index: &PackageIndex) -> Self {
        Self::new().with_variable("PIP_INDEX_URL", &index.url())
    }

    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.config.environment.insert(name.into(), value.into());
        self
    }

    pub fn without_variable(mut self, name: &str) -> Self {
        self.config.environment.remove(std::ffi::OsStr::new(name));
        self
    }

    /// Writes a file below the operator's home.
    pub fn with_home_file(self, path: &str, content: &str) -> Self {
        let path = self.folder.0.path().join("home").join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        fs::write(path, content).expect("the file");
        self
    }

    pub fn cache(&self) -> PathBuf {
        self.config.cache.clone()
    }

    pub fn packages(&self) -> Packages {
        Packages::new(self.config.clone())
    }

    /// Prepares what a program declares, in a process of its own as far as the crate can tell.
    pub async fn prepare(&self, dependencies: &[&str]) -> Result<Environment, Error> {
        self.prepare_with(&self.packages(), dependencies).await
    }

    pub async fn prepare_with(
        &self,
        packages: &Packages,
        dependencies: &[&str],
    ) -> Result<Environment, Error> {
        let report = |progress| self.progress.lock().expect("no panic").push(progress);
        let prepared =
            packages.prepare(&declaration(dependencies), &self.interpreter, report).await?;
        Ok(prepared.expect("something to install"))
    }

    /// What was reported since the last time.
    pub fn reported(&self) -> Vec<Progress> {
        std::mem::take(&mut *self.progress.lock().expect("no panic"))
    }

    /// Runs a line of Python that sees the environment's packages and nothing else.
    pub fn python(&self, environment: &Environment, line: &str) -> String {
        let program = format!(
            "import sys; sys.path.insert(0, {:?}); {line}",
            environment.site_packages.display().to_string()
        );
        let output = Command::new(&self.interpreter.executable)
            .args(["-I", "-S", "-B", "-c", &program])
            .output()
            .expect("the interpreter runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    }
}

/// A temporary folder that goes although what is installed in it is read-only.
struct Folder(tempfile::TempDir);

impl Drop for Folder {
    fn drop(&mut self) {
        let mut open = vec![self.0.path().to_owned()];
        while let Some(folder) = open.pop() {
            let _ = fs::set_permissions(&folder, fs::Permissions::from_mode(0o700));
            let entries = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
            let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            open.extend(folders.map(|entry| entry.path()));
        }
    }
}

/// What a program with these dependencies declares.
pub fn declaration(dependencies: &[&str]) -> Declaration {
    let list: Vec<String> = dependencies.iter().map(|each| format!("{each:?}")).collect();
    let source = format!("# /// script\n# dependencies = [{}]\n# ///\nprint(1)\n", list.join(", "));
    declared(&source).expect("a declaration").expect("a block")
}

/// `alpha` needs `beta`; `gamma` has no wheel.
pub fn index() -> PackageIndex {
    PackageIndex::start(
        &[
            Wheel::new("alpha", "1.0", "import beta\nname = 'alpha with ' + beta.name\n")
                .requires("beta>=1"),
            Wheel::new("beta", "1.2", "name = 'beta'\n"),
            Wheel::new("delta", "2.0", "name = 'delta'\n"),
        ],
        &[("gamma-1.0.tar.gz", b"not even an archive")],
    )
}

/// All regular files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(files(&path));
        } else if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            found.push(path);
        }
    }
    found
}

/// The processes that work below a folder.
pub fn processes_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir("/proc")
        .expect("/proc")
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder)))
        .collect()
}

/// Polls until it holds.
pub async fn until(what: &str, condition: impl Fn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(tokio::time::Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn probe(python: &Path) -> InterpreterInfo {
    let program = "import sys, sysconfig; print(*sys.version_info[:3], \
                   sysconfig.get_config_var('SOABI'), sysconfig.get_platform(), sys.prefix)";
    let output = Command::new(python).args(["-I", "-c", program]).output().expect("Python runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |at: usize| words[at].parse().expect("a number");
    InterpreterInfo {
        executable: python.to_owned(),
        version: (number(0), number(1), number(2)),
        abi_tag: words[3].to_owned(),
        platform_tag: words[4].to_owned(),
        prefix: PathBuf::from(words[5]),
    }
}
