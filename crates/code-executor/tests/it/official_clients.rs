//! The official clients in front of us, real servers behind us.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde_json::{Value, json};
use testkit::{Fixtures, VERSION_LEGACY, VERSION_STATELESS, Workspace, run, run_with_input};

use crate::support::{OUR_TOOLS, output_of, workspace};

const PATIENCE: Duration = Duration::from_secs(90);

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

/// The official clients, and a mode for each.
fn client(fixtures: &Fixtures, name: &str) -> Command {
    match name {
        "python" => {
            let mut command = Command::new(fixtures.python());
            command.arg(script("python_client.py"));
            command
        }
        name => {
            let mut command = Command::new(fixtures.node());
            command.arg(script(&format!("{name}.mjs")));
            command.env("FIXTURES_PACKAGE", fixtures.node_modules().join("package.json"));
            command
        }
    }
}

/// Has a client list our tools and make these calls; what it saw.
fn drive(workspace: &Workspace, mut client: Command, mode: &str, calls: &Value) -> Value {
    workspace.write_configuration();
    let plan = json!({
        "command": workspace.binary(),
        "args": [],
        "cwd": workspace.project(),
        "env": {
            "PATH": std::env::var("PATH").unwrap_or_default(),
            "HOME": workspace.home(),
            "CODE_EXECUTOR_CONFIG_PATH": workspace.config_path(),
        },
        "mode": mode,
        "calls": calls,
    });
    client.current_dir(workspace.project());
    let finished = run_with_input(client, plan.to_string().as_bytes(), PATIENCE).expect_success();
    serde_json::from_str(&finished.stdout).expect("the client prints JSON")
}

#[track_caller]
fn assert_served(name: &str, mode: &str, version: Option<&str>) {
    let workspace = workspace().with_demo();
    let fixtures = Fixtures::locate();
    let program = "const tools = await discoverMCPTools({ server: 'demo' });\nconsole.log(tools.length > 0);\n({ sum: 1 + 1 })";
    let in_python = "tools = await discover_mcp_tools(server='demo')\nprint(str(len(tools) > 0).lower())\n{'sum': 1 + 1}";
    let calls = json!([
        { "name": "executeTypescript", "arguments": { "code": program } },
        { "name": "executeTypescript", "arguments": { "code": "throw new Error('on purpose')" } },
        { "name": "executePython", "arguments": { "code": in_python } },
        { "name": "executePython", "arguments": { "code": "raise ValueError('on purpose')" } },
        { "name": "searchTools", "arguments": { "query": "note" } },
        { "name": "health", "arguments": {} },
    ]);
    let seen = drive(&workspace, client(&fixtures, name), mode, &calls);
    assert_eq!(seen["tools"], json!(OUR_TOOLS));
    assert_eq!(seen["server"], "code-executor");
    if let Some(version) = version {
        assert_eq!(seen["protocolVersion"], version);
    }
    for (language, engine) in [(0, "quickjs"), (1, "cpython")] {
        let outcome = &seen["results"][2 * language]["structuredContent"];
        assert_eq!(
            (&outcome["output"], &outcome["result"], &outcome["isolation"]["engine"]),
            (&json!("true\n"), &json!({ "sum": 2 }), &json!(engine)),
            "{seen}"
        );
        let failed = &seen["results"][2 * language + 1];
        assert_eq!(failed["isError"], true);
        assert_eq!(failed["structuredContent"]["error"]["message"], "on purpose");
    }
    assert!(seen["results"][4].to_string().contains("mcp__demo__"), "{seen}");
    assert_eq!(seen["results"][5]["structuredContent"]["healthy"], true);
}

#[test]
fn the_python_client_of_its_own_accord() {
    assert_served("python", "auto", Some(VERSION_STATELESS));
}

#[test]
fn the_python_client_the_old_way() {
    assert_served("python", "legacy", Some(VERSION_LEGACY));
}

#[test]
fn the_npm_client_of_its_own_accord() {
    assert_served("node_client", "auto", Some(VERSION_STATELESS));
}

#[test]
fn the_npm_client_the_old_way() {
    assert_served("node_client", "legacy", Some(VERSION_LEGACY));
}

