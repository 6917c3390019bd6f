//! What is read, what is refused, and in which words.

use serde_json::{Value, json};

use super::{described, names, read, read_with};
use crate::rest::document::{Bounds, Document};
use crate::rest::error::Invalid;
use crate::rest::filter::Filter;
use crate::rest::operations::Settings;
use crate::rest::yaml;

fn yaml(text: &str) -> Result<Value, Invalid> {
    yaml::read(text, &Bounds::default())
}

fn refusal(document: &str) -> String {
    read(document).unwrap_err().to_string()
}

#[test]
fn yaml_reads_as_its_core_schema_says() {
    let text = "a: [1, -2, 0x1F, 0o17, 1.5, 1e3, +4, .5, 18446744073709551615]\n\
                b: [true, False, yes, on, null, ~, '', 1.2.3, 2020-01-01, '1', !!str 2]\n\
                200: {1.5: x, null: y, true: z}\n\
                c: |\n  two\n  lines\n\
                d: >-\n  one\n  line\n";
    let expected = json!({
        "a": [1, -2, 31, 15, 1.5, 1000.0, 4, 0.5, 18_446_744_073_709_551_615_u64],
        "b": [true, false, "yes", "on", null, null, "", "1.2.3", "2020-01-01", "1", "2"],
        "200": {"1.5": "x", "null": "y", "true": "z"},
        "c": "two\nlines\n", "d": "one line",
    });
    assert_eq!(yaml(text).unwrap(), expected);
}

#[test]
fn anchors_aliases_and_merges_become_what_they_stand_for() {
    let text = "base: &base {a: 1, b: {c: 2}}\nsame: *base\nmore: {<<: *base, a: 3}\n\
                both: {<<: [{x: 1, a: 9}, *base]}\nname: &key word\nlist: [*key]\n";
    let value = yaml(text).unwrap();
    assert_eq!(value["same"], json!({"a": 1, "b": {"c": 2}}));
    assert_eq!(value["more"], json!({"a": 3, "b": {"c": 2}}));
    assert_eq!(value["both"], json!({"x": 1, "a": 9, "b": {"c": 2}}));
    assert_eq!(value["list"], json!(["word"]));
}

#[test]
fn a_bomb_of_aliases_is_refused_before_it_is_unfolded() {
    let mut text = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*l{}, ", level - 1).repeat(10);
        text.push_str(&format!("l{level}: &l{level} [{alias}]\n"));
    }
    assert!(matches!(yaml(&text), Err(Invalid::TooManyValues { .. })));
    let mut deep = "d0: &d0 [x]\n".to_owned();
    for level in 1..200 {
        deep.push_str(&format!("d{level}: &d{level} [*d{}]\n", level - 1));
    }
    assert!(matches!(yaml(&deep), Err(Invalid::TooDeep { .. })));
    assert!(yaml("a: &a [*a]\n").unwrap_err().to_string().contains("inside of what it stands for"));
}

#[test]
fn what_is_no_document_is_refused_with_its_place() {
    let error = yaml("a: 1\na: 2\n").unwrap_err().to_string();
    assert!(error.contains("`a` stands there twice") && error.contains("line 2"), "{error}");
    assert!(yaml("a: 1\n---\nb: 2\n").unwrap_err().to_string().contains("second document"));
    assert!(yaml("? [a]\n: 1\n").unwrap_err().to_string().contains("key is no plain text"));
    assert!(yaml("").unwrap_err().to_string().contains("empty"));
    assert!(yaml("a: [1\nb: 2").is_err());
    let error = refusal("{\"openapi\": \"3.0.0\",\n \"paths\": oops}");
    assert!(error.contains("JSON") && error.contains("line 2"), "{error}");
    let deep = format!("{{\"a\": {}1{}}}", "[".repeat(1000), "]".repeat(1000));
    assert!(refusal(&deep).contains("deeper than"), "{}", refusal(&deep));
    assert!(Document::parse(b"openapi: \xff", &Bounds::default()).is_err());
    let bounds = Bounds { bytes: 100, values: 10, ..Bounds::default() };
    assert_eq!(
        Document::parse(&[b' '; 101], &bounds).unwrap_err(),
        Invalid::TooLarge { limit: 100 }
    );
    let many = Document::parse(b"{\"openapi\": [1,2,3,4,5,6,7,8,9]}", &bounds).unwrap_err();
    assert_eq!(many, Invalid::TooManyValues { limit: 10 });
}

