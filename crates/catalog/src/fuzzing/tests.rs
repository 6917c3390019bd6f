//! The properties over random tools; the fuzzer goes further.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{names, tools};

/// Schemas that are mostly schemas.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        prop::sample::select(vec![
            json!({"type": "string"}),
            json!({"type": ["integer", "null"]}),
            json!({"enum": ["*/", 1]}),
            json!({"const": "\u{202e}`${x}"}),
            json!({"$ref": "#/$defs/a"}),
            json!({"$ref": "#"}),
            json!({"type": "string", "pattern": "(a+)+$", "maxLength": 2}),
            json!(true),
            json!(null),
            json!({"$ref": "https://example.com/x"}),
            json!({"format": "date", "default": "*/"}),
        ]),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof![Just("a".to_owned()), ".{0,6}", Just("constructor".to_owned())];
        let members = prop::collection::vec((key, inner.clone()), 0..4);
        prop_oneof![
            (members.clone(), any::<bool>()).prop_map(|(members, closed)| {
                let required: Vec<_> = members.iter().map(|(name, _)| name.clone()).collect();
                let members: serde_json::Map<String, Value> = members.into_iter().collect();
                json!({"type": "object", "properties": members, "required": required,
                       "additionalProperties": !closed, "description": "*/ \u{7}"})
            }),
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|any| json!({"anyOf": any})),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|it| json!({"prefixItems": it})),
            (inner.clone(), inner)
                .prop_map(|(one, other)| json!({"$defs": {"a": one}, "allOf": [other]})),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_tools_are_listed_described_and_called(
        name in ".{0,20}", description in ".{0,60}", input in schema(), output in schema(),
        arguments in schema(), query in ".{0,20}",
    ) {
        let tool = json!({"name": name, "title": query, "description": description, "query": query,
            "inputSchema": input, "outputSchema": output, "arguments": arguments});
        tools(tool.to_string().as_bytes());
    }

    #[test]
    fn names_never_meet(lines in prop::collection::vec("[a_.-]{0,4}|.{0,40}|[a-c]_[0-9a-f]{10}", 0..16)) {
        names(lines.join("\n").as_bytes());
    }
}
