//! Limits as clients meet them: rates and quotas over HTTP, over MCP and inside programs, two gateways
//! that share one Redis, and a client beside another that floods the server.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{Answer, DEFAULT_WAIT, Fake, HttpServer, Redis, Workspace, run, wait_until};

use crate::support::workspace;

const TRIVIAL: &str = "1";

fn limited(rules: &[&str]) -> Workspace {
    workspace().with_setting("limits", json!({ "rules": rules }))
}

/// Runs a trivial program.
fn execute(server: &HttpServer) -> Answer {
    server.post("/execute", &json!({ "code": TRIVIAL }))
}

/// Makes a key and gives it.
fn key(workspace: &Workspace, tenant: &str, name: &str) -> String {
    let arguments = ["keys", "create", "--json", "--tenant", tenant, "--name", name];
    let created = run(workspace.command(&arguments), DEFAULT_WAIT).expect_success().stdout;
    let created: Value = serde_json::from_str(&created).expect("JSON");
    created["key"].as_str().unwrap_or_else(|| panic!("no key: {created}")).to_owned()
}

/// Runs a program as whoever has a key.
fn execute_as(server: &HttpServer, key: &str, code: &str) -> Answer {
    let body = json!({ "code": code, "timeoutMs": 60_000 }).to_string();
    server.request("POST", "/execute", &[("Authorization", &format!("Bearer {key}"))], &body)
}

#[test]
fn http_tells_how_a_client_stands_and_when_to_go_on() {
    let workspace = limited(&["client executions 2/1h", "all executions 100/day"]);
    let server = HttpServer::start(&workspace);
    let first = execute(&server);
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(first.header("ratelimit-limit"), Some("2"));
    assert_eq!(first.header("ratelimit-remaining"), Some("1"));
    let told = first.header("ratelimit").unwrap_or_default().to_owned();
    assert!(told.starts_with("\"client-executions-3600s\";r=1;t=18"), "{told}");
    assert!(told.contains("\"all-executions-day\";r=99;t="), "{told}");
    let policy = "\"client-executions-3600s\";q=2;w=3600, \"all-executions-day\";q=100;w=86400";
    assert_eq!(first.header("ratelimit-policy"), Some(policy));
    assert_eq!(execute(&server).status, 200);
    let refused = execute(&server);
    assert_eq!(refused.status, 429);
    let problem = refused.json();
    assert_eq!(problem["code"], "rate_limited");
    let said = problem["detail"].as_str().unwrap_or_default();
    let words = "rate limit: at most 2 executions in 1 h for one client; try again in 30 min";
    assert_eq!(said, words);
    let again: u64 = refused.header("retry-after").expect("when").parse().expect("seconds");
    assert!((1_700..=1_800).contains(&again), "{again}");
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    let unlimited = HttpServer::start(&crate::support::workspace());
    assert_eq!(execute(&unlimited).header("ratelimit"), None);
}

#[test]
fn an_agent_is_told_in_words() {
    let workspace = limited(&["client executions 1/1h"]);
    let mut server = workspace.serve();
    server.run(TRIVIAL);
    let refused = server.call_tool("executeTypescript", json!({ "code": TRIVIAL }));
    assert_eq!(refused["isError"], true);
    let text = refused["content"][0]["text"].as_str().unwrap_or_default();
    let words =
        "rate limit: at most 1 execution in 1 h for one client; try again in 1 h (rate_limited)";
    assert_eq!(text.replace("60 min", "1 h"), words);
    assert!(refused["structuredContent"]["error"]["retryAfterMs"].as_u64() > Some(3_000_000));
}

#[test]
fn tenants_share_what_they_have_and_clients_do_not() {
    let workspace = limited(&["client executions 3/1h", "tenant executions 4/1h"]);
    let (ann, bob) = (key(&workspace, "acme", "ann"), key(&workspace, "acme", "bob"));
    let eve = key(&workspace, "other", "eve");
    let server = HttpServer::start(&workspace);
    let taken = |key: &str| (0..4).filter(|_| execute_as(&server, key, "1").status == 200).count();
    assert_eq!((taken(&ann), taken(&bob), taken(&eve)), (3, 1, 3));
    let refused = execute_as(&server, &bob, TRIVIAL).json();
    let said = refused["detail"].as_str().unwrap_or_default();
    assert!(said.contains("4 executions in 1 h for one tenant"), "{said}");
}

