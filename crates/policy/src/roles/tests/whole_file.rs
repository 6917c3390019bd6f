//! What is decided by the rules picked for a caller is what casbin decides by the whole file.

use casbin::function_map::OperatorFunction;
use casbin::{CoreApi, DefaultModel, Enforcer, MgmtApi, NullAdapter};
use futures_util::FutureExt;
use proptest::prelude::*;

use crate::roles::rights::covers_in_casbin;
use crate::roles::tests::who;
use crate::roles::{Act, Rights, Roles};

/// Casbin with every line of a file, the tenants of memberships matched by itself.
fn whole(roles: &Roles, given: &[(String, String, String)]) -> Enforcer {
    let model = DefaultModel::from_str(include_str!("../model.conf"));
    let model = model.now_or_never().unwrap().unwrap();
    let mut enforcer = Enforcer::new_raw(model, NullAdapter).now_or_never().unwrap().unwrap();
    enforcer.add_function("covers", OperatorFunction::Arg4(covers_in_casbin));
    enforcer.enable_auto_save(false);
    for rule in roles.rules() {
        let fields = rule.to_string().split(", ").skip(1).map(str::to_owned).collect();
        let _ = enforcer.add_policy(fields).now_or_never().unwrap().unwrap();
    }
    let written = roles.members().iter().flat_map(|member| {
        let tenants = match member.tenant.as_str() {
            "*" => vec!["acme", "globex"],
            tenant => vec![tenant],
        };
        tenants.into_iter().map(|tenant| (member.who.clone(), member.role.clone(), tenant.into()))
    });
    for (who, role, tenant) in written.chain(given.iter().cloned()) {
        let _ = enforcer.add_grouping_policy(vec![who, role, tenant]).now_or_never().unwrap();
    }
    enforcer
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

/// Roles lead to later ones alone, so that no circle is written.
fn line() -> impl Strategy<Value = String> {
    let tenant = || one_of(&["*", "acme", "globex"]);
    let effect = || one_of(&["allow", "allow", "deny"]);
    let who = || one_of(&["*", "user:alice", "role:0", "role:1", "role:2", "role:3"]);
    let calls =
        (who(), tenant(), one_of(TOOLS), effect()).prop_map(|(who, tenant, what, effect)| {
            format!("p, {who}, {tenant}, call, {what}, {effect}")
        });
    let reads =
        (who(), tenant(), one_of(PATHS), effect()).prop_map(|(who, tenant, what, effect)| {
            format!("p, {who}, {tenant}, read, {what}, {effect}")
        });
    let users = (one_of(&["user:alice", "user:bob"]), 0..4usize, tenant())
        .prop_map(|(who, role, tenant)| format!("g, {who}, role:{role}, {tenant}"));
    let members = (0..3usize, 1..3usize, tenant()).prop_map(|(role, further, tenant)| {
        format!("g, role:{role}, role:{}, {tenant}", role + further)
    });
    prop_oneof![4 => calls, 2 => reads, 2 => users, 2 => members]
}

const TOOLS: &[&str] = &["*", "mcp__a__*", "mcp__a__b", "mcp__a__c*", "mcp__b__*"];
const PATHS: &[&str] = &["*", "/a", "/a/b", "/b"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn what_is_picked_decides_as_the_whole_file_does(
        lines in prop::collection::vec(line(), 0..14),
        given in prop::collection::vec(one_of(&["0", "2", "unknown"]), 0..2),
        tenant in one_of(&["acme", "globex"]),
    ) {
        let roles = Roles::parse(&lines.join("\n")).unwrap();
        let link = |role: &&str| ("user:alice".into(), format!("role:{role}"), tenant.to_owned());
        let links: Vec<_> = given.iter().map(link).collect();
        let whole = whole(&roles, &links);
        let rights = Rights::new(&roles, &who("alice", tenant, &given));
        let calls = ["mcp__a__b", "mcp__a__c", "mcp__a__resources/read", "mcp__b__x"];
        let calls = calls.map(|what| (Act::Call, what));
        for (act, what) in calls.into_iter().chain(["/a", "/a/b/c", "/c"].map(|what| (Act::Read, what))) {
            let expected = whole.enforce(("user:alice", tenant, act.as_str(), what)).unwrap();
            prop_assert_eq!(rights.may(act, what), expected, "{:?} {} of\n{}", act, what, lines.join("\n"));
            // The second time from what is remembered.
            prop_assert_eq!(rights.may(act, what), expected);
        }
    }
}
