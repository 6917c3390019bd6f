//! Preparations with an installer that asks a real registry and hands over what it got.

use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use testkit::{NpmPackage, NpmRegistry};

use super::*;
use crate::npm::{Ended, Piece, Work, imports};

/// Asks for one archive and keeps it as a file.
#[derive(Default)]
struct Asking {
    runs: AtomicUsize,
}

impl Installer for Asking {
    async fn install(&self, work: Work) -> Ended {
        self.runs.fetch_add(1, Ordering::AcqRel);
        for path in ["/npm/ms", "/archive/ms/1.0.0.tgz"] {
            match work.answer(path).await {
                None => return Ended::GivenUp,
                Some(answer) if answer.status != 200 => {
                    return Ended::Refused("error: no\n    at file:///x".to_owned());
                }
                Some(answer) if path.ends_with("tgz") => {
                    let path = "npm/host/ms/1.0.0/index.js".to_owned();
                    let piece = Piece { path, continues: false, bytes: answer.body };
                    if !work.keep(&[piece]) {
                        return Ended::GivenUp;
                    }
                }
                Some(_) => {}
            }
        }
        Ended::Done
    }
}

struct Fixture {
    folder: tempfile::TempDir,
    registry: NpmRegistry,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = NpmRegistry::start(&[NpmPackage::common("ms", "1.0.0", "1")], &[]);
    fs::write(folder.path().join(".npmrc"), registry.npmrc()).expect("written");
    Fixture { folder, registry }
}

impl Fixture {
    fn config(&self, mode: Mode) -> Config {
        let environment = [("HOME".into(), self.folder.path().into())].into();
        Config { mode, environment, ..Config::new(self.folder.path().join("cache")) }
    }
}

fn npm(config: Config) -> Npm {
    fn tls(_: Option<&std::path::Path>) -> Result<rustls::ClientConfig, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().map_err(|it| it.to_string())?;
        Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
    }
    Npm::new(config, "http://127.0.0.1:4873", tls)
}

async fn prepare(npm: &Npm, source: &str, installer: &Asking) -> Result<Option<Packages>, Error> {
    let imports = imports(source).expect("read");
    npm.prepare(&imports, "2.9.0", installer, |_| {}).await
}

#[tokio::test]
async fn what_was_installed_once_needs_no_registry() {
    let fixture = fixture();
    let first = npm(fixture.config(Mode::Any));
    let asking = Asking::default();
    let made = prepare(&first, "import 'npm:ms'", &asking).await.expect("made").expect("some");
    assert_eq!(made.packages, ["ms@1.0.0"]);
    let file = made.directory.join("npm/host/ms/1.0.0/index.js");
    assert!(fs::metadata(&file).expect("there").permissions().readonly());
    let asked = fixture.registry.requests().len();
    assert_eq!(asked, 2);

    // Another process would find it just so.
    let second = npm(fixture.config(Mode::Any));
    let found = prepare(&second, "await import('npm:ms')", &asking).await.expect("made");
    assert_eq!(found.expect("some").key, made.key);
    assert_eq!(fixture.registry.requests().len(), asked);
    assert_eq!(asking.runs.load(Ordering::Acquire), 1);
    let left = fs::read_dir(fixture.folder.path().join("cache/staging")).expect("there").count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn who_wants_the_same_waits_for_it() {
    let fixture = fixture();
    let npm = npm(fixture.config(Mode::Any));
    let asking = Asking::default();
    let one = || prepare(&npm, "import 'npm:ms'", &asking);
    let (first, second, third) = tokio::join!(one(), one(), one());
    let keys: Vec<String> = [first, second, third]
        .into_iter()
        .map(|packages| packages.expect("made").expect("some").key)
        .collect();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(asking.runs.load(Ordering::Acquire), 1);
}

#[tokio::test]
async fn what_is_not_allowed_is_refused_before_anything_is_asked() {
    let fixture = fixture();
    let asking = Asking::default();
    let off = npm(fixture.config(Mode::Off));
    let words = prepare(&off, "import 'npm:ms@2'", &asking).await.unwrap_err().to_string();
    assert!(words.contains("(ms)") && words.contains("packages.mode"), "{words}");
    // What is only mentioned may be a text.
    assert!(prepare(&off, "console.log('npm:ms')", &asking).await.expect("made").is_none());

    let list = ["ms", "@a/*", "jsr:@std/*"].map(str::to_owned).to_vec();
    let some = npm(fixture.config(Mode::Allowlist(list)));
    let source = "import 'npm:ms'; import 'npm:evil'; import 'jsr:@evil/x'; import 'npm:@a/b'";
    let words = prepare(&some, source, &asking).await.unwrap_err().to_string();
    assert!(words.contains("evil, jsr:@evil/x") && !words.contains("ms"), "{words}");
    let check = |source: &str| some.check(&imports(source).expect("read")).is_ok();
    assert!(check("import 'npm:@a/b/c'; import 'jsr:@std/path'"));
    assert!(!check("import 'npm:@ab/c'"));
    assert!(!check("import 'jsr:@a/b'"));
    assert!(fixture.registry.requests().is_empty());
}

#[tokio::test]
async fn what_goes_wrong_is_told_in_its_own_words() {
    let fixture = fixture();
    let asking = Asking::default();
    let config = fixture.config(Mode::Any);
    let error = |config: Config| {
        let asking = &asking;
        async move { prepare(&npm(config), "import 'npm:ms@^9'", asking).await.unwrap_err() }
    };
    let small = Config { max_bytes: 10, ..config.clone() };
    assert!(matches!(error(small).await, Error::TooLarge { setting: "maxBytes", .. }));
    let few = Config { max_files: 2, ..config.clone() };
    assert!(matches!(error(few).await, Error::TooLarge { setting: "maxFiles", .. }));
    fixture.registry.answer_with(404);
    assert!(matches!(error(config.clone()).await, Error::NoPackage { .. }));
    fixture.registry.answer_with(403);
    assert!(matches!(error(config.clone()).await, Error::Denied { status: 403, .. }));
    fixture.registry.fall_silent();
    let hurried = Config { install_timeout: Duration::from_millis(300), ..config };
    let words = error(hurried).await.to_string();
    assert!(words.contains("npm:ms@^9") && words.contains("0.3 s"), "{words}");
}

#[test]
fn lists_hold_names_only() {
    let validate = |entry: &str| {
        let list = Mode::Allowlist(vec![entry.to_owned()]);
        Config { mode: list, ..Config::new("/cache".into()) }.validate()
    };
    for entry in ["ms", "@a/b", "@a/*", "jsr:@a/b", "jsr:@a/*"] {
        assert!(validate(entry).is_ok(), "{entry}");
    }
    for entry in ["*", "ms@2", "npm:ms", "ms/*", "@a", "jsr:a", "jsr:*", "a b"] {
        assert!(validate(entry).is_err(), "{entry}");
    }
}
