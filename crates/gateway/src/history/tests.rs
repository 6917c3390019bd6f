//! What was run, without a database, with one, and with one that goes away.

use std::sync::LazyLock;
use std::time::Instant;

use store::sql::Options;
use testkit::Postgres;
use types::{
    Cancellation, ExecutionEntry, ExecutionQuery, ExecutionState, ExecutionsOf, Isolation,
    Language, ProgramError, ToolCallSummary, scope,
};

use super::*;

fn who(subject: &str, scopes: &[&str]) -> Principal {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    Principal { tenant: "acme".to_owned(), subject: subject.to_owned(), scopes, roles: vec![] }
}

fn request() -> ExecutionRequest {
    ExecutionRequest {
        language: Language::Python,
        runtime: None,
        code: "print('a secret')".to_owned(),
        allowed_tools: vec![],
        timeout_ms: None,
        permissions: None,
        trace: None,
        session: None,
        turn: types::Turn::default(),
    }
}

/// The id of the execution that began so many milliseconds after this test.
fn id(milliseconds: u64) -> ExecutionId {
    static BEGAN: LazyLock<u64> = LazyLock::new(|| rows::now().unsigned_abs());
    ExecutionId::from_parts(*BEGAN + milliseconds, [7; 10])
}

fn outcome(id: &ExecutionId, error: Option<&str>) -> ExecutionOutcome {
    let called =
        |tool: &str| ToolCallSummary { tool: tool.to_owned(), count: 2, errors: 1, total_ms: 3.0 };
    ExecutionOutcome {
        execution_id: id.clone(),
        success: error.is_none(),
        output: "a secret\n".to_owned(),
        result: Some(serde_json::json!("a secret")),
        result_omitted: None,
        error: error.map(|kind| ProgramError {
            kind: kind.to_owned(),
            message: "a secret".to_owned(),
            stack: None,
        }),
        execution_time_ms: 1.5,
        truncated: false,
        limit: None,
        tool_calls_made: vec!["mcp__a__b".to_owned()],
        tool_call_summary: vec![called("mcp__a__b")],
        calls: vec![],
        grants: None,
        requests: vec![],
        findings: vec![],
        memory_usage: Some(4096),
        session: None,
        isolation: Isolation {
            engine: "cpython".to_owned(),
            level: IsolationLevel::L3,
            layers: vec![],
            missing: vec![],
        },
    }
}

/// What can be called.
fn there_is() -> Catalog {
    let catalog = Catalog::new(["a".to_owned()]);
    let schema = serde_json::json!({"type": "object"});
    let tool = catalog::NewTool {
        name: "b".to_owned(),
        description: String::new(),
        title: None,
        input_schema: Arc::new(schema),
        output_schema: None,
        annotations: None,
    };
    catalog.replace_server("a", 1, vec![tool]);
    catalog
}

/// Runs one to its end.
fn run(history: &History, principal: &Principal, id: &ExecutionId, error: Option<&str>) {
    let mut tracked = history.begin(id, principal, &request(), &CancellationToken::new());
    tracked.started("c0de", IsolationLevel::L3);
    tracked.ended(&outcome(id, error), &there_is());
}

fn with(database: &Database) -> History {
    History::new(HistoryConfig { database: Some(database.clone()), ..HistoryConfig::default() })
}

