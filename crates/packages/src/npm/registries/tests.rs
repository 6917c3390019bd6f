//! Which registry, and which credentials for which address.

use std::fs;

use super::*;

fn read(npmrc: &str, more: &[(&str, &str)]) -> Result<Registries, Error> {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(home.path().join(".npmrc"), npmrc).expect("written");
    let mut all: BTreeMap<OsString, OsString> =
        more.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    all.insert("HOME".into(), home.path().into());
    Registries::read(&all)
}

fn sent(registries: &Registries, url: &str) -> Option<String> {
    registries.authorization(&Url::parse(url).expect("a URL")).map(str::to_owned)
}

#[test]
fn the_usual_ones_are_asked_without_credentials() {
    let registries = read("", &[]).expect("read");
    assert_eq!(registries.of("ms").as_str(), NPM);
    assert_eq!(registries.of("@a/b").as_str(), NPM);
    assert_eq!(registries.jsr().as_str(), JSR);
    assert_eq!(sent(&registries, NPM), None);
}

#[test]
fn a_scope_has_its_registry_and_a_registry_its_token() {
    let npmrc = "registry=https://one.example:8443/npm\n@a:registry=https://two.example\n\
                 //one.example:8443/npm/:_authToken=ONE\n//two.example/:_authToken=TWO\n\
                 //two.example/deep/:_auth=REVFUA==\n\
                 //three.example/:username=ann\n//three.example/:_password=czNjcjN0\n";
    let registries = read(npmrc, &[("JSR_URL", "https://jsr.example/x")]).expect("read");
    assert_eq!(registries.of("ms").as_str(), "https://one.example:8443/npm/");
    assert_eq!(registries.of("@a/b").as_str(), "https://two.example/");
    assert_eq!(registries.of("@b/b").as_str(), "https://one.example:8443/npm/");
    assert_eq!(registries.jsr().as_str(), "https://jsr.example/x/");
    let bearer = |token: &str| Some(format!("Bearer {token}"));
    assert_eq!(sent(&registries, "https://one.example:8443/npm/ms"), bearer("ONE"));
    assert_eq!(sent(&registries, "https://two.example/@a%2fb"), bearer("TWO"));
    assert_eq!(sent(&registries, "https://two.example/deep/x"), Some("Basic REVFUA==".to_owned()));
    assert_eq!(
        sent(&registries, "https://three.example/x"),
        Some(format!("Basic {}", STANDARD.encode("ann:s3cr3t")))
    );
    for elsewhere in [
        "https://one.example/npm/ms",
        "https://one.example:8443/other",
        "https://evil.example/one.example:8443/npm/",
        "https://two.example.evil.example/x",
    ] {
        assert_eq!(sent(&registries, elsewhere), None, "{elsewhere}");
    }
}

#[test]
fn credentials_in_an_address_are_taken_out_of_it() {
    let registries =
        read("", &[("NPM_CONFIG_REGISTRY", "http://ann:s3cr3t%2Fw@127.0.0.1:4000/npm")])
            .expect("read");
    assert_eq!(registries.of("ms").as_str(), "http://127.0.0.1:4000/npm/");
    let basic = format!("Basic {}", STANDARD.encode("ann:s3cr3t/w"));
    assert_eq!(sent(&registries, "http://127.0.0.1:4000/npm/ms"), Some(basic));
    assert!(!format!("{registries:?}").contains("s3cr3t"));
}

#[test]
fn what_cannot_be_used_is_said_without_being_repeated() {
    for registry in ["ftp://ann:s3cr3t@x", "s3cr3t", "https://x/?s3cr3t", "file:///s3cr3t"] {
        let error = read("", &[("NPM_CONFIG_REGISTRY", registry)]).unwrap_err().to_string();
        assert!(error.contains("NPM_CONFIG_REGISTRY") && !error.contains("s3cr3t"), "{error}");
    }
    let error = read("//x/:username=a\n//x/:_password=s3cr3t!", &[]).unwrap_err().to_string();
    assert!(error.contains(".npmrc") && !error.contains("s3cr3t"), "{error}");
}

#[test]
fn proxies_and_authorities_are_the_operators() {
    let registries = read(
        "https-proxy=http://p:1\nnoproxy=a.example\ncafile=/etc/own.pem",
        &[("HTTP_PROXY", "http://q:2"), ("HTTPS_PROXY", "http://r:3")],
    );
    let network = registries.expect("read").network;
    assert_eq!(network.https_proxy.as_deref(), Some("http://p:1"));
    assert_eq!(network.http_proxy.as_deref(), Some("http://q:2"));
    assert_eq!(network.no_proxy, "a.example");
    assert_eq!(network.ca_file, Some(PathBuf::from("/etc/own.pem")));
}
