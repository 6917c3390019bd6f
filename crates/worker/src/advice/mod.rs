//! Advice about programs: what in their text a reader would look at twice, found by a real parser.
//!
//! Nothing rests on it: a language this rich has more ways to say `eval` than any list, and what a
//! program can do is decided by the lockdown around it. It is for people and agents who want to
//! know, and for operators who rather refuse such programs than run them.
//!
//! Pure functions over source text. The text is hostile, so they run in a locked-down child, whose
//! exit tells a source that is nested too deeply.

mod findings;
mod rules;

pub mod python;
pub mod typescript;
