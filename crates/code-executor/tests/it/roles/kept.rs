//! The policy in the database: put in, taken over by every server that uses it, and kept to while the
//! database is away. Each case on SQLite and on PostgreSQL.

use serde_json::{Value, json};
use testkit::{
    DEFAULT_WAIT, Fake, Finished, HttpServer, Postgres, Workspace, run, run_with_input, wait_until,
};

use crate::support::workspace;

const RULES: &str = "\
# who may do what
p, role:caller, *, run,  typescript,      allow
p, role:caller, *, call, mcp__fake__echo, allow
g, user:default, role:caller, local
";

/// A workspace whose policy is in the database at this URL.
fn governed(url: &str) -> Workspace {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let workspace = workspace.with_setting("roles", json!({"source": "database"}));
    workspace.with_setting("state", json!({"url": url}))
}

fn policy(workspace: &Workspace, arguments: &[&str]) -> Finished {
    run(workspace.command(&[&["policy"], arguments].concat()), DEFAULT_WAIT)
}

fn import(workspace: &Workspace, rules: &str, more: &[&str]) -> Finished {
    let arguments = [&["policy", "import", "-", "--by", "ann"], more].concat();
    run_with_input(workspace.command(&arguments), rules.as_bytes(), DEFAULT_WAIT)
}

fn standing(server: &HttpServer) -> Value {
    server.get("/health").json()["roles"].clone()
}

#[track_caller]
fn comes_to_version(server: &HttpServer, version: i64) {
    let in_force = || standing(server) == json!({"rules": 2, "version": version});
    wait_until(DEFAULT_WAIT, "the version in force", in_force);
}

/// What a program is told of its call.
fn called(server: &HttpServer) -> Value {
    let code = "
        try { console.log(await callMCPTool('mcp__fake__echo', { text: 'heard' })); }
        catch (error) { console.log(error.code); }
    ";
    let request = json!({"code": code, "allowedTools": ["mcp__*"]});
    server.post("/execute", &request).json()["output"].clone()
}

fn is_put_in_and_taken_over(url: &str) {
    let workspace = governed(url);
    let none = run(workspace.command(&["serve", "--http", "127.0.0.1:0"]), DEFAULT_WAIT);
    assert_eq!(none.code(), Some(64), "{none:?}");
    assert!(none.stderr.contains("code-executor policy import"), "{none:?}");
    assert_eq!(policy(&workspace, &["check"]).code(), Some(64));

    let first = import(&workspace, RULES, &["--note", "as asked", "--after", "0"]).expect_success();
    assert!(first.stdout.starts_with("version 1: 2 rules, 1 membership, "), "{first:?}");
    assert!(first.stdout.ends_with(" by ann: as asked; in force\n"), "{first:?}");
    let servers = [HttpServer::start(&workspace), HttpServer::start(&workspace)];
    for server in &servers {
        assert_eq!(standing(server), json!({"rules": 2, "version": 1}));
        assert_eq!(called(server), "heard\n");
    }

    let denied = RULES.replace("echo, allow", "echo, deny");
    let again = import(&workspace, &denied, &[]).expect_success();
    assert!(again.stdout.starts_with("version 2: "), "{again:?}");
    for server in &servers {
        comes_to_version(server, 2);
        assert_eq!(called(server), "tool_not_allowed\n");
    }
    let late = import(&workspace, RULES, &["--after", "1"]);
    assert_eq!((late.code(), late.stdout.contains("version 2 is in force")), (Some(1), true));
    let same = import(&workspace, &denied, &["--after", "2"]).expect_success();
    assert_eq!(same.stdout, "version 2 is the same; nothing was changed\n");

    let bad = import(&workspace, &format!("{RULES}p, role:a, *, run, ruby, allow\n"), &[]);
    assert_eq!(bad.code(), Some(1), "{bad:?}");
    assert!(bad.stderr.contains("line 5: \"ruby\" is no language"), "{bad:?}");
    assert!(bad.stderr.contains("Nothing was changed"), "{bad:?}");
    assert_eq!(policy(&workspace, &["export"]).expect_success().stdout, denied);
    let back = policy(&workspace, &["export", "--version", "1"]).expect_success().stdout;
    assert_eq!(back, RULES, "it is as it was written");
    assert_eq!(policy(&workspace, &["export", "--version", "9"]).code(), Some(64));
    import(&workspace, &back, &[]).expect_success();
    for server in &servers {
        comes_to_version(server, 3);
        assert_eq!(called(server), "heard\n");
    }

    let kept = policy(&workspace, &["versions", "--json"]).expect_success();
    let kept: Value = serde_json::from_str(&kept.stdout).expect("JSON");
    let of =
        |key: &str| kept.as_array().expect("a list").iter().map(|it| &it[key]).collect::<Vec<_>>();
    assert_eq!(of("version"), [3, 2, 1]);
    assert_eq!((&kept[2]["note"], &kept[2]["by"]), (&json!("as asked"), &json!("ann")));
    assert_eq!(kept[0]["sha256"], kept[2]["sha256"]);
    let checked = policy(&workspace, &["check"]).expect_success();
    assert_eq!(checked.stdout, "version 3: 2 rules, 1 membership\n");
    let asked = ["explain", "--as", "default", "--tenant", "local", "--tool", "mcp__fake__echo"];
    let explained = policy(&workspace, &asked).expect_success();
    assert!(explained.stdout.contains("by line 3: p, role:caller"), "{explained:?}");
}

