//! What children claim is bounded, and what blocked a program is named.

use super::*;

fn finding(rule: &str, line: u32) -> Finding {
    Finding { rule: rule.to_owned(), line, column: 1, message: "a message".to_owned() }
}

#[test]
fn a_hostile_child_cannot_put_what_it_wants_on_record() {
    let mut claimed = vec![finding("python-eval", 1), finding("a rule\nwith a line", 2)];
    claimed.push(finding("", 3));
    claimed.push(finding(&"a".repeat(65), 4));
    claimed.push(Finding { message: "é".repeat(1_000), ..finding("python-exec", 5) });
    let accepted = accept(claimed);
    let rules: Vec<_> = accepted.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(rules, ["python-eval", "python-exec"]);
    assert_eq!(accepted[1].message.len(), MAX_MESSAGE);
    assert_eq!(accept(vec![finding("python-eval", 1); 1_000]).len(), MAX_FINDINGS);
}

#[test]
fn a_blocked_program_is_told_its_rules_and_lines() {
    let found = [finding("python-eval", 3), finding("python-exec", 4), finding("python-eval", 9)];
    let error = blocked(&found);
    assert_eq!(error.kind, "DangerousPatternError");
    assert_eq!(
        error.message,
        "the program was not run: the operator has blocked dangerous patterns \
         (security.dangerousPatterns), and it has python-eval (lines 3, 9), python-exec (line 4); \
         write it without them"
    );
    let many: Vec<_> = (0..100).map(|at| finding(&format!("rule-{}", at % 20), at)).collect();
    let message = blocked(&many).message;
    assert!(message.contains("rule-9 (lines 9, 29, 49, 69, 89) and 10 more;"), "{message}");
    assert!(blocked(&vec![finding("a", 1); 50]).message.contains("a (lines 1, 1, 1, 1, 1, ...)"));
}

#[tokio::test]
async fn an_outcome_waits_little_for_advice() {
    let found = || vec![finding("python-eval", 1)];
    let (ran, findings) = beside(Some(async { found() }), async { 1 }).await;
    assert_eq!((ran, findings), (1, found()));
    let began = std::time::Instant::now();
    let never = std::future::pending::<Vec<Finding>>();
    let (ran, findings) = beside(Some(never), async { 2 }).await;
    assert_eq!((ran, findings), (2, Vec::new()));
    assert!(began.elapsed() >= GRACE);
}

#[test]
fn a_reader_that_ends_says_whether_the_program_is_to_blame() {
    for code in [exit::SOURCE_TOO_DEEP, exit::OUT_OF_MEMORY] {
        assert_eq!(unread(Exit::Code(code)), Unread::Unreadable);
    }
    assert!(matches!(unread(Exit::Signal(31)), Unread::NoReader(_)));
    assert!(matches!(unread(Exit::Lost), Unread::NoReader(_)));
}