#[test]
fn the_npm_sdk_of_the_generation_before() {
    assert_served("node_sdk", "legacy", None);
}

#[test]
fn the_inspectors_command_line_lists_and_calls() {
    let workspace = workspace();
    workspace.write_configuration();
    let fixtures = Fixtures::locate();
    let inspect = |arguments: &[&str]| {
        let mut command = Command::new(fixtures.node());
        command.arg(fixtures.inspector()).arg("--cli").args(arguments);
        command
            .arg("-e")
            .arg(format!("CODE_EXECUTOR_CONFIG_PATH={}", workspace.config_path().display()));
        command.arg("--").arg(workspace.binary());
        command.current_dir(workspace.project()).env("HOME", workspace.home());
        run(command, PATIENCE).expect_success().stdout
    };
    let listed = inspect(&["--method", "tools/list"]);
    assert!(listed.contains("executeTypescript") && listed.contains("searchTools"), "{listed}");
    let called = inspect(&[
        "--method",
        "tools/call",
        "--tool-name",
        "executeTypescript",
        "--tool-arg",
        "code=console.log(2 + 2)",
    ]);
    let answer: Value = serde_json::from_str(&called).expect("the inspector prints JSON");
    assert_eq!(answer["structuredContent"]["output"], "4\n", "{answer}");
}

/// The example of the product's first README: list a directory, read each file, write a review.
const REVIEW: &str = r#"
const listing: string = await callMCPTool('mcp__filesystem__list_directory', { path: '.' });
const files = listing.split('\n')
    .filter((line) => line.startsWith('[FILE]') && line.endsWith('.ts'))
    .map((line) => line.slice('[FILE] '.length));

for (const file of files) {
    const content: string = await callMCPTool('mcp__filesystem__read_text_file', { path: file });
    const issues = content.split('\n').flatMap((line, n) => (/\bany\b/.test(line) ? [{ line: n + 1, issue: 'any' }] : []));
    console.log(`${file}: ${content.length} characters, ${issues.length} issues`);
    if (issues.length > 0) {
        await callMCPTool('mcp__filesystem__write_file', {
            path: `${file}.review.md`,
            content: JSON.stringify({ issues }, null, 2),
        });
    }
}
files.length
"#;

#[test]
fn a_directory_is_reviewed_through_the_filesystem_server() {
    let fixtures = Fixtures::locate();
    let workspace = workspace();
    let folder = workspace.project();
    let workspace = workspace.with_server(
        "filesystem",
        fixtures.npm_server("server-filesystem", &[&folder.to_string_lossy()]),
    );
    workspace.write("project/clean.ts", "export const one: number = 1;\n");
    workspace.write("project/loose.ts", "export function f(x: any) {\n  return x as any;\n}\n");
    workspace.write("project/notes.md", "not a program\n");
    let mut server = workspace.serve();
    let outcome = server.run_with(REVIEW, &["mcp__filesystem__*"]);
    assert_eq!(
        output_of(&outcome),
        "clean.ts: 30 characters, 0 issues\nloose.ts: 49 characters, 2 issues\n"
    );
    assert_eq!(outcome.result, Some(json!(2)));
    let review =
        fs::read_to_string(folder.join("loose.ts.review.md")).expect("the review was written");
    let review: Value = serde_json::from_str(&review).expect("the review is JSON");
    assert_eq!(review["issues"][1], json!({ "line": 2, "issue": "any" }));
    assert!(!folder.join("clean.ts.review.md").exists());
}

#[test]
fn a_filesystem_error_is_caught_and_recovered_from() {
    let fixtures = Fixtures::locate();
    let workspace = workspace();
    let folder = workspace.project();
    let workspace = workspace.with_server(
        "filesystem",
        fixtures.npm_server("server-filesystem", &[&folder.to_string_lossy()]),
    );
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        let text: string;
        try {
            text = await callMCPTool('mcp__filesystem__read_text_file', { path: 'settings.json' });
        } catch (error) {
            console.log(error instanceof McpToolError, error.server, error.tool, /ENOENT/.test(error.message));
            await callMCPTool('mcp__filesystem__write_file', { path: 'settings.json', content: '{"made":true}' });
            text = await callMCPTool('mcp__filesystem__read_text_file', { path: 'settings.json' });
        }
        JSON.parse(text)
        "#,
        &["mcp__filesystem__*"],
    );
    assert_eq!(output_of(&outcome), "true filesystem mcp__filesystem__read_text_file true\n");
    assert_eq!(outcome.result, Some(json!({ "made": true })));
}

