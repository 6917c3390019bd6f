//! How much of a tool is shown.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How much of a tool is shown. A model pays for every word of it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Detail {
    /// Its name.
    Name,
    /// Also what it does, in a few lines, and a one-line signature.
    #[default]
    Description,
    /// Also its whole description, its declaration and its schemas.
    Full,
}

impl Detail {
    /// Every level, from the least to the most.
    pub const ALL: [Self; 3] = [Self::Name, Self::Description, Self::Full];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Detail {
    /// The words there are, in quotes.
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|detail| detail.as_str() == word);
        found.ok_or("\"name\", \"description\" or \"full\"")
    }
}
