//! Sessions without sandboxes: turns, bounds, ends, and who may come back to what.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use policy::Allowlist;
use types::{
    Asked as Wanted, ErrorCode, Language, Permissions, Principal, Refusal, SessionEnd, SessionId,
};

use super::*;

const LONG: Duration = Duration::from_secs(60);

/// Stands for a stopped process.
struct Thing {
    number: usize,
    alive: Arc<AtomicBool>,
    ended: Arc<AtomicUsize>,
}

impl Body for Thing {
    fn is_alive(&self) -> bool {
        self.alive.load(SeqCst)
    }

    async fn end(self) {
        self.ended.fetch_add(1, SeqCst);
    }
}

struct Bench {
    sessions: Sessions<Thing>,
    bounds: Bounds,
    wait: Duration,
    alive: Arc<AtomicBool>,
    ended: Arc<AtomicUsize>,
}

fn who(subject: &str) -> Principal {
    Principal {
        tenant: "acme".to_owned(),
        subject: subject.to_owned(),
        scopes: vec![],
        roles: vec!["a".to_owned(), "b".to_owned()],
    }
}

fn id(text: &str) -> SessionId {
    SessionId::parse(text).expect("an id")
}

impl Bench {
    fn new() -> Self {
        Self {
            sessions: Sessions::default(),
            bounds: Bounds { max: 3, max_each: 2, idle: LONG, lifetime: LONG * 6 },
            wait: LONG,
            alive: Arc::new(AtomicBool::new(true)),
            ended: Arc::default(),
        }
    }

    fn thing(&self, number: usize) -> Thing {
        Thing { number, alive: Arc::clone(&self.alive), ended: Arc::clone(&self.ended) }
    }

    async fn enter_as(
        &self,
        principal: &Principal,
        name: &str,
        reset: bool,
    ) -> Result<Seat<Thing>, Refusal> {
        let fixed = Fixed {
            principal: principal.clone(),
            roles: principal.roles.clone(),
            allowlist: Allowlist::default(),
            permissions: Permissions::default(),
        };
        let wish = Wish { principal, allowlist: None, permissions: None };
        let key = Key::of(principal, Language::TypeScript, &id(name));
        let (bounds, wait) = (self.bounds, self.wait);
        self.sessions.enter(Asked { key, wish, fixed, reset, bounds, wait }).await
    }

    async fn enter(&self, name: &str) -> Result<Seat<Thing>, Refusal> {
        self.enter_as(&who("ann"), name, false).await
    }

    /// One program of a session from its turn to its end; which thing it found.
    async fn run(&self, name: &str, number: usize) -> Result<Option<usize>, Refusal> {
        let mut seat = self.enter(name).await?;
        let found = seat.begin(None);
        let number_found = found.as_ref().map(|thing| thing.number);
        let standing =
            seat.keep(found.unwrap_or_else(|| self.thing(number)), None, Used::default());
        assert_eq!(standing.lost, None);
        Ok(number_found)
    }

    async fn discard(&self, name: &str) -> SessionEnd {
        self.sessions.discard(&Key::of(&who("ann"), Language::TypeScript, &id(name))).await
    }

    fn open(&self) -> usize {
        self.sessions.health(0).open
    }
}

fn code(refusal: Result<impl Sized, Refusal>) -> ErrorCode {
    refusal.err().expect("a refusal").code
}

async fn until(what: &str, mut is: impl FnMut() -> bool) {
    let waited = async {
        while !is() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(LONG, waited).await.unwrap_or_else(|_| panic!("never: {what}"));
}

#[tokio::test]
async fn a_program_finds_what_the_one_before_left() {
    let bench = Bench::new();
    assert_eq!(bench.run("a", 1).await.unwrap(), None);
    assert_eq!(bench.run("a", 2).await.unwrap(), Some(1));
    assert_eq!(bench.run("b", 3).await.unwrap(), None);
    // The same name is another's own, and that of another language.
    let other = bench.enter_as(&who("bob"), "a", false).await.unwrap();
    assert!(other.body().is_none());
    let listed = bench.sessions.of(&who("ann"));
    let names: Vec<_> = listed.iter().map(|it| (it.id.as_str(), it.calls, it.running)).collect();
    assert_eq!(names, [("b", 1, false), ("a", 2, false)]);
}

#[tokio::test]
async fn programs_of_one_session_take_turns() {
    let bench = Arc::new(Bench::new());
    let mut first = bench.enter("a").await.unwrap();
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let bench = Arc::clone(&bench);
            tokio::spawn(async move { bench.run("a", 9).await })
        })
        .collect();
    // Beyond so many nobody waits.
    until("twelve are refused", || waiting.iter().filter(|it| it.is_finished()).count() == 12)
        .await;
    let _ = first.begin(None);
    first.keep(bench.thing(1), None, Used::default());
    let mut found = Vec::new();
    for waiting in waiting {
        found.push(waiting.await.unwrap());
    }
    let refused = found.iter().filter(|it| it.is_err()).count();
    assert_eq!((refused, found.into_iter().filter(|it| *it == Ok(Some(1))).count()), (12, 8));
}