#[test]
fn every_kind_of_answer_of_the_everything_server() {
    let fixtures = Fixtures::locate();
    let workspace =
        workspace().with_server("everything", fixtures.npm_server("server-everything", &[]));
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        const call = (tool: string, args: object = {}) => callMCPTool('mcp__everything__' + tool, args);
        const weather: any = await call('get-structured-content', { location: 'Chicago' });
        const image: any = await call('get-tiny-image');
        ({
            text: await call('echo', { message: 'hi' }),
            sum: /5/.test(await call('get-sum', { a: 2, b: 3 })),
            structured: typeof weather.temperature,
            image: image.some((block) => block.type === 'image' && block.data.length > 100),
        })
        "#,
        &["mcp__everything__*"],
    );
    assert_eq!(
        outcome.result,
        Some(json!({ "text": "Echo: hi", "sum": true, "structured": "number", "image": true })),
        "{:?}",
        outcome.error
    );
}

#[test]
fn a_graph_is_kept_by_the_memory_server() {
    let fixtures = Fixtures::locate();
    let workspace = workspace();
    let mut entry = fixtures.npm_server("server-memory", &[]);
    entry["env"] = json!({ "MEMORY_FILE_PATH": workspace.path("memory.jsonl") });
    let workspace = workspace.with_server("memory", entry);
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        const call = (tool: string, args: object = {}) => callMCPTool('mcp__memory__' + tool, args);
        const entities = ['Ada', 'Grace'].map((name) => ({ name, entityType: 'person', observations: [`${name} programs`] }));
        await call('create_entities', { entities });
        await call('create_relations', { relations: [{ from: 'Ada', to: 'Grace', relationType: 'precedes' }] });
        const answer = await call('read_graph');
        const graph = typeof answer === 'string' ? JSON.parse(answer) : answer;
        [graph.entities.length, graph.relations[0].relationType]
        "#,
        &["mcp__memory__*"],
    );
    assert_eq!(outcome.result, Some(json!([2, "precedes"])), "{:?}", outcome.error);
}

#[test]
fn the_time_and_git_servers_answer_side_by_side() {
    let fixtures = Fixtures::locate();
    let workspace = workspace();
    let repository = workspace.path("repository");
    commit_something(&repository);
    let workspace = workspace
        .with_server(
            "time",
            fixtures.python_server("mcp_server_time", &["--local-timezone", "UTC"]),
        )
        .with_server("git", fixtures.python_server("mcp_server_git", &[]));
    let mut server = workspace.serve();
    let outcome = server.run_with(
        &format!(
            r#"
            const [time, log] = await Promise.all([
                callMCPTool('mcp__time__convert_time', {{ source_timezone: 'UTC', time: '12:00', target_timezone: 'Asia/Tokyo' }}),
                callMCPTool('mcp__git__git_log', {{ repo_path: {path}, max_count: 1 }}),
            ]);
            [JSON.stringify(time).includes('21:00'), JSON.stringify(log).includes('a first commit')]
            "#,
            path = json!(repository),
        ),
        &["mcp__time__*", "mcp__git__*"],
    );
    assert_eq!(outcome.result, Some(json!([true, true])), "{:?}", outcome.error);
}

fn commit_something(repository: &Path) {
    fs::create_dir_all(repository).expect("a folder for the repository");
    fs::write(repository.join("file.txt"), "text\n").expect("a file");
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "file.txt"],
        &[
            "-c",
            "user.name=Test",
            "-c",
            "user.email=test@example.com",
            "commit",
            "--quiet",
            "-m",
            "a first commit",
        ],
    ] {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(repository);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        run(git, PATIENCE).expect_success();
    }
}
