//! Tools as functions: calls, what they answer, what may be called, what goes wrong and how a
//! program sees it.

use serde_json::json;
use testkit::{Fake, McpProcess, Workspace};
use types::LimitKind;

use crate::support::{error_of, output_of, workspace};

/// Behind us: a well server, called `fake`.
fn fake() -> (Workspace, McpProcess) {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let server = workspace.serve();
    (workspace, server)
}

#[test]
fn a_tool_answers_its_text() {
    let (_workspace, mut server) = fake();
    let outcome = server.run_with(
        "const text: string = await callMCPTool('mcp__fake__echo', { text: 'zwölf' });\ntext.length + ' ' + text",
        &["mcp__fake__echo"],
    );
    assert_eq!(outcome.result, Some(json!("5 zwölf")), "{:?}", outcome.error);
    assert_eq!(outcome.tool_calls_made, ["mcp__fake__echo"]);
    let summary = &outcome.tool_call_summary[0];
    assert_eq!((summary.tool.as_str(), summary.count, summary.errors), ("mcp__fake__echo", 1, 0));
    assert!(summary.total_ms > 0.0);
}

#[test]
fn a_prefix_allows_a_servers_tools() {
    let (_workspace, mut server) = fake();
    let outcome =
        server.run_with("await callMCPTool('mcp__fake__echo', { text: 'yes' })", &["mcp__fake__*"]);
    assert_eq!(outcome.result, Some(json!("yes")));
}

#[test]
fn what_is_not_allowed_fails_with_what_is() {
    let (_workspace, mut server) = fake();
    let outcome = server.run_with(
        "await callMCPTool('mcp__fake__ecko', { text: 'no' })",
        &["mcp__fake__echo", "mcp__fake__slow"],
    );
    let message = &error_of(&outcome).message;
    for part in ["mcp__fake__ecko", "mcp__fake__echo", "mcp__fake__slow"] {
        assert!(message.contains(part), "{part} is missing: {message}");
    }
}

#[test]
fn nothing_is_allowed_unless_it_is_said() {
    let (_workspace, mut server) = fake();
    let outcome = server.run("await callMCPTool('mcp__fake__echo', { text: 'no' })");
    assert!(error_of(&outcome).message.contains("mcp__fake__echo"), "{outcome:?}");
    assert_eq!(state_of(&mut server, "fake"), "idle", "a server was started for nothing");
}

#[test]
fn an_unknown_tool_is_answered_with_the_nearest() {
    let (_workspace, mut server) = fake();
    let outcome = server.run_with("await callMCPTool('mcp__fake__eco', {})", &["mcp__fake__*"]);
    assert!(error_of(&outcome).message.contains("mcp__fake__echo"), "{outcome:?}");
}

#[test]
fn arguments_are_checked_before_the_call() {
    let (_workspace, mut server) = fake();
    let outcome = server.run_with(
        r#"
        const tried = [];
        for (const args of [{}, { text: 5 }, { text: 'a', txet: 'b' }]) {
            try { await callMCPTool('mcp__fake__echo', args); tried.push('called'); }
            catch (error) { tried.push(error.message); }
        }
        tried
        "#,
        &["mcp__fake__echo"],
    );
    let tried = outcome.result.unwrap_or_default();
    assert!(tried[0].as_str().is_some_and(|message| message.contains("text")), "{tried}");
    assert!(tried[1].as_str().is_some_and(|message| message.contains("string")), "{tried}");
    assert!(tried[2].as_str().is_some_and(|message| message.contains("txet")), "{tried}");
}

#[test]
fn a_tools_error_can_be_caught() {
    let workspace = workspace().with_demo();
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        try {
            await callMCPTool('mcp__demo__fail', {});
            console.log('no error');
        } catch (error) {
            console.log(error instanceof McpToolError, error.name, error.server);
            console.log(typeof error.message, error.tool.length > 0, Array.isArray(error.content));
        }
        'recovered'
        "#,
        &["mcp__demo__fail"],
    );
    assert_eq!(output_of(&outcome), "true McpToolError demo\nstring true true\n");
    assert_eq!(outcome.result, Some(json!("recovered")));
    assert_eq!(outcome.tool_call_summary[0].errors, 1);
}

