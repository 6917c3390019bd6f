//! Settings of `pip` and `uv` in, what `uv` is told out.

use std::{collections::BTreeMap, ffi::OsString, fs, path::Path};

use tempfile::TempDir;

use super::{Settings, ini, read};
use crate::Error;

/// A machine with nothing set.
struct Machine {
    folder: TempDir,
    environment: BTreeMap<OsString, OsString>,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let machine = Self { folder, environment: BTreeMap::new() };
        let path = |name: &str| machine.folder.path().join(name).display().to_string();
        let (home, etc) = (path("home"), path("etc"));
        machine
            .with("HOME", &home)
            .with("XDG_CONFIG_DIRS", &etc)
            // The real machine has files of its own.
            .with("PIP_INDEX_URL", "")
            .with("PIP_CERT", "")
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    fn file(self, path: &str, content: &str) -> Self {
        let path = self.path(path);
        fs::create_dir_all(Path::new(&path).parent().expect("a folder")).expect("made");
        fs::write(path, content).expect("written");
        self
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn try_read(&self) -> Result<Settings, Error> {
        read(&self.environment, &self.folder.path().join("venv"))
    }

    fn read(&self) -> Settings {
        self.try_read().unwrap_or_else(|error| panic!("{error}"))
    }
}

fn variable<'a>(settings: &'a Settings, name: &str) -> Option<&'a str> {
    settings.variables.get(std::ffi::OsStr::new(name)).and_then(|value| value.to_str())
}

/// The indexes as `uv` asks them, with what says who asks.
fn indexes(settings: &Settings) -> Vec<String> {
    let entries = settings.file.get("index").and_then(toml::Value::as_array);
    entries
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(at, entry)| {
            let url = entry["url"].as_str().expect("a url");
            let part = |what: &str| {
                variable(settings, &format!("UV_INDEX_OPERATOR{at}_{what}")).unwrap_or("-")
            };
            let default = if entry["default"].as_bool() == Some(true) { " default" } else { "" };
            format!("{url} {}:{}{default}", part("USERNAME"), part("PASSWORD"))
        })
        .collect()
}

#[test]
fn without_settings_uv_asks_what_it_always_asks() {
    let settings = Machine::new().read();
    assert_eq!(indexes(&settings), [""; 0]);
    assert_eq!(settings.shown, "https://pypi.org/simple");
}

#[test]
fn pip_indexes_are_told_and_credentials_kept_apart() {
    let settings = Machine::new()
        .with("PIP_INDEX_URL", "https://ann:p%40ss%2Fw@nexus.corp:8443/simple/")
        .with("PIP_EXTRA_INDEX_URL", "https://tok3n-alone@two.corp/simple http://three.corp/s")
        .read();
    assert_eq!(
        indexes(&settings),
        [
            "https://two.corp/simple tok3n-alone:-",
            "http://three.corp/s -:-",
            "https://nexus.corp:8443/simple/ ann:p@ss/w default",
        ]
    );
    assert_eq!(
        settings.shown,
        "https://****@two.corp/simple, http://three.corp/s, https://****@nexus.corp:8443/simple/"
    );
    let told = settings.file.to_string();
    for secret in ["p@ss/w", "p%40ss", "tok3n"] {
        assert!(!told.contains(secret), "{told}");
        assert!(!settings.mask.apply(&format!("see {secret} there")).contains("tok3n-alone"));
    }
    assert_eq!(settings.mask.apply("p@ss/w p%40ss%2Fw tok3n-alone"), "**** **** ****");
}

