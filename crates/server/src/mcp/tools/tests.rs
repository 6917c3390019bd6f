//! What `tools/list` costs, and what is said of a tool that is not there.

use rmcp::model::{
    CacheScope, JsonRpcMessage, ListToolsResult, NumberOrString, ServerJsonRpcMessage, ServerResult,
};

use super::*;

fn both() -> Languages {
    Languages { typescript: Ok(()), python: Ok(()), deno: Ok(()) }
}

fn without(reason: &str) -> Result<(), String> {
    Err(reason.to_owned())
}

fn names(languages: &Languages) -> Vec<String> {
    let tools = offered(&Config::default(), languages);
    tools.iter().map(|tool| tool.name.to_string()).collect()
}

fn listed(config: &Config, languages: &Languages) -> String {
    let result = ListToolsResult::with_all_items(offered(config, languages))
        .with_ttl_ms(3_600_000)
        .with_cache_scope(CacheScope::Private);
    let answer: ServerJsonRpcMessage =
        JsonRpcMessage::response(ServerResult::ListToolsResult(result), NumberOrString::Number(1));
    serde_json::to_string(&answer).unwrap()
}

#[test]
fn the_whole_list_stays_small() {
    let without_deno = Languages { deno: without("no deno"), ..both() };
    for (languages, most) in [(without_deno, 900), (both(), 925)] {
        let answer = listed(&Config::default(), &languages);
        let tokens = tiktoken_rs::o200k_base().unwrap().encode_ordinary(&answer).len();
        assert!(tokens < most, "tools/list is {} bytes, {tokens} o200k tokens", answer.len());
    }
}

#[test]
fn every_schema_is_a_valid_schema() {
    for tool in offered(&Config::default(), &both()) {
        for schema in [Some(&tool.input_schema), tool.output_schema.as_ref()] {
            let schema = Value::Object((**schema.unwrap()).clone());
            jsonschema::validator_for(&schema).unwrap();
        }
    }
}

#[test]
fn limits_in_the_schema_are_the_operators() {
    let config = Config { default_timeout_ms: 1_234, max_timeout_ms: 5_678, ..Config::default() };
    let tools = offered(&config, &both());
    for tool in &tools[..2] {
        let timeout = &tool.input_schema["properties"]["timeoutMs"];
        assert_eq!(timeout["default"], 1_234);
        assert_eq!(timeout["maximum"], 5_678);
    }
}

#[test]
fn a_language_that_is_not_run_is_not_offered() {
    assert_eq!(names(&both()), [EXECUTE_TYPESCRIPT, EXECUTE_PYTHON, SEARCH_TOOLS, HEALTH]);
    let only_typescript = Languages { python: without("no python3"), ..both() };
    assert_eq!(names(&only_typescript), [EXECUTE_TYPESCRIPT, SEARCH_TOOLS, HEALTH]);
    let only_python = Languages { typescript: without("off"), ..both() };
    assert_eq!(names(&only_python), [EXECUTE_PYTHON, SEARCH_TOOLS, HEALTH]);
    let neither =
        Languages { typescript: without("off"), python: without("off"), deno: without("off") };
    assert_eq!(names(&neither), [SEARCH_TOOLS, HEALTH]);
}

#[test]
fn a_runtime_is_asked_for_only_where_there_is_another() {
    let has_it = |tool: &&Tool| {
        tool.input_schema.get("properties").is_some_and(|all| all.get("runtime").is_some())
    };
    let runtime = |languages: &Languages| {
        let tools = offered(&Config::default(), languages);
        tools.iter().filter(has_it).map(|tool| tool.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(runtime(&both()), [EXECUTE_TYPESCRIPT]);
    let without_deno = Languages { deno: without("no deno"), ..both() };
    assert_eq!(runtime(&without_deno), [""; 0]);
}

#[test]
fn no_description_speaks_of_a_tool_that_is_not_offered() {
    let python_alone = Languages { typescript: without("off"), ..both() };
    for languages in [&python_alone, &Languages { python: without("off"), ..both() }] {
        let tools = offered(&Config::default(), languages);
        for tool in &tools {
            let description = tool.description.as_deref().unwrap();
            for other in ALL.iter().filter(|name| !tools.iter().any(|tool| tool.name == **name)) {
                assert!(!description.contains(other), "{}: {description}", tool.name);
            }
            assert!(!description.starts_with("The same"), "{description}");
        }
    }
    let message = unknown("mcp__a__b", &offered(&Config::default(), &python_alone)).message;
    assert!(message.contains("executePython with call_mcp_tool('mcp__a__b', args)"), "{message}");
}

#[test]
fn an_unknown_tool_is_met_with_the_nearest() {
    let tools = offered(&Config::default(), &both());
    let message = |name: &str| unknown(name, &tools).message.into_owned();
    assert!(message("execute_typescript").contains("did you mean `executeTypescript`?"));
    assert!(message("searchTool").contains("did you mean `searchTools`?"));
    assert!(
        message("zzz")
            .contains("the tools are executeTypescript, executePython, searchTools, health")
    );
    assert!(message("mcp__fs__read").contains("callMCPTool('mcp__fs__read', args)"));
}
