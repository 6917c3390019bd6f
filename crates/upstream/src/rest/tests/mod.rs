//! What is pure about APIs: reading descriptions, and both ways between calls and HTTP.

mod answers;
mod costs;
mod documents;
mod properties;
mod requests;
mod schemas;
mod tools;

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::rest::api::Api;
use crate::rest::base::Base;
use crate::rest::document::Bounds;
use crate::rest::error::Invalid;
use crate::rest::operations::Settings;
use crate::rest::request::{self, Always, Unfit};

/// An API with one of everything.
const SHOP: &str = include_str!("shop.yaml");

fn shop() -> Api {
    read(SHOP).unwrap()
}

fn read(document: &str) -> Result<Api, Invalid> {
    read_with(document, &Settings::default())
}

fn read_with(document: &str, settings: &Settings<'_>) -> Result<Api, Invalid> {
    Api::read(document.as_bytes(), settings, &Bounds::default())
}

/// A description of 3.1 with these paths, at `http://api.test/v1`.
fn described(paths: &Value) -> String {
    let mut document = serde_json::json!({
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "1"},
        "servers": [{"url": "http://api.test/v1"}],
    });
    document["paths"] = paths.clone();
    document.to_string()
}

fn base(url: &str) -> Option<Base> {
    Some(Base::parse(url).unwrap())
}

/// The definition of a tool.
fn tool(api: &Api, name: &str) -> Value {
    let mut tools = api.tools.iter().map(|tool| serde_json::from_str::<Value>(tool).unwrap());
    tools.find(|tool| tool["name"] == name).unwrap_or_else(|| panic!("no tool {name}"))
}

fn names(api: &Api) -> Vec<String> {
    let tools = api.tools.iter().map(|tool| serde_json::from_str::<Value>(tool).unwrap());
    tools.map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

fn build(api: &Api, tool: &str, arguments: &Value) -> Result<egress::Request, Unfit> {
    let arguments: Map<String, Value> = serde_json::from_value(arguments.clone()).unwrap();
    request::build(api.call(tool).unwrap(), arguments, &Always::default())
}

/// The shortest of a few runs: what something takes when nothing else gets in its way.
fn quickest(mut run: impl FnMut()) -> Duration {
    let runs = (0..5).map(|_| {
        let began = Instant::now();
        run();
        began.elapsed()
    });
    runs.min().unwrap_or_default()
}
