//! Why a database cannot be used, in words that say what to do. No value of a row is in any of them,
//! and no password.

use std::time::Duration;

/// The longest text of a database's own that is repeated, in bytes.
const MAX_REASON: usize = 300;

/// Why a database did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was asked for is not right.
    #[error("{0}")]
    Invalid(String),
    /// Somebody else holds it.
    #[error(
        "the database {name} was held by somebody else for more than {} ms: look for another \
         process, a backup or a long transaction that uses it",
        waited.as_millis()
    )]
    Locked {
        /// The database.
        name: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// There is no room.
    #[error(
        "the database {name} is full ({reason}): free room, or keep less (state.retentionDays)"
    )]
    Full {
        /// The database.
        name: String,
        /// What the database says.
        reason: String,
    },
    /// It is not there, or does not answer.
    #[error(
        "the database {name} cannot be reached ({reason}): it is tried again with the next use"
    )]
    Away {
        /// The database.
        name: String,
        /// What the system or the database says.
        reason: String,
    },
    /// It does not let us in.
    #[error("the database {name} is not ours to use: {reason}")]
    Denied {
        /// The database.
        name: String,
        /// What the system or the database says.
        reason: String,
    },
    /// What is there is not what we wrote.
    #[error("the database {name} is damaged ({reason}): restore a backup, or move it away")]
    Damaged {
        /// The database.
        name: String,
        /// What the database says.
        reason: String,
    },
    /// A later version of ours has written it.
    #[error(
        "the database {name} is of schema {found}, this version knows {known}: use the version that \
         wrote it, or a later one"
    )]
    Newer {
        /// The database.
        name: String,
        /// Its schema.
        found: i64,
        /// The latest schema that is known.
        known: i64,
    },
    /// There is one of that name already.
    #[error("there is one of that name already")]
    Conflict,
    /// The database refuses a statement: a defect of ours, or somebody has changed its tables.
    #[error("the database {name} refuses: {reason}")]
    Refused {
        /// The database.
        name: String,
        /// What the database says.
        reason: String,
    },
}

impl Error {
    /// Whether the same may well succeed later without anybody changing a setting.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Locked { .. } | Self::Full { .. } | Self::Away { .. })
    }

    /// What it comes to, for those whose business the database is not: neither where it is, nor who
    /// we are there, nor its own words.
    pub fn in_short(&self) -> &str {
        match self {
            Self::Invalid(what) => what,
            Self::Locked { .. } => "the state database is held by somebody else",
            Self::Full { .. } => "the state database is full",
            Self::Away { .. } => "the state database cannot be reached",
            Self::Denied { .. } => "the state database does not let the server in",
            Self::Damaged { .. } => "the state database is damaged",
            Self::Newer { .. } => "the state database is of a later version",
            Self::Conflict => "there is one of that name already",
            Self::Refused { .. } => "the state database refuses",
        }
    }
}

/// What a driver's error comes to.
pub(super) fn from_driver(name: &str, waited: Duration, error: &sqlx::Error) -> Error {
    let (name, reason) = (name.to_owned(), short(&error.to_string()));
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            let reason = short(database.message());
            if database.is_unique_violation() {
                return Error::Conflict;
            }
            match code.parse::<i64>().ok().filter(|_| code.len() < 5) {
                Some(code) => of_sqlite(name, waited, code & 0xff, reason),
                None => of_postgres(name, waited, &code, reason),
            }
        }
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            Error::Away { name, reason }
        }
        sqlx::Error::PoolTimedOut => {
            Error::Away { name, reason: "no connection could be had in time".to_owned() }
        }
        sqlx::Error::PoolClosed => Error::Away { name, reason: "it was closed".to_owned() },
        sqlx::Error::Tls(_) | sqlx::Error::Configuration(_) => Error::Denied { name, reason },
        _ => Error::Refused { name, reason },
    }
}

/// SQLite's result codes.
fn of_sqlite(name: String, waited: Duration, code: i64, reason: String) -> Error {
    match code {
        5 | 6 | 15 => Error::Locked { name, waited },
        13 => Error::Full { name, reason },
        // No memory, an I/O error, a file that cannot be opened, a schema that just changed.
        7 | 10 | 14 | 17 => Error::Away { name, reason },
        3 | 8 | 23 => Error::Denied { name, reason },
        11 | 26 => Error::Damaged { name, reason },
        _ => Error::Refused { name, reason },
    }
}

/// PostgreSQL's SQLSTATE: the first two letters are a class.
fn of_postgres(name: String, waited: Duration, code: &str, reason: String) -> Error {
    match code {
        "55P03" | "57014" | "40001" | "40P01" => Error::Locked { name, waited },
        "53100" => Error::Full { name, reason },
        // A standby that is not promoted yet.
        "25006" => Error::Away { name, reason },
        "42501" | "3D000" | "3F000" => Error::Denied { name, reason },
        "XX001" | "XX002" => Error::Damaged { name, reason },
        // No connection; no memory or too many connections; started, stopped or interfered with by
        // its operator; trouble of its machine, such as an I/O error.
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            Error::Away { name, reason }
        }
        _ if code.starts_with("28") => Error::Denied { name, reason },
        _ => Error::Refused { name, reason },
    }
}

fn short(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_REASON.min(text.len()));
    text[..end].chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_tried_again_and_a_defect_is_not() {
        let of = |code: &str| of_postgres("db".to_owned(), Duration::ZERO, code, String::new());
        for code in
            ["53000", "53100", "53200", "53300", "57014", "57P03", "58000", "58030", "08006"]
        {
            assert!(of(code).is_passing(), "{code}");
        }
        for code in ["42P01", "42703", "23502", "22P02", "28P01"] {
            assert!(!of(code).is_passing(), "{code}");
        }
        let of = |code| of_sqlite("db".to_owned(), Duration::ZERO, code, String::new());
        for code in [5, 6, 7, 10, 13, 14, 15, 17] {
            assert!(of(code).is_passing(), "{code}");
        }
        assert!(![1, 8, 11, 19].into_iter().any(|code| of(code).is_passing()));
    }

    #[test]
    fn in_short_nothing_is_told_of_the_database_itself() {
        let reason = "password authentication failed for user \"ce\"".to_owned();
        let name = "cedb at 10.0.0.7:5432".to_owned();
        let error = Error::Denied { name, reason };
        assert_eq!(error.in_short(), "the state database does not let the server in");
        assert!(error.to_string().contains("cedb"), "the log has all of it");
    }
}