async fn entry(history: &History, principal: &Principal, id: &ExecutionId) -> ExecutionEntry {
    history.find(principal, id).await.expect("it is asked").expect("it is there")
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds().await {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_runs_is_seen_and_cancelled_by_its_owner_and_by_administrators_alone() {
    let history = History::new(HistoryConfig::default());
    let (alice, bob, root) = (who("alice", &[]), who("bob", &[]), who("root", &[scope::ADMIN]));
    let (mine, cancel) = (id(1), CancellationToken::new());
    let mut tracked = history.begin(&mine, &alice, &request(), &cancel);
    assert_eq!(entry(&history, &alice, &mine).await.state, ExecutionState::Queued);
    tracked.started("c0de", IsolationLevel::L3);
    let running = entry(&history, &alice, &mine).await;
    assert_eq!((running.state, running.code_hash), (ExecutionState::Running, Some("c0de".into())));
    assert_eq!(history.find(&bob, &mine).await, Ok(None), "it is none of his business");
    assert_eq!(history.cancel(&bob, &mine).await, Ok(Cancellation::Unknown));
    assert!(!cancel.is_cancelled());
    assert!(history.find(&root, &mine).await.expect("asked").is_some());
    assert_eq!(history.cancel(&root, &mine).await, Ok(Cancellation::Cancelled));
    assert!(cancel.is_cancelled());
    tracked.ended(&outcome(&mine, Some("CancelledError")), &there_is());
    let ended = entry(&history, &alice, &mine).await;
    assert_eq!((ended.state, ended.tool_calls), (ExecutionState::Cancelled, 2));
    assert_eq!(history.cancel(&alice, &mine).await, Ok(Cancellation::Ended));
    assert_eq!(history.cancel(&alice, &id(99)).await, Ok(Cancellation::Unknown));
    // One that was refused was never there, and one of ours that broke has failed.
    drop(history.begin(&id(2), &alice, &request(), &cancel));
    assert_eq!(history.find(&alice, &id(2)).await, Ok(None));
    let mut broken = history.begin(&id(3), &alice, &request(), &cancel);
    broken.started("c0de", IsolationLevel::L3);
    drop(broken);
    assert_eq!(entry(&history, &alice, &id(3)).await.state, ExecutionState::Failed);
    let of_others = ExecutionQuery { of: ExecutionsOf::Everybody, ..ExecutionQuery::default() };
    let refused = history.page(&alice, &of_others).await.expect_err("she may not");
    assert_eq!(refused.code, ErrorCode::Forbidden);
    assert_eq!(history.page(&root, &of_others).await.expect("root may").executions.len(), 2);
    for wrong in [
        ExecutionQuery { limit: Some(0), ..ExecutionQuery::default() },
        ExecutionQuery { limit: Some(501), ..ExecutionQuery::default() },
        ExecutionQuery { cursor: Some("' OR 1=1".to_owned()), ..ExecutionQuery::default() },
    ] {
        let refused = history.page(&alice, &wrong).await.expect_err("it is wrong");
        assert_eq!(refused.code, ErrorCode::InvalidRequest, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_flood_without_a_database_keeps_the_last() {
    let (history, alice) = (History::new(HistoryConfig::default()), who("alice", &[]));
    for number in 0..1_500 {
        run(&history, &alice, &id(number), None);
    }
    let (mut seen, mut query) = (Vec::new(), ExecutionQuery::default());
    loop {
        let page = history.page(&alice, &query).await.expect("it is read");
        seen.extend(page.executions.into_iter().map(|entry| entry.execution_id));
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, (500..1_500).rev().map(id).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_was_run_outlives_its_gateway_and_nothing_of_programs_is_kept() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite:{}/state.db", directory.path().display());
    let database = Database::new(&url, Options::default()).expect("a URL");
    let (history, alice) = (with(&database), who("alice", &[]));
    for number in 0..120 {
        run(&history, &alice, &id(number), (number % 2 == 0).then_some("a secret!"));
    }
    let cancel = CancellationToken::new();
    let running = history.begin(&id(500), &alice, &request(), &cancel);
    // What is asked for is there at once, though it is written behind our backs.
    let page = history.page(&alice, &ExecutionQuery::default()).await.expect("it is read");
    assert_eq!(page.executions.len(), 50);
    assert_eq!(page.executions[0].state, ExecutionState::Queued);
    drop(running);
    history.close().await;

    let later = with(&database);
    let failed = Some(ExecutionState::Failed);
    let mut query = ExecutionQuery { state: failed, limit: Some(40), ..ExecutionQuery::default() };
    let first = later.page(&alice, &query).await.expect("it is read");
    query.cursor = first.next_cursor;
    let second = later.page(&alice, &query).await.expect("it is read");
    assert_eq!((first.executions.len(), second.executions.len()), (40, 20));
    assert_eq!(second.next_cursor, None);
    let entry = &second.executions[19];
    assert_eq!((entry.execution_id.clone(), entry.error_class.as_deref()), (id(0), Some("Error")));
    assert_eq!(entry.tools_called, ["mcp__a__b"]);
    later.close().await;
    for file in std::fs::read_dir(directory.path()).expect("listed") {
        let bytes = std::fs::read(file.expect("listed").path()).expect("read");
        let told = bytes.windows(8).any(|window| window == b"a secret");
        assert!(!told, "nothing of a program is in a file");
    }
}

#[tokio::test]
async fn a_gateway_cancels_what_another_was_asked_to() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite:{}/state.db", directory.path().display());
    let open = || Database::new(&url, Options::default()).expect("a URL");
    let (runs, asked, alice) = (with(&open()), with(&open()), who("alice", &[]));
    let cancel = CancellationToken::new();
    let mut tracked = runs.begin(&id(1), &alice, &request(), &cancel);
    tracked.started("c0de", IsolationLevel::L3);
    until("the other sees it", async || asked.find(&alice, &id(1)).await.expect("asked").is_some())
        .await;
    assert_eq!(asked.cancel(&who("bob", &[]), &id(1)).await, Ok(Cancellation::Unknown));
    assert_eq!(asked.cancel(&alice, &id(1)).await, Ok(Cancellation::Asked));
    tokio::time::timeout(Duration::from_secs(20), cancel.cancelled())
        .await
        .expect("it is cancelled");
    tracked.ended(&outcome(&id(1), Some("CancelledError")), &there_is());
    runs.close().await;
    assert_eq!(asked.cancel(&alice, &id(1)).await, Ok(Cancellation::Ended));
    asked.close().await;
}

#[tokio::test]
async fn nobody_waits_for_a_database_that_is_away_and_nothing_is_lost_when_it_returns() {
    let mut server = Postgres::start();
    let options = Options { patience: Duration::from_secs(4), ..Options::default() };
    let database = Database::open(&server.url("postgres"), options).await.expect("it opens");
    let alice = who("alice", &[]);
    let goes_on = with(&database);
    let refuses = History::new(HistoryConfig {
        refuse_when_away: true,
        database: Some(database.clone()),
        ..HistoryConfig::default()
    });
    run(&refuses, &alice, &id(1), None);
    assert_eq!(refuses.check(), Ok(()));
    server.stop();
    let began = Instant::now();
    for number in 2..2_002 {
        run(&goes_on, &alice, &id(number), None);
    }
    run(&refuses, &alice, &id(3_000), None);
    // Had each waited, it would have been hours.
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    until("it is noticed", async || {
        refuses.check().is_err() && goes_on.health().expect("a database").error.is_some()
    })
    .await;
    assert_eq!(refuses.check().expect_err("away").code, ErrorCode::StateUnavailable);
    assert_eq!(goes_on.check(), Ok(()), "it was chosen to go on");
    let refused = goes_on.page(&alice, &ExecutionQuery::default()).await.expect_err("it is away");
    assert_eq!(refused.code, ErrorCode::StateUnavailable);
    server.resume();
    until("all is written", async || {
        let healths =
            [goes_on.health(), refuses.health()].map(|health| health.expect("a database"));
        healths
            .iter()
            .all(|health| health.waiting == 0 && health.lost == 0 && health.error.is_none())
    })
    .await;
    assert_eq!(refuses.check(), Ok(()));
    assert_eq!(server.psql("postgres", "SELECT count(*) FROM cex_executions"), "2002");
    goes_on.close().await;
    refuses.close().await;
}

#[test]
fn what_waits_is_bounded_and_the_oldest_is_lost_first() {
    let pending = Pending::default();
    let row =
        |number: u64| Execution { id: id(number).as_str().to_owned(), ..Execution::default() };
    (0..pending::MAX_WAITING as u64 + 10).for_each(|number| pending.put(row(number)));
    assert_eq!((pending.len(), pending.lost()), (pending::MAX_WAITING, 10));
    let batch = pending.take(2);
    let oldest: Vec<_> = batch.rows.iter().map(|row| row.id.clone()).collect();
    assert_eq!(oldest, [id(10).as_str(), id(11).as_str()]);
    // What is known by now is not undone by what was given up.
    let ended = Execution { ended_at: Some(5), ..row(10) };
    pending.put(ended.clone());
    drop(batch);
    let batch = pending.take(2);
    assert_eq!(batch.rows, [ended, row(11)]);
    batch.written();
    assert_eq!((pending.len(), pending.lost()), (pending::MAX_WAITING - 2, 10));
}

#[tokio::test]
async fn what_the_database_never_takes_is_lost_alone_and_nobody_is_refused_for_ever() {
    let mut server = Postgres::start();
    let database = Database::open(&server.url("postgres"), Options::default()).await.expect("open");
    let history = History::new(HistoryConfig {
        refuse_when_away: true,
        database: Some(database.clone()),
        ..HistoryConfig::default()
    });
    server.psql(
        "postgres",
        "CREATE FUNCTION no() RETURNS trigger AS $$ BEGIN RAISE 'not alice at %', NEW.tenant; END $$ \
         LANGUAGE plpgsql; CREATE TRIGGER no BEFORE INSERT ON cex_executions FOR EACH ROW \
         WHEN (NEW.subject = 'alice') EXECUTE FUNCTION no()",
    );
    for (number, subject) in ["bob", "alice", "carol"].into_iter().enumerate() {
        run(&history, &who(subject, &[]), &id(number as u64), None);
    }
    until("it is noticed", async || history.health().is_some_and(|it| it.lost == 1)).await;
    until("it goes on", async || history.check().is_ok() && history.shared.pending.len() == 0)
        .await;
    let kept = "SELECT string_agg(subject, ',' ORDER BY id) FROM cex_executions";
    assert_eq!(server.psql("postgres", kept), "bob,carol");
    // Of the last one nothing is taken, and nothing is left to be written after it.
    run(&history, &who("alice", &[]), &id(9), None);
    until("it is refused", async || history.check().is_err()).await;
    let told = history.check().expect_err("it is refused").message;
    assert!(!told.contains("postgres") && !told.contains("alice"), "{told}");
    assert!(history.health().expect("a database").error.is_some_and(|it| it.contains("not alice")));
    until("it is tried again", async || history.check().is_ok()).await;
    history.close().await;
    server.stop();
}

#[tokio::test]
async fn an_idle_gateway_deletes_what_is_old_and_tells_what_is_lost() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite:{}/state.db", directory.path().display());
    let database = Database::open(&url, Options::default()).await.expect("it opens");
    let ago = |minutes: i64| (rows::now() - minutes * 60_000).unsigned_abs();
    let left = |minutes: i64| Execution {
        id: ExecutionId::from_parts(ago(minutes), [7; 10]).as_str().to_owned(),
        tenant: "acme".to_owned(),
        subject: "alice".to_owned(),
        instance: "gone".to_owned(),
        language: "python".to_owned(),
        state: "running".to_owned(),
        started_at: ago(minutes).cast_signed(),
        tools: "[]".to_owned(),
        ..Execution::default()
    };
    let mut rows = [left(31 * 24 * 60), left(3)];
    database.executions().write(&mut rows).await.expect("written");
    let history = with(&database);
    history.start();
    until("the old one is gone and the other lost", async || {
        let found = database.executions().page(&store::sql::Whose::All, None, None, 9).await;
        let found = found.expect("read");
        found.len() == 1 && found[0].id == rows[1].id && found[0].state == "lost"
    })
    .await;
    history.close().await;
}

#[test]
fn a_programs_own_words_are_not_kept() {
    let made_up = ExecutionOutcome {
        tool_calls_made: ["mcp__a__b", "mcp__a__secret", "mcp__a__resources/read", "secret"]
            .map(str::to_owned)
            .to_vec(),
        ..outcome(&id(1), Some("SecretError"))
    };
    let mut row = Execution::default();
    rows::end(&mut row, &made_up, &there_is());
    assert_eq!(row.error_class.as_deref(), Some("Error"));
    assert_eq!(row.tools, r#"["mcp__a__b","mcp__a__resources/read"]"#);
    for class in ["TypeError", "ValueError", "TimeoutError", "MemoryLimitError"] {
        rows::end(&mut row, &outcome(&id(1), Some(class)), &there_is());
        assert_eq!(row.error_class.as_deref(), Some(class));
    }
}
