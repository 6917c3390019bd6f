//! What a `.mcp.json` becomes: servers, broken servers, and errors that show no value.

use std::path::Path;

use crate::config::document;
use crate::config::env::Environment;
use crate::config::error::{Error, Level};
use crate::config::mcp::{Servers, Surroundings, entries, servers};

fn environment() -> Environment {
    let pairs = [("HOME", "/home/u"), ("TOKEN", "t0k"), ("EMPTY", ""), ("PATH", "/usr/bin:/bin")];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn load(text: &str) -> Result<Servers, String> {
    let file = Path::new("/project/.mcp.json");
    let root =
        document::parse(file, text.as_bytes()).map_err(|error| Error::from(error).to_string())?;
    let entries = entries(&root).map_err(|problems| Error::from(problems).to_string())?;
    let environment = environment();
    let executable = Some(Path::new("/opt/bin/code-executor"));
    Ok(servers(
        entries,
        Surroundings { base: Path::new("/project"), environment: &environment, executable },
    ))
}

fn one(entry: &str) -> Servers {
    load(&format!(r#"{{"mcpServers": {{"s": {entry}}}}}"#))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The first server, which is a program.
fn started(all: &Servers) -> &upstream::Program {
    match &all.servers[0].reached {
        upstream::Reached::Program(program) => program,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_is_filled_in() {
    let all = one(
        r#"{"type": "stdio", "command": "${BIN:-npx}", "args": ["-y", "notes", "--token=${TOKEN}", 7],
            "env": {"A": "${env:TOKEN}", "B": "${EMPTY}", "C": "${EMPTY:-c}", "D": "$5 ${UNSET:-}"},
            "cwd": "sub", "startTimeoutMs": 1500, "disabled": true, "autoApprove": ["x"]}"#,
    );
    let (server, program) = (&all.servers[0], started(&all));
    assert_eq!(program.command, "npx");
    assert_eq!(program.args, ["-y", "notes", "--token=t0k", "7"]);
    let env: Vec<_> =
        program.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(env, [("A", "t0k"), ("B", ""), ("C", "c"), ("D", "$5 ")]);
    assert_eq!(program.cwd.as_deref(), Some(Path::new("/project/sub")));
    assert_eq!(server.start_timeout, Some(std::time::Duration::from_millis(1500)));
    assert_eq!(all.notices, []);
}

#[test]
fn a_relative_command_is_taken_from_the_files_directory() {
    assert_eq!(started(&one(r#"{"command": "./bin/server"}"#)).command, "/project/bin/server");
    assert_eq!(started(&one(r#"{"command": "~/server"}"#)).command, "/home/u/server");
    assert_eq!(started(&one(r#"{"command": "server"}"#)).command, "server");
}

#[test]
fn what_cannot_be_started_is_kept_with_its_reason() {
    let reasons = [
        (r#"{"command": "x", "args": ["${UNSET}"]}"#, "the environment variable UNSET is not set"),
        (
            r#"{"command": "x", "args": ["${input:key}"]}"#,
            "`${input…}` is not a form this version fills in",
        ),
        (r#"{"command": "x", "args": ["${TOKEN"]}"#, "a `${` has no `}`"),
        (r#"{"url": "https://example.com/mcp"}"#, "HTTP transport is not supported yet"),
        (r#"{"type": "sse", "url": "https://example.com"}"#, "HTTP transport is not supported yet"),
        (r#"{}"#, "it has neither a command nor a url"),
        (
            r#"{"type": "carrier-pigeon", "command": "x"}"#,
            "its type is none of stdio, http, sse, streamable-http",
        ),
    ];
    for (entry, reason) in reasons {
        let all = one(entry);
        assert_eq!(all.broken, [("s".to_owned(), reason.to_owned())], "{entry}");
        assert_eq!(all.notices[0].level, Level::Warning);
        assert!(all.servers.is_empty());
    }
}

#[test]
fn one_that_is_not_for_us_is_left_out_silently() {
    let all = one(r#"{"command": "x", "codeExecutor": false}"#);
    assert_eq!(all, Servers::default());
}

#[test]
fn ourselves_is_recognised() {
    let ourselves = [
        r#"{"command": "code-executor"}"#,
        r#"{"command": "/usr/local/bin/code-executor", "args": ["serve"]}"#,
        r#"{"command": "code-executor-mcp"}"#,
        r#"{"command": "npx", "args": ["-y", "code-executor-mcp"]}"#,
        r#"{"command": "npx", "args": ["code-executor-mcp@1.3.0"]}"#,
        r#"{"command": "pnpm", "args": ["dlx", "code-executor-mcp"]}"#,
        r#"{"command": "node", "args": ["/path/to/code-executor-mcp/dist/index.js"]}"#,
    ];
    for entry in ourselves {
        let all = one(entry);
        assert!(all.servers.is_empty() && all.broken.is_empty(), "{entry}");
        assert_eq!(all.notices[0].level, Level::Info);
    }
}

#[test]
fn a_neighbour_with_our_name_in_its_arguments_is_not_ourselves() {
    let strangers = [
        r#"{"command": "npx", "args": ["-y", "server-filesystem", "/src/code-executor"]}"#,
        r#"{"command": "uvx", "args": ["mcp-server-git", "--repository", "/src/code-executor-mcp"]}"#,
        r#"{"command": "ls", "args": ["code-executor"]}"#,
    ];
    for entry in strangers {
        assert_eq!(one(entry).servers.len(), 1, "{entry}");
    }
}

#[test]
fn the_demo_server_in_our_binary_is_a_server() {
    let all = one(r#"{"command": "code-executor", "args": ["demo-server"]}"#);
    assert_eq!(started(&all).command, "/opt/bin/code-executor");
    let all = one(r#"{"command": "/elsewhere/code-executor", "args": ["demo-server"]}"#);
    assert_eq!(started(&all).command, "/elsewhere/code-executor");
}

#[test]
fn our_own_executable_is_recognised_under_another_name() {
    let executable = std::env::current_exe().unwrap();
    let text = format!(r#"{{"mcpServers": {{"s": {{"command": {executable:?}}}}}}}"#);
    let root = document::parse(Path::new("/p/.mcp.json"), text.as_bytes()).unwrap();
    let environment = environment();
    let surroundings = Surroundings {
        base: Path::new("/p"),
        environment: &environment,
        executable: Some(&executable),
    };
    assert!(servers(entries(&root).unwrap(), surroundings).servers.is_empty());
}

#[test]
fn no_servers_is_no_error() {
    assert_eq!(load("{}"), Ok(Servers::default()));
    assert_eq!(load(r#"{"mcpServers": {}, "other": 1}"#), Ok(Servers::default()));
}

#[test]
fn errors_name_the_place_and_show_no_value() {
    let texts = [
        "",
        "{\"mcpServers\": ",
        "[\"hunter2\"]",
        "{\"servers\": {}}",
        "{\"mcpservers\": {}}",
        "{\"inputs\": []}",
        "{\"mcpServers\": [\"hunter2\"]}",
        "{\"mcpServers\": {\n  \"a\": \"hunter2\"\n}}",
        "{\"mcpServers\": {\n  \"a\": {\"command\": 7, \"args\": \"hunter2\", \"env\": {\"K\": [\"hunter2\"]}, \"startTimeoutMs\": 0}\n}}",
        "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"a\": {\"command\": \"y\"}}}",
        "{\"mcpServers\": {\"\": {\"command\": \"x\"}}}",
    ];
    let errors: Vec<_> = texts
        .iter()
        .map(|text| format!("----- {text}\n{}", load(text).expect_err("it is invalid")))
        .collect();
    for error in &errors {
        let shown = error.rsplit_once("nothing was started").map_or("", |(_, shown)| shown);
        assert!(!shown.contains("hunter2"), "{error}");
    }
    insta::assert_snapshot!(errors.join("\n"));
}
