//! Schemas written by hand: what their types admit and what not, and that whatever a server says comes
//! to something that compiles.

use std::sync::Arc;

use catalog::{Catalog, NewTool, PYTHON_HEADER, wrappers};
use serde_json::{Map, Value, json};
use types::Language;

use crate::{
    compilers::{self, Project, assert_none},
    sample,
};

/// A schema with arguments that it accepts and arguments that it refuses.
struct Case {
    name: &'static str,
    schema: Value,
    right: Vec<Value>,
    wrong: Vec<Wrong>,
}

/// Arguments that are refused, and by whom.
enum Wrong {
    /// By both compilers.
    Everywhere(Value),
    /// By `tsc` alone: Python has no such type.
    InTypeScript(Value),
}

use Wrong::{Everywhere, InTypeScript};

fn object(properties: Value, required: &[&str]) -> Value {
    json!({"type": "object", "properties": properties, "required": required})
}

fn case(name: &'static str, schema: Value, right: Vec<Value>, wrong: Vec<Wrong>) -> Case {
    Case { name, schema, right, wrong }
}

fn simple() -> Vec<Case> {
    vec![
        case(
            "required_and_optional",
            object(json!({"path": {"type": "string"}, "head": {"type": "integer"}}), &["path"]),
            vec![json!({"path": "a"}), json!({"path": "a", "head": 1})],
            vec![
                Everywhere(json!({})),
                Everywhere(json!({"path": 1})),
                Everywhere(json!({"path": "a", "head": "1"})),
                Everywhere(json!({"path": "a", "tail": 1})),
            ],
        ),
        case(
            "closed_words",
            object(
                json!({"mode": {"enum": ["a", "b", null]}, "kind": {"const": 5}, "is": {"type": "boolean"}}),
                &["mode"],
            ),
            vec![json!({"mode": "a", "kind": 5, "is": true}), json!({"mode": null})],
            vec![Everywhere(json!({"mode": "c"})), Everywhere(json!({"mode": "a", "kind": 6}))],
        ),
        case(
            "nothing_at_all",
            json!({"type": "object", "properties": {}, "additionalProperties": false}),
            vec![json!({})],
            vec![Everywhere(json!({"x": 1}))],
        ),
        case(
            "null_or_text",
            object(
                json!({"a": {"type": ["string", "null"]}, "b": {"type": "string", "nullable": true}}),
                &["a", "b"],
            ),
            vec![json!({"a": null, "b": "x"}), json!({"a": "x", "b": "x"})],
            vec![Everywhere(json!({"a": 1, "b": null}))],
        ),
        case(
            "odd_names",
            object(
                json!({"from": {"type": "string"}, "x-y": {"type": "integer"}, "1st": {"type": "string"},
                    "": {"type": "string"}, "__proto__x": {"type": "string"}, "a\"b\\c\nd\u{202e}": {"type": "string"},
                    "\u{e0041}": {"type": "string"}, "naïve": {"type": "string"}}),
                &["from"],
            ),
            vec![
                json!({"from": "a", "x-y": 1, "1st": "", "": "x", "naïve": "y", "\u{e0041}": "z"}),
            ],
            vec![Everywhere(json!({"from": "a", "x-y": "1"})), Everywhere(json!({"x-y": 1}))],
        ),
        case(
            "names_of_types",
            object(
                json!({"list": {"type": "array", "items": {"type": "string"}}, "str": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string"}}, "Any": {}, "dict": {"type": "object"}}),
                &["list", "str"],
            ),
            vec![json!({"list": ["a"], "str": "b", "tags": ["c"], "Any": 1, "dict": {"a": 1}})],
            vec![
                Everywhere(json!({"list": [1], "str": "b"})),
                Everywhere(json!({"list": "a", "str": "b"})),
            ],
        ),
    ]
}

fn composed() -> Vec<Case> {
    let both = json!({
        "allOf": [{"$ref": "#/$defs/Base"}, {"type": "object", "properties": {"b": {"type": "number"}}, "required": ["b"]}],
        "$defs": {"Base": object(json!({"a": {"type": "string"}}), &["a"])},
    });
    let either = object(
        json!({"shape": {"oneOf": [
            object(json!({"kind": {"const": "circle"}, "radius": {"type": "number"}}), &["kind", "radius"]),
            object(json!({"kind": {"const": "square"}, "side": {"type": "number"}}), &["kind", "side"]),
        ]}}),
        &["shape"],
    );
    let with_alternatives = json!({
        "type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
        "anyOf": [{"required": ["id"]}, {"required": ["name"]}],
    });
    vec![
        case(
            "all_of",
            both,
            vec![json!({"a": "x", "b": 1})],
            vec![Everywhere(json!({"a": "x"})), Everywhere(json!({"a": 1, "b": 1}))],
        ),
        case(
            "one_of",
            either,
            vec![
                json!({"shape": {"kind": "circle", "radius": 1.5}}),
                json!({"shape": {"kind": "square", "side": 2}}),
            ],
            vec![
                Everywhere(json!({"shape": {"kind": "circle", "side": 2}})),
                Everywhere(json!({"shape": {"kind": "star"}})),
            ],
        ),
        case(
            "required_alternatives",
            with_alternatives,
            vec![json!({"id": "a"}), json!({"name": "b"}), json!({"id": "a", "name": "b"})],
            vec![InTypeScript(json!({})), Everywhere(json!({"id": 1}))],
        ),
        case(
            "tuples",
            object(
                json!({
                    "new": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}], "items": false, "minItems": 1},
                    "old": {"type": "array", "items": [{"type": "number"}, {"type": "string"}], "additionalItems": {"type": "boolean"}},
                }),
                &[],
            ),
            vec![
                json!({"new": [1, "a"]}),
                json!({"new": [1]}),
                json!({"old": [1, "a", true, false]}),
            ],
            vec![
                InTypeScript(json!({"new": ["a", 1]})),
                Everywhere(json!({"new": [null]})),
                InTypeScript(json!({"old": [1, "a", "b"]})),
            ],
        ),
        case(
            "maps",
            object(
                json!({
                    "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
                    "open": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": true},
                    "pattern": {"type": "object", "patternProperties": {"^x-": {"type": "string"}}},
                }),
                &[],
            ),
            vec![
                json!({"counts": {"a": 1}, "open": {"a": "x"}, "pattern": {"x-a": "b"}}),
                json!({"counts": {}}),
            ],
            vec![Everywhere(json!({"counts": {"a": "1"}})), Everywhere(json!({"open": {"a": 1}}))],
        ),
        case(
            "beside_a_reference",
            json!({"type": "object", "required": ["x"], "properties": {
                "x": {"$ref": "#/$defs/Named", "properties": {"more": {"type": "boolean"}}, "required": ["more"]}},
                "$defs": {"Named": object(json!({"name": {"type": "string"}}), &["name"])}}),
            vec![json!({"x": {"name": "a", "more": true}})],
            vec![Everywhere(json!({"x": {"name": "a"}})), Everywhere(json!({"x": {"more": true}}))],
        ),
        case(
            "nothing_beside_a_reference",
            json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["x"],
                "properties": {"x": {"$ref": "#/definitions/Word", "type": "number"}},
                "definitions": {"Word": {"type": "string"}}}),
            vec![json!({"x": "a"})],
            vec![Everywhere(json!({"x": 1}))],
        ),
    ]
}