#[test]
fn pip_files_are_read_in_its_order() {
    let index = |name: &str| format!("[global]\nindex-url = https://{name}.corp/simple\n");
    let machine = Machine::new().file("etc/pip/pip.conf", &index("machine"));
    assert_eq!(machine.read().shown, "https://machine.corp/simple");
    let machine = machine.file("home/.pip/pip.conf", &index("legacy"));
    assert_eq!(machine.read().shown, "https://legacy.corp/simple");
    let machine = machine.file("home/.config/pip/pip.conf", &index("user"));
    assert_eq!(machine.read().shown, "https://user.corp/simple");
    let machine = machine.file("venv/pip.conf", &index("site"));
    assert_eq!(machine.read().shown, "https://site.corp/simple");
    let install = index("section").replace("global", "install");
    let machine = machine.file("etc/pip/pip.conf", &install);
    assert_eq!(machine.read().shown, "https://section.corp/simple");
    let machine = machine.with("PIP_INDEX_URL", "https://variable.corp/simple");
    assert_eq!(machine.read().shown, "https://variable.corp/simple");

    let named = machine.path("named.conf");
    let machine = Machine::new()
        .file("named.conf", "")
        .file("home/.config/pip/pip.conf", &index("user"))
        .with("PIP_CONFIG_FILE", &named);
    assert_eq!(machine.read().shown, "https://user.corp/simple");
    let here = machine.path("named.conf");
    let machine = machine.file("named.conf", &index("named")).with("PIP_CONFIG_FILE", &here);
    assert_eq!(machine.read().shown, "https://named.corp/simple");
    let machine = machine.with("PIP_CONFIG_FILE", "/dev/null");
    assert_eq!(machine.read().shown, "https://pypi.org/simple");
    let machine = machine.with("PIP_CONFIG_FILE", "relative/pip.conf");
    assert_eq!(machine.read().shown, "https://user.corp/simple");
}

#[test]
fn the_dialect_of_pip_conf_is_understood() {
    let text = "\u{feff}# a comment\n; another\n[global]\nIndex_URL : https://a/b\n\
                extra-index-url =\n    https://one\n    # not this\n    https://two\n\n\
                --timeout = 5\n[install]\nfind-links=x = y\n";
    let entries = ini::parse(text).expect("understood");
    let shown: Vec<String> =
        entries.iter().map(|e| format!("{}.{}={:?}", e.section, e.key, e.value)).collect();
    assert_eq!(
        shown,
        [
            "global.index-url=\"https://a/b\"",
            "global.extra-index-url=\"\\nhttps://one\\nhttps://two\"",
            "global.timeout=\"5\"",
            "install.find-links=\"x = y\"",
        ]
    );
    assert_eq!(ini::parse("key = value\n"), Err(1));
    assert_eq!(ini::parse("[global]\nhttps\n"), Err(2));
}

#[test]
fn uv_settings_are_the_whole_answer_where_there_are_any() {
    let toml = "index-strategy = \"unsafe-best-match\"\ncache-dir = \"/evil\"\n\
                [[index]]\nname = \"corp-one\"\nurl = \"https://one.corp/simple\"\n\
                [[index]]\nname = \"main\"\nurl = \"https://u:p4ss@main.corp/simple\"\n\
                default = true\n\
                [[index]]\nname = \"torch\"\nurl = \"https://torch.corp\"\nexplicit = true\n\
                [pip]\nindex-strategy = \"first-index\"\n";
    let machine = Machine::new()
        .file("home/.config/uv/uv.toml", toml)
        .file("etc/uv/uv.toml", "extra-index-url = [\"https://machine.corp/simple\"]\n")
        .with("PIP_INDEX_URL", "https://pip.corp/simple")
        .with("UV_INDEX", "named=https://named.corp/s https://plain.corp/s")
        .with("UV_INDEX_CORP_ONE_USERNAME", "ann")
        .with("UV_INDEX_CORP_ONE_PASSWORD", "0ne-pass");
    let settings = machine.read();
    assert_eq!(
        indexes(&settings),
        [
            "https://named.corp/s -:-",
            "https://plain.corp/s -:-",
            "https://one.corp/simple ann:0ne-pass",
            "https://machine.corp/simple -:-",
            "https://main.corp/simple u:p4ss default",
        ]
    );
    assert_eq!(settings.file["index-strategy"].as_str(), Some("first-index"));
    assert!(!settings.file.contains_key("cache-dir"));

    let machine = machine.with("UV_NO_CONFIG", "1").with("UV_INDEX", "");
    assert_eq!(machine.read().shown, "https://pip.corp/simple");
    let machine = machine.with("UV_DEFAULT_INDEX", "https://d.corp/simple");
    assert_eq!(machine.read().shown, "https://d.corp/simple");
}

