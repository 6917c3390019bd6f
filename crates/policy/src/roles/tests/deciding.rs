//! What callers may.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use types::{ErrorCode, Language};

use crate::roles::tests::{USUAL, usual, who};
use crate::roles::{Act, Authority, Effect, Explanation, Rights, Roles};

fn rights(subject: &str, tenant: &str, roles: &[&str]) -> Rights {
    Rights::new(&usual(), &who(subject, tenant, roles))
}

fn by(text: &str) -> Rights {
    Rights::new(&Roles::parse(text).unwrap(), &who("alice", "acme", &[]))
}

#[test]
fn nobody_may_anything_unless_a_rule_says_so() {
    let stranger = rights("mallory", "globex", &[]);
    for (act, what) in [
        (Act::Call, "mcp__github__list"),
        (Act::Run, "typescript/quickjs"),
        (Act::Read, "/data"),
        (Act::Write, "/data"),
        (Act::Net, "example.com"),
    ] {
        assert!(!stranger.may(act, what), "{act:?} {what}");
    }
    let nothing = Rights::new(&Roles::default(), &who("alice", "acme", &["admin"]));
    assert!(!nothing.may(Act::Call, "mcp__github__list"));
}

#[test]
fn what_is_denied_by_a_link_is_denied_where_it_leads_and_nothing_is_allowed_there() {
    let text = "p, *, *, read, /srv, allow\np, *, *, read, /srv/link, deny\n\
        p, *, *, write, /var/current, allow\n";
    let mut roles = Roles::parse(text).unwrap();
    roles.resolve(|name| match name {
        "/srv/link" => Some("/srv/real".to_owned()),
        "/var/current" => Some("/var/releases/7".to_owned()),
        _ => Some(name.to_owned()),
    });
    assert_eq!(roles.rules().len(), 3, "the file's own");
    let alice = Rights::new(&roles, &who("alice", "acme", &[]));
    for (what, may) in
        [("/srv/link", false), ("/srv/real/x", false), ("/srv", false), ("/srv/a", true)]
    {
        assert_eq!(alice.may(Act::Read, what), may, "{what}");
    }
    assert!(!alice.may(Act::Write, "/var/releases/7"));
    let explained = Explanation::new(&roles, &who("alice", "acme", &[]), Act::Read, "/srv/real");
    assert_eq!(explained.rule.map(|rule| rule.line), Some(2));
}

#[test]
fn a_role_has_what_the_roles_it_is_in_have_and_deny_wins() {
    let alice = rights("alice", "acme", &[]);
    assert!(alice.may(Act::Call, "mcp__github__list"), "from reader");
    assert!(alice.may(Act::Call, "mcp__db__query"), "from analyst");
    assert!(!alice.may(Act::Call, "mcp__github__delete_repo"), "denied to analyst");
    assert!(!alice.may(Act::Call, "mcp__db__drop"));
    assert!(alice.may(Act::Run, "python/cpython") && alice.may(Act::Run, "typescript/quickjs"));
}

#[test]
fn what_somebody_is_in_one_tenant_it_is_not_in_another() {
    let there = rights("alice", "globex", &[]);
    assert!(there.may(Act::Call, "mcp__github__delete_repo"), "a reader there, no analyst");
    assert!(!there.may(Act::Run, "python/cpython"));
    assert!(!there.may(Act::Call, "mcp__clock__now"), "everybody in acme alone");
    assert!(rights("anybody", "acme", &[]).may(Act::Call, "mcp__clock__now"));
    // No name of a tenant stands for all of them.
    assert!(!rights("alice", "*", &[]).may(Act::Call, "mcp__github__list"));
}

#[test]
fn a_user_named_like_a_role_is_not_in_it_and_a_role_of_a_token_is() {
    assert!(!rights("analyst", "acme", &[]).may(Act::Run, "python/cpython"));
    assert!(!rights("role:analyst", "acme", &[]).may(Act::Run, "python/cpython"));
    let bearer = rights("x", "acme", &["analyst"]);
    assert!(bearer.may(Act::Run, "python/cpython"));
    assert!(bearer.may(Act::Call, "mcp__github__list"), "and in what that role is in");
    assert!(!bearer.may(Act::Call, "mcp__github__delete_repo"));
    assert!(!rights("x", "acme", &["bob", "*", "user:bob"]).may(Act::Call, "mcp__db__drop"));
}

