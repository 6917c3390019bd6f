//! Advice about programs: dangerous patterns in their text, found in a sandboxed child, where hostile
//! text is read.

use types::{Finding, MAX_FINDINGS};

use crate::run::clip;

/// The longest name of a rule.
const MAX_RULE: usize = 64;

/// The longest message, in bytes.
const MAX_MESSAGE: usize = 512;

/// Takes over what a child says it found, within bounds.
pub fn accept(findings: Vec<Finding>) -> Vec<Finding> {
    let named = findings.into_iter().filter(|finding| is_rule(&finding.rule));
    named
        .take(MAX_FINDINGS)
        .map(|finding| Finding { message: clip(finding.message, MAX_MESSAGE), ..finding })
        .collect()
}

/// Whether this can be the name of a rule of ours: it stands in the audit log.
fn is_rule(rule: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_RULE).contains(&rule.len()) && rule.bytes().all(fits)
}