#[test]
fn two_hundred_notes_are_read_at_once() {
    let workspace = workspace().with_demo();
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        const listed = [];
        for (let offset: number | undefined = 0; offset !== undefined; ) {
            const page = await callMCPTool('mcp__demo__list_notes', { offset });
            listed.push(...page.notes);
            offset = page.nextOffset;
        }
        const notes = await Promise.all(listed.map(({ id }) => callMCPTool('mcp__demo__get_note', { id })));
        const inOrder = notes.every((note, n) => note.id === listed[n].id && note.body.length > 0);
        const todo = notes.filter((note) => note.tags.includes('todo'));
        console.log(`${notes.length} notes, some to do: ${todo.length > 0 && todo.length < notes.length}`);
        inOrder
        "#,
        &["mcp__demo__*"],
    );
    assert_eq!(output_of(&outcome), "200 notes, some to do: true\n");
    assert_eq!(outcome.result, Some(json!(true)));
    let read =
        outcome.tool_call_summary.iter().find(|summary| summary.tool == "mcp__demo__get_note");
    assert_eq!(read.map(|summary| (summary.count, summary.errors)), Some((200, 0)));
    assert_eq!(outcome.tool_calls_made, ["mcp__demo__list_notes", "mcp__demo__get_note"]);
}

#[test]
fn five_megabytes_come_down_to_a_line() {
    let (_workspace, mut server) = fake();
    let outcome = server.run_with(
        r#"
        const text = await callMCPTool('mcp__fake__big', { megabytes: 5 });
        console.log(text.split('\n').find((line) => line.startsWith('needle')));
        text.length > 5_000_000
        "#,
        &["mcp__fake__big"],
    );
    assert_eq!(output_of(&outcome), "needle: found it\n");
    assert_eq!(outcome.result, Some(json!(true)));
}

#[test]
fn tools_can_be_found_from_inside() {
    let (_workspace, mut server) = fake();
    let outcome = server.run_with(
        r#"
        const all = await discoverMCPTools({ server: 'fake' });
        const [best] = await searchTools('answers the text', 3);
        const schema = await getToolSchema('mcp__fake__echo');
        const none = await getToolSchema('mcp__fake__nothing');
        ({
            names: all.map((tool) => tool.name).sort(),
            callable: all.filter((tool) => tool.callable).map((tool) => tool.name),
            best: best.name,
            described: best.description.length > 0 && best.signature.includes('echo'),
            required: schema.inputSchema.required,
            declared: schema.declaration.includes('text'),
            none,
        })
        "#,
        &["mcp__fake__echo"],
    );
    assert_eq!(
        outcome.result,
        Some(json!({
            "names": ["mcp__fake__big", "mcp__fake__die", "mcp__fake__echo", "mcp__fake__pid", "mcp__fake__slow"],
            "callable": ["mcp__fake__echo"],
            "best": "mcp__fake__echo",
            "described": true,
            "required": ["text"],
            "declared": true,
            "none": null,
        })),
        "{:?}",
        outcome.error
    );
}

#[test]
fn calls_under_way_are_told_when_time_runs_out() {
    let (_workspace, mut server) = fake();
    // Warm, so that the deadline is spent in the call and not in the start of the server.
    server.run_with("await callMCPTool('mcp__fake__echo', { text: 'warm' })", &["mcp__fake__*"]);
    let outcome = server.execute(json!({
        "code": "console.log('asking'); await callMCPTool('mcp__fake__echo', { text: 'a' }); await callMCPTool('mcp__fake__slow', { ms: 20000 });",
        "allowedTools": ["mcp__fake__*"],
        "timeoutMs": 700,
    }));
    assert_eq!(outcome.output, "asking\n");
    let calls: Vec<_> = outcome
        .calls
        .iter()
        .map(|call| (call.tool.as_str(), format!("{:?}", call.status)))
        .collect();
    assert_eq!(
        calls,
        [("mcp__fake__echo", "Ok".to_owned()), ("mcp__fake__slow", "Unfinished".to_owned())]
    );
}

