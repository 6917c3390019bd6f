//! The transport's parts as the fuzzer drives them. In no build that ships.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

pub(crate) use crate::transport::lines::{Budget, Line, Lines};
pub(crate) use crate::transport::parse::{Parsed, parse};
pub(crate) use crate::transport::pending::{Pending, Reading};
use crate::transport::scan::{Found, Scanner};
pub(crate) use crate::transport::text::printable;

/// What the scanner finds in a message that comes in these pieces.
pub(crate) fn scanned(pieces: &[&[u8]]) -> Found {
    let mut scanner = Scanner::default();
    pieces.iter().for_each(|piece| scanner.feed(piece));
    scanner.finish()
}

/// The members of a JSON object, as they stand; `None` when it is none.
pub(crate) fn top_level(line: &[u8]) -> Option<Vec<(String, String)>> {
    serde_json::from_slice::<Members>(line).ok().map(|members| members.0)
}

struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members, M::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    members.push((name, value.get().to_owned()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}