#[test]
fn other_versions_are_refused_with_what_to_do() {
    assert!(refusal("swagger: '2.0'\npaths: {}").contains("swagger2openapi"));
    assert!(refusal("swagger: 2.0").contains("Swagger 2.0"));
    assert!(refusal("openapi: 4.0.0").contains("OpenAPI 4.0.0"));
    assert!(refusal("asyncapi: 3.0.0").contains("no OpenAPI description"));
    assert!(refusal("just a text").contains("no OpenAPI description"));
    let path = json!({"/a": {"get": {}}});
    for version in ["3.0.3", "3.1.1", "3.2.0"] {
        let document = described(&path).replace("3.1.0", version);
        assert_eq!(names(&read(&document).unwrap()), ["get_a"], "{version}");
    }
    let unquoted = "openapi: 3.1\nservers: [{url: 'http://h'}]\npaths: {/a: {get: {}}}";
    assert_eq!(names(&read(unquoted).unwrap()), ["get_a"]);
}

#[test]
fn references_to_other_documents_are_refused_and_lost_ones_are_not() {
    for reference in ["other.yaml#/Pet", "https://example.com/s.json", "Pet"] {
        let body = json!({"content": {"application/json": {"schema": {"$ref": reference}}}});
        let error = refusal(&described(&json!({"/a": {"post": {"requestBody": body}}})));
        assert!(error.contains(reference) && error.contains("bundle"), "{error}");
    }
    let lost =
        json!({"parameters": [{"name": "q", "in": "query", "schema": {"$ref": "#/nowhere"}}]});
    let broken = json!({"parameters": [{"$ref": "#/nowhere"}]});
    let round = json!({"parameters": [{"$ref": "#/paths/~1c/get/parameters/0"}]});
    let paths = json!({"/a": {"get": lost}, "/b": {"get": broken}, "/c": {"get": round}});
    let api = read(&described(&paths)).unwrap();
    assert_eq!(names(&api), ["get_a"]);
    assert_eq!(api.left_out.len(), 2);
}

#[test]
fn where_the_api_is_comes_from_the_operator_or_the_document() {
    let with = |servers: Value| {
        let mut document: Value =
            serde_json::from_str(&described(&json!({"/a": {"get": {}}}))).unwrap();
        document["servers"] = servers;
        document.to_string()
    };
    let at = |servers: Value, settings: &Settings<'_>| {
        read_with(&with(servers), settings).map(|api| api.call("get_a").unwrap().base.clone())
    };
    let none = Settings::default();
    assert_eq!(at(json!([{"url": "https://h.test/x/"}]), &none).unwrap(), "https://h.test/x");
    let variables =
        json!({"a": {"default": "{b}"}, "b": {"default": "h.test"}, "p": {"default": 81}});
    let filled =
        at(json!([{"url": "https://{b}:{p}/{a}", "variables": variables}]), &none).unwrap();
    assert_eq!(filled, "https://h.test:81/%7Bb%7D", "a default is not filled in again");
    for servers in [json!([]), json!([{"url": "/v1"}]), json!([{"url": "ftp://h"}])] {
        assert!(at(servers, &none).unwrap_err().to_string().contains("baseUrl"));
    }
    let from = url::Url::parse("https://docs.test:444/api/openapi.json?x=1").unwrap();
    let fetched = Settings { document: Some(from), ..Settings::default() };
    assert_eq!(at(json!([{"url": "v2"}]), &fetched).unwrap(), "https://docs.test:444/api/v2");
    assert_eq!(at(Value::Null, &fetched).unwrap(), "https://docs.test:444");
    let own = Settings { base: super::base("http://127.0.0.1:9/api/"), ..Settings::default() };
    assert_eq!(at(json!([{"url": "https://h.test"}]), &own).unwrap(), "http://127.0.0.1:9/api");
}

#[test]
fn filters_choose_by_name_or_by_method_and_path() {
    let paths = json!({
        "/users": {"get": {"operationId": "listUsers"}, "post": {"operationId": "addUser"}},
        "/users/{id}": {"delete": {"operationId": "removeUser"}},
        "/admin/keys": {"get": {"operationId": "listKeys"}},
    });
    let document = described(&paths);
    let kept = |include: &[&str], exclude: &[&str]| {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let (include, exclude) = (own(include), own(exclude));
        let filter = Filter { include: &include, exclude: &exclude };
        read_with(&document, &Settings { filter, ..Settings::default() }).map(|api| names(&api))
    };
    assert_eq!(kept(&["list*"], &[]).unwrap(), ["listUsers", "listKeys"]);
    assert_eq!(kept(&["GET *"], &["* /admin/*"]).unwrap(), ["listUsers"]);
    assert_eq!(kept(&[], &["remove*", "listKeys"]).unwrap(), ["listUsers", "addUser"]);
    assert_eq!(kept(&["*User"], &[]).unwrap(), ["addUser", "removeUser"]);
    let error = kept(&["nothing"], &[]).unwrap_err().to_string();
    assert!(error.contains("none of the 4 operations") && error.contains("include"), "{error}");
    let bounds = Bounds { operations: 3, ..Bounds::default() };
    let error = crate::rest::api::Api::read(document.as_bytes(), &Settings::default(), &bounds);
    assert!(error.unwrap_err().to_string().contains("more than 3 operations"));
}