#[test]
fn a_directory_is_allowed_whole_and_denied_in_part() {
    let alice = rights("alice", "acme", &[]);
    assert!(alice.may(Act::Read, "/data/2026"));
    assert!(!alice.may(Act::Read, "/data/secret") && !alice.may(Act::Read, "/data/secret/a"));
    assert!(!alice.may(Act::Read, "/data"), "what is denied lies in it");
    assert!(!alice.may(Act::Read, "/database") && !alice.may(Act::Read, "/data/../etc"));
    assert!(!alice.may(Act::Write, "/data/2026"), "reading is not writing");
    assert!(alice.is_denied(Act::Read, "/data") && !alice.is_denied(Act::Read, "/other"));
}

#[test]
fn a_host_is_allowed_whole_and_denied_in_part() {
    let alice = by("\
p, user:alice, *, net, *.example.com, allow
p, user:alice, *, net, api.test:8443, allow
p, user:alice, *, net, Secret.example.com, deny
");
    assert!(alice.may(Act::Net, "a.example.com") && alice.may(Act::Net, "A.b.EXAMPLE.com:8080"));
    assert!(!alice.may(Act::Net, "example.com") && !alice.may(Act::Net, "badexample.com"));
    assert!(!alice.may(Act::Net, "secret.example.com:1") && !alice.may(Act::Net, "*.example.com"));
    assert!(alice.may(Act::Net, "*.a.example.com"));
    let all_but_one = by("p, *, *, net, *, allow\np, *, *, net, 2001:DB8:0:0::1, deny\n");
    assert!(all_but_one.may(Act::Net, "[2001:db8::2]"));
    for one in ["[2001:db8::1]", "2001:db8::1", "[2001:db8::1]:8443"] {
        assert!(!all_but_one.may(Act::Net, one), "{one}");
    }
    assert!(alice.may(Act::Net, "api.test:8443"));
    assert!(!alice.may(Act::Net, "api.test") && !alice.may(Act::Net, "api.test:443"));
}

#[test]
fn time_is_the_most_that_a_role_allows_and_the_least_that_one_denies() {
    let of = |text: &str| by(text).longest();
    assert_eq!(of("p, *, *, call, *, allow"), None);
    assert_eq!(of("p, *, *, time, 30s, allow\np, *, *, time, 1m, allow"), Some(60_000));
    assert_eq!(of("p, *, *, time, *, allow\np, *, *, time, 500ms, deny"), Some(500));
    assert_eq!(of("p, *, *, time, 1h, deny"), Some(3_600_000));
    let capped = by("p, *, *, run, *, allow\np, *, *, time, 30s, allow");
    assert!(capped.may(Act::Time, "30s") && !capped.may(Act::Time, "30001ms"));
    let admit = |asked: Option<u64>| {
        let mut timeout = asked.unwrap_or(120_000);
        capped.admit(Language::Python, "cpython", asked, &mut timeout).map(|()| timeout)
    };
    assert_eq!(admit(None).unwrap(), 30_000, "less than the server's own");
    assert_eq!(admit(Some(10_000)).unwrap(), 10_000);
    let refusal = admit(Some(60_000)).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Forbidden);
    assert!(refusal.message.contains("60000") && refusal.message.contains("30000"));
    let never = by("p, *, *, run, *, allow\np, *, *, time, *, deny");
    never.admit(Language::Python, "cpython", None, &mut 1000).unwrap_err();
}

#[test]
fn languages_and_what_runs_them() {
    let may =
        |rule: &str, asked: &str| by(&format!("p, *, *, run, {rule}, allow")).may(Act::Run, asked);
    assert!(may("python", "python/cpython") && may("python/cpython", "python/cpython"));
    assert!(may("*", "typescript/quickjs"));
    assert!(!may("python", "typescript/quickjs") && !may("typescript", "python/cpython"));
    let refused = by("p, *, *, run, python, allow");
    let refusal = refused.admit(Language::TypeScript, "quickjs", None, &mut 1).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Forbidden);
}

