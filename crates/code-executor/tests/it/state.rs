//! What outlives a process: a file of SQLite or a PostgreSQL server, backups, deletion, and a database
//! that goes away.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use testkit::{DEFAULT_WAIT, HttpServer, Postgres, Workspace, run, wait_until};

use crate::support::workspace;

/// Runs `code-executor state ...` and gives what it prints.
#[track_caller]
fn state(workspace: &Workspace, arguments: &[&str]) -> String {
    run(workspace.command(&[&["state"], arguments].concat()), DEFAULT_WAIT).expect_success().stdout
}

/// Ends a server as an operator would, and waits until it is gone.
fn stop(server: HttpServer) {
    let pid = i32::try_from(server.pid()).ok().and_then(Pid::from_raw).expect("a process");
    kill_process(pid, Signal::TERM).expect("it is told to stop");
    let gone = Path::new("/proc").join(server.pid().to_string()).join("exe");
    wait_until(DEFAULT_WAIT, "the server ends", || std::fs::read_link(&gone).is_err());
}

/// What a file of SQLite answers, by somebody else's SQLite.
fn sql(file: &Path, statement: &str) -> String {
    let program =
        "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall())";
    let mut python = Command::new("python3");
    python.args(["-c", program]).arg(file).arg(statement);
    run(python, DEFAULT_WAIT).expect_success().stdout.trim().to_owned()
}

/// Runs three programs, then copies, deletes and puts back what is kept of them.
fn keeps_copies_and_deletes(workspace: &Workspace) {
    let server = HttpServer::start(workspace);
    for code in ["console.log('hush')", "'hush'", "throw new TypeError('hush')"] {
        assert_eq!(server.post("/execute", &json!({"code": code})).status, 200);
    }
    stop(server);
    let backup = workspace.path("backup.db");
    let named = backup.to_str().expect("a path");
    state(workspace, &["backup", named]);
    let mode = std::fs::metadata(&backup).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let rows = "SELECT tenant, state, error_class, code_bytes FROM cex_executions ORDER BY id";
    assert_eq!(
        sql(&backup, rows),
        "('local', 'succeeded', None, 19) ('local', 'succeeded', None, 6) \
         ('local', 'failed', 'TypeError', 27)"
    );
    let bytes = std::fs::read(&backup).expect("it is read");
    assert!(!bytes.windows(4).any(|window| window == b"hush"), "nothing of a program is kept");
    let again = run(workspace.command(&["state", "backup", named]), DEFAULT_WAIT);
    assert_eq!(again.code(), Some(64), "a file is never overwritten");

    let purge = ["purge", "--tenant", "local", "--subject", "default"];
    let deleted = state(workspace, &purge);
    assert!(deleted.ends_with("3 executions, 0 keys, 0 quota counts\n"), "{deleted}");
    assert!(state(workspace, &purge).ends_with("0 executions, 0 keys, 0 quota counts\n"));
    state(workspace, &["restore", named]);
    assert!(state(workspace, &purge).ends_with("3 executions, 0 keys, 0 quota counts\n"));
}

#[test]
fn what_was_run_is_kept_in_a_file_by_itself() {
    let workspace = workspace();
    keeps_copies_and_deletes(&workspace);
    let file = workspace.home().join(".local/state/code-executor/state.db");
    let mode = std::fs::metadata(file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_was_run_is_kept_in_postgresql_and_may_move_there() {
    let server = Postgres::start();
    let url = server.url("postgres");
    let workspace = workspace().with_setting("state", json!({"url": url}));
    keeps_copies_and_deletes(&workspace);
    assert_eq!(server.psql("postgres", "SELECT count(*) FROM cex_executions"), "0");
    let file = workspace.home().join(".local/state/code-executor/state.db");
    assert!(!file.exists(), "there is one database, not two");
}

#[test]
fn a_database_that_goes_away_is_noticed_and_used_again_when_it_returns() {
    let mut database = Postgres::start();
    let url = database.url("postgres");
    let away = |choice: &str| json!({"url": url, "whenAway": choice});
    let (goes_on, refuses) = (
        workspace().with_setting("state", away("continue")),
        workspace().with_setting("state", away("refuse")),
    );
    let (goes_on, refuses) = (HttpServer::start(&goes_on), HttpServer::start(&refuses));
    let program = json!({"code": "1 + 1"});
    assert_eq!(refuses.post("/execute", &program).status, 200);
    assert_eq!(goes_on.post("/execute", &program).status, 200);
    database.stop();
    wait_until(DEFAULT_WAIT, "it is noticed", || refuses.post("/execute", &program).status == 503);
    let refused = refuses.post("/execute", &program).json();
    assert_eq!(refused["code"], "state_unavailable", "{refused}");
    assert_eq!(goes_on.post("/execute", &program).status, 200);
    wait_until(DEFAULT_WAIT, "it is told", || {
        goes_on.get("/health").json()["state"]["error"].is_string()
    });
    database.resume();
    wait_until(DEFAULT_WAIT, "it is used again", || {
        refuses.post("/execute", &program).status == 200
    });
    wait_until(DEFAULT_WAIT, "nothing waits any more", || {
        let health = goes_on.get("/health").json();
        health["state"]["waiting"] == 0 && health["state"]["lost"] == 0
    });
    stop(goes_on);
    stop(refuses);
    let states = "SELECT DISTINCT state FROM cex_executions";
    assert_eq!(database.psql("postgres", states), "succeeded", "each came to its end");
}

#[test]
fn gateways_of_one_database_see_and_cancel_what_the_other_runs() {
    let database = Postgres::start();
    let shared = || workspace().with_setting("state", json!({"url": database.url("postgres")}));
    let (one, other) = (shared(), shared());
    let (one, other) = (HttpServer::start(&one), HttpServer::start(&other));
    let long = json!({"code": "for (;;) {}", "timeoutMs": 60_000});
    std::thread::scope(|scope| {
        let running = scope.spawn(|| one.post("/execute", &long).json());
        let listed = || other.get("/executions?state=running").json()["executions"].clone();
        wait_until(DEFAULT_WAIT, "the other one lists it", || listed()[0].is_object());
        let path = format!("/executions/{}", listed()[0]["executionId"].as_str().expect("an id"));
        assert_eq!(other.request("DELETE", &path, &[], "").status, 202);
        let outcome = running.join().expect("it ends");
        assert_eq!(outcome["error"]["type"], "CancelledError", "{outcome}");
        wait_until(DEFAULT_WAIT, "the other one knows", || {
            other.get(&path).json()["state"] == "cancelled"
        });
        assert_eq!(other.request("DELETE", &path, &[], "").status, 409, "it has ended");
    });
    assert_eq!(one.get("/executions").json()["executions"].as_array().map(Vec::len), Some(1));
    stop(one);
    stop(other);
}

#[test]
fn no_database_is_made_where_none_was_asked_for() {
    let workspace = workspace();
    let mut client = workspace.serve();
    assert!(client.run("1 + 1").success);
    client.finish().expect_success();
    let state = workspace.home().join(".local/state/code-executor/state.db");
    assert!(!state.exists());
    let wrong = run(workspace.command(&["state", "purge"]), DEFAULT_WAIT);
    assert_eq!(wrong.code(), Some(2), "whose, it has to be said");
    let workspace = workspace.with_setting("state", json!({"url": "mysql://me:hunter2@host/db"}));
    let refused = run(workspace.command(&["state", "backup", "/tmp/never.db"]), DEFAULT_WAIT);
    assert_eq!(refused.code(), Some(64));
    assert!(refused.stderr.contains("state.url"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
}
