//! The examples of each client's own documentation, and what is odd in their files.

use upstream::{Document, HttpStyle, Reached};

use super::{load, load_file, one, reached, started};
use crate::config::mcp::{Owner, Servers};

/// A server in a line: how it is reached, with every value.
fn line(all: &Servers, name: &str) -> String {
    let server = all.servers.iter().find(|server| server.name == name);
    let server = server.unwrap_or_else(|| panic!("no {name} in {all:?}"));
    match &server.reached {
        Reached::Program(program) => {
            let words: Vec<_> = program.env.iter().map(|(k, v)| format!("{k}={v}")).collect();
            [words.join(" "), program.command.clone(), program.args.join(" ")].join(" ")
        }
        Reached::Http(http) => format!("{:?} {} {:?}", http.style, http.url, http.headers),
        Reached::OpenApi(api) => format!("{:?} {:?}", api.document, api.base_url),
    }
}

#[test]
fn claude_code() {
    let all = load(
        r#"{"mcpServers": {
            "api-server": {
              "type": "http",
              "url": "${API_BASE_URL:-https://api.example.com}/mcp",
              "headers": {"Authorization": "Bearer ${TOKEN}"}
            },
            "airtable": {
              "type": "stdio", "command": "npx", "args": ["-y", "airtable-mcp-server"],
              "env": {"AIRTABLE_API_KEY": "${TOKEN}"}
            },
            "asana": {"type": "sse", "url": "https://mcp.asana.com/sse"}
        }}"#,
    )
    .unwrap();
    let api = r#"Auto https://api.example.com/mcp {"Authorization": "Bearer t0k"}"#;
    assert_eq!(line(&all, "api-server"), api);
    assert_eq!(line(&all, "airtable"), "AIRTABLE_API_KEY=t0k npx -y airtable-mcp-server");
    assert_eq!(line(&all, "asana"), "Sse https://mcp.asana.com/sse {}");
}

#[test]
fn the_projects_own_servers_in_claude_codes_file_go_first() {
    let text = r#"{
        "numStartups": 3,
        "projects": {
            "/elsewhere": {"mcpServers": {"other": {"command": "x"}}},
            "/project": {"allowedTools": [], "mcpServers": {"notes": {"command": "local"}}}
        },
        "mcpServers": {"notes": {"command": "everywhere"}, "time": {"command": "clock"}}
    }"#;
    let all = load_file("/home/u/.claude.json", text, Owner::Another).unwrap();
    let names: Vec<_> = all.servers.iter().map(|server| server.name.as_str()).collect();
    assert_eq!(names, ["notes", "time"]);
    assert_eq!(started(&all).command, "local");
    assert_eq!(
        all.notices[0].message,
        "server notes is defined at /home/u/.claude.json:5:61 and again at \
         /home/u/.claude.json:7:24: the first counts"
    );
}

#[test]
fn cursor() {
    let text = r#"{"mcpServers": {
        "local": {
          "type": "stdio", "command": "python",
          "args": ["${workspaceFolder}/tools/mcp_server.py", "${workspaceFolderBasename}", "${userHome}${/}x"],
          "env": {"API_KEY": "${env:TOKEN}"}
        },
        "remote": {"url": "https://api.example.com/mcp", "headers": {"Authorization": "Bearer ${env:TOKEN}"}}
    }}"#;
    let all = load_file("/project/.cursor/mcp.json", text, Owner::Another).unwrap();
    assert_eq!(
        line(&all, "local"),
        "API_KEY=t0k python /project/tools/mcp_server.py project /home/u/x"
    );
    let remote = r#"Auto https://api.example.com/mcp {"Authorization": "Bearer t0k"}"#;
    assert_eq!(line(&all, "remote"), remote);
}

#[test]
fn vs_code() {
    let text = r#"{
        // What VS Code asks for once.
        "inputs": [
            {"type": "promptString", "id": "region", "description": "Region", "default": "eu"},
        ],
        "servers": {
            "playwright": {"command": "npx", "args": ["-y", "@microsoft/mcp-server-playwright"]},
            "github": {"type": "http", "url": "https://api.githubcopilot.com/mcp"},
            "region": {"type": "http", "url": "https://${input:region}.example.com/"},
        },
    }"#;
    let all = load_file("/project/.vscode/mcp.json", text, Owner::Ours).unwrap();
    assert_eq!(line(&all, "playwright"), " npx -y @microsoft/mcp-server-playwright");
    assert_eq!(line(&all, "github"), "Auto https://api.githubcopilot.com/mcp {}");
    assert_eq!(line(&all, "region"), "Auto https://eu.example.com/ {}");
}

#[test]
fn codex() {
    let text = r#"
model = "gpt-5"

[mcp_servers.context7]
command = "npx"
args = ["-y", "@upstash/context7-mcp"]
env_vars = ["TOKEN", "NOT_SET"]

[mcp_servers.context7.env]
MY_ENV_VAR = "MY_ENV_VALUE"

[mcp_servers.figma]
url = "https://mcp.figma.com/mcp"
bearer_token_env_var = "TOKEN"
http_headers = { "X-Figma-Region" = "us-east-1" }
env_http_headers = { "X-Key" = "TOKEN" }

[mcp_servers.chrome_devtools]
url = "http://localhost:3000/mcp"
enabled_tools = ["open", "screenshot"]
startup_timeout_sec = 20
tool_timeout_sec = 45.5
enabled = true

[mcp_servers.off]
command = "off"
enabled = false
"#;
    let all = load_file("/home/u/.codex/config.toml", text, Owner::Ours).unwrap();
    assert_eq!(
        line(&all, "context7"),
        "MY_ENV_VAR=MY_ENV_VALUE TOKEN=t0k npx -y @upstash/context7-mcp"
    );
    assert_eq!(
        line(&all, "figma"),
        "Auto https://mcp.figma.com/mcp {\"Authorization\": \"Bearer t0k\", \
         \"X-Figma-Region\": \"us-east-1\", \"X-Key\": \"t0k\"}"
    );
    let chrome = &all.servers[2];
    assert_eq!(chrome.start_timeout, Some(std::time::Duration::from_secs(20)));
    assert_eq!(chrome.call_timeout, Some(std::time::Duration::from_millis(45_500)));
    assert_eq!(all.servers.len(), 3);
    assert_eq!(all.defined[1].place.to_string(), "/home/u/.codex/config.toml:12:14");
}

