//! What a person reads when it does not work, and what is left running then.

use std::time::Duration;

use packages::{Error, InterpreterInfo};
use testkit::{PackageIndex, Wheel};
use types::ErrorCode;

use crate::support::{Place, declaration, files, index, processes_in, until};

/// The message with the parts that differ from run to run taken out.
fn shown(error: &Error, index: &PackageIndex) -> String {
    let message = error.to_string();
    let (_, password) = index.credentials();
    assert!(!message.contains(password), "{message}");
    let address = index.bare_url();
    let host = address.trim_start_matches("http://").trim_end_matches("/simple");
    message.replace(host, "HOST")
}

#[tokio::test]
async fn wrong_credentials_are_told_and_not_shown() {
    let index = index();
    let place = Place::new().with_variable("PIP_INDEX_URL", &index.url_with("wr0ng-one"));
    let error = place.prepare(&["alpha"]).await.expect_err("401");
    assert!(!error.to_string().contains("wr0ng-one"));
    assert_eq!(error.code(), ErrorCode::DependencyFailed);
    insta::assert_snapshot!(shown(&error, &index), @"cannot resolve alpha with http://****@HOST/simple: Because alpha was not found in the package registry and you require alpha: An index URL (http://HOST/simple) could not be queried due to a lack of valid authentication credentials (401 Unauthorized); set the index's credentials in pip.conf, PIP_INDEX_URL, netrc or uv.toml");
}

#[tokio::test]
async fn a_package_without_a_wheel_is_not_built() {
    let index = index();
    let error = Place::with_index(&index).prepare(&["gamma"]).await.expect_err("no wheel");
    insta::assert_snapshot!(shown(&error, &index), @"cannot resolve gamma with http://****@HOST/simple: Because gamma==1.0 has no usable wheels and only gamma==1.0 is available, we can conclude that all versions of gamma cannot be used; choose a version that has a wheel; nothing is ever built");
    assert_eq!(index.downloads("gamma-1.0.tar.gz"), 0);
}

#[tokio::test]
async fn a_package_that_is_not_there_is_named() {
    let index = index();
    let place = Place::with_index(&index);
    let error = place.prepare(&["alpha", "nosuchthing"]).await.expect_err("no such thing");
    insta::assert_snapshot!(shown(&error, &index), @"cannot resolve alpha, nosuchthing with http://****@HOST/simple: Because nosuchthing was not found in the package registry and you require nosuchthing; check the name, and whether the index has it");
    assert!(!files(&place.cache().join("locks")).iter().any(|file| !file.ends_with("uv.lock")));
}

#[tokio::test]
async fn a_package_cannot_name_a_place() {
    let evil = "evil @ https://example.com/evil-1.0-py3-none-any.whl";
    let index = PackageIndex::start(&[Wheel::new("alpha", "1.0", "").requires(evil)], &[]);
    let error = Place::with_index(&index).prepare(&["alpha"]).await.expect_err("a place");
    insta::assert_snapshot!(shown(&error, &index), @"cannot resolve alpha with http://****@HOST/simple: Failed to resolve dependencies for package `alpha==1.0`: Package `evil` was included as a URL dependency. URL dependencies must be expressed as direct requirements or constraints; packages come from the operator's indexes only; choose a version that needs no other place");
}

#[tokio::test]
async fn another_file_than_the_index_names_is_refused() {
    let index = PackageIndex::with_wrong_hash(&Wheel::new("alpha", "1.0", ""));
    let error = Place::with_index(&index).prepare(&["alpha"]).await.expect_err("a wrong hash");
    let message = shown(&error, &index);
    assert!(message.contains("Hash mismatch for `alpha==1.0`"), "{message}");
    assert!(message.ends_with("the index serves another file than it names; tell who runs it"));
}

#[tokio::test]
async fn an_index_that_is_gone_is_told() {
    let index = index();
    let place = Place::with_index(&index);
    let url = index.bare_url();
    drop(index);
    let error = place.prepare(&["alpha"]).await.expect_err("nobody listens").to_string();
    let host = url.trim_start_matches("http://").trim_end_matches("/simple");
    insta::assert_snapshot!(error.replace(host, "HOST"), @"cannot resolve alpha with http://****@HOST/simple: Failed to fetch: http://HOST/simple/alpha/: error sending request for url (http://HOST/simple/alpha/): client error (Connect): tcp connect error: Connection refused (os error 111); check that the index can be reached from here, and the proxy settings");
}

