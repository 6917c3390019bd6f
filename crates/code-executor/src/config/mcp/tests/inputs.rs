//! Inputs of VS Code's dialect where nobody can be asked.

use std::path::Path;

use super::{environment, load_with, started};
use crate::config::env::{Environment, input_variable};
use crate::config::mcp::{Owner, Servers};

const FILE: &str = r#"{
  "inputs": [
    {"type": "promptString", "id": "api-key", "description": "Perplexity API Key", "password": true},
    {"type": "pickString", "id": "region", "options": ["eu", {"label": "US", "value": "us"}], "default": "eu"},
    {"type": "command", "id": "found", "command": "x.y"}
  ],
  "servers": {
    "s": {"command": "docker", "args": ["-e", "${input:api-key}", "${input:region}"]},
    "t": {"command": "docker", "args": ["${input:found}"]}
  }
}"#;

fn load(variables: &[(&str, &str)]) -> Servers {
    let set = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let environment: Environment = set.collect();
    load_with("/p/mcp.json", FILE, Owner::Ours, &environment, Path::new("/x")).unwrap()
}

#[test]
fn without_a_terminal_they_come_from_the_environment() {
    let all = load(&[
        ("CODE_EXECUTOR_INPUT_API_KEY", "t0k"),
        ("CODE_EXECUTOR_INPUT_REGION", "us"),
        ("CODE_EXECUTOR_INPUT_FOUND", "it"),
    ]);
    assert_eq!(started(&all).args, ["-e", "t0k", "us"]);
    assert_eq!(all.servers.len(), 2);
}

#[test]
fn one_that_is_missing_costs_its_server_and_says_how_to_give_it() {
    let all = load(&[]);
    let told = "it needs the input `api-key` (Perplexity API Key): set \
                CODE_EXECUTOR_INPUT_API_KEY, or start it once on a terminal";
    let computed = "it needs the input `found`, which only VS Code can compute: set \
                    CODE_EXECUTOR_INPUT_FOUND";
    let broken = [("s", told), ("t", computed)];
    assert_eq!(all.broken, broken.map(|(name, why)| (name.to_owned(), why.to_owned())));
}

#[test]
fn what_is_offered_is_what_counts_when_nobody_says_otherwise() {
    let all = load(&[("CODE_EXECUTOR_INPUT_API_KEY", "t0k")]);
    assert_eq!(started(&all).args, ["-e", "t0k", "eu"]);
    let all =
        load(&[("CODE_EXECUTOR_INPUT_API_KEY", "k"), ("CODE_EXECUTOR_INPUT_REGION", "hunter2")]);
    assert_eq!(all.broken[0].1, "CODE_EXECUTOR_INPUT_REGION is none of eu, us");
}

#[test]
fn the_variable_of_an_input_is_no_unknown_one() {
    assert_eq!(input_variable("my key.2"), "CODE_EXECUTOR_INPUT_MY_KEY_2");
    let set = [(input_variable("x"), "y".to_owned())];
    assert!(set.into_iter().collect::<Environment>().unknown().is_empty());
    assert!(environment().unknown().is_empty());
}
