//! What holds for any argument and any document.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{build, described, read};
use crate::rest::base64;
use crate::rest::document::Bounds;
use crate::rest::yaml;

/// Texts that tend to mean something in a URL.
fn tricky() -> impl Strategy<Value = String> {
    prop_oneof!["[a./%\\\\?#&=;:@+{}\\[\\] 2efEF~\u{e9}\u{0}-\u{1f}-]{0,12}", any::<String>(),]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        tricky().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((tricky(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_path_argument_stays_in_its_place(value in json_value(), style in 0..3_usize, explode: bool) {
        let style = ["simple", "label", "matrix"][style];
        let parameter = json!({"name": "id", "in": "path", "style": style, "explode": explode});
        let operation = json!({"operationId": "call", "parameters": [parameter]});
        let api = read(&described(&json!({"/a/{id}/z": {"get": operation}}))).unwrap();
        let Ok(request) = build(&api, "call", &json!({"id": value})) else { return Ok(()) };
        let url = url::Url::parse(&request.url).unwrap();
        let segments: Vec<&str> = url.path_segments().unwrap().collect();
        prop_assert_eq!(segments.len(), 4, "{}", &request.url);
        prop_assert_eq!((segments[0], segments[1], segments[3]), ("v1", "a", "z"));
        prop_assert!(!segments[2].is_empty());
        prop_assert_eq!(url.as_str(), &request.url, "nothing is left to be normalised");
        prop_assert!(url.query().is_none() && url.fragment().is_none());
        prop_assert_eq!(url.host_str(), Some("api.test"));
    }

    #[test]
    fn a_text_in_the_query_comes_out_as_it_was(text in tricky()) {
        let parameters = json!([{"name": "q[]", "in": "query"}]);
        let operation = json!({"operationId": "call", "parameters": parameters});
        let api = read(&described(&json!({"/a": {"get": operation}}))).unwrap();
        let request = build(&api, "call", &json!({"q[]": text})).unwrap();
        let url = url::Url::parse(&request.url).unwrap();
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(pairs, [("q[]".to_owned(), text)]);
        prop_assert!(url.fragment().is_none());
    }

    #[test]
    fn json_reads_the_same_as_yaml(value in json_value()) {
        // YAML's own double quotes know all escapes of JSON; keys that say the same twice are refused.
        let text = serde_json::to_string_pretty(&json!({"value": value})).unwrap();
        let text = text.replace('\u{7f}', "\\u007f");
        if let Ok(read) = yaml::read(&text, &Bounds::default()) {
            prop_assert_eq!(&read["value"], &value);
        }
    }

    #[test]
    fn bytes_survive_base64(bytes: Vec<u8>) {
        prop_assert_eq!(base64::decode(&base64::encode(&bytes)), Some(bytes));
    }
}