#[tokio::test]
async fn a_turn_that_does_not_come_is_refused() {
    let bench = Bench { wait: Duration::from_millis(1), ..Bench::new() };
    let _runs = bench.enter("a").await.unwrap();
    let refusal = bench.enter("a").await.err().expect("busy");
    assert_eq!(refusal.code, ErrorCode::SessionBusy);
    assert!(refusal.retry_after.is_some(), "{refusal}");
}

#[tokio::test]
async fn there_are_no_more_than_there_may_be() {
    let bench = Bench::new();
    for name in ["a", "b"] {
        bench.run(name, 0).await.unwrap();
    }
    let refusal = bench.enter("c").await.err().expect("a limit");
    assert_eq!(refusal.code, ErrorCode::SessionLimit);
    assert!(refusal.message.contains("a, b"), "{refusal}");
    let _third = bench.enter_as(&who("bob"), "a", false).await.unwrap();
    assert_eq!(code(bench.enter_as(&who("cleo"), "a", false).await), ErrorCode::SessionLimit);
    // What was refused left nothing behind, and what there is can be used and begun anew.
    assert_eq!(bench.run("a", 0).await.unwrap(), Some(0));
    assert!(bench.enter_as(&who("ann"), "b", true).await.unwrap().body().is_none());
    let none = Bench { bounds: Bounds { max: 0, ..bench.bounds }, ..Bench::new() };
    assert!(none.enter("a").await.err().expect("none").message.contains("switched off"));
}

#[tokio::test]
async fn ten_thousand_names_make_no_more_than_two_sessions() {
    let bench = Bench::new();
    for number in 0..10_000 {
        let _ = bench.run(&format!("s{number}"), 0).await;
    }
    assert_eq!(bench.open(), 2);
}

#[tokio::test]
async fn a_lost_session_is_told_of_once() {
    let bench = Bench::new();
    let mut seat = bench.enter("a").await.unwrap();
    let _ = seat.begin(None);
    let standing = seat.lose(Why::Program("TimeoutError".to_owned()), Some(bench.thing(1)), ());
    assert!(standing.lost.expect("a reason").contains("TimeoutError"));
    // Another's session of the same name was not lost.
    assert!(bench.enter_as(&who("bob"), "a", false).await.is_ok());
    let refusal = bench.enter("a").await.err().expect("lost");
    assert_eq!(refusal.code, ErrorCode::SessionLost);
    assert!(refusal.message.contains("TimeoutError") && refusal.message.contains("1 program "));
    assert_eq!(bench.run("a", 2).await.unwrap(), None);
    until("its process is gone", || bench.ended.load(SeqCst) == 1).await;
}

#[tokio::test]
async fn a_program_that_never_began_leaves_a_session_as_it_was() {
    let bench = Bench::new();
    drop(bench.enter("a").await.unwrap());
    assert_eq!(bench.open(), 0);
    bench.run("a", 7).await.unwrap();
    drop(bench.enter("a").await.unwrap());
    assert_eq!(bench.run("a", 0).await.unwrap(), Some(7));
    let listed = bench.sessions.of(&who("ann"));
    assert_eq!(listed[0].calls, 2, "nothing that began is not counted");
}

#[tokio::test]
async fn who_waits_for_one_that_never_began_begins_it() {
    let bench = Arc::new(Bench::new());
    let never = bench.enter("a").await.unwrap();
    let other = Arc::clone(&bench);
    let waits = tokio::spawn(async move { other.run("a", 5).await });
    tokio::task::yield_now().await;
    drop(never);
    assert_eq!(waits.await.unwrap().unwrap(), None);
    assert_eq!(bench.run("a", 0).await.unwrap(), Some(5));
}

