//! Servers that want a login: a real OpenID provider, a server that the official SDK protects, and a
//! browser that logs in there.

mod suite;

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Finished, Fixtures, McpProcess, Protected, Workspace, run, wait_until};
use types::ExecutionOutcome;

use crate::support::{error_of, output_of, workspace};

const PATIENCE: Duration = Duration::from_secs(60);

const READ: &str = "console.log(await callMCPTool('mcp__guarded__read', {}))";
const WRITE: &str = "console.log(await callMCPTool('mcp__guarded__write', {}))";

/// A workspace with a protected server, whose tokens live so many seconds.
fn guarded(lifetime: u32) -> (Workspace, Protected) {
    guarded_with(lifetime, json!({}))
}

fn guarded_with(lifetime: u32, oauth: Value) -> (Workspace, Protected) {
    let workspace = workspace();
    let protected = Protected::start(&Fixtures::locate(), &workspace.path("tmp"), lifetime);
    let mut entry = protected.entry();
    entry["oauth"] = oauth;
    (workspace.with_server("guarded", entry), protected)
}

/// A login under way.
struct Login {
    child: Child,
    lines: BufReader<ChildStdout>,
    url: String,
}

impl Login {
    #[track_caller]
    fn begin(workspace: &Workspace, more: &[&str]) -> Self {
        let mut arguments = vec!["upstreams", "login", "guarded", "--json"];
        arguments.extend(more);
        let mut command = workspace.command(&arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("our binary starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut login = Self { child, lines, url: String::new() };
        let waiting = login.event();
        assert_eq!(waiting["event"], "waiting", "{waiting}");
        login.url = waiting["url"].as_str().expect("a URL").to_owned();
        login
    }

    #[track_caller]
    fn event(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("not an event: {line:?}"))
    }

    /// A parameter of the page's URL.
    fn parameter(&self, name: &str) -> String {
        let (_, query) = self.url.split_once('?').unwrap_or_default();
        let values = query.split('&').filter_map(|pair| pair.split_once('='));
        values
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
            .replace("%3A", ":")
            .replace("%2F", "/")
            .replace('+', " ")
    }

    #[track_caller]
    fn end(mut self) -> (Value, Option<i32>) {
        let event = self.event();
        let mut code = None;
        wait_until(PATIENCE, "the login to end", || {
            code = self.child.try_wait().expect("a child");
            code.is_some()
        });
        (event, code.and_then(|code| code.code()))
    }
}

#[track_caller]
fn log_in(workspace: &Workspace, protected: &mut Protected) -> Value {
    let login = Login::begin(workspace, &[]);
    let page = protected.browse(&login.url);
    assert!(page.contains("logged in to guarded"), "{page}");
    let (event, code) = login.end();
    assert_eq!((event["event"].as_str(), code), (Some("loggedIn"), Some(0)), "{event}");
    event
}

fn finished(workspace: &Workspace, arguments: &[&str]) -> Finished {
    run(workspace.command(arguments), PATIENCE)
}

fn token_files(workspace: &Workspace) -> Vec<PathBuf> {
    let directory = tokens(workspace);
    let found = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut files: Vec<_> = found.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    files
}

fn tokens(workspace: &Workspace) -> PathBuf {
    workspace.home().join(".local/state/code-executor/tokens")
}

#[track_caller]
fn record(workspace: &Workspace) -> Value {
    let files = token_files(workspace);
    assert_eq!(files.len(), 1, "{files:?}");
    serde_json::from_str(&std::fs::read_to_string(&files[0]).expect("a file")).expect("JSON")
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("it is there").permissions().mode() & 0o777
}

/// Calls until a call goes through: a server that could not be reached is given a moment of peace.
#[track_caller]
fn works_again(server: &mut McpProcess) {
    let mut last = None;
    wait_until(PATIENCE, "the calls to work again", || {
        let outcome = server.run_with(READ, &["mcp__*"]);
        let works = outcome.success;
        last = Some(outcome);
        works
    });
    assert_eq!(output_of(&last.expect("an outcome")), "read\n");
}

#[track_caller]
fn asks_for_a_login(outcome: &ExecutionOutcome) {
    let message = &error_of(outcome).message;
    assert!(message.contains("run `code-executor upstreams login guarded`"), "{message}");
}

#[test]
fn a_login_lets_calls_through_until_the_logout() {
    let (workspace, mut protected) = guarded(3600);
    let mut command = workspace.command(&[]);
    command.env("CODE_EXECUTOR_LOG", "trace");
    let mut server = McpProcess::spawn(command, testkit::Era::Legacy);
    server.initialize();
    asks_for_a_login(&server.run_with(READ, &["mcp__*"]));

    let event = log_in(&workspace, &mut protected);
    assert_eq!(event["issuer"], protected.issuer, "{event}");
    assert_eq!(event["scopes"], json!(["tools:read"]), "{event}");
    assert_eq!(event["renewable"], true, "{event}");
    works_again(&mut server);

    let files = token_files(&workspace);
    assert_eq!((mode(&tokens(&workspace)), mode(&files[0])), (0o700, 0o600));
    let kept = record(&workspace);
    let secrets = ["accessToken", "refreshToken"]
        .map(|name| kept["tokens"][name].as_str().expect("a token").to_owned());
    let logged = server.finish().stderr;
    assert!(logged.contains("guarded"), "nothing was logged: {logged}");
    for secret in &secrets {
        assert!(!logged.contains(secret.as_str()), "a token was logged");
    }

    let out = finished(&workspace, &["upstreams", "logout", "guarded"]).expect_success().stdout;
    assert!(out.contains("revoked and forgotten"), "{out}");
    assert!(token_files(&workspace).is_empty());
    let again = finished(&workspace, &["upstreams", "logout", "guarded"]).expect_success().stdout;
    assert!(again.contains("There was no login to guarded"), "{again}");
    asks_for_a_login(&workspace.serve().run_with(READ, &["mcp__*"]));
}

#[test]
fn a_token_that_expires_in_the_middle_of_a_program_is_renewed_in_place() {
    let (workspace, mut protected) = guarded(2);
    log_in(&workspace, &mut protected);
    let mut server = workspace.serve();
    let first = record(&workspace)["tokens"].clone();
    let outcome = server.run_with(
        r"
        const read = () => callMCPTool('mcp__guarded__read', {});
        console.log(await read());
        await new Promise((done) => setTimeout(done, 2600));
        console.log((await Promise.all(Array.from({ length: 20 }, read))).join(' '));
        ",
        &["mcp__*"],
    );
    assert_eq!(output_of(&outcome), format!("read\n{}\n", ["read"; 20].join(" ")));
    let second = record(&workspace)["tokens"].clone();
    assert_ne!(first["accessToken"], second["accessToken"]);
    assert_ne!(first["refreshToken"], second["refreshToken"], "the provider rotates these");
    assert_eq!(protected.count("refused"), 0, "a rotated token was used twice");
}

#[test]
fn a_token_that_the_server_refuses_is_renewed_once_for_all_who_ask() {
    let (workspace, mut protected) = guarded(3600);
    log_in(&workspace, &mut protected);
    let mut servers = [workspace.serve(), workspace.serve()];
    for server in &mut servers {
        works_again(server);
    }
    protected.expire_tokens();
    let many = r"
        const read = () => callMCPTool('mcp__guarded__read', {});
        console.log((await Promise.all(Array.from({ length: 10 }, read))).join(' '));
    ";
    let program = json!({ "code": many, "allowedTools": ["mcp__*"] });
    let [one, two] = &mut servers;
    let ids = [one.send_program(program.clone()), two.send_program(program)];
    for (server, id) in [one, two].into_iter().zip(ids) {
        assert_eq!(output_of(&server.outcome_of(id)), format!("{}\n", ["read"; 10].join(" ")));
    }
    assert_eq!(protected.count("refresh_token"), 1, "renewed by both, or by more than one call");
    assert_eq!(protected.count("refused"), 0);
}

#[test]
fn a_login_that_has_ended_is_forgotten_and_can_be_had_again() {
    let (workspace, mut protected) = guarded(3600);
    log_in(&workspace, &mut protected);
    let mut server = workspace.serve();
    works_again(&mut server);
    protected.end_grants();
    let outcome = server.run_with(READ, &["mcp__*"]);
    asks_for_a_login(&outcome);
    assert!(error_of(&outcome).message.contains("its login has ended"), "{outcome:?}");
    assert_eq!(record(&workspace)["tokens"], Value::Null);
    assert_eq!(protected.count("registered"), 1);

    log_in(&workspace, &mut protected);
    works_again(&mut server);
    assert_eq!(protected.count("registered"), 1, "the registration is used again");
}

#[test]
fn a_provider_that_has_forgotten_us_is_registered_with_anew() {
    let (workspace, mut protected) = guarded(3600);
    log_in(&workspace, &mut protected);
    let mut server = workspace.serve();
    works_again(&mut server);
    protected.forget_clients();
    protected.expire_tokens();
    asks_for_a_login(&server.run_with(READ, &["mcp__*"]));
    assert_eq!(record(&workspace)["registration"], Value::Null);
    log_in(&workspace, &mut protected);
    works_again(&mut server);
    assert_eq!(protected.count("registered"), 2);
}

#[test]
fn a_call_that_wants_more_than_was_granted_says_what_and_the_next_login_asks_for_it() {
    let (workspace, mut protected) = guarded(3600);
    log_in(&workspace, &mut protected);
    let mut server = workspace.serve();
    works_again(&mut server);
    let outcome = server.run_with(WRITE, &["mcp__*"]);
    asks_for_a_login(&outcome);
    assert!(error_of(&outcome).message.contains("lacks the scope `tools:write`"), "{outcome:?}");
    assert_eq!(protected.count("refresh_token"), 0, "no renewal widens a token");
    works_again(&mut server);

    let event = log_in(&workspace, &mut protected);
    assert_eq!(event["scopes"], json!(["tools:read", "tools:write"]), "{event}");
    let both = server.run_with(&format!("{READ}; {WRITE}"), &["mcp__*"]);
    assert_eq!(output_of(&both), "read\nwritten\n");
}

#[test]
fn whoever_comes_back_without_the_state_is_sent_away_and_the_provider_s_no_is_shown() {
    let (workspace, mut protected) = guarded(3600);
    let login = Login::begin(&workspace, &[]);
    let back = login.parameter("redirect_uri");
    assert!(back.starts_with("http://127.0.0.1:"), "{back}");
    for stray in ["code=stolen", "code=stolen&state=guessed", "error=access_denied&state="] {
        let page = protected.get(&format!("{back}?{stray}"));
        assert!(page.contains("Not this login"), "{page}");
    }
    assert!(protected.get(&back.replace("/callback", "/favicon.ico")).contains("Nothing here"));

    let issuer = protected.issuer.clone();
    let no = "error=access_denied&error_description=She%20said%20%3Cb%3Eno%3C%2Fb%3E";
    let state = login.parameter("state");
    let page = protected.get(&format!("{back}?{no}&state={state}&iss={issuer}"));
    assert!(page.contains("`access_denied`, She said &lt;b&gt;no&lt;/b&gt;"), "{page}");
    let (event, code) = login.end();
    assert_eq!(code, Some(1), "{event}");
    let told = event["error"].as_str().unwrap_or_default();
    assert!(told.contains("the provider refused the login: `access_denied`, She said"), "{told}");
    assert_eq!(protected.count("authorization_code"), 0, "a code of a stranger was used");
    assert!(token_files(&workspace).iter().all(|_| record(&workspace)["tokens"].is_null()));
}

#[test]
fn an_answer_in_another_provider_s_name_is_not_believed() {
    let (workspace, mut protected) = guarded(3600);
    for issuer in ["", "&iss=https://evil.example"] {
        let login = Login::begin(&workspace, &[]);
        let (back, state) = (login.parameter("redirect_uri"), login.parameter("state"));
        let page = protected.get(&format!("{back}?code=stolen&state={state}{issuer}"));
        assert!(page.contains("Not logged in"), "{page}");
        let (event, code) = login.end();
        assert_eq!(code, Some(1), "{event}");
        assert!(event["error"].as_str().is_some_and(|told| told.contains("name")), "{event}");
    }
    assert_eq!(protected.count("authorization_code"), 0);
    assert_eq!(protected.count("refused"), 0, "the code was tried");
}

#[test]
fn a_login_ends_by_itself_and_by_the_user() {
    let (workspace, _protected) = guarded(3600);
    let login = Login::begin(&workspace, &["--timeout", "300ms"]);
    let (event, code) = login.end();
    assert_eq!(code, Some(69), "{event}");
    assert!(
        event["error"].as_str().is_some_and(|told| told.contains("nobody logged in")),
        "{event}"
    );

    let login = Login::begin(&workspace, &[]);
    let pid = rustix::process::Pid::from_child(&login.child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    let (event, code) = login.end();
    assert_eq!(code, Some(130), "{event}");
}

#[test]
fn a_login_that_cannot_be_says_why() {
    let (workspace, protected) = guarded(3600);
    let resource = protected.resource.clone();
    let open = resource.trim_end_matches("/mcp");
    let workspace = workspace
        .with_demo()
        .with_server("far", json!({ "type": "http", "url": "http://192.0.2.1/mcp" }))
        .with_server("open", json!({ "type": "http", "url": format!("{open}/nothing") }))
        .with_server("gone", json!({ "type": "http", "url": "http://127.0.0.1:1/mcp" }))
        .with_server(
            "own",
            json!({ "type": "http", "url": resource, "headers": { "Authorization": "Bearer x" } }),
        );
    let told = [
        ("nobody", 2, "no server has this name: configured are"),
        ("demo", 2, "is not reached by MCP over HTTP"),
        ("own", 2, "`Authorization` header of its configuration"),
        ("far", 1, "it must begin with https://"),
        ("gone", 69, "cannot be reached"),
        ("open", 1, "asks for no login"),
    ];
    for (name, code, words) in told {
        let ended = finished(&workspace, &["upstreams", "login", name, "--no-browser"]);
        assert_eq!(ended.code(), Some(code), "{name}: {}", ended.stderr);
        assert!(ended.stderr.contains(words), "{name}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{name}");
    }
}
