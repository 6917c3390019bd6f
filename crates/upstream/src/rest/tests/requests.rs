//! What is sent for which arguments.

use serde_json::{Value, json};

use super::{build, described, quickest, read, shop};
use crate::rest::api::Api;
use crate::rest::request::{self, Always, Unfit};

fn header<'a>(request: &'a egress::Request, name: &str) -> Option<&'a str> {
    let mut found = request.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.as_str())
}

/// An API of one operation with one parameter.
fn with_parameter(path: &str, parameter: &Value) -> Api {
    let operation = json!({"operationId": "call", "parameters": [parameter]});
    read(&described(&json!({path: {"get": operation}}))).unwrap()
}

#[test]
fn styles_of_the_path_are_those_of_rfc_6570() {
    let object = json!({"role": "admin", "first": "A b"});
    let cases = [
        ("simple", false, json!(5), "/p/5"),
        ("simple", false, json!([3, "4/5"]), "/p/3,4%2F5"),
        ("simple", false, object.clone(), "/p/role,admin,first,A%20b"),
        ("simple", true, object.clone(), "/p/role=admin,first=A%20b"),
        ("label", false, json!([3, 4]), "/p/.3,4"),
        ("label", true, json!([3, 4]), "/p/.3.4"),
        ("label", true, object.clone(), "/p/.role=admin.first=A%20b"),
        ("matrix", false, json!(5), "/p/;id=5"),
        ("matrix", false, json!([3, 4]), "/p/;id=3,4"),
        ("matrix", true, json!([3, 4]), "/p/;id=3;id=4"),
        ("matrix", true, object, "/p/;role=admin;first=A%20b"),
    ];
    for (style, explode, value, expected) in cases {
        let parameter = json!({"name": "id", "in": "path", "style": style, "explode": explode});
        let api = with_parameter("/p/{id}", &parameter);
        let request = build(&api, "call", &json!({"id": value})).unwrap();
        assert_eq!(request.url, format!("http://api.test/v1{expected}"), "{style} {explode}");
    }
}

#[test]
fn styles_of_the_query_are_those_of_the_specification() {
    let object = json!({"R": 100, "G": "&=#"});
    let list = json!(["a", "b c"]);
    let cases = [
        (json!({}), json!("é&x=1#"), "c=%C3%A9%26x%3D1%23"),
        (json!({}), list.clone(), "c=a&c=b%20c"),
        (json!({"explode": false}), list.clone(), "c=a,b%20c"),
        (json!({}), object.clone(), "R=100&G=%26%3D%23"),
        (json!({"explode": false}), object.clone(), "c=R,100,G,%26%3D%23"),
        (json!({"style": "spaceDelimited", "explode": false}), list.clone(), "c=a%20b%20c"),
        (json!({"style": "pipeDelimited", "explode": false}), list.clone(), "c=a%7Cb%20c"),
        (json!({"style": "deepObject"}), object, "c%5BR%5D=100&c%5BG%5D=%26%3D%23"),
        (json!({"style": "deepObject"}), json!({"a": {"b": [1]}}), "c%5Ba%5D%5Bb%5D%5B0%5D=1"),
        (json!({"content": {"application/json": {}}}), json!([1]), "c=%5B1%5D"),
        (json!({"allowReserved": true}), json!("a/b?c&d=#"), "c=a/b?c%26d%3D%23"),
        (json!({}), json!(true), "c=true"),
        (json!({}), json!(""), "c="),
        (json!({}), json!([{"x": 1}]), "c=%7B%22x%22%3A1%7D"),
    ];
    for (more, value, expected) in cases {
        let mut parameter = json!({"name": "c", "in": "query"});
        parameter.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let request =
            build(&with_parameter("/q", &parameter), "call", &json!({"c": value})).unwrap();
        assert_eq!(request.url, format!("http://api.test/v1/q?{expected}"), "{more}");
    }
    let api = with_parameter("/q", &json!({"name": "c", "in": "query"}));
    for nothing in [json!({}), json!({"c": null}), json!({"c": []})] {
        assert_eq!(build(&api, "call", &nothing).unwrap().url, "http://api.test/v1/q");
    }
}