#[test]
fn a_policy_in_sqlite_is_put_in_and_taken_over_by_every_server() {
    let directory = tempfile::tempdir().expect("a directory");
    is_put_in_and_taken_over(&format!("sqlite:{}/state.db", directory.path().display()));
}

#[test]
fn a_policy_in_postgresql_is_put_in_and_taken_over_and_stands_while_it_is_away() {
    let mut postgres = Postgres::start();
    let url = postgres.create("governed");
    is_put_in_and_taken_over(&url);

    let workspace = governed(&url);
    let server = HttpServer::start(&workspace);
    comes_to_version(&server, 3);
    postgres.stop();
    let away =
        || standing(&server)["error"].to_string().contains("version 3 of the policy is in force");
    wait_until(DEFAULT_WAIT, "health that tells of it", away);
    assert_eq!(called(&server), "heard\n", "the last good one stands");
    let start = run(workspace.command(&["serve", "--http", "127.0.0.1:0"]), DEFAULT_WAIT);
    assert_eq!(start.code(), Some(69), "nothing is served without one: {start:?}");
    let stdio = run(workspace.command(&["serve"]), DEFAULT_WAIT);
    assert_eq!(stdio.code(), Some(69), "{stdio:?}");
    let put = import(&workspace, "p, *, *, run, typescript, allow\n", &[]);
    assert_eq!(put.code(), Some(69), "{put:?}");
    postgres.resume();
    comes_to_version(&server, 3);

    // Somebody writes what is no policy past us, and then another.
    let write = |body: &str, version: i64| {
        postgres.psql(
            "governed",
            &format!(
                "INSERT INTO cex_policies VALUES ({version}, '{body}', '', 1, 0, 'eve', 0, ''); \
                 UPDATE cex_meta SET value = {version} WHERE name = 'policy'"
            ),
        );
    };
    write("p, everybody, may", 4);
    let told = || standing(&server)["error"].to_string().contains("cannot be used for line 1");
    wait_until(DEFAULT_WAIT, "a broken version in health", told);
    assert_eq!(
        (standing(&server)["version"].as_i64(), called(&server)),
        (Some(3), json!("heard\n"))
    );
    let checked = policy(&workspace, &["check"]);
    assert_eq!(checked.code(), Some(1), "{checked:?}");
    assert!(
        checked.stdout.starts_with("version 4 of the policy cannot be used\n  line 1: "),
        "{checked:?}"
    );
    // It is put right under its own number, as in a database that is put back from a copy.
    let rewrite = |body: &str| {
        let text = format!(
            "UPDATE cex_policies SET body = '{body}', digest = md5('{body}') WHERE version = 4"
        );
        postgres.psql("governed", &text);
    };
    rewrite("p, *, *, run, typescript, allow");
    wait_until(DEFAULT_WAIT, "the fourth version, mended", || {
        standing(&server) == json!({"rules": 1, "version": 4})
    });
    rewrite("p, *, *, run, python, allow\np, *, *, run, typescript, deny");
    wait_until(DEFAULT_WAIT, "another text of the fourth version", || {
        standing(&server) == json!({"rules": 2, "version": 4})
    });
    write("p, *, *, run, typescript, allow", 5);
    let mended = || standing(&server) == json!({"rules": 1, "version": 5});
    wait_until(DEFAULT_WAIT, "the mended version in force", mended);
    assert_eq!(called(&server), "tool_not_allowed\n");
    postgres.psql(
        "governed",
        "DELETE FROM cex_policies; UPDATE cex_meta SET value = 0 WHERE name = 'policy'",
    );
    let gone = || standing(&server)["error"].to_string().contains("there is no policy");
    wait_until(DEFAULT_WAIT, "a policy that is gone in health", gone);
    assert_eq!(called(&server), "tool_not_allowed\n", "that denies nothing less");
}

#[test]
fn the_policy_of_the_default_database_holds_over_stdio_and_on_the_command_line() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let told = import(&workspace, RULES, &[]).expect_success();
    assert!(told.stdout.contains("no gateway goes by it before"), "{told:?}");
    let workspace = workspace.with_setting("roles", json!({"source": "database"}));
    workspace.write_configuration();
    workspace.write("a.ts", "console.log('run')");
    let file = workspace.path("a.ts");
    let exec = |workspace: &Workspace| {
        run(workspace.command(&["exec", &file.to_string_lossy()]), DEFAULT_WAIT)
    };
    assert_eq!(exec(&workspace).expect_success().stdout, "run\n");
    let mut server = workspace.serve();
    let refused = server.call_tool("executePython", json!({"code": "1"}));
    assert!(refused.to_string().contains("roles of the caller"), "{refused}");
    import(&workspace, "", &[]).expect_success();
    assert_eq!(exec(&workspace).code(), Some(2), "an empty policy allows nothing");
    let both = workspace.with_setting("roles", json!({"source": "database", "file": "/x.csv"}));
    both.write_configuration();
    let refused = exec(&both);
    assert_eq!(refused.code(), Some(64), "{refused:?}");
    assert!(refused.stderr.contains("`roles.file`"), "{refused:?}");
}
