//! Real servers over HTTP, of both eras and both transports, over TLS and through a proxy.

mod running;

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Workspace, run, wait_until};

use self::running::{Running, free_port};
use crate::support::{error_of, output_of, workspace};

/// Longer than anything takes on a busy machine.
const AMPLE: Duration = Duration::from_secs(60);

fn at(port: u16, path: &str) -> Value {
    json!({ "type": "http", "url": format!("http://127.0.0.1:{port}{path}") })
}

/// How a server stands in `health`.
fn upstream(server: &mut testkit::McpProcess, name: &str) -> Value {
    let health = server.call_tool("health", json!({}))["structuredContent"].clone();
    let all = health["upstreams"].as_array().cloned().unwrap_or_default();
    let found = all.into_iter().find(|upstream| upstream["server"] == name);
    found.unwrap_or_else(|| panic!("no `{name}` in {health}"))
}

#[test]
fn both_transports_of_the_official_server_are_found_and_used() {
    let (port, older_port) = (free_port(), free_port());
    let streamable = Running::everything("streamableHttp", port);
    let _older = Running::everything("sse", older_port);
    let workspace = workspace()
        .with_server("new", at(port, "/mcp"))
        .with_server("old", json!({ "url": format!("http://127.0.0.1:{older_port}/sse") }));
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        for (const name of ['new', 'old']) {
            const call = (tool, args) => callMCPTool(`mcp__${name}__${tool}`, args);
            console.log(await call('echo', { message: 'über HTTP' }));
            console.log((await call('get-structured-content', { location: 'Chicago' })).conditions);
            const both = await Promise.all([1, 2].map((a) => call('get-sum', { a, b: 1 })));
            console.log(both.join('\n'));
        }
        "#,
        &["mcp__*"],
    );
    let each = "Echo: über HTTP\nLight rain / drizzle\nThe sum of 1 and 1 is 2.\nThe sum of 2 and 1 is 3.\n";
    assert_eq!(output_of(&outcome), each.repeat(2));
    assert_eq!(upstream(&mut server, "new")["state"], "ready");
    server.finish();
    wait_until(AMPLE, "that the session is ended", || {
        streamable.printed().iter().any(|line| line.contains("session termination"))
    });
}

#[test]
fn a_server_that_was_started_again_is_used_again() {
    let port = free_port();
    let first = Running::everything("streamableHttp", port);
    let workspace = workspace().with_server("it", at(port, "/mcp"));
    let mut server = workspace.serve();
    let echo = "console.log(await callMCPTool('mcp__it__echo', { message: 'again' }))";
    assert_eq!(output_of(&server.run_with(echo, &["mcp__*"])), "Echo: again\n");
    drop(first);
    let outcome = server.run_with(echo, &["mcp__*"]);
    let words = &error_of(&outcome).message;
    assert!(words.contains("it") && words.contains("connect"), "{words}");
    let _second = Running::everything("streamableHttp", port);
    // The breaker may want a moment.
    wait_until(AMPLE, "that it is used again", || {
        server.run_with(echo, &["mcp__*"]).output == "Echo: again\n"
    });
}

#[test]
fn the_official_sdk_of_2026_says_when_its_tools_change_and_is_held_to_the_bounds() {
    let real = Running::script("server.py", &[]);
    let bounds = json!({ "maxResultBytes": 65_536, "inFlightBytes": 1_048_576 });
    let workspace =
        workspace().with_server("real", at(real.port, "/mcp")).with_setting("upstreams", bounds);
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        const names = async () => (await discoverMCPTools()).map((tool) => tool.name);
        console.log((await names()).length);
        console.log(await callMCPTool('mcp__real__grow', {}));
        while (!(await names()).includes('mcp__real__grown')) {}
        console.log(await callMCPTool('mcp__real__grown', {}));
        try { await callMCPTool('mcp__real__large', { length: 100_000 }); }
        catch (error) { console.log(error.message); }
        console.log(await callMCPTool('mcp__real__echo', { text: 'still here' }));
        "#,
        &["mcp__*"],
    );
    let output = output_of(&outcome);
    assert!(output.starts_with("3\ngrown\nhere\n"), "{output}");
    assert!(output.contains("larger than the limit of 65536 bytes"), "{output}");
    assert!(output.ends_with("still here\n"), "{output}");
    assert_eq!(upstream(&mut server, "real")["protocolVersion"], "2026-07-28");
}

/// What a program prints that calls a server at `https://mcp.test`, by way of a proxy.
fn through(proxy: &Running, workspace: &Workspace) -> testkit::Finished {
    let program = "console.log(await callMCPTool('mcp__real__echo', { text: 'by proxy' }))";
    let program = workspace.write("project/program.ts", program);
    let program = program.display().to_string();
    let mut command = workspace.command(&["exec", "--allow", "mcp__*", &program]);
    command.env("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy.port));
    run(command, AMPLE)
}

#[test]
fn tls_is_held_to_the_authorities_and_goes_through_the_proxy_of_the_environment() {
    let workspace = workspace();
    let folder = workspace.path("tmp").display().to_string();
    let real = Running::script("server.py", &["tls", &folder]);
    let proxy = Running::script("proxy.py", &[&real.port.to_string()]);
    let entry = json!({ "type": "http", "url": "https://mcp.test/mcp?token=s3cret" });
    let workspace = workspace.with_server("real", entry);

    let refused = through(&proxy, &workspace);
    assert_ne!(refused.code(), Some(0));
    let words = refused.stdout + refused.stderr.as_str();
    let why =
        "its host `mcp.test` cannot be trusted: its certificate is of an authority that is not";
    assert!(words.contains(why), "{words}");
    assert!(!words.contains("s3cret"), "{words}");

    let authority = workspace.path("tmp/authority.pem");
    let workspace = workspace.with_setting("upstreams", json!({ "caFile": authority }));
    let trusted = through(&proxy, &workspace).expect_success();
    assert!(trusted.stdout.contains("by proxy\n"), "{}", trusted.stdout);
    let asked = proxy.printed();
    assert!(asked[1..].iter().all(|line| line == "CONNECT mcp.test:443 HTTP/1.1"), "{asked:?}");
}