#[test]
fn no_argument_leads_to_another_path() {
    let api = shop();
    let fine = [("a/b", "a%2Fb"), ("x?y#z", "x%3Fy%23z"), ("%2e%2e", "%252e%252e"), ("...", "...")];
    for (value, written) in fine {
        let request = build(&api, "getPet", &json!({"petId": value})).unwrap();
        assert_eq!(request.url, format!("https://eu.shop.example/v1/pets/{written}"));
    }
    let bad = ["", ".", "..", "../admin", "a/../../b", "..\\x", "a\\..", "x\n", "\u{0}", "a/."];
    for value in bad {
        let refused = build(&api, "getPet", &json!({"petId": value}));
        assert_eq!(refused.unwrap_err(), Unfit::Path("petId".to_owned()), "{value:?}");
    }
    for value in [json!([]), json!({}), json!([""]), json!(["a", ".."]), json!({"..": 1})] {
        assert!(build(&api, "getPet", &json!({"petId": value})).is_err(), "{value}");
    }
    // Neither does one beside what the path says itself, nor behind what a style puts before it.
    let dotted = with_parameter("/x/.{a}", &json!({"name": "a", "in": "path"}));
    assert!(build(&dotted, "call", &json!({"a": "x"})).is_ok());
    assert!(build(&dotted, "call", &json!({"a": "."})).is_err());
    let label = json!({"name": "id", "in": "path", "style": "label"});
    let label = with_parameter("/p/{id}", &label);
    assert!(build(&label, "call", &json!({"id": "x"})).is_ok());
}

#[test]
fn headers_and_cookies_take_values_and_nothing_else() {
    let api = shop();
    let arguments = json!({"X-Request-Id": "r 1", "session": "a; b=c", "limit": 5});
    let request = build(&api, "listPets", &arguments).unwrap();
    assert_eq!(header(&request, "x-request-id"), Some("r 1"));
    assert_eq!(header(&request, "cookie"), Some("session=a%3B%20b%3Dc"));
    assert_eq!(header(&request, "accept"), Some("application/json, */*;q=0.5"));
    for value in ["a\r\nHost: evil", "ü", "\u{7f}"] {
        let refused = build(&api, "listPets", &json!({"X-Request-Id": value}));
        assert_eq!(refused.unwrap_err(), Unfit::Header("X-Request-Id".to_owned()), "{value:?}");
    }
    let unknown = build(&api, "listPets", &json!({"Authorization": "Bearer x"}));
    assert_eq!(unknown.unwrap_err(), Unfit::Unknown("Authorization".to_owned()));
}

#[test]
fn bodies_are_json_forms_texts_and_bytes() {
    let api = shop();
    let json = build(&api, "createPet", &json!({"body": {"name": "Rex"}})).unwrap();
    assert_eq!(
        (&json.body[..], header(&json, "content-type")),
        (&b"{\"name\":\"Rex\"}"[..], Some("application/json"))
    );
    let fields = json!({"name": "R&x", "tags": ["a", "b"], "owner": {"name": "Eve"}, "no": null,
        "more": {"x": 1}});
    let form = build(&api, "replacePet", &json!({"petId": "1", "body": fields})).unwrap();
    let expected = "name=R%26x&tags=a&tags=b&owner%5Bname%5D=Eve&more=%7B%22x%22%3A1%7D";
    assert_eq!(std::str::from_utf8(&form.body).unwrap(), expected);
    assert_eq!(header(&form, "content-type"), Some("application/x-www-form-urlencoded"));
    let text = build(&api, "report", &json!({"body": "<a/>"})).unwrap();
    assert_eq!(
        (&text.body[..], header(&text, "content-type")),
        (&b"<a/>"[..], Some("application/xml"))
    );
    let bytes = build(&api, "uploadPhoto", &json!({"petId": "1", "body": "AAH/"})).unwrap();
    assert_eq!(
        (&bytes.body[..], header(&bytes, "content-type")),
        (&[0, 1, 255][..], Some("image/png"))
    );
    let none = build(&api, "report", &json!({})).unwrap();
    assert!(none.body.is_empty() && header(&none, "content-type").is_none());
    for (tool, arguments) in [
        ("createPet", json!({})),
        ("replacePet", json!({"petId": "1", "body": "text"})),
        ("report", json!({"body": {}})),
        ("uploadPhoto", json!({"petId": "1", "body": "no base64!"})),
        ("upload", json!({"body": {"file": 5}})),
    ] {
        let error = build(&api, tool, &arguments).unwrap_err().to_string();
        assert!(error.contains("`body`"), "{error}");
    }
}