#[test]
fn a_server_is_seen_when_something_of_it_may_be_called() {
    let alice = by("\
p, *, *, call, mcp__git*, allow
p, *, *, call, mcp__db__query, allow
p, *, *, call, mcp__gitlab__*, deny
p, *, *, call, mcp__github__delete_*, deny
");
    let seen = |segment: &str| alice.reaches_server(segment);
    assert!(seen("github") && seen("db"));
    assert!(!seen("gitlab") && !seen("slack") && !seen("d"));
}

#[test]
fn resources_are_names_beside_tools() {
    let alice = by("\
p, *, *, call, mcp__docs__*, allow
p, *, *, call, mcp__docs__prompts/*, deny
p, *, *, call, mcp__db__q*, allow
");
    assert!(alice.may(Act::Call, "mcp__docs__resources/read"));
    assert!(!alice.may(Act::Call, "mcp__docs__prompts/get"));
    assert!(!alice.may(Act::Call, "mcp__db__resources/read"), "names of tools alone");
}

#[test]
fn the_rule_that_decided_is_named_with_the_way_to_it() {
    let explain = |subject: &str, what: &str| {
        Explanation::new(&usual(), &who(subject, "acme", &[]), Act::Call, what)
    };
    let denied = explain("alice", "mcp__github__delete_repo");
    assert!(!denied.allowed);
    let rule = denied.rule.unwrap();
    assert_eq!((rule.line, rule.effect), (7, Effect::Deny));
    assert_eq!(denied.overruled.unwrap().line, 2);
    assert_eq!(denied.path.len(), 1);
    assert_eq!(denied.path[0].by.as_ref().unwrap().line, 17);
    assert_eq!(denied.roles, ["role:analyst", "role:reader"]);

    let allowed = explain("alice", "mcp__github__list");
    assert!(allowed.allowed && allowed.overruled.is_none());
    let steps: Vec<_> = allowed.path.iter().map(|step| step.role.as_str()).collect();
    assert_eq!(steps, ["role:analyst", "role:reader"]);

    let unsaid = explain("alice", "mcp__slack__post");
    assert!(!unsaid.allowed && unsaid.rule.is_none() && unsaid.path.is_empty());
    assert!(explain("bob", "mcp__db__drop").path.is_empty(), "it speaks of bob himself");
}

#[test]
fn another_file_counts_from_the_next_question_on_and_a_broken_one_is_told() {
    let authority = Authority::new(usual());
    let alice = who("alice", "acme", &[]);
    let may = || authority.rights(&alice).may(Act::Call, "mcp__github__list");
    assert!(may());
    let once = authority.rights(&alice);
    assert!(Arc::ptr_eq(&once, &authority.rights(&alice)), "picked once");
    authority.keep(Some("it has 3 problems".to_owned()));
    assert!(may(), "the last good one stays");
    assert_eq!(authority.health().error.as_deref(), Some("it has 3 problems"));
    let changed = USUAL.replace("call, mcp__github__*, allow", "call, mcp__gitlab__*, allow");
    authority.replace(Roles::parse(&changed).unwrap());
    assert!(!may());
    let health = authority.health();
    assert_eq!((health.rules, health.error), (11, None));
}

#[test]
fn callers_are_remembered_within_bounds() {
    let authority = Authority::new(usual());
    let first = authority.rights(&who("0", "acme", &[]));
    for caller in 0..600 {
        let rights = authority.rights(&who(&caller.to_string(), "acme", &[]));
        assert!(rights.may(Act::Call, "mcp__clock__now"));
    }
    assert!(!Arc::ptr_eq(&first, &authority.rights(&who("0", "acme", &[]))), "forgotten");
}

/// Figures for docs/roles.md: `cargo test -p policy --release what_a_decision_costs -- --ignored
/// --nocapture`.
#[test]
#[ignore = "measures"]
fn what_a_decision_costs() {
    for rules in [10, 100, 1000] {
        let lines = (0..rules).map(|n| format!("p, role:dev, *, call, mcp__server{n}__*, allow\n"));
        let text: String = lines.chain(["g, user:alice, role:dev, acme\n".to_owned()]).collect();
        let authority = Authority::new(Roles::parse(&text).unwrap());
        let alice = who("alice", "acme", &[]);
        let timed = |what: &str, times: u32, mut each: Box<dyn FnMut(u32) + '_>| {
            let began = Instant::now();
            (0..times).for_each(&mut each);
            let each = began.elapsed() / times;
            let _ = writeln!(std::io::stderr(), "{rules} rules, {what}: {each:?}");
        };
        timed("a caller's first", 1, Box::new(|_| drop(authority.rights(&alice))));
        let names: Vec<_> = (0..rules).map(|n| format!("mcp__server{n}__tool")).collect();
        let ask = |n: u32| {
            assert!(authority.rights(&alice).may(Act::Call, &names[n as usize % names.len()]));
        };
        timed("undecided", rules, Box::new(ask));
        timed("decided before", 100_000, Box::new(ask));
    }
}
