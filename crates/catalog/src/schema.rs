//! A JSON Schema as a type, and how a tool is told with it: what is the same whatever the language.
//! Reading is bounded in depth and nodes, writing in bytes; every schema yields a type.

mod combine;
mod declaration;
mod dialect;
mod knots;
mod locate;
mod names;
mod read;
mod signature;
mod words;

pub(crate) use declaration::{Arguments, Room, Written, fitting};
pub(crate) use dialect::{Dialect, Kind};
pub(crate) use names::{Names, type_name};
pub(crate) use read::{Reader, References};
pub(crate) use signature::signature;

/// The longest literal and default that is shown, in characters.
const MAX_LITERAL: usize = 80;

/// The type of a value, as far as somebody who writes a program needs it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    /// Anything.
    Unknown,
    /// Nothing at all.
    Never,
    /// Text, a number, true or false, or null.
    Primitive(Primitive),
    /// One value, as its JSON; text has nothing hidden in it.
    Literal(String),
    /// The name of a declared type.
    Named(String),
    /// Any number of the same.
    Array(Box<Type>),
    /// Items by position.
    Tuple(Tuple),
    /// Members by name.
    Object(Object),
    /// Any of these.
    Union(Vec<Type>),
    /// All of these at once.
    Intersection(Vec<Type>),
}

/// Items by position.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tuple {
    pub(crate) items: Vec<Type>,
    /// How many of them must be there.
    pub(crate) required: usize,
    /// The array that the items after them make up.
    pub(crate) rest: Option<Box<Type>>,
}

/// Members by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Object {
    pub(crate) members: Vec<Member>,
    /// The type of members that are not named; `None` when the schema says nothing of them.
    pub(crate) others: Option<Box<Type>>,
    /// Whether members that are not named are excluded.
    pub(crate) closed: bool,
    /// How many members were left out for want of room.
    pub(crate) left_out: usize,
}

/// One named member.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) optional: bool,
    pub(crate) of: Type,
    pub(crate) doc: Doc,
}

impl Member {
    /// One that must be there, of which nothing else is said.
    fn unknown(name: &str) -> Self {
        Self { name: name.to_owned(), optional: false, of: Type::Unknown, doc: Doc::default() }
    }
}

/// A type under its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) of: Type,
    pub(crate) doc: Doc,
}

/// What a schema says about a member in words.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Doc {
    pub(crate) description: String,
    /// `@default 10`, `@minimum 1` and the like.
    pub(crate) tags: Vec<String>,
}

/// The simplest types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Primitive {
    Text,
    Number,
    Integer,
    Boolean,
    Null,
}
