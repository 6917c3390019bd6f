//! Environments: which are kept, which go.

use super::*;

fn environment(key: &str) -> Environment {
    Environment { key: key.to_owned(), directory: format!("/packages/{key}").into() }
}

fn kept(pools: &Pools) -> Vec<String> {
    pools.kept().environments.iter().map(|(key, _)| key.clone()).collect()
}

#[tokio::test]
async fn the_environment_used_longest_ago_is_evicted() {
    let pools = Pools::new(Config::new("/nonexistent/worker".into()), 2);
    let engine = || Ok(EngineConfig::QuickJs);
    for key in ["a", "b", "a", "c"] {
        pools.of(Some(&environment(key)), engine).unwrap();
    }
    assert_eq!(kept(&pools), ["a", "c"]);
    pools.shutdown().await;
    let refused = pools.of(None, engine).unwrap_err();
    assert_eq!(refused, Error::Stopped);
}
