//! Rules, and what is none.

use super::*;

#[test]
fn rules_are_read_in_one_way() {
    let text = |rule: &str| Rule::parse(rule).unwrap().text;
    assert_eq!(text("client executions 30/1m"), "client executions 30/60000ms burst 30");
    assert_eq!(text("  client  executions 30/60s "), text("client executions 30/m"));
    assert_eq!(text("tenant toolCalls 5/s burst 50"), "tenant toolCalls 5/1000ms burst 50");
    assert_eq!(text("all cpuSeconds 3600/day"), "all cpuSeconds 3600/day burst 3600");
    assert_eq!(
        text("role:free mcp__github__* 9/h"),
        "role:free mcp__github__* 9/3600000ms burst 9"
    );
    let default = Rule::executions_of_a_client(30, 60_000);
    assert_eq!(default, Rule::parse("client executions 30/1m").unwrap());
    assert_eq!(default.name(), "client-executions-60s");
    assert_eq!(
        Rule::parse("tenant:acme toolCalls 9/month").unwrap().name(),
        "tenant-acme-toolCalls-month"
    );
    let odd = Rule::parse("role:we\"i\\rdé executions 9/month").unwrap();
    assert_eq!(odd.name(), "role-we_i_rd_-executions-month");
}

#[test]
fn what_is_no_rule_is_said_with_the_word() {
    for (rule, said) in [
        ("", "whom it counts is missing"),
        ("user executions 30/1m", "`user` is nobody"),
        ("role: executions 30/1m", "`role:` names nobody"),
        ("client runs 30/1m", "`runs` is nothing"),
        ("client github_* 30/1m", "`github_*` is nothing"),
        ("client executions 30", "`30` has no `/`"),
        ("client executions 0/1m", "`0` is no number"),
        ("client executions -5/1m", "`-5` is no number"),
        ("client executions 30/1w", "`1w` is no span"),
        ("client executions 30/1m bust 9", "`bust` is not `burst`"),
        ("client executions 30/1m burst", "`` is no number"),
        ("client executions 30/1m burst 9 x", "`x` is one word too many"),
        ("client executions 30/day burst 90", "no burst"),
    ] {
        let error = Rule::parse(rule).unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("client executions 30/1m"), "{error}");
    }
}

#[test]
fn a_rule_is_about_those_it_names() {
    let principal =
        Principal { roles: vec!["free".to_owned()], subject: "a".into(), ..Principal::local() };
    let owner = |word: &str| Who::parse(word).unwrap().owner(&principal);
    assert_eq!(owner("client"), Some(("local", "a")));
    assert_eq!((owner("role:free"), owner("role:paid")), (Some(("local", "a")), None));
    assert_eq!((owner("tenant:local"), owner("tenant:other")), (Some(("local", "")), None));
    assert_eq!(owner("all"), Some(("*", "")));
    let all = What::parse("mcp__a__*").unwrap();
    assert!(all.counts_call("mcp__a__x") && !all.counts_call("mcp__b__x"));
    let one = What::parse("mcp__a__x").unwrap();
    assert!(one.counts_call("mcp__a__x") && !one.counts_call("mcp__a__xy"));
}
