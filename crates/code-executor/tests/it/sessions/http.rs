//! Sessions over the HTTP API: listed, looked at, ended, and nobody else's.

use std::io::Write;

use serde_json::{Value, json};
use testkit::{Answer, DEFAULT_WAIT, HttpServer, Workspace, run as run_command, wait_until};

use crate::support::workspace;

/// A new key of this name.
#[track_caller]
fn key(workspace: &Workspace, name: &str) -> String {
    let command = workspace.command(&["keys", "create", "--name", name]);
    run_command(command, DEFAULT_WAIT).expect_success().stdout.trim().to_owned()
}

fn asked(server: &HttpServer, method: &str, path: &str, key: &str, body: &str) -> Answer {
    server.request(method, path, &[("Authorization", &format!("Bearer {key}"))], body)
}

fn execute(server: &HttpServer, key: &str, body: &Value) -> Answer {
    asked(server, "POST", "/execute", key, &body.to_string())
}

fn program(language: &str, code: &str) -> Value {
    json!({"code": code, "language": language, "sessionId": "a"})
}

#[test]
fn a_session_is_used_listed_looked_at_and_ended() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    for (language, set, get) in
        [("typescript", "const n = 42", "console.log(n)"), ("python", "n = 42", "print(n)")]
    {
        let begun = server.post("/execute", &program(language, set)).json();
        assert_eq!((&begun["success"], &begun["session"]["call"]), (&json!(true), &json!(1)));
        let next = server.post("/execute", &program(language, get)).json();
        assert_eq!((&next["output"], &next["session"]["call"]), (&json!("42\n"), &json!(2)));
    }
    let listed = server.get("/sessions").json();
    let sessions = listed["sessions"].as_array().expect("a list");
    let languages: Vec<_> = sessions.iter().map(|it| it["language"].clone()).collect();
    assert_eq!(languages, ["python", "typescript"], "the one used last first");
    let one = server.get("/sessions/a?language=python").json();
    assert_eq!(
        (&one["id"], &one["calls"], &one["running"]),
        (&json!("a"), &json!(2), &json!(false))
    );
    assert!(one["cpuMs"].as_f64().is_some_and(|used| used > 0.0), "{one}");
    for (method, path, status, code) in [
        ("GET", "/sessions/a", 400, "invalid_request"),
        ("GET", "/sessions/b", 404, "not_found"),
        ("GET", "/sessions/a?language=ruby", 400, "invalid_request"),
        ("GET", "/sessions?x=1", 400, "invalid_request"),
        ("DELETE", "/sessions/%2e%2e%2fa", 404, "not_found"),
        ("DELETE", "/sessions/b", 404, "not_found"),
        ("POST", "/sessions", 405, "method_not_allowed"),
    ] {
        let answer = server.request(method, path, &[], "");
        assert_eq!((answer.status, &answer.json()["code"]), (status, &json!(code)), "{path}");
    }
    let ended = server.request("DELETE", "/sessions/a?language=typescript", &[], "");
    assert_eq!((ended.status, ended.body.as_str()), (204, ""));
    let anew = server.post("/execute", &program("typescript", "typeof n")).json();
    assert_eq!((&anew["result"], &anew["session"]["call"]), (&json!("undefined"), &json!(1)));
    for bad in
        [json!(""), json!("a b"), json!("../a"), json!(".."), json!("x".repeat(129)), json!(7)]
    {
        let answer = server.post("/execute", &json!({"code": "1", "sessionId": bad}));
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!("invalid_request")));
    }
    let scraped = server.get("/metrics").body;
    assert!(scraped.contains("code_executor_sessions{state=\"stopped\"} 2"), "{scraped}");
    assert!(
        scraped.contains("code_executor_sessions_ended_total{reason=\"unwanted\"} 1"),
        "{scraped}"
    );
}

#[test]
fn nobody_finds_another_ones_session() {
    let workspace = workspace().with_setting("sessions", json!({"max": 3}));
    let (ann, bob) = (key(&workspace, "ann"), key(&workspace, "bob"));
    let server = HttpServer::start(&workspace);
    for (language, set, look) in [
        ("typescript", "globalThis.secret = 'of ann'", "console.log(typeof secret)"),
        ("python", "secret = 'of ann'", "print('secret' in globals())"),
    ] {
        assert_eq!(execute(&server, &ann, &program(language, set)).json()["success"], true);
        if language == "python" {
            // There is room for three, and ann's are two of them.
            asked(&server, "DELETE", "/sessions/a", &bob, "");
        }
        let seen = execute(&server, &bob, &program(language, look)).json();
        assert!(matches!(seen["output"].as_str(), Some("undefined\n" | "False\n")), "{seen}");
        assert_eq!(seen["session"]["call"], 1);
    }
    assert_eq!(asked(&server, "DELETE", "/sessions/a", &bob, "").status, 204);
    for (method, path) in [
        ("GET", "/sessions/a"),
        ("DELETE", "/sessions/a"),
        ("GET", "/sessions/a?language=typescript"),
        ("DELETE", "/sessions/a?language=python"),
    ] {
        assert_eq!(asked(&server, method, path, &bob, "").status, 404, "{method} {path}");
    }
    assert_eq!(asked(&server, "GET", "/sessions", &bob, "").json()["sessions"], json!([]));
    // Nor does anybody's reset touch it.
    let reset = json!({"code": "1", "sessionId": "a", "resetSession": true});
    assert_eq!(execute(&server, &bob, &reset).status, 200);
    let still = execute(&server, &ann, &program("typescript", "console.log(secret)")).json();
    assert_eq!(still["output"], "of ann\n");
    // All places are taken: one more is refused, whoever has them.
    let full = json!({"code": "1", "sessionId": "b"});
    let refused = execute(&server, &bob, &full);
    assert_eq!((refused.status, &refused.json()["code"]), (429, &json!("session_limit")));
    assert!(!refused.body.contains("of ann"));
}

