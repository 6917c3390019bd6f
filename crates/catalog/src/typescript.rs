//! TypeScript for models: a one-line signature and a declaration with doc comments, from whatever
//! JSON Schema a server gives. Reading is bounded in depth and nodes, writing in bytes.

mod declaration;
mod print;
mod read;
mod signature;

pub(crate) use declaration::declaration;
pub(crate) use signature::signature;

/// A TypeScript type, as far as a reader of one needs it.
#[derive(Debug, Clone, PartialEq)]
enum Type {
    /// `unknown`.
    Unknown,
    /// `never`.
    Never,
    /// `string`, `number`, `boolean`, `null`.
    Primitive(&'static str),
    /// A literal, already quoted.
    Literal(String),
    /// The name of a declared type.
    Named(String),
    /// `T[]`.
    Array(Box<Type>),
    /// `[A, B?, ...T[]]`.
    Tuple(Tuple),
    /// `{ a: A; b?: B }`.
    Object(Object),
    /// `A | B`.
    Union(Vec<Type>),
    /// `A & B`.
    Intersection(Vec<Type>),
}

/// Items by position.
#[derive(Debug, Clone, PartialEq)]
struct Tuple {
    items: Vec<Type>,
    /// How many of them must be there.
    required: usize,
    /// The array that the items after them make up.
    rest: Option<Box<Type>>,
}

/// Members by name.
#[derive(Debug, Clone, PartialEq, Default)]
struct Object {
    members: Vec<Member>,
    /// The type of members that are not named; `None` when the schema says nothing of them.
    others: Option<Box<Type>>,
    /// Whether members that are not named are excluded.
    closed: bool,
    /// How many members were left out for want of room.
    left_out: usize,
}

/// One named member.
#[derive(Debug, Clone, PartialEq)]
struct Member {
    name: String,
    optional: bool,
    of: Type,
    doc: Doc,
}

/// What a schema says about a member in words.
#[derive(Debug, Clone, PartialEq, Default)]
struct Doc {
    description: String,
    /// `@default 10`, `@minimum 1` and the like.
    tags: Vec<String>,
}

#[cfg(test)]
mod tests;