#[test]
fn certificates_are_found_where_pip_finds_them() {
    let machine = Machine::new().file("ca.pem", "").file("other.pem", "").file("me.pem", "");
    let (ca, other, me) =
        (machine.path("ca.pem"), machine.path("other.pem"), machine.path("me.pem"));
    let machine = machine.with("REQUESTS_CA_BUNDLE", &other);
    let conf = format!("[global]\ncert = {ca}\nclient-cert = {me}\n");
    let machine = machine.file("home/.config/pip/pip.conf", &conf);
    // What the real machine says must not decide.
    let machine = machine.with("PIP_CERT", &ca);
    let settings = machine.read();
    assert_eq!(variable(&settings, "SSL_CERT_FILE"), Some(ca.as_str()));
    assert_eq!(variable(&settings, "SSL_CLIENT_CERT"), Some(me.as_str()));

    let machine = machine.with("SSL_CERT_FILE", &other);
    assert_eq!(variable(&machine.read(), "SSL_CERT_FILE"), Some(other.as_str()));

    let machine = Machine::new().with("PIP_CERT", "/nowhere/ca.pem");
    insta::assert_snapshot!(
        machine.try_read().expect_err("not there"),
        @"the package index settings in PIP_CERT cannot be used: the certificate /nowhere/ca.pem is not there; name an existing file by its whole path"
    );
}

#[test]
fn proxies_are_told_and_their_passwords_hidden() {
    let machine = Machine::new()
        .with("https_proxy", "http://me:pr0xy-pass@proxy.corp:3128")
        .with("NO_PROXY", "localhost");
    let settings = machine.read();
    assert_eq!(variable(&settings, "https_proxy"), Some("http://me:pr0xy-pass@proxy.corp:3128"));
    assert_eq!(variable(&settings, "NO_PROXY"), Some("localhost"));
    assert_eq!(settings.mask.apply("pr0xy-pass"), "****");

    let settings = machine.with("PIP_PROXY", "u:0ther-pass@pip-proxy.corp:80").read();
    let proxy = Some("http://u:0ther-pass@pip-proxy.corp:80");
    assert_eq!(variable(&settings, "HTTP_PROXY"), proxy);
    assert_eq!(variable(&settings, "HTTPS_PROXY"), proxy);
    assert_eq!(variable(&settings, "https_proxy"), None);
    assert_eq!(variable(&settings, "NO_PROXY"), None);
    assert_eq!(settings.mask.apply("0ther-pass"), "****");

    let toml = "https-proxy = \"http://u:t0ml-pass@toml.corp\"\nno-proxy = [\"a\", \"b\"]\n";
    let settings = Machine::new().file("home/.config/uv/uv.toml", toml).read();
    assert_eq!(variable(&settings, "HTTPS_PROXY"), Some("http://u:t0ml-pass@toml.corp"));
    assert_eq!(variable(&settings, "NO_PROXY"), Some("a,b"));
    assert!(!settings.file.to_string().contains("t0ml-pass"));
}

