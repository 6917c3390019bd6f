//! What `tools/list` costs, and what is said of a tool that is not there.

use rmcp::model::{
    CacheScope, JsonRpcMessage, ListToolsResult, NumberOrString, ServerJsonRpcMessage, ServerResult,
};

use super::*;

fn listed(config: &Config) -> String {
    let result = ListToolsResult::with_all_items(offered(config))
        .with_ttl_ms(3_600_000)
        .with_cache_scope(CacheScope::Private);
    let answer: ServerJsonRpcMessage =
        JsonRpcMessage::response(ServerResult::ListToolsResult(result), NumberOrString::Number(1));
    serde_json::to_string(&answer).unwrap()
}

#[test]
fn the_whole_list_stays_small() {
    let answer = listed(&Config::default());
    let tokens = tiktoken_rs::o200k_base().unwrap().encode_ordinary(&answer).len();
    assert!(tokens <= 780, "tools/list is {} bytes, {tokens} o200k tokens", answer.len());
}

#[test]
fn every_schema_is_a_valid_schema() {
    for tool in offered(&Config::default()) {
        for schema in [Some(&tool.input_schema), tool.output_schema.as_ref()] {
            let schema = Value::Object((**schema.unwrap()).clone());
            jsonschema::validator_for(&schema).unwrap();
        }
    }
}

#[test]
fn limits_in_the_schema_are_the_operators() {
    let config = Config { default_timeout_ms: 1_234, max_timeout_ms: 5_678, ..Config::default() };
    let tools = offered(&config);
    let timeout = &tools[0].input_schema["properties"]["timeoutMs"];
    assert_eq!(timeout["default"], 1_234);
    assert_eq!(timeout["maximum"], 5_678);
}

#[test]
fn a_language_that_is_switched_off_is_not_offered() {
    let tools = offered(&Config { typescript: false, ..Config::default() });
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names, [SEARCH_TOOLS, HEALTH]);
    assert!(unknown(EXECUTE_TYPESCRIPT, &tools).message.contains("switched off"));
}

#[test]
fn an_unknown_tool_is_met_with_the_nearest() {
    let tools = offered(&Config::default());
    let message = |name: &str| unknown(name, &tools).message.into_owned();
    assert!(message("execute_typescript").contains("did you mean `executeTypescript`?"));
    assert!(message("searchTool").contains("did you mean `searchTools`?"));
    assert!(message("zzz").contains("the tools are executeTypescript, searchTools, health"));
    assert!(message("mcp__fs__read").contains("callMCPTool('mcp__fs__read', args)"));
}
