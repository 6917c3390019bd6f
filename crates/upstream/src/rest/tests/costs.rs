//! What a description costs to read grows as it does, however it is made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value, json};

use super::{build, described, names, quickest, read, read_with};
use crate::rest::api::Api;
use crate::rest::document::Bounds;
use crate::rest::error::Invalid;
use crate::rest::filter::Filter;
use crate::rest::operations::Settings;

const FEW: usize = 3_000;
/// Four times as much: what grows with the square takes sixteen times as long.
const MANY: usize = 12_000;

/// That four times as much takes no more than about four times as long.
fn assert_grows_as_it_does(what: &str, document: impl Fn(usize) -> String, read: impl Fn(&str)) {
    let cost = |count: usize| {
        let document = document(count);
        quickest(|| read(&document))
    };
    let (few, many) = (cost(FEW), cost(MANY));
    assert!(many < few * 9, "{what}: {few:?} for {FEW}, {many:?} for {MANY}");
}

/// An operation whose body is an object of these properties.
fn with_properties(required: &Value, properties: Map<String, Value>) -> Value {
    let schema = json!({"type": "object", "required": required, "properties": properties});
    let content = json!({"application/json": {"schema": schema}});
    serde_json::from_str(&described(
        &json!({"/a": {"post": {"requestBody": {"content": content}}}}),
    ))
    .unwrap()
}

#[test]
fn references_cost_their_number() {
    let document = |count: usize| {
        let reference = |n: usize| json!({"$ref": format!("#/components/schemas/S{n}")});
        let properties = (0..count).map(|n| (format!("p{n}"), reference(n))).collect();
        let mut document = with_properties(&json!([]), properties);
        let schemas = (0..count).map(|n| (format!("S{n}"), json!({"type": "null"})));
        document["components"] = json!({"schemas": schemas.collect::<Map<_, _>>()});
        document.to_string()
    };
    assert_grows_as_it_does("references", document, |text| assert!(read(text).is_ok()));
}

#[test]
fn properties_of_one_way_cost_their_number() {
    let document = |count: usize| {
        let name = |n: usize| format!("p{n}");
        let required: Vec<String> = (0..count).map(name).collect();
        let properties = (0..count).map(|n| (name(n), json!({"readOnly": true}))).collect();
        with_properties(&json!(required), properties).to_string()
    };
    assert_grows_as_it_does("properties", document, |text| assert!(read(text).is_ok()));
}

#[test]
fn operations_of_one_name_cost_their_number() {
    let document = |count: usize| {
        // Numbers in marks: of the path no more is left than that there is one.
        let marks = |n: usize| n.to_string().bytes().map(mark).collect::<String>();
        let same = json!({"get": {"operationId": "same"}});
        let paths: Map<_, _> =
            (0..count).map(|n| (format!("/{}", marks(n)), same.clone())).collect();
        described(&paths.into())
    };
    let include = ["get_7".to_owned()];
    let settings =
        Settings { filter: Filter { include: &include, exclude: &[] }, ..Settings::default() };
    assert_grows_as_it_does("operations", document, |text| {
        assert_eq!(names(&read_with(text, &settings).unwrap()), include);
    });
}

fn mark(digit: u8) -> char {
    char::from(b"!$&'()*+,;"[usize::from(digit - b'0')])
}

#[test]
fn an_operation_has_no_more_parameters_than_a_call_can_bear() {
    let parameter = |n: usize| json!({"name": format!("q{n}"), "in": "query"});
    let of = |count: usize| {
        let parameters: Vec<Value> = (0..count).map(parameter).collect();
        let path = format!("/{}", "{p}".repeat(count / 10));
        json!({"/q": {"get": {"parameters": parameters}}, path: {"put": {}}, "/fine": {"get": {}}})
    };
    let most = read(&described(&of(1000))).unwrap();
    assert_eq!((most.tools.len(), most.left_out.len()), (3, 0));
    assert!(build(&most, "get_q", &json!({"q999": "x"})).is_ok());
    let more = read(&described(&of(1010))).unwrap();
    assert_eq!(names(&more), ["get_fine"]);
    let why: Vec<&str> = more.left_out.iter().map(|(_, why)| *why).collect();
    let expected =
        ["it has more than 1000 parameters", "its path has more than 100 places for parameters"];
    assert_eq!(why, expected);
}

#[test]
fn reading_that_was_given_up_ends() {
    let bounds = Bounds { given_up: Arc::new(AtomicBool::new(true)), ..Bounds::default() };
    for text in [described(&json!({"/a": {"get": {}}})), super::SHOP.to_owned()] {
        let read = |bounds: &Bounds| Api::read(text.as_bytes(), &Settings::default(), bounds);
        assert_eq!(read(&bounds).unwrap_err(), Invalid::GivenUp);
        bounds.given_up.store(false, Ordering::Relaxed);
        assert!(read(&bounds).is_ok());
        bounds.given_up.store(true, Ordering::Relaxed);
    }
}