#[test]
fn what_else_pip_can_say_is_told() {
    let machine = Machine::new().file("limits.txt", "alpha<2\n");
    let limits = machine.path("limits.txt");
    let settings = machine
        .with("PIP_TRUSTED_HOST", "one.corp https://two.corp:8443")
        .with("UV_INSECURE_HOST", "three.corp")
        .with("PIP_DEFAULT_TIMEOUT", "45")
        .with("PIP_RETRIES", "2")
        .with("PIP_KEYRING_PROVIDER", "import")
        .with("PIP_PRE", "yes")
        .with("PIP_CONSTRAINT", &limits)
        .read();
    let hosts: Vec<_> = settings.file["allow-insecure-host"].as_array().expect("hosts").clone();
    assert_eq!(
        hosts.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>(),
        ["three.corp", "one.corp", "two.corp:8443"]
    );
    for (name, value) in [
        ("UV_HTTP_TIMEOUT", "45"),
        ("UV_HTTP_RETRIES", "2"),
        ("UV_KEYRING_PROVIDER", "subprocess"),
        ("UV_PRERELEASE", "allow"),
        ("UV_CONSTRAINT", limits.as_str()),
    ] {
        assert_eq!(variable(&settings, name), Some(value), "{name}");
    }
}

#[test]
fn nothing_depends_on_a_working_directory() {
    let settings = Machine::new()
        .with("UV_CONSTRAINT", "constraints.txt")
        .with("UV_CONFIG_FILE", "uv.toml")
        .with("UV_FIND_LINKS", "wheels")
        .with("PYTHONPATH", "/evil")
        .with("UV_PYTHON", "/evil")
        .with("UV_CACHE_DIR", "/evil")
        .with("UV_WORKING_DIR", "/evil")
        .with("UV_ENV_FILE", ".env")
        .with("LD_PRELOAD", "/evil")
        .read();
    for name in [
        "UV_CONSTRAINT",
        "UV_CONFIG_FILE",
        "UV_FIND_LINKS",
        "PYTHONPATH",
        "UV_PYTHON",
        "UV_CACHE_DIR",
        "UV_WORKING_DIR",
        "UV_ENV_FILE",
        "LD_PRELOAD",
    ] {
        assert_eq!(variable(&settings, name), None, "{name}");
    }
}

#[test]
fn wrong_settings_are_told_without_their_content() {
    for (name, value) in [
        ("PIP_INDEX_URL", "ftp://ann:s3cr3t@host/"),
        ("PIP_INDEX_URL", "https://ann:s3cr3t/x@host/simple"),
        ("PIP_INDEX_URL", "simple-s3cr3t"),
        ("UV_DEFAULT_INDEX", "https://ann:s3cr3t @host"),
    ] {
        let error = Machine::new().with(name, value).try_read().expect_err(value);
        let message = error.to_string();
        assert!(message.contains(name) && !message.contains("s3cr3t"), "{message}");
    }
    let machine = Machine::new().file("home/.config/uv/uv.toml", "a = 1\nb = s3cr3t\n");
    let message = machine.try_read().expect_err("not TOML").to_string();
    assert!(message.contains("line 2") && !message.contains("s3cr3t"), "{message}");
    let machine = Machine::new().file("home/.config/pip/pip.conf", "[global]\ns3cr3t\n");
    let message = machine.try_read().expect_err("not INI").to_string();
    assert!(message.contains("line 2") && !message.contains("s3cr3t"), "{message}");
}

#[test]
fn the_fingerprint_is_of_places_and_choices_and_not_of_secrets() {
    let with = |url: &str| Machine::new().with("PIP_INDEX_URL", url).read().fingerprint;
    let first = with("https://ann:one@host/simple");
    assert_eq!(first, with("https://ann:two@host/simple"));
    assert_ne!(first, with("https://ann:one@other/simple"));
    let chosen = |date: &str| Machine::new().with("UV_EXCLUDE_NEWER", date).read().fingerprint;
    assert_ne!(chosen("2026-01-01"), chosen("2026-01-02"));

    let machine = Machine::new().file("limits.txt", "alpha<2\n");
    let limits = machine.path("limits.txt");
    let machine = machine.with("UV_CONSTRAINT", &limits);
    let before = machine.read().fingerprint;
    assert_ne!(before, machine.file("limits.txt", "alpha<3\n").read().fingerprint);
}
