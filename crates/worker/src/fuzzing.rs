//! What must hold for any program's text: driven by the fuzzer (`cargo xtask fuzz`) and by property
//! tests, and in no build that ships. A broken property is a panic.
//!
//! In a child these readers may also meet the end of their stack: that ends the child with a code of
//! its own, so here they get far more stack than any text needs.

#[cfg(test)]
mod tests;

use types::{Finding, MAX_FINDINGS};

use crate::advice;
use crate::engine::quickjs::fuzzing as quickjs;

/// A TypeScript program: transpiled and read for patterns; positions of its module lead into it.
pub fn typescript(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    if let Some(findings) = quickjs::front_end(source) {
        check(source, &findings);
    }
}

/// A Python program: read for patterns.
pub fn python(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    let findings = advice::python::analyse(source);
    check(source, &findings);
    assert!(findings.is_empty() || wire::worth_reading(source), "nobody would have read this");
}

/// Whether a text is TypeScript, as far as a parser can say.
pub fn is_typescript(source: &str) -> bool {
    quickjs::parses(source)
}

fn check(source: &str, findings: &[Finding]) {
    assert!(findings.len() <= MAX_FINDINGS);
    // As the engines count: any of these ends a line for one of them.
    let is_end = |character: &char| matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let lines = source.chars().filter(is_end).count() + 1;
    for finding in findings {
        assert!((1..=lines).contains(&(finding.line as usize)), "{finding:?} of {lines} lines");
        assert!((1..=source.chars().count() + 1).contains(&(finding.column as usize)));
    }
}
