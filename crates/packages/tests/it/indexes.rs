//! Where packages come from: whatever the operator told `pip` or `uv`, and nobody else.

use std::fs;

use packages::Environment;
use testkit::{PackageIndex, Wheel};

use crate::support::{Place, index};

async fn installs(place: &Place) -> Environment {
    place.prepare(&["delta"]).await.unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test]
async fn a_pip_conf_of_the_operator_is_followed() {
    let index = index();
    let conf = format!("[global]\ntimeout = 20\n\n[install]\nindex_url =\n    {}\n", index.url());
    let place = Place::new()
        .without_variable("PIP_CONFIG_FILE")
        .with_home_file(".config/pip/pip.conf", &conf);
    installs(&place).await;
}

#[tokio::test]
async fn a_pip_conf_named_by_variable_is_followed() {
    let index = index();
    let place = Place::new();
    let path = place.cache().with_file_name("named.conf");
    fs::write(&path, format!("[global]\nindex-url = {}\n", index.url())).expect("written");
    let place = place.with_variable("PIP_CONFIG_FILE", &path.display().to_string());
    installs(&place).await;
}

#[tokio::test]
async fn extra_indexes_are_asked() {
    let index = index();
    let empty = PackageIndex::start(&[], &[]);
    let place = Place::with_index(&empty).with_variable("PIP_EXTRA_INDEX_URL", &index.url());
    installs(&place).await;
}

#[tokio::test]
async fn credentials_in_netrc_are_used() {
    let index = index();
    let (username, password) = index.credentials();
    let netrc = format!("machine 127.0.0.1 login {username} password {password}\n");
    let place = Place::new()
        .with_variable("PIP_INDEX_URL", &index.bare_url())
        .with_home_file(".netrc", &netrc);
    installs(&place).await;
}

#[tokio::test]
async fn a_uv_toml_of_the_operator_comes_before_pip() {
    let index = index();
    let toml =
        format!("[[index]]\nname = \"corp\"\nurl = {:?}\ndefault = true\n", index.bare_url());
    let (username, password) = index.credentials();
    let place = Place::new()
        .with_variable("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
        .with_home_file(".config/uv/uv.toml", &toml)
        .with_variable("UV_INDEX_CORP_USERNAME", username)
        .with_variable("UV_INDEX_CORP_PASSWORD", password);
    installs(&place).await;
}

#[tokio::test]
async fn uv_variables_come_before_everything() {
    let index = index();
    let place = Place::new()
        .with_variable("UV_DEFAULT_INDEX", &index.url())
        .with_variable("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
    installs(&place).await;
}

#[tokio::test]
async fn a_directory_of_wheels_will_do() {
    let place = Place::new();
    let folder = place.cache().with_file_name("wheels");
    let wheel = Wheel::new("delta", "3.0", "name = 'from a directory'\n");
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join(wheel.file_name()), wheel.build()).expect("a wheel");
    let place = place
        .with_variable("PIP_NO_INDEX", "1")
        .with_variable("PIP_FIND_LINKS", &folder.display().to_string());
    assert_eq!(installs(&place).await.packages, ["delta==3.0"]);
}

#[tokio::test]
async fn files_around_the_program_say_nothing() {
    let index = index();
    let evil = PackageIndex::start(&[Wheel::new("delta", "666.0", "")], &[]);
    let place = Place::with_index(&index);
    // Every folder above the one that uv runs in.
    let settings = format!("[[index]]\nurl = {:?}\ndefault = true\n", evil.url());
    let project = format!("[[tool.uv.index]]\nurl = {:?}\ndefault = true\n", evil.url());
    let cache = place.cache();
    fs::create_dir_all(cache.join("staging")).expect("made");
    for folder in [cache.parent().expect("its folder"), &cache, &cache.join("staging")] {
        fs::write(folder.join("uv.toml"), &settings).expect("written");
        fs::write(folder.join("pyproject.toml"), &project).expect("written");
        fs::write(folder.join("pip.conf"), format!("[global]\nindex-url={}\n", evil.url()))
            .expect("written");
    }
    assert_eq!(installs(&place).await.packages, ["delta==2.0"]);
    assert_eq!(evil.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn another_index_is_another_environment() {
    let (one, two) = (index(), index());
    let place = Place::with_index(&one);
    let first = installs(&place).await;
    let place = place.with_variable("PIP_INDEX_URL", &two.url());
    let second = installs(&place).await;
    assert_ne!(first.key, second.key);
}