#[test]
fn windsurf_gemini_and_zed() {
    let windsurf = r#"{"mcpServers": {"remote": {
        "serverUrl": "https://example.com/mcp", "headers": {"API_KEY": "Bearer ${env:TOKEN}"}}}}"#;
    let all = load(windsurf).unwrap();
    assert_eq!(line(&all, "remote"), r#"Auto https://example.com/mcp {"API_KEY": "Bearer t0k"}"#);
    let gemini = r#"{"mcpServers": {"http": {
        "httpUrl": "http://localhost:3000/mcp", "headers": {"X": "y"}, "timeout": 5000, "trust": false}}}"#;
    assert_eq!(reached(&load(gemini).unwrap()).style, HttpStyle::Streamable);
    let zed = r#"{"theme": "One Dark", "context_servers": {
        "local": {"command": "some-command", "args": ["arg-1"], "env": {}},
        "remote": {"url": "https://example.com/mcp", "headers": {"Authorization": "Bearer x"}}}}"#;
    let all = load(zed).unwrap();
    assert_eq!(line(&all, "local"), " some-command arg-1");
    assert_eq!(
        line(&all, "remote"),
        r#"Auto https://example.com/mcp {"Authorization": "Bearer x"}"#
    );
}

#[test]
fn openapi() {
    let all = one(r#"{"openapi": "./api.yaml", "baseUrl": "https://${HOST:-api.example.com}",
            "headers": {"X-Key": "env:TOKEN"},
            "operations": {"include": ["get*"], "exclude": ["getSecret"]}}"#);
    let Reached::OpenApi(api) = &all.servers[0].reached else { panic!("{all:?}") };
    assert_eq!(api.document, Document::File("/project/api.yaml".into()));
    assert_eq!(api.base_url.as_deref(), Some("https://api.example.com/"));
    assert_eq!(api.headers["X-Key"], "t0k");
    assert_eq!((api.include.len(), api.exclude.len()), (1, 1));

    let all = one(r#"{"openapi": "https://example.com/openapi.json"}"#);
    let Reached::OpenApi(api) = &all.servers[0].reached else { panic!("{all:?}") };
    assert_eq!(api.document, Document::Url("https://example.com/openapi.json".to_owned()));
    for (entry, reason) in [
        (r#"{"openapi": "a.yaml", "command": "x"}"#, "it has `openapi` beside a command or a url"),
        (
            r#"{"openapi": "ftp://hunter2"}"#,
            "its `openapi` must be a file, or a URL of http or https",
        ),
        (
            r#"{"openapi": "a.yaml", "baseUrl": "hunter2"}"#,
            "its `baseUrl` is none: relative URL without a base",
        ),
    ] {
        assert_eq!(one(entry).broken, [("s".to_owned(), reason.to_owned())]);
    }
}

#[test]
fn what_another_client_switched_off_stays_off() {
    let text = r#"{"mcpServers": {
        "a": {"command": "x", "disabled": true},
        "b": {"command": "x", "enabled": false},
        "c": {"command": "x", "disabled": true, "codeExecutor": true},
        "d": {"command": "x", "disabled": false}
    }}"#;
    let names = |owner| {
        let all = load_file("/home/u/.cursor/mcp.json", text, owner).unwrap();
        all.servers.into_iter().map(|server| server.name).collect::<Vec<_>>()
    };
    assert_eq!(names(Owner::Another), ["c", "d"]);
    // In a file that was named to us it is for the other client alone.
    assert_eq!(names(Owner::Ours), ["a", "b", "c", "d"]);
}

#[test]
fn a_file_of_another_client_may_name_no_servers() {
    let all = load_file("/home/u/.claude.json", r#"{"numStartups": 3}"#, Owner::Another).unwrap();
    assert!(all.servers.is_empty());
    let all = load_file("/home/u/.codex/config.toml", "model = \"x\"\n", Owner::Another).unwrap();
    assert!(all.servers.is_empty());
}

#[test]
fn toml_that_is_none_is_named_with_its_place() {
    let errors: Vec<_> = [
        "[mcp_servers.a]\ncommand = hunter2\n",
        "[mcp_servers.a]\ncommand = \"x\nargs = []",
        "[mcp_servers.a]\ncommand = \"x\"\n[mcp_servers.a]\ncommand = \"hunter2\"",
        "[mcp_servers.a]\ncommand = 7\nargs = [\"hunter2\", [1]]\nstartup_timeout_sec = -1\n",
        "[mcp_server.a]\ncommand = \"hunter2\"\n",
    ]
    .iter()
    .map(|text| {
        let error = load_file("/p/config.toml", text, Owner::Ours).expect_err("it is invalid");
        assert!(!error.contains("hunter2"), "{error}");
        error
    })
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}