#[test]
fn a_program_meets_the_limits_of_tools_and_can_go_on() {
    let workspace = limited(&["client mcp__fake__echo 2/1h"]).with_fake("fake", Fake::Well);
    let mut server = workspace.serve();
    let code = "for (let i = 0; i < 3; i++) try { \
                console.log(await callMCPTool('mcp__fake__echo', { text: 'echoed' })); \
                } catch (error) { console.log(error.code, error.message) }";
    let outcome = server.run_with(code, &["mcp__fake__*"]);
    let said = "rate_limited";
    assert!(outcome.output.starts_with("echoed\nechoed\n"), "{outcome:?}");
    assert!(outcome.output.contains(said), "{outcome:?}");
    assert!(outcome.output.contains("at most 2 calls of mcp__fake__echo in 1 h"), "{outcome:?}");
}

#[test]
fn cpu_time_is_charged_when_it_was_used() {
    let workspace = limited(&["client cpuSeconds 1/24h"]);
    let mut server = workspace.serve();
    let idle = "await new Promise(done => setTimeout(done, 1500)); 'rested'";
    assert_eq!(server.run(idle).result, Some(json!("rested")));
    let busy = "const end = Date.now() + 1500; while (Date.now() < end); 'worked'";
    // On a busy machine the loop may get less than it takes.
    wait_until(DEFAULT_WAIT, "the second is used up", || {
        let answer = server.call_tool("executeTypescript", json!({ "code": busy }));
        let text = answer["content"][0]["text"].as_str().unwrap_or_default().to_owned();
        text.contains("at most 1 CPU second in 24 h for one client")
    });
}

#[test]
fn quotas_outlive_a_server() {
    let workspace = limited(&["client executions 2/month"]);
    let mut server = HttpServer::start(&workspace);
    assert_eq!(execute(&server).status, 200);
    server.signal(rustix::process::Signal::TERM);
    assert_eq!(server.ended(), Some(0));
    let server = HttpServer::start(&workspace);
    assert_eq!(execute(&server).status, 200);
    let refused = execute(&server);
    assert_eq!((refused.status, &refused.json()["code"]), (429, &json!("quota_exceeded")));
    let said = refused.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert!(
        said.starts_with("quota: the 2 executions that one client may have in a month"),
        "{said}"
    );
    assert!(said.ends_with("-01 at 00:00 UTC"), "{said}");
}

#[test]
fn who_may_not_wait_is_told_so() {
    let workspace = workspace().with_setting("limits", json!({ "maxConcurrent": 1 }));
    let server = HttpServer::start(&workspace);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let code = "await new Promise(done => setTimeout(done, 60000))";
            server.post("/execute", &json!({ "code": code, "timeoutMs": 3_000 }))
        });
        let active = || server.get("/health").json()["connectionPool"]["active"] == 1;
        wait_until(DEFAULT_WAIT, "it runs", active);
        let body = json!({ "code": TRIVIAL, "priority": "batch", "maxWaitMs": 10 });
        let busy = server.post("/execute", &body);
        assert_eq!((busy.status, &busy.json()["code"]), (503, &json!("busy")));
        let said = busy.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(said.contains("none ended within 10 ms"), "{said}");
        assert!(busy.header("retry-after").is_some());
    });
    let wrong = server.request("POST", "/execute", &[("X-Priority", "now")], "{\"code\": \"1\"}");
    assert_eq!(wrong.status, 400);
    let wrong = server.post("/execute", &json!({ "code": "1", "priority": "now" }));
    let said = wrong.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert_eq!(said, "`priority` must be interactive or batch");
}

fn of_redis(redis: &Redis, when_away: &str) -> Workspace {
    let rules = ["client executions 5/24h", "client cpuSeconds 100/day"];
    let limits = json!({ "rules": rules, "redis": redis.url(), "whenRedisIsAway": when_away });
    workspace().with_setting("limits", limits)
}

