//! The engine's readers of source text as the fuzzer drives them. In no build that ships.

use types::{DangerousPatterns, Finding};

use super::transpile::{
    Known, Positions, Rewritten, engine_error, parses as parses_program, transpile,
    transpile_in_session,
};

/// How many places of a module are asked for.
const PLACES: u32 = 40;

/// Everything that is done with a program's text: the patterns found in it, if it can be run.
pub fn front_end(source: &str) -> Option<Vec<Finding>> {
    let refuses = |pattern: &str, _: &str| pattern.contains("(?<").then(|| "refused".to_owned());
    for place in [None, Some((1, 1)), Some((2, 9)), Some((usize::MAX, usize::MAX))] {
        let told = engine_error(source, "unexpected token 'x'", place, refuses);
        assert!(told.is_none_or(|error| error.message.len() < 8 * 1024 + source.len()));
    }
    let quiet = transpile(source, DangerousPatterns::Off);
    let read = transpile(source, DangerousPatterns::Warn);
    let (Ok(quiet), Ok(read)) = (&quiet, &read) else {
        assert_eq!(quiet.is_ok(), read.is_ok(), "looking for patterns changed the program");
        return None;
    };
    assert_eq!(quiet.code, read.code, "looking for patterns changed the program");
    positions(source, None);
    for known in [Known::Session, Known::Global, Known::Unknown] {
        in_session(source, known);
    }
    Some(read.findings.clone())
}

/// The same program as one of a session, where every name is known, or none.
fn in_session(source: &str, known: Known) {
    let Ok(made) = transpile_in_session(source, DangerousPatterns::Off, &|_| known) else { return };
    assert!(parses_program(&made.code), "it became what is no program: {}", made.code);
    positions(source, made.rewritten.as_ref());
}

fn positions(source: &str, rewritten: Option<&Rewritten>) {
    let Some(positions) = Positions::of(source, rewritten) else { return };
    let lines = source.chars().filter(|it| matches!(it, '\n' | '\r' | '\u{2028}' | '\u{2029}'));
    let lines = u32::try_from(lines.count()).unwrap_or(u32::MAX).saturating_add(1);
    for line in (0..4).chain([u32::MAX]) {
        for column in (0..PLACES).chain([u32::MAX]) {
            positions.callees(line, column, line % 2 == 0);
            for name in ["", "f"] {
                if let Some((at, _)) = positions.original(line, column, name) {
                    assert!((1..=lines).contains(&at), "line {at} of {lines}");
                }
            }
        }
    }
}

/// Whether a text is TypeScript, as far as a parser can say.
pub fn parses(source: &str) -> bool {
    parses_program(source)
}
