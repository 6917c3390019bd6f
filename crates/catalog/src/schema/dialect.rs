//! What differs between the languages that tools are told in.

use super::{Declaration, Names, Primitive, Type};

/// A type that is too long to write, by its kind alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    List,
    Simple(Primitive),
    Anything,
}

/// A language that tools are told in.
pub(crate) trait Dialect {
    /// Names that mean something else.
    const BUILT_IN: &'static [&'static str];
    /// Whether a type can be several others at once.
    const INTERSECTIONS: bool;

    /// A type on one line.
    fn line(&self, of: &Type) -> String;
    /// A member's name, as it is written within [`Dialect::line`].
    fn key(&self, name: &str) -> String;
    /// A kind.
    fn kind(&self, kind: Kind) -> &'static str;
    /// Members that are written already, as an object.
    fn object(&self, members: &[String]) -> String;
    /// The signature of a call.
    fn signature(&self, name: &str, arguments: &str, answer: &str) -> String;
    /// Writes a type under its name, with comments of at most so many characters.
    fn declare(
        &self,
        declaration: &Declaration,
        names: &mut Names,
        doc_chars: usize,
        out: &mut String,
    );
}