#[test]
fn a_form_in_parts_has_a_boundary_that_its_parts_cannot_know() {
    let api = shop();
    let fields = json!({"file": "AAH/", "note": "part-0", "more": ["QQ==", "Qg=="],
        "owner": {"name": "Eve"}, "no\"\n": 1, "nothing": null});
    let parts = build(&api, "upload", &json!({"body": fields})).unwrap();
    let media = header(&parts, "content-type").unwrap();
    let boundary = media.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(boundary.len(), "part-".len() + 32);
    let part = |head: &str, body: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n")
    };
    let bytes = "\r\nContent-Type: application/octet-stream";
    let expected = [
        part(&format!("name=\"file\"; filename=\"file\"{bytes}"), "\0\u{1}\u{fffd}"),
        part("name=\"note\"", "part-0"),
        part(&format!("name=\"more\"; filename=\"more\"{bytes}"), "A"),
        part(&format!("name=\"more\"; filename=\"more\"{bytes}"), "B"),
        part("name=\"owner\"\r\nContent-Type: application/json", "{\"name\":\"Eve\"}"),
        part("name=\"no%22%0A\"", "1"),
        format!("--{boundary}--\r\n"),
    ];
    assert_eq!(String::from_utf8_lossy(&parts.body), expected.concat());
    let again = build(&api, "upload", &json!({"body": {"note": "x"}})).unwrap();
    assert_ne!(header(&again, "content-type"), Some(media));
}

#[test]
fn text_that_looks_like_boundaries_costs_no_more_than_other_text() {
    let api = shop();
    let cost = |note: &str| {
        quickest(|| {
            build(&api, "upload", &json!({"body": {"note": note}})).unwrap();
        })
    };
    // Every name that a search from 0 would try: it would read all of this for each of them.
    let hostile: String = (0..20_000).map(|n| format!("part-of-code-executor-{n}\n")).collect();
    let plain = "x".repeat(hostile.len());
    let (hostile, plain) = (cost(&hostile), cost(&plain));
    assert!(hostile < plain * 20, "{hostile:?}, and {plain:?} without");
}

#[test]
fn what_the_operator_sends_goes_with_every_request_and_wins() {
    let api =
        with_parameter("/q", &json!({"name": "o", "in": "query", "schema": {"type": "object"}}));
    let always = Always {
        headers: vec![
            ("X-Key".to_owned(), "k".to_owned()),
            ("Accept".to_owned(), "a/b".to_owned()),
        ],
        query: Some("api_key=s%20e".to_owned()),
        query_names: vec!["api_key".to_owned()],
    };
    let send = |arguments: Value| {
        let arguments = serde_json::from_value(arguments).unwrap();
        request::build(api.call("call").unwrap(), arguments, &always)
    };
    let request = send(json!({"o": {"x": 1}})).unwrap();
    assert_eq!(request.url, "http://api.test/v1/q?x=1&api_key=s%20e");
    assert_eq!((header(&request, "x-key"), header(&request, "accept")), (Some("k"), Some("a/b")));
    assert_eq!(send(json!({})).unwrap().url, "http://api.test/v1/q?api_key=s%20e");
    // An object whose entries become parameters of their own may not say it again.
    let refused = send(json!({"o": {"api_key": "mine"}}));
    assert_eq!(refused.unwrap_err(), Unfit::Configured("api_key".to_owned()));
}