#[tokio::test]
async fn a_reset_ends_what_runs_and_tells_nobody_later() {
    let bench = Arc::new(Bench::new());
    let mut runs = bench.enter("a").await.unwrap();
    let _ = runs.begin(None);
    let other = Arc::clone(&bench);
    let anew = tokio::spawn(async move {
        other.enter_as(&who("ann"), "a", true).await.map(|seat| seat.call())
    });
    runs.over().cancelled().await;
    let standing = runs.lose(Why::Program("CancelledError".to_owned()), Some(bench.thing(1)), ());
    assert!(standing.lost.expect("a reason").contains("its client"), "not by its own end");
    assert_eq!(anew.await.unwrap(), Ok(1));
    assert_eq!(bench.run("a", 0).await.unwrap(), None, "and nothing is told of the one before");
}

#[tokio::test]
async fn one_that_is_ended_while_it_waits_for_a_place_does_not_begin() {
    let bench = Bench::new();
    bench.run("a", 1).await.unwrap();
    let seat = bench.enter("a").await.unwrap();
    let (gone, refusal) = tokio::join!(bench.discard("a"), async move {
        let refusal = seat.ended().await;
        assert_eq!(seat.check(), Err(refusal.clone()));
        drop(seat);
        refusal
    });
    assert_eq!((gone, refusal.code), (SessionEnd::Gone, ErrorCode::SessionLost));
    assert_eq!(bench.discard("a").await, SessionEnd::Unknown);
    assert_eq!(bench.ended.load(SeqCst), 1);
    // One in which nothing ever ran has nothing to lose.
    let seat = bench.enter("a").await.unwrap();
    let (_, refusal) = tokio::join!(bench.discard("a"), async move { seat.ended().await });
    assert!(!refusal.message.contains("are gone"), "{refusal}");
}

#[tokio::test]
async fn one_that_is_not_gone_counts_and_is_not_said_to_be() {
    let bench = Bench::new();
    let (first, _second) = (bench.enter("a").await.unwrap(), bench.enter("b").await.unwrap());
    let ended = tokio::join!(bench.discard("a"), bench.discard("b"));
    assert_eq!(ended, (SessionEnd::Leaving, SessionEnd::Leaving));
    let refusal = bench.enter("c").await.err().expect("a limit");
    assert_eq!(refusal.code, ErrorCode::SessionLimit);
    assert!(refusal.message.contains("2 that have ended"), "{refusal}");
    assert!(bench.enter_as(&who("bob"), "a", false).await.is_ok(), "others have room");
    drop(first);
    assert_eq!(bench.run("c", 1).await, Ok(None));
}

#[tokio::test]
async fn who_waited_in_one_does_not_hear_of_a_later_one_of_its_name() {
    let bench = Arc::new(Bench::new());
    let lose = |mut seat: Seat<Thing>, why: &str| {
        let _ = seat.begin(None);
        seat.lose(Why::Program(why.to_owned()), None, ());
    };
    let first = bench.enter("a").await.unwrap();
    let other = Arc::clone(&bench);
    let waits = tokio::spawn(async move { other.enter("a").await.err() });
    tokio::task::yield_now().await;
    lose(first, "FirstError");
    // All of this comes before the one that waits is heard.
    assert_eq!(code(bench.enter("a").await), ErrorCode::SessionLost);
    lose(bench.enter("a").await.unwrap(), "SecondError");
    let told = waits.await.unwrap().expect("it is lost");
    assert!(told.message.contains("FirstError"), "{told}");
    let told = bench.enter("a").await.err().expect("the other is lost, too");
    assert!(told.message.contains("SecondError"), "{told}");
}

#[tokio::test]
async fn one_that_dies_while_its_program_waits_for_a_place_does_not_go_on() {
    let bench = Bench::new();
    bench.run("a", 1).await.unwrap();
    let seat = bench.enter("a").await.unwrap();
    bench.alive.store(false, SeqCst);
    let refusal = seat.check().expect_err("its process is gone");
    assert_eq!(refusal.code, ErrorCode::SessionLost);
    assert!(refusal.message.contains("while it was stopped"), "{refusal}");
}

