//! The page that users read has every rule, in order.

use super::*;

#[test]
fn every_rule_is_documented() {
    let page = include_str!("../../../../../docs/advice.md");
    let documented: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .filter(|name| name.contains('-'))
        .collect();
    assert_eq!(documented, Rule::ALL.map(Rule::name));
}

#[test]
fn every_message_says_what_it_is_not() {
    for rule in Rule::ALL {
        let message = rule.message();
        assert!(message.ends_with(NOT_THE_WALL), "{message}");
        assert!(message.len() <= 120 && !message.contains('\n'), "{message}");
    }
}