#[test]
fn two_gateways_share_one_budget_in_redis() {
    let mut redis = Redis::start();
    let (open, closed) = (of_redis(&redis, "open"), of_redis(&redis, "closed"));
    let (one, other) = (HttpServer::start(&open), HttpServer::start(&closed));
    let taken: Vec<u16> =
        (0..8).map(|turn| execute(if turn % 2 == 0 { &one } else { &other }).status).collect();
    assert_eq!(taken, [200, 200, 200, 200, 200, 429, 429, 429]);
    assert_eq!(execute(&other).header("ratelimit-remaining"), Some("0"));
    let keys = redis.cli(&["KEYS", "code-executor:limits:*"]);
    assert_eq!(keys.lines().count(), 2, "one for each rule: {keys}");
    assert!(!keys.contains("default"), "no client's name: {keys}");

    redis.stop();
    // What is known of the client is not forgotten: it is counted on from there.
    assert_eq!(execute(&one).status, 429);
    let refused = execute(&other);
    assert_eq!((refused.status, &refused.json()["code"]), (503, &json!("limits_unavailable")));
    assert_eq!(refused.header("retry-after"), Some("1"));
    let stderr = one.stderr();
    assert!(stderr.contains("each gateway counts for itself until it is back"), "{stderr}");

    // It comes back without what it held.
    redis.resume();
    for server in [&other, &one] {
        wait_until(DEFAULT_WAIT, "it is found again", || execute(server).status == 200);
    }
}

#[test]
fn a_redis_that_speaks_no_tls_is_away_and_no_password_is_told() {
    let redis = Redis::start();
    let url = redis.url().replace("redis://", "rediss://:hunter2@");
    let limits = json!({ "rules": ["client executions 1/1h"], "redis": url });
    let workspace = workspace().with_setting("limits", limits);
    let server = HttpServer::start(&workspace);
    assert_eq!((execute(&server).status, execute(&server).status), (200, 429));
    let stderr = server.stderr();
    assert!(stderr.contains("the Redis of the limits is away"), "{stderr}");
    assert!(!stderr.contains("hunter2"), "{stderr}");
}

/// The latencies of a client that runs one program after the other, sorted; none may be refused.
fn latencies(server: &HttpServer, key: &str, programs: usize) -> Vec<Duration> {
    let mut latencies: Vec<Duration> = (0..programs)
        .map(|_| {
            let began = Instant::now();
            let answer =
                execute_as(server, key, "await new Promise(done => setTimeout(done, 40)); 'done'");
            assert_eq!(answer.json()["result"], "done", "{}", answer.body);
            began.elapsed()
        })
        .collect();
    latencies.sort();
    latencies
}

/// What it does to latencies is asserted in virtual time (`admission::line::tests`) and printed here,
/// where it depends on what else the machine does.
#[test]
fn a_flood_by_one_client_leaves_another_its_turns() {
    let limits = json!({ "maxConcurrent": 4, "maxWaiting": 8 });
    let workspace = workspace().with_setting("limits", limits);
    let (quiet, flood) = (key(&workspace, "acme", "quiet"), key(&workspace, "acme", "flood"));
    let server = HttpServer::start(&workspace);
    let alone = latencies(&server, &quiet, 20);
    let (stop, run, refused) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let beside = std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                while !stop.load(SeqCst) {
                    let answer = execute_as(&server, &flood, TRIVIAL);
                    match (answer.status, answer.header("retry-after")) {
                        (200, _) => run.fetch_add(1, SeqCst),
                        (503, Some(_)) => refused.fetch_add(1, SeqCst),
                        _ => panic!("{} {}", answer.head, answer.body),
                    };
                }
            });
        }
        wait_until(DEFAULT_WAIT, "the flood is over the brim", || refused.load(SeqCst) > 10);
        // A program that fails must not leave the flood running.
        let beside = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            latencies(&server, &quiet, 20)
        }));
        stop.store(true, SeqCst);
        beside.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    let (run, refused) = (run.load(SeqCst), refused.load(SeqCst));
    eprintln!(
        "medians alone and beside a flood: {:?} and {:?}, slowest {:?} and {:?}; of the flood {run} \
         were run and {refused} refused",
        alone[10], beside[10], alone[19], beside[19]
    );
    assert!(run > 0 && refused > 10, "the flood is served, too: {run}");
}