#[tokio::test]
async fn time_ends_sessions() {
    let zero = Duration::ZERO;
    let bench = Bench { bounds: Bounds { idle: zero, ..Bench::new().bounds }, ..Bench::new() };
    bench.run("a", 1).await.unwrap();
    let refusal = bench.enter("a").await.err().expect("it was idle");
    assert!(refusal.message.contains("nothing ran in it"), "{refusal}");
    let old = Bench { bounds: Bounds { lifetime: zero, ..Bench::new().bounds }, ..Bench::new() };
    let mut seat = old.enter("a").await.unwrap();
    let _ = seat.begin(None);
    // Its time was over while it ran: it was let come to its end.
    assert!(!seat.over().is_cancelled());
    let standing = seat.keep(old.thing(1), None, Used::default());
    assert!(standing.lost.expect("a reason").contains("old"));
    assert_eq!(code(old.enter("a").await), ErrorCode::SessionLost);
    let kept = Bench::new();
    kept.run("a", 1).await.unwrap();
    assert!(kept.sessions.expire(Instant::now() + LONG / 2));
    assert!(!kept.sessions.expire(Instant::now() + LONG * 2));
}

#[tokio::test]
async fn a_process_that_died_while_it_was_stopped_is_no_session() {
    let bench = Bench::new();
    bench.run("a", 1).await.unwrap();
    bench.alive.store(false, SeqCst);
    assert_eq!(code(bench.enter("a").await), ErrorCode::SessionLost);
    bench.alive.store(true, SeqCst);
    assert_eq!(bench.run("a", 2).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_fixed_stays_as_it_was() {
    let bench = Bench::new();
    let allowlist = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Allowlist::parse(&names).unwrap()
    };
    let read = |entries: &[&str]| {
        let entries = entries.iter().map(|entry| (*entry).to_owned()).collect();
        Permissions { read: Wanted::Entries(entries), ..Permissions::default() }
    };
    let ann = who("ann");
    let begin =
        async |principal: &Principal, tools: Option<&Allowlist>, asked: Option<&Permissions>| {
            let fixed = Fixed {
                principal: principal.clone(),
                roles: vec![],
                allowlist: tools.cloned().unwrap_or_default(),
                permissions: asked.cloned().unwrap_or_default(),
            };
            let wish = Wish { principal, allowlist: tools, permissions: asked };
            let key = Key::of(principal, Language::TypeScript, &id("a"));
            let (bounds, wait) = (bench.bounds, bench.wait);
            let entered =
                bench.sessions.enter(Asked { key, wish, fixed, reset: false, bounds, wait }).await;
            entered.map(|mut seat| {
                let thing = seat.begin(None).unwrap_or_else(|| bench.thing(1));
                seat.keep(thing, None, Used::default()).call
            })
        };
    let (tools, dirs) = (allowlist(&["mcp__a__x", "mcp__b__*"]), read(&["/a", "/b"]));
    assert_eq!(begin(&ann, Some(&tools), Some(&dirs)).await, Ok(1));
    // The same in another order, or left out.
    let (turned, other) = (allowlist(&["mcp__b__*", "mcp__a__x"]), read(&["/b", "/a", "/a"]));
    assert_eq!(begin(&ann, Some(&turned), Some(&other)).await, Ok(2));
    assert_eq!(begin(&ann, None, None).await, Ok(3));
    let more = allowlist(&["mcp__a__x", "mcp__b__*", "mcp__c__*"]);
    let none = Permissions::default();
    let mut demoted = ann.clone();
    demoted.roles.pop();
    let mut admin = ann.clone();
    admin.scopes.push("admin".to_owned());
    for (principal, tools, asked, what) in [
        (&ann, Some(&more), None, "allowedTools"),
        (&ann, Some(&Allowlist::default()), None, "allowedTools"),
        (&ann, None, Some(&none), "permissions"),
        (&demoted, None, None, "roles"),
        (&admin, None, None, "scopes"),
    ] {
        let refusal = begin(principal, tools, asked).await.expect_err(what);
        assert_eq!(refusal.code, ErrorCode::SessionMismatch);
        assert!(refusal.message.contains(what), "{refusal}");
    }
    assert_eq!(begin(&ann, None, None).await, Ok(4), "nothing of it was ended");
}

#[tokio::test]
async fn nothing_is_left_when_all_are_closed() {
    let bench = Bench::new();
    bench.run("a", 1).await.unwrap();
    let mut runs = bench.enter("b").await.unwrap();
    let _ = runs.begin(None);
    bench.sessions.close();
    assert_eq!(code(bench.enter("c").await), ErrorCode::ShuttingDown);
    assert!(!runs.over().is_cancelled(), "what runs comes to its end");
    assert!(runs.keep(bench.thing(2), None, Used::default()).lost.is_some());
    tokio::time::timeout(LONG, bench.sessions.gone()).await.unwrap();
    assert_eq!((bench.open(), bench.ended.load(SeqCst)), (0, 2));
}
