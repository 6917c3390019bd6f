//! What a program gets, and what is left on disk.

use std::{fs, os::unix::fs::PermissionsExt as _};

use packages::{Bytecode, Mode, Progress, declared};

use crate::support::{Place, declaration, files, index};

#[tokio::test]
async fn a_package_and_what_it_needs_are_installed() {
    let index = index();
    let place = Place::with_index(&index);
    let environment = place.prepare(&["Alpha>=1"]).await.expect("installed");

    assert_eq!(environment.packages, ["alpha==1.0", "beta==1.2"]);
    assert_eq!(place.python(&environment, "import alpha; print(alpha.name)"), "alpha with beta");
    assert_eq!(
        place.reported(),
        [
            Progress::Resolving,
            Progress::Downloading { packages: 2 },
            Progress::Installing { packages: 2 },
            Progress::Ready { packages: 2 },
        ]
    );
}

#[tokio::test]
async fn a_second_run_needs_no_index() {
    let index = index();
    let place = Place::with_index(&index);
    let first = place.prepare(&["alpha"]).await.expect("installed");
    place.reported();
    drop(index);

    let second = place.prepare(&["alpha"]).await.expect("found");
    assert_eq!(second.key, first.key);
    assert_eq!(second.site_packages, first.site_packages);
    assert_eq!(place.reported(), [Progress::Ready { packages: 2 }]);
}

#[tokio::test]
async fn what_is_installed_is_read_only_and_for_us_alone() {
    let index = index();
    let place = Place::with_index(&index);
    let environment = place.prepare(&["alpha"]).await.expect("installed");
    let mode = |path: &std::path::Path| {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    };

    assert_eq!(mode(&place.cache()), 0o700);
    let root = environment.site_packages.parent().expect("its folder");
    for folder in [root, &environment.site_packages, &environment.site_packages.join("alpha")] {
        assert_eq!(mode(folder), 0o555, "{}", folder.display());
    }
    for file in files(root) {
        assert_eq!(mode(&file), 0o444, "{}", file.display());
    }
}

#[tokio::test]
async fn no_credential_is_left_on_disk_or_in_a_value() {
    let index = index();
    let place = Place::with_index(&index);
    let environment = place.prepare(&["alpha"]).await.expect("installed");

    let (_, password) = index.credentials();
    let shapes = [password.to_owned(), password.replace('/', "%2F")];
    for file in files(&place.cache()) {
        let content = fs::read(&file).expect("readable");
        let content = String::from_utf8_lossy(&content);
        assert!(!shapes.iter().any(|shape| content.contains(shape)), "{}", file.display());
    }
    let shown = format!("{environment:?} {:?} {:?}", place.config, place.packages());
    assert!(!shapes.iter().any(|shape| shown.contains(shape)), "{shown}");
    assert!(fs::read_dir(place.cache().join("staging")).expect("staging").next().is_none());
}

#[tokio::test]
async fn modules_are_compiled_for_packages_that_the_operator_chose() {
    let index = index();
    let mut place = Place::with_index(&index);
    let has_bytecode = |environment: &packages::Environment| {
        files(&environment.site_packages)
            .iter()
            .any(|file| file.extension().is_some_and(|extension| extension == "pyc"))
    };
    let environment = place.prepare(&["delta"]).await.expect("installed");
    assert!(!has_bytecode(&environment));

    place.config.mode = Mode::Allowlist(vec!["Delta".to_owned()]);
    let environment = place.prepare(&["delta"]).await.expect("installed");
    assert!(has_bytecode(&environment));

    place.config.bytecode = Bytecode::Never;
    let environment = place.prepare(&["delta"]).await.expect("installed");
    assert!(!has_bytecode(&environment));
}

#[tokio::test]
async fn an_allowed_package_brings_what_it_needs_and_nothing_else_is_allowed() {
    let index = index();
    let mut place = Place::with_index(&index);
    place.config.mode = Mode::Allowlist(vec!["alpha".to_owned()]);
    place.prepare(&["alpha"]).await.expect("beta comes along");

    let error = place.prepare(&["alpha", "beta"]).await.expect_err("beta is not on the list");
    assert_eq!(
        error.to_string(),
        "the program declares packages that are not allowed: beta; the operator can add them to \
         executors.python.dependencies.allow"
    );
}

#[tokio::test]
async fn switched_off_nothing_is_installed_and_nothing_is_touched() {
    let mut place = Place::new();
    place.config.mode = Mode::Off;
    let error = place.prepare(&["alpha"]).await.expect_err("it is off");
    assert_eq!(
        error.to_string(),
        "the program declares packages (alpha), which are switched off; the operator can allow \
         them with executors.python.dependencies.mode"
    );
    assert!(!place.cache().exists());
}

#[tokio::test]
async fn a_program_that_needs_nothing_is_prepared_even_when_packages_are_off() {
    let mut place = Place::new();
    place.config.mode = Mode::Off;
    let prepare = async |declaration| {
        place.packages().prepare(&declaration, &place.interpreter, |_| {}).await
    };
    assert!(prepare(declaration(&[])).await.expect("nothing to do").is_none());

    let source = "# /// script\n# requires-python = \">=3.99\"\n# ///\n";
    let declaration = declared(source).expect("valid").expect("a block");
    let error = prepare(declaration).await.expect_err("too old").to_string();
    assert!(error.starts_with("the program requires Python >=3.99, this one is 3."), "{error}");
}
