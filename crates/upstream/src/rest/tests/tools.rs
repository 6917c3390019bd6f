//! The tools that operations become.

use serde_json::{Value, json};

use super::{described, names, read, shop, tool};

#[test]
fn every_operation_that_can_be_called_is_a_tool_of_its_own_name() {
    let api = shop();
    let expected = [
        "listPets",
        "createPet",
        "getPet",
        "replacePet",
        "delete_pets_petId",
        "get_pets_petId_photo",
        "uploadPhoto",
        "report",
        "upload",
    ];
    assert_eq!(names(&api), expected);
    assert_eq!(api.origin, "https://eu.shop.example");
    let left_out: Vec<&str> = api.left_out.iter().map(|(operation, _)| &**operation).collect();
    assert_eq!(left_out, ["POST /mixed", "GET /../admin", "GET /elsewhere"]);
}

#[test]
fn a_tool_says_what_it_does_where_and_how_dangerous_it_is() {
    let api = shop();
    let list = tool(&api, "listPets");
    assert_eq!(list["title"], "List pets");
    assert_eq!(list["description"], "List pets\n\nNewest first.\n\n`GET /pets`");
    assert_eq!(list["annotations"]["readOnlyHint"], true);
    let replace = tool(&api, "replacePet");
    assert_eq!(replace["description"], "Deprecated.\n\n`PUT /pets/{petId}`");
    assert_eq!(replace["annotations"], json!({"readOnlyHint": false, "idempotentHint": true}));
    assert_eq!(tool(&api, "delete_pets_petId")["annotations"]["destructiveHint"], true);
    assert_eq!(tool(&api, "createPet")["annotations"], json!({"readOnlyHint": false}));
}

#[test]
fn arguments_are_the_parameters_and_the_body() {
    let api = shop();
    let list = tool(&api, "listPets")["inputSchema"].clone();
    let arguments: Vec<&String> = list["properties"].as_object().unwrap().keys().collect();
    let expected = ["limit", "cursor", "tags", "filter", "ids", "X-Request-Id", "session", "where"];
    assert_eq!(arguments, expected, "and no Authorization");
    let limit = json!({"type": "integer", "maximum": 100, "default": 20, "exclusiveMinimum": 0});
    assert_eq!(list["properties"]["limit"], limit);
    assert_eq!(list["properties"]["cursor"]["type"], json!(["string", "null"]));
    assert_eq!(list["additionalProperties"], false);
    assert_eq!(list.get("required"), None);
    let get = tool(&api, "getPet")["inputSchema"].clone();
    assert_eq!(get["properties"]["petId"], json!({"type": "string", "description": "Which pet"}));
    assert_eq!(get["required"], json!(["petId"]));
    let create = tool(&api, "createPet")["inputSchema"].clone();
    assert_eq!(create["required"], json!(["body"]));
    assert_eq!(create["properties"]["body"], json!({"$ref": "#/$defs/Pet"}));
    let undescribed = tool(&api, "delete_pets_petId")["inputSchema"].clone();
    assert_eq!(undescribed["properties"], json!({"petId": {"type": "string"}}));
}

#[test]
fn names_of_arguments_that_collide_say_their_place() {
    let upload = tool(&shop(), "uploadPhoto")["inputSchema"].clone();
    let arguments: Vec<&String> = upload["properties"].as_object().unwrap().keys().collect();
    assert_eq!(arguments, ["petId", "petId_query", "body_query", "body"]);
    assert_eq!(upload["properties"]["body"]["contentEncoding"], "base64");
}

#[test]
fn files_of_a_form_are_texts_in_base64() {
    let upload = tool(&shop(), "upload")["inputSchema"].clone();
    let body = &upload["properties"]["body"];
    let file = json!({"type": "string", "contentEncoding": "base64", "description": "The photo"});
    assert_eq!(body["properties"]["file"], file);
    assert_eq!(body["properties"]["more"]["items"]["contentEncoding"], "base64");
    assert_eq!(body["properties"]["owner"], json!({"$ref": "#/$defs/Person"}));
    assert!(upload["$defs"]["Person"].is_object());
}

