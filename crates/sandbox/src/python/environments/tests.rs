//! Environments: which are kept, which go.

use super::*;

fn python() -> Python {
    let options = Options { max_environments: 2, ..Options::default() };
    Python::new(Config::new("/nonexistent/worker".into()), options).unwrap()
}

fn environment(key: &str) -> Environment {
    Environment { key: key.to_owned(), site_packages: format!("/packages/{key}").into() }
}

fn kept(python: &Python) -> Vec<String> {
    python.pools().environments.iter().map(|(key, _)| key.clone()).collect()
}

#[tokio::test]
async fn the_environment_used_longest_ago_is_evicted() {
    let python = python();
    let Ok(interpreter) = python.interpreter().await else {
        panic!("this machine has no usable python3: {:?}", python.last_error());
    };
    for key in ["a", "b", "a", "c"] {
        python.pool(&interpreter, Some(&environment(key))).unwrap();
    }
    assert_eq!(kept(&python), ["a", "c"]);
    python.shutdown().await;
    let refused = python.pool(&interpreter, None).unwrap_err();
    assert_eq!(refused, Error::Stopped);
}
