//! Settings as the table writes them: a function per kind.

use policy::Bounds;

use crate::config::reference::Narrowing::{Lower, Never};
use crate::config::reference::{Fallback, Key, Kind, Narrowing, Setting};

pub(super) const KIB: u64 = 1024;
pub(super) const MIB: u64 = 1024 * KIB;
pub(super) const GIB: u64 = 1024 * MIB;
pub(super) const MINUTE: u64 = 60_000;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

impl Setting {
    /// With the variable of the product's first version.
    pub(super) const fn formerly(mut self, variable: &'static str) -> Self {
        self.first_version_variable = Some(variable);
        self
    }
}

/// The bounds of the room that a setting belongs to.
pub(super) const fn within(bounds: Bounds) -> (u64, u64) {
    (bounds.min, bounds.max)
}

pub(super) const fn plain(
    key: Key,
    path: &'static str,
    kind: Kind,
    fallback: Fallback,
    narrowing: Narrowing,
    description: &'static str,
) -> Setting {
    Setting { key, path, kind, fallback, narrowing, first_version_variable: None, description }
}

pub(super) const fn integer(
    key: Key,
    path: &'static str,
    fallback: u64,
    (least, most): (u64, u64),
    narrowing: Narrowing,
    description: &'static str,
) -> Setting {
    let kind = Kind::Integer(least, most);
    plain(key, path, kind, Fallback::Integer(fallback), narrowing, description)
}

pub(super) const fn boolean(
    key: Key,
    path: &'static str,
    fallback: bool,
    narrowing: Narrowing,
    description: &'static str,
) -> Setting {
    plain(key, path, Kind::Bool, Fallback::Bool(fallback), narrowing, description)
}

pub(super) const fn choice(
    key: Key,
    path: &'static str,
    words: &'static [&'static str],
    fallback: &'static str,
    narrowing: Narrowing,
    description: &'static str,
) -> Setting {
    plain(key, path, Kind::Choice(words), Fallback::Word(fallback), narrowing, description)
}

pub(super) const fn list(key: Key, path: &'static str, description: &'static str) -> Setting {
    plain(key, path, Kind::List(':'), Fallback::Nothing, Lower, description)
}

/// Like [`list`], of what holds colons, and not to be narrowed: none may mean all.
pub(super) const fn origins(key: Key, path: &'static str, description: &'static str) -> Setting {
    plain(key, path, Kind::List(','), Fallback::Nothing, Never, description)
}

/// Like [`origins`]: fewer rules are no narrowing.
pub(super) const fn rules(key: Key, path: &'static str, description: &'static str) -> Setting {
    origins(key, path, description)
}

pub(super) const fn hosts(key: Key, path: &'static str, description: &'static str) -> Setting {
    plain(key, path, Kind::List(','), Fallback::Nothing, Lower, description)
}