#[test]
fn two_requests_at_once_take_turns_or_are_told_that_it_is_busy() {
    let workspace = workspace();
    let server = &HttpServer::start(&workspace);
    server.post("/execute", &program("typescript", "let runs = 0"));
    let slow =
        "const was = runs; await new Promise((done) => setTimeout(done, 20)); runs = was + 1;";
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let answer = server.post("/execute", &program("typescript", slow));
                assert_eq!(answer.json()["success"], true, "{}", answer.body);
            });
        }
    });
    let seen = server.post("/execute", &program("typescript", "console.log(runs)")).json();
    assert_eq!(seen["output"], "4\n", "two ran at once");
    std::thread::scope(|scope| {
        let long = scope.spawn(|| {
            let mut body = program("typescript", "for (;;) {}");
            body["timeoutMs"] = json!(120_000);
            server.post("/execute", &body)
        });
        let runs = || server.get("/sessions/a").json()["running"] == true;
        wait_until(DEFAULT_WAIT, "it runs", runs);
        let mut impatient = program("typescript", "1");
        impatient["maxWaitMs"] = json!(1);
        let busy = server.post("/execute", &impatient);
        assert_eq!((busy.status, &busy.json()["code"]), (409, &json!("session_busy")));
        // A session that is ended ends what runs in it.
        assert_eq!(server.request("DELETE", "/sessions/a", &[], "").status, 204);
        let ended = long.join().expect("an answer").json();
        assert_eq!(ended["error"]["type"], "CancelledError", "{ended}");
        assert!(ended["session"]["lost"].as_str().is_some_and(|why| why.contains("its client")));
    });
}

#[test]
fn a_client_that_goes_away_takes_the_session_of_its_program_along() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    server.post("/execute", &program("python", "n = 1"));
    let body = program("python", "while True: pass").to_string();
    let mut stream = server.connect();
    let head = format!(
        "POST /execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let runs = || server.get("/sessions/a").json()["running"] == true;
    wait_until(DEFAULT_WAIT, "it runs", runs);
    drop(stream);
    wait_until(DEFAULT_WAIT, "it has ended", || server.get("/sessions/a").status == 404);
    let lost = server.post("/execute", &program("python", "print(n)"));
    assert_eq!((lost.status, &lost.json()["code"]), (409, &json!("session_lost")), "{}", lost.body);
    assert!(lost.body.contains("CancelledError"), "{}", lost.body);
}

#[test]
fn one_that_is_ended_while_its_program_waits_is_gone_and_leaves_room() {
    let workspace = workspace()
        .with_setting("limits", json!({"maxConcurrent": 1}))
        .with_setting("sessions", json!({"max": 4, "maxPerPrincipal": 2}));
    let [ann, bob, carl] = ["ann", "bob", "carl"].map(|name| key(&workspace, name));
    let server = &HttpServer::start(&workspace);
    std::thread::scope(|scope| {
        let holds = scope.spawn(|| {
            let mut body = program("python", "import time\ntime.sleep(600)");
            body["timeoutMs"] = json!(120_000);
            execute(server, &carl, &body)
        });
        let calls = || asked(server, "GET", "/sessions/a", &carl, "").json()["calls"] == 1;
        wait_until(DEFAULT_WAIT, "the only place is taken", calls);
        for number in 0..6 {
            let path = format!("/sessions/x{number}");
            let ann = &ann;
            let waits = scope.spawn(move || {
                let id = format!("x{number}");
                execute(server, ann, &json!({"code": "1", "sessionId": id, "maxWaitMs": 120_000}))
            });
            let is_there = || asked(server, "GET", &path, ann, "").status == 200;
            wait_until(DEFAULT_WAIT, "it waits", is_there);
            assert_eq!(asked(server, "DELETE", &path, ann, "").status, 204);
            let lost = waits.join().expect("an answer");
            assert_eq!((lost.status, &lost.json()["code"]), (409, &json!("session_lost")));
            assert!(lost.body.contains("before a program ran in it"), "{}", lost.body);
        }
        // What was answered was not waited for: the place is taken still.
        assert!(calls());
        assert_eq!(asked(server, "DELETE", "/sessions/a", &carl, "").status, 204);
        assert_eq!(holds.join().expect("an answer").json()["error"]["type"], "CancelledError");
    });
    assert_eq!(execute(server, &bob, &program("typescript", "1")).status, 200, "there is room");
}
