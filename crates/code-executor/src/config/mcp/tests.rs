//! What a `.mcp.json` becomes: servers, broken servers, and errors that show no value.

mod dialects;
mod inputs;

use std::path::Path;

use crate::config::asking::Asker;
use crate::config::document;
use crate::config::env::Environment;
use crate::config::error::{Error, Level};
use crate::config::mcp::{Owner, Servers, Surroundings, named};

fn environment() -> Environment {
    let pairs = [("HOME", "/home/u"), ("TOKEN", "t0k"), ("EMPTY", ""), ("PATH", "/usr/bin:/bin")];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn load(text: &str) -> Result<Servers, String> {
    load_file("/project/.mcp.json", text, Owner::Ours)
}

/// What comes of a file with this name, for somebody who works in `/project`.
fn load_file(file: &str, text: &str, owner: Owner) -> Result<Servers, String> {
    let executable = Path::new("/opt/bin/code-executor");
    load_with(file, text, owner, &environment(), executable)
}

fn load_with(
    file: &str,
    text: &str,
    owner: Owner,
    environment: &Environment,
    executable: &Path,
) -> Result<Servers, String> {
    let root = document::parse(Path::new(file), text.as_bytes())
        .map_err(|error| Error::from(error).to_string())?;
    let project = Path::new("/project");
    let named =
        named(&root, owner, project).map_err(|problems| Error::from(problems).to_string())?;
    let surroundings = Surroundings {
        base: project,
        workspace: project,
        environment,
        questions: &named.questions,
        asker: &Asker::default(),
        executable: Some(executable),
    };
    let mut servers = Servers::default();
    servers.add(named.entries, surroundings);
    Ok(servers)
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
            r#"{"command": "x", "args": ["${command:hunter2}"]}"#,
            "`${command…}` is not a form this version fills in",
        ),
        (r#"{"command": "x", "args": ["${input:key}"]}"#, "the file has no input `key`"),
        (r#"{"command": "x", "args": ["${TOKEN"]}"#, "a `${` has no `}`"),
        (r#"{"type": "stdio", "url": "https://x"}"#, "its type is stdio and it has no command"),
        (r#"{"type": "http", "command": "x"}"#, "it has no url"),
        (
            r#"{"command": "x", "url": "https://x"}"#,
            "it has a command and a url; say with `type` which one counts",
        ),
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

/// The first server, which is reached over HTTP.
fn reached(all: &Servers) -> &upstream::Http {
    match &all.servers[0].reached {
        upstream::Reached::Http(http) => http,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_over_http_is_filled_in() {
    let all = one(
        r#"{"type": "streamable-http", "url": "https://${HOST:-mcp.example.com}/mcp?a=${env:TOKEN}",
            "headers": {"Authorization": "Bearer ${TOKEN}", "X-Key": "env:TOKEN", "X-Text": "env: no"},
            "oauth": {"clientId": "me", "clientSecret": "env:TOKEN", "issuer": "https://id.${HOST:-example.com}", "scopes": "a b", "callbackPort": 4000},
            "startTimeoutMs": 1500, "timeoutMs": 2500}"#,
    );
    let (server, http) = (&all.servers[0], reached(&all));
    assert_eq!(http.url, "https://mcp.example.com/mcp?a=t0k");
    assert_eq!(http.style, upstream::HttpStyle::Streamable);
    let headers: Vec<_> =
        http.headers.iter().map(|(name, value)| (&name[..], &value[..])).collect();
    assert_eq!(headers, [("Authorization", "Bearer t0k"), ("X-Key", "t0k"), ("X-Text", "env: no")]);
    assert_eq!(http.oauth.client_secret.as_ref().unwrap().reveal(), "t0k");
    assert_eq!(http.oauth.issuer.as_deref(), Some("https://id.example.com/"));
    assert_eq!((http.oauth.scopes.len(), http.oauth.callback_port), (2, Some(4000)));
    assert_eq!(server.start_timeout, Some(std::time::Duration::from_millis(1500)));
    assert_eq!(server.call_timeout, Some(std::time::Duration::from_millis(2500)));
    assert_eq!(all.notices, []);
}

#[test]
fn the_type_says_which_transport_over_http_a_server_has() {
    use upstream::HttpStyle::{Auto, Sse, Streamable};
    let styles = [
        ("http", Auto),
        ("sse", Sse),
        ("streamable-http", Streamable),
        ("streamableHttp", Streamable),
    ];
    for (kind, style) in styles {
        let all = one(&format!(r#"{{"type": "{kind}", "url": "http://127.0.0.1:3000/mcp"}}"#));
        assert_eq!(reached(&all).style, style, "{kind}");
    }
    assert_eq!(reached(&one(r#"{"url": "http://127.0.0.1:3000/sse"}"#)).style, Auto);
}

#[test]
fn what_cannot_be_reached_is_kept_with_its_reason() {
    let reasons = [
        (r#"{"url": "hunter2"}"#, "its url is none: relative URL without a base"),
        (r#"{"url": "ws://hunter2"}"#, "its url must begin with http:// or https://"),
        (
            r#"{"type": "ws", "url": "ws://hunter2"}"#,
            "its type is none of stdio, http, sse, streamable-http",
        ),
        (
            r#"{"url": "https://me:hunter2@x"}"#,
            "its url holds a user or a password; send them in the header `Authorization` instead",
        ),
        (r#"{"url": "https://${UNSET}/"}"#, "the environment variable UNSET is not set"),
        (
            r#"{"url": "https://x", "headers": {"X-A": "${UNSET}"}}"#,
            "the header `X-A`: the environment variable UNSET is not set",
        ),
        (
            r#"{"url": "https://x", "headers": {"X-A": "hunter2\r\nX-B: 1"}}"#,
            "the header `X-A` has characters that no header may have",
        ),
        (
            r#"{"url": "https://x", "headers": {"a b": "hunter2"}}"#,
            "the name of a header may have letters, digits and -_ only",
        ),
        (
            r#"{"url": "https://x", "headers": {"X-a": "1", "x-A": "hunter2"}}"#,
            "the header `x-A` is given twice",
        ),
        (
            r#"{"url": "https://x", "headers": {"Mcp-Session-Id": "hunter2"}}"#,
            "the header `Mcp-Session-Id` is ours to write; take it out",
        ),
        (
            r#"{"url": "https://x", "oauth": {"grant": "hunter2"}}"#,
            "its `oauth.grant` is none of authorization_code, client_credentials",
        ),
    ];
    for (entry, reason) in reasons {
        let all = one(entry);
        assert_eq!(all.broken, [("s".to_owned(), reason.to_owned())], "{entry}");
        assert!(all.servers.is_empty() && !format!("{all:?}").contains("hunter2"));
    }
}

#[test]
fn a_name_that_cannot_be_one_costs_its_server_alone() {
    let long = "n".repeat(300);
    let fine = ["with spaces and.dots", &"n".repeat(200), "文件系统", "📁 files", "a__b"];
    for name in fine {
        let all = load(&format!(r#"{{"mcpServers": {{{name:?}: {{"command": "x"}}}}}}"#)).unwrap();
        assert_eq!(all.servers[0].name, *name);
    }
    for (name, told) in [
        ("", ": its name is empty; give it one"),
        ("a\\u0007b", ": its name has control characters; take them out"),
        (&long, "its name is longer than 256 characters; shorten it"),
    ] {
        let text = format!(
            r#"{{"mcpServers": {{"{name}": {{"command": "x"}}, "fine": {{"command": "y"}}}}}}"#
        );
        let all = load(&text).unwrap();
        assert_eq!((all.servers[0].name.as_str(), all.broken.len()), ("fine", 1));
        let message = &all.notices[0].message;
        assert!(message.ends_with(told) && message.len() < 200, "{message}");
    }
}

#[test]
fn one_that_is_not_for_us_is_left_out_silently() {
    let all = one(r#"{"command": "x", "codeExecutor": false}"#);
    assert_eq!((all.servers.len(), all.broken.len(), all.notices.len()), (0, 0, 0));
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
    let all = load_with("/p/.mcp.json", &text, Owner::Ours, &environment(), &executable).unwrap();
    assert!(all.servers.is_empty());
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
        "{\"servers\": {}, \"mcpServers\": {}}",
        "{\"server\": {}}",
        "{\"mcpservers\": {}}",
        "{\"inputs\": []}",
        "{\"servers\": {}, \"inputs\": {\"a\": \"hunter2\"}}",
        "{\"servers\": {}, \"inputs\": [\n  {\"id\": \"a\", \"type\": \"hunter2\"},\n  {\"type\": \"promptString\"},\n  {\"id\": \"b\", \"type\": \"pickString\"},\n  {\"id\": \"c\", \"type\": \"promptString\"}, {\"id\": \"c\", \"type\": \"promptString\"}\n]}",
        "{\"mcpServers\": {\"a\": {\"openapi\": [\"hunter2\"], \"operations\": \"hunter2\"}}}",
        "{\"mcpServers\": [\"hunter2\"]}",
        "{\"mcpServers\": {\n  \"a\": \"hunter2\"\n}}",
        "{\"mcpServers\": {\n  \"a\": {\"command\": 7, \"args\": \"hunter2\", \"env\": {\"K\": [\"hunter2\"]}, \"startTimeoutMs\": 0}\n}}",
        "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"a\": {\"command\": \"y\"}}}",
        "{\"mcpServers\": {\"a\": {\"url\": 7, \"headers\": {\"K\": [\"hunter2\"]}, \"oauth\": {\"callbackPort\": \"hunter2\"}}}}",
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