#[test]
fn names_of_operations_that_collide_are_told_apart_the_same_way_each_time() {
    let twice = json!({"operationId": "same"});
    let paths = json!({
        "/a": {"get": twice, "put": twice}, "/a/": {"get": {}}, "/A-b": {"get": {}},
        "/a/{}": {"get": {}}, "/a_b": {"get": {"operationId": ""}}, "/x": {"get": {"operationId": "\u{7}ok"}},
    });
    let api = read(&described(&paths)).unwrap();
    let expected = ["same", "put_a", "get_a", "get_A_b", "get_a_2", "get_a_b", "ok"];
    assert_eq!(names(&api), expected);
    assert_eq!(names(&api), names(&read(&described(&paths)).unwrap()));
}

#[test]
fn the_answer_that_is_described_is_the_first_success_in_json() {
    let api = shop();
    let list = tool(&api, "listPets")["outputSchema"].clone();
    assert_eq!(list["type"], "object");
    assert_eq!(list["properties"]["items"]["items"]["$ref"], "#/$defs/Pet");
    assert!(list["$defs"]["Pet"].is_object() && list["$defs"]["Person"].is_object());
    // At the top there is no reference, though it refers to itself further down.
    let pet = tool(&api, "getPet")["outputSchema"].clone();
    assert_eq!(pet["type"], "object");
    assert!(pet["$defs"]["Pet"].is_object());
    for without in ["replacePet", "get_pets_petId_photo", "report"] {
        assert_eq!(tool(&api, without).get("outputSchema"), None, "{without}");
    }
}

#[test]
fn what_the_operator_sends_is_no_argument() {
    let parameters = json!([
        {"name": "X-Api-Key", "in": "header"}, {"name": "api_key", "in": "query"},
        {"name": "Host", "in": "header"}, {"name": "Proxy-Authorization", "in": "header"},
        {"name": "q", "in": "query"},
    ]);
    let document = described(&json!({"/a": {"get": {"parameters": parameters}}}));
    let fixed = crate::rest::parameter::Fixed {
        headers: vec!["x-api-key".to_owned()],
        query: vec!["api_key".to_owned()],
    };
    let settings = crate::rest::operations::Settings { fixed, ..Default::default() };
    let api = super::read_with(&document, &settings).unwrap();
    let schema = tool(&api, "get_a")["inputSchema"].clone();
    assert_eq!(schema["properties"].as_object().unwrap().len(), 1, "{schema}");
}

#[test]
fn large_schemas_are_cut_until_all_tools_fit() {
    // 200 schemas that all lead to each other, and 100 operations that answer with one.
    let names: Vec<String> = (0..200).map(|number| format!("S{number}")).collect();
    let schema = |number: usize| {
        let next = |step: usize| format!("#/components/schemas/S{}", (number + step) % 200);
        json!({"type": "object", "description": "d".repeat(900),
            "properties": {"a": {"$ref": next(1)}, "b": {"$ref": next(7)}}})
    };
    let schemas: serde_json::Map<String, Value> =
        names.iter().enumerate().map(|(number, name)| (name.clone(), schema(number))).collect();
    let answer = |name: &str| {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        let content = json!({"application/json": {"schema": schema}});
        json!({"get": {"responses": {"200": {"content": content}}}})
    };
    let paths: serde_json::Map<String, Value> =
        names.iter().take(100).map(|name| (format!("/{name}"), answer(name))).collect();
    let mut document: Value = serde_json::from_str(&described(&paths.into())).unwrap();
    document["components"] = json!({"schemas": schemas});
    let bounds = crate::rest::document::Bounds { definitions: 1 << 20, ..Default::default() };
    let settings = crate::rest::operations::Settings::default();
    let text = document.to_string();
    let api = crate::rest::api::Api::read(text.as_bytes(), &settings, &bounds).unwrap();
    assert_eq!(api.tools.len(), 100);
    let total: usize = api.tools.iter().map(String::len).sum();
    assert!((1 << 18..1 << 20).contains(&total), "{total}");
    let schema = tool(&api, "get_S0")["outputSchema"].clone();
    assert!(schema.to_string().contains("left out for its size"));
    // Every reference leads somewhere all the same.
    for name in schema.to_string().split("#/$defs/").skip(1).map(|rest| rest.split('"').next()) {
        assert!(schema["$defs"][name.unwrap()].is_object(), "{name:?}");
    }
    let tiny = crate::rest::document::Bounds { definitions: 1 << 10, ..Default::default() };
    let error = crate::rest::api::Api::read(text.as_bytes(), &settings, &tiny).unwrap_err();
    assert!(error.to_string().contains("operations.include"), "{error}");
}