#[tokio::test]
async fn too_much_is_refused() {
    let big = Wheel::new("alpha", "1.0", "").with_file("alpha/data", vec![7; 300_000]);
    let index = PackageIndex::start(&[big, Wheel::new("beta", "1.0", "").requires("alpha")], &[]);
    let mut place = Place::with_index(&index);
    place.config.max_bytes = 200_000;
    let error = place.prepare(&["alpha"]).await.expect_err("too large");
    insta::assert_snapshot!(shown(&error, &index), @"the packages of alpha take more than 200000 bytes; declare fewer, or raise executors.python.dependencies.maxBytes");

    place.config.max_bytes = 1_000_000;
    place.config.max_files = 3;
    let error = place.prepare(&["alpha"]).await.expect_err("too many files");
    insta::assert_snapshot!(shown(&error, &index), @"the packages of alpha take more than 3 files; declare fewer, or raise executors.python.dependencies.maxFiles");

    place.config.max_packages = 1;
    let error = place.prepare(&["beta"]).await.expect_err("too many packages");
    assert_eq!(error.code(), ErrorCode::DependencyRefused);
    insta::assert_snapshot!(shown(&error, &index), @"beta resolves to 2 packages, the limit is 1; declare fewer, or raise executors.python.dependencies.maxPackages");
    assert!(files(&place.cache().join("environments")).is_empty());
    assert!(files(&place.cache().join("staging")).is_empty());
}

#[tokio::test]
async fn an_index_that_says_nothing_meets_the_time_limit() {
    let index = index();
    index.fall_silent();
    let mut place = Place::with_index(&index);
    place.config.install_timeout = Duration::from_secs(2);
    let error = place.prepare(&["alpha"]).await.expect_err("too long").to_string();
    assert_eq!(
        error,
        "preparing alpha took longer than 2 s while resolving; try again, or raise \
         executors.python.dependencies.installTimeoutMs"
    );
    let cache = place.cache();
    until("no process is left", || processes_in(&cache).is_empty()).await;
    assert!(files(&cache.join("staging")).is_empty());
}

#[tokio::test]
async fn giving_up_leaves_no_process_and_no_file() {
    let index = index();
    index.fall_silent();
    let place = Place::with_index(&index);
    let cache = place.cache();
    let (packages, interpreter) = (place.packages(), place.interpreter.clone());
    let task = tokio::spawn(async move {
        packages.prepare(&declaration(&["alpha"]), &interpreter, |_| {}).await
    });
    until("uv asks the index", || !index.requests().is_empty()).await;
    assert!(!processes_in(&cache).is_empty());
    task.abort();
    assert!(task.await.expect_err("aborted").is_cancelled());
    until("no process is left", || processes_in(&cache).is_empty()).await;
    assert!(files(&cache.join("staging")).is_empty());
    assert!(files(&cache.join("locks")).iter().all(|file| file.ends_with("uv.lock")));
}

#[tokio::test]
async fn without_uv_it_is_said_what_to_do() {
    let mut place = Place::new();
    place.config.uv = None;
    place.config.environment.insert("PATH".into(), "/nowhere".into());
    let error = place.prepare(&["alpha"]).await.expect_err("no uv");
    assert_eq!(
        error.to_string(),
        "packages need uv: it is not on the search path; install it, with `pip install uv` for \
         one, or set executors.python.dependencies.uv"
    );
    place.config.uv = Some("/nowhere/uv".into());
    let error = place.prepare(&["alpha"]).await.expect_err("no uv").to_string();
    assert!(error.contains("/nowhere/uv, which is no file"), "{error}");

    let folder = Place::new().config.uv.expect("the fixtures' one");
    place.config.uv = Some("uv".into());
    let path = folder.parent().expect("its folder").to_owned();
    place.config.environment.insert("PATH".into(), path.into());
    assert_eq!(place.packages().uv().expect("found by its name"), folder);
}

#[tokio::test]
async fn an_interpreter_that_is_gone_is_told() {
    let index = index();
    let mut place = Place::with_index(&index);
    place.interpreter =
        InterpreterInfo { executable: "/nowhere/python3".into(), ..place.interpreter };
    let error = place.prepare(&["alpha"]).await.expect_err("no Python").to_string();
    assert!(error.contains("/nowhere/python3"), "{error}");
}
