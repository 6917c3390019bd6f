//! What is a policy file, and what is said of one that is none.

use std::fmt::Write as _;

use crate::roles::tests::{USUAL, usual};
use crate::roles::{MAX_FILE, Roles};

#[test]
fn a_file_is_read_with_its_lines() {
    let roles = usual();
    assert_eq!(roles.rules().len(), 11);
    assert_eq!(roles.members().len(), 3);
    assert_eq!(roles.rules()[0].line, 2);
    let lines: Vec<&str> = USUAL.lines().collect();
    for rule in roles.rules() {
        assert_eq!(rule.to_string(), lines[rule.line - 1]);
    }
    for member in roles.members() {
        assert_eq!(member.to_string(), lines[member.line - 1]);
    }
    assert!(roles.warnings().is_empty(), "{:?}", roles.warnings());
}

#[test]
fn spaces_quotes_marks_and_endings_of_lines_do_not_matter() {
    let text = "\u{feff}p,user:\"x\",*,call,*,allow\r\n  p , \"user:a, \"\"b\"\"\" ,\t* , run ,python, deny  \r\n";
    let problems = Roles::parse(text).map(|roles| roles.rules()[1].who.clone());
    assert_eq!(problems.unwrap(), "user:a, \"b\"");
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_a_way_out() {
    let wrong = "\
p, alice, *, call, *, allow
p, role:x, *, shout, *, allow
p, role:x, *, call, *, maybe
p, role:x, *, call, *
p, role:x, a*, call, *, allow
p, role:x, *, call, github, allow
p, role:x, *, call, mcp__a*b, allow
p, role:x, *, run, ruby, allow
p, role:x, *, read, data, allow
p, role:x, *, write, /data/../etc, allow
p, role:x, *, net, http://example.com, allow
p, role:x, *, net, example.com:99999, allow
p, role:x, *, time, soon, allow
p, role:x*, *, call, *, allow
g, alice, role:x, *
g, user:alice, x, *
g, role:x, role:x, *
g, user:alice, role:x
q, role:x
p, \"role:x, *, call, *, allow
p, \"role:x\" *, call, *, allow
p, role:x, *, call, *, allow # always
p, role:\u{1b}[31m, *, call, *, allow
";
    let problems = Roles::parse(wrong).unwrap_err();
    assert_eq!(problems.len(), wrong.lines().count(), "each line has one");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn roles_that_lead_in_a_circle_or_too_far_are_refused() {
    let circle = "g, role:a, role:b, *\ng, role:b, role:c, *\ng, role:c, role:a, acme\n";
    let problems = Roles::parse(circle).unwrap_err();
    assert!(problems[0].to_string().contains("role:a leads back to itself"), "{problems:?}");

    let chain = |roles: usize| {
        let mut text = "p, role:0, *, call, *, allow\ng, user:alice, role:1, *\n".to_owned();
        for role in 1..roles {
            let _ = writeln!(text, "g, role:{role}, role:{}, *", role + 1);
        }
        text
    };
    Roles::parse(&chain(8)).unwrap();
    let problems = Roles::parse(&chain(9)).unwrap_err();
    assert!(problems[0].what.contains("leads through 9 roles"), "{problems:?}");
    Roles::parse(&chain(10_000)).unwrap_err();
}

#[test]
fn many_ways_to_one_role_are_followed_once_each() {
    let mut text = String::new();
    for step in 0..7 {
        for (from, to) in [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")] {
            let _ = writeln!(text, "g, role:{from}{step}, role:{to}{}, *", step + 1);
        }
    }
    Roles::parse(&text).unwrap();
}

#[test]
fn the_file_is_bounded() {
    let long = "#".repeat(MAX_FILE + 1);
    assert_eq!(Roles::parse(&long).unwrap_err()[0].line, 0);
    let many = "p, *, *, call, *, allow\n".repeat(20_001);
    assert!(Roles::parse(&many).unwrap_err()[0].what.contains("more than 20000 rules"));
    let wide = format!("p, role:{}, *, call, *, allow", "x".repeat(600));
    assert!(Roles::parse(&wide).unwrap_err()[0].what.contains("at most 512"));
    assert_eq!(Roles::parse(&"nonsense\n".repeat(1000)).unwrap_err().len(), 50);
    let commas = ",".repeat(100_000);
    assert_eq!(Roles::parse(&commas).unwrap_err().len(), 1);
}

#[test]
fn what_may_not_be_meant_is_warned_of() {
    let text = "\
p, role:a, *, call, *, deny
p, role:a, *, call, *, deny
g, user:alice, role:nothing, *
";
    let warnings: Vec<_> = Roles::parse(text).unwrap().warnings().to_vec();
    let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "no rule allows anything, so nobody may do anything",
            "line 2: it says the same as line 1",
            "line 3: no rule speaks of role:nothing, and it is in no other role",
        ]
    );
}