fn recursive() -> Vec<Case> {
    let tree = json!({"type": "object", "properties": {"root": {"$ref": "#/$defs/Node"}}, "required": ["root"],
    "$defs": {"Node": object(
        json!({"value": {"type": "number"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}),
        &["value"],
    )}});
    let any_json = json!({"type": "object", "properties": {"data": {"$ref": "#/$defs/Json"}}, "required": ["data"],
        "$defs": {"Json": {"anyOf": [{"type": ["string", "number", "boolean", "null"]},
            {"type": "array", "items": {"$ref": "#/$defs/Json"}},
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/Json"}}]}}});
    let anchored = json!({"type": "object", "properties": {"a": {"$ref": "#word"}, "b": {"$ref": "item.json"}},
        "$defs": {"w": {"$anchor": "word", "type": "string"}, "i": {"$id": "item.json", "type": "integer"}}});
    vec![
        case(
            "tree",
            tree,
            vec![json!({"root": {"value": 1, "children": [{"value": 2, "children": []}]}})],
            vec![Everywhere(json!({"root": {"value": 1, "children": [{"value": "2"}]}}))],
        ),
        case(
            "any_json",
            any_json,
            vec![json!({"data": {"a": [1, "b", {"c": null}]}}), json!({"data": [[[true]]]})],
            vec![],
        ),
        case(
            "itself",
            object(json!({"parent": {"$ref": "#"}, "name": {"type": "string"}}), &["name"]),
            vec![json!({"name": "a", "parent": {"name": "b"}})],
            vec![Everywhere(json!({"name": "a", "parent": {"name": 1}}))],
        ),
        case(
            "anchors",
            anchored,
            vec![json!({"a": "x", "b": 1})],
            vec![Everywhere(json!({"a": 1})), Everywhere(json!({"b": "x"}))],
        ),
        case(
            "elsewhere",
            object(
                json!({"x": {"$ref": "https://example.com/schema.json"}, "y": {"type": "string"}}),
                &["x"],
            ),
            vec![json!({"x": 1}), json!({"x": {"any": "thing"}})],
            vec![Everywhere(json!({"x": 1, "y": 1})), Everywhere(json!({}))],
        ),
    ]
}

/// Schemas of which nothing is asked but that something comes of them.
fn hostile() -> Vec<Value> {
    // Nothing that is this deep may be written with a macro that copies it at each level.
    let of = |key: &str, inner: Value| Value::Object(Map::from_iter([(key.to_owned(), inner)]));
    let nested = |wrap: &dyn Fn(Value) -> Value| {
        (0..1_000).fold(json!({"type": "string"}), |inner, _| wrap(inner))
    };
    let null = || json!({"type": "null"});
    let wide: Map<String, Value> = (0..40_000)
        .map(|n| {
            (format!("property {n}"), json!({"type": "string", "description": "w ".repeat(120)}))
        })
        .collect();
    let wide = json!({"type": "object", "properties": wide});
    assert!(wide.to_string().len() > 10 << 20, "it is not large");
    let chain: Map<String, Value> = (0..1_000)
        .map(|n| (format!("d{n}"), json!({"$ref": format!("#/$defs/d{}", n + 1)})))
        .collect();
    let bomb: Map<String, Value> = (0..60)
        .map(|n| {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            (
                format!("d{n}"),
                json!({"allOf": [next.clone(), next, {"properties": {format!("p{n}"): {}}}]}),
            )
        })
        .collect();
    let knot = |a: Value, b: Value| json!({"type": "object", "properties": {"x": {"$ref": "#/$defs/A"}}, "$defs": {"A": a, "B": b}});
    let reference = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
    vec![
        wide,
        nested(&|inner| of("properties", of("down", inner))),
        nested(&|inner| of("anyOf", Value::Array(vec![inner, null()]))),
        nested(&|inner| of("allOf", Value::Array(vec![inner]))),
        nested(&|inner| of("items", inner)),
        nested(&|inner| of("additionalProperties", inner)),
        nested(&|inner| of("not", inner)),
        json!({"$defs": chain, "$ref": "#/$defs/d0"}),
        json!({"$defs": bomb, "type": "object", "properties": {"x": {"$ref": "#/$defs/d0"}}}),
        knot(json!({"anyOf": [reference("A"), {"type": "string"}]}), json!({})),
        knot(
            json!({"anyOf": [reference("B"), {"type": "string"}]}),
            json!({"oneOf": [reference("A"), {"type": "number"}]}),
        ),
        knot(
            json!({"allOf": [reference("A"), reference("B")]}),
            json!({"allOf": [reference("A")]}),
        ),
        knot(reference("B"), reference("A")),
        knot(json!({"additionalProperties": reference("A")}), json!({})),
        knot(
            json!({"type": "array", "items": {"anyOf": [reference("A"), reference("B")]}}),
            json!({"type": "array", "prefixItems": [reference("A")]}),
        ),
        knot(
            json!({"anyOf": [{"type": "array", "items": reference("A")}, reference("B")]}),
            json!({"anyOf": [reference("A"), {"type": "null"}]}),
        ),
        json!({"$ref": "#"}),
        json!({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}),
        json!({"properties": {"x": {"allOf": [{"$ref": "#/properties/x"}]}}}),
        json!({"$ref": "http://127.0.0.1/x.json"}),
        json!({"type": 5, "properties": [1], "required": "x", "enum": 7, "anyOf": {}, "items": 3}),
        json!({"type": [], "enum": [], "anyOf": [], "oneOf": [], "allOf": [], "required": []}),
        json!({"type": ["object", "nonsense"], "properties": {"a": 1, "b": null, "c": "x", "d": false, "e": []}}),
        json!({"properties": {"a": {"enum": [1e300, -0.0, 18_446_744_073_709_551_615_u64, -5, 0.5, [1], {"a": 1}]}}}),
        json!({"properties": {"x": {"const": "\u{0}\u{202e}*/ \"\"\" \\ \n'''"}}, "description": "*/ \"\"\" \\"}),
        json!({"oneOf": [{"type": "string"}, {"type": "object"}, false, true]}),
        json!({"enum": (0..5_000).map(|n| format!("option {n}")).collect::<Vec<_>>()}),
        json!({"type": "object", "properties": {"x".repeat(50_000): {"type": "string"}}}),
        json!({"type": "object", "required": (0..50_000).map(|n| n.to_string()).collect::<Vec<_>>()}),
        json!(true),
        json!(false),
        json!(null),
        json!("text"),
        json!([{}]),
    ]
}

/// A tool that answers what it takes. The schema is not copied: it may be too deep for that.
fn tool(name: &str, schema: &Arc<Value>) -> NewTool {
    NewTool {
        name: name.to_owned(),
        description: "*/ \"\"\" \\ # type: ignore\n// @ts-nocheck".to_owned(),
        title: None,
        input_schema: schema.clone(),
        output_schema: Some(schema.clone()),
        annotations: None,
    }
}

/// Names that are no identifiers, are the same as others', or mean something.
const NAMES: [&str; 21] = [
    "delete",
    "import",
    "list",
    "str",
    "dict",
    "then",
    "index",
    "Promise",
    "read-file",
    "read.file",
    "read_file",
    "Read_File",
    "日本",
    "",
    "2fa",
    "run",
    "run_async",
    "annotations",
    "Any",
    "_runtime",
    "with space",
];

#[test]
fn types_admit_what_their_schemas_accept_and_refuse_the_rest() {
    let Some(fixtures) = compilers::installed() else { return eprintln!("{}", compilers::ABSENT) };
    let cases: Vec<Case> = [simple(), composed(), recursive()].into_iter().flatten().collect();
    let catalog = Catalog::new(["cases".to_owned(), "hostile".to_owned()]);
    let of_cases = cases.iter().map(|case| tool(case.name, &Arc::new(case.schema.clone())));
    catalog.replace_server("cases", 1, of_cases.collect());
    let plain = Arc::new(cases[0].schema.clone());
    let odd = NAMES.iter().map(|name| tool(name, &plain));
    let bad = hostile().into_iter().enumerate();
    let bad = bad.map(|(n, schema)| tool(&format!("bad {n}"), &Arc::new(schema)));
    catalog.replace_server("hostile", 1, odd.chain(bad).collect());

    let project = Project::new();
    write_all(&project, &catalog);
    let mut typescript = "import * as tools from \"./servers/cases/index.js\";\n".to_owned();
    let mut python = "from servers import cases as tools\n".to_owned();
    for case in &cases {
        let name = case.name;
        let descriptor = catalog.get(&format!("mcp__cases__{name}")).expect("it is known");
        for right in &case.right {
            let checked = catalog.validate(&descriptor, right);
            assert!(checked.is_ok(), "{name} does not accept {right}: {checked:?}");
            typescript.push_str(&format!("void tools.{name}({right});\n"));
            python.push_str(&format!("tools.{name}({})\n", sample::python(right)));
        }
        for wrong in &case.wrong {
            let (Everywhere(value) | InTypeScript(value)) = wrong;
            typescript.push_str(&format!("// @ts-expect-error\nvoid tools.{name}({value});\n"));
            if let Everywhere(value) = wrong {
                let value = sample::python(value);
                // An ignored complaint that is none is a complaint.
                python.push_str(&format!("tools.{name}({value})  # type: ignore\n"));
            }
        }
    }
    project.write("calls.ts", &typescript);
    project.write(
        "calls.py",
        &format!("# mypy: disable-error-code=\"ignore-without-code\"\n{python}"),
    );
    assert_none(&project.tsc(&fixtures));
    assert_none(&project.mypy(&fixtures));
}

fn write_all(project: &Project, catalog: &Catalog) {
    let servers: Vec<wrappers::Server> = ["cases", "hostile"]
        .map(|name| wrappers::Server {
            name: name.to_owned(),
            tools: Some(catalog.tools(Some(name))),
        })
        .into();
    for language in [Language::TypeScript, Language::Python] {
        for file in wrappers::files(&servers, language) {
            assert!(file.text.len() <= 300 * 1024, "{} is {} bytes", file.path, file.text.len());
            project.write(file.path, &file.text);
        }
    }
    for (n, tool) in catalog.tools(None).iter().enumerate() {
        for (language, end, head) in
            [(Language::TypeScript, "ts", ""), (Language::Python, "pyi", PYTHON_HEADER)]
        {
            let text = Catalog::declaration(tool, language);
            assert!(text.len() <= 16 * 1024, "{}: {} bytes", tool.tool, text.len());
            project.write(format!("declarations/d{n}.{end}"), &format!("{head}{text}"));
        }
    }
}
