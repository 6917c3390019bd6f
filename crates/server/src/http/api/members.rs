//! The members of a JSON object, their values left as they stand.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The most members that are read.
const MAX_MEMBERS: usize = 32;
/// The longest name of a member, in bytes.
const MAX_NAME: usize = 256;

/// Names and values, in their order. A name that comes twice is an error: two readers could
/// understand two things.
#[derive(Debug)]
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Self::Value = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if members.len() == MAX_MEMBERS || name.len() > MAX_NAME {
                        return Err(A::Error::custom("too many members"));
                    }
                    if members.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom("a member comes twice"));
                    }
                    members.push((name, value));
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Reader).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Members;

    #[test]
    fn few_members_are_read_once_each() {
        let read = |text: &str| serde_json::from_str::<Members<'_>>(text).map(|it| it.0.len()).ok();
        assert_eq!(read(r#"{"a": [1, 2], "b": "x"}"#), Some(2));
        for text in [r#"{"a": 1, "a": 2}"#, "[1]", "7", "null", r#"{"a": }"#] {
            assert_eq!(read(text), None, "{text}");
        }
        let many: Vec<_> = (0..33).map(|n| format!("\"{n}\": 0")).collect();
        assert_eq!(read(&format!("{{{}}}", many.join(","))), None);
        assert_eq!(read(&format!("{{\"{}\": 0}}", "n".repeat(300))), None);
    }
}