#[test]
fn our_own_health_can_be_asked_from_inside() {
    let (_workspace, mut server) = fake();
    let outcome = server.run_with(
        "(await callMCPTool('mcp__code-executor__health', {})).healthy",
        &["mcp__code-executor__health"],
    );
    assert_eq!(outcome.result, Some(json!(true)), "{:?}", outcome.error);
}

/// How an upstream is, by our own health.
fn state_of(server: &mut McpProcess, name: &str) -> String {
    let health = server.call_tool("health", json!({}));
    let upstreams = health["structuredContent"]["upstreams"].as_array().cloned();
    let found = upstreams.unwrap_or_default().into_iter().find(|it| it["server"] == name);
    found.map_or_else(String::new, |it| it["state"].as_str().unwrap_or_default().to_owned())
}

/// A server with resources and prompts behind us, as well as the fake one.
fn odd() -> (Workspace, McpProcess) {
    let workspace = workspace().with_setting("limits", json!({ "maxToolCalls": 3 }));
    let script = workspace.write("home/odd.py", include_str!("semantics/odd.py"));
    let entry = json!({ "command": "python3", "args": [script] });
    let workspace = workspace.with_server("odd", entry);
    let server = workspace.serve();
    (workspace, server)
}

#[test]
fn resources_and_functions_count_as_calls_and_are_on_record() {
    let (workspace, mut server) = odd();
    let outcome = server.run_with(
        r#"
        import { json } from './servers/odd/json.js';
        const text = await readResource('odd', 'odd://a?token=hidden');
        const prompt = await getPrompt('odd', 'greet', { who: 'you' });
        await json();
        const refused = await listResources('odd').catch((error) => error.code);
        [text, prompt.messages[0].content.text, refused]
        "#,
        &["mcp__odd__*"],
    );
    let told = json!(["text of odd://a?token=hidden", "Greet you", "too_many_calls"]);
    assert_eq!(outcome.result, Some(told), "{:?}", outcome.error);
    assert_eq!(outcome.limit, Some(LimitKind::ToolCalls));
    drop(server);
    let records = workspace.audit_records();
    let recorded: Vec<_> = records
        .iter()
        .filter(|record| record["tool"].is_string())
        .map(|record| (record["tool"].as_str().unwrap_or_default(), record["status"].as_str()))
        .collect();
    let wanted = [
        ("mcp__odd__resources/read", Some("ok")),
        ("mcp__odd__prompts/get", Some("ok")),
        ("mcp__odd__json", Some("ok")),
        ("mcp__odd__resources/list", Some("refused")),
    ];
    assert_eq!(recorded, wanted);
    assert!(!json!(records).to_string().contains("hidden"), "an argument is on record");
}

#[test]
fn importing_calls_nothing_and_asks_only_the_server_that_is_imported() {
    let workspace = workspace().with_demo().with_fake("fake", Fake::Well);
    let mut server = workspace.serve();
    let outcome = server
        .run_with("import { echo } from './servers/fake/echo.js'; typeof echo", &["mcp__demo__*"]);
    assert_eq!(outcome.result, Some(json!("function")), "{:?}", outcome.error);
    assert_eq!(outcome.tool_calls_made, [""; 0]);
    assert_eq!(state_of(&mut server, "fake"), "ready");
    assert_eq!(state_of(&mut server, "demo"), "idle");
}

#[test]
fn a_server_that_does_not_start_is_told_when_it_is_imported() {
    let workspace = workspace().with_fake("bad", Fake::ExitOnStart);
    let mut server = workspace.serve();
    let outcome = server.run("import { echo } from './servers/bad/echo.js'; echo({ text: 'x' })");
    let error = error_of(&outcome);
    assert_eq!(error.kind, "McpToolError");
    assert!(error.message.contains("server `bad` did not start"), "{}", error.message);
}
