//! Which database a URL means.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use super::Error;

/// A database, as a URL names it.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A file of SQLite.
    File(PathBuf),
    /// A database of SQLite that is gone with its connection.
    Memory,
    /// A database of a PostgreSQL server.
    Postgres(Box<PgConnectOptions>),
}

impl Target {
    /// Reads a URL. It is not repeated in errors, since it may hold a password.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            return of_sqlite(rest);
        }
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            return Err(Error::Invalid(
                "the URL of a database begins with sqlite: or postgres://, such as \
                 sqlite:/var/lib/code-executor/state.db or postgres://user@host/database"
                    .to_owned(),
            ));
        }
        let options = PgConnectOptions::from_str(url).map_err(|_| {
            Error::Invalid(
                "the URL of the PostgreSQL database cannot be read: write \
                 postgres://user:password@host:port/database?sslmode=verify-full, with special \
                 characters of the password percent-encoded"
                    .to_owned(),
            )
        })?;
        let options = options.application_name("code-executor").disable_statement_logging();
        Ok(Self::Postgres(Box::new(options)))
    }

    /// What people know it by, without a password.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Memory => "in memory".to_owned(),
            Self::Postgres(options) => {
                let (host, port) = (options.get_host(), options.get_port());
                let database = options.get_database().unwrap_or(options.get_username());
                match options.get_socket() {
                    Some(socket) => format!("{database} at {}", socket.display()),
                    None => format!("{database} at {host}:{port}"),
                }
            }
        }
    }
}

fn of_sqlite(rest: &str) -> Result<Target, Error> {
    if rest == ":memory:" {
        return Ok(Target::Memory);
    }
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.contains(['?', '#', '\0']) {
        let what = "a sqlite: URL takes a path and no parameters after it";
        return Err(Error::Invalid(what.to_owned()));
    }
    let path = Path::new(path);
    if !path.is_absolute() || path.file_name().is_none() {
        return Err(Error::Invalid(format!(
            "a sqlite: URL names a file by its whole path, such as \
             sqlite:/var/lib/code-executor/state.db; this one says {path:?}"
        )));
    }
    Ok(Target::File(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn a_url_names_a_file_or_a_server_and_its_password_is_never_repeated() {
        for url in ["sqlite:/a/b.db", "sqlite:///a/b.db"] {
            let target = Target::parse(url).expect("it is one");
            assert_eq!(target.name(), "/a/b.db");
        }
        let target = Target::parse("postgres://me:hunter2@db.example:6543/state").expect("is one");
        assert_eq!(target.name(), "state at db.example:6543");
        for wrong in [
            "",
            "mysql://me:hunter2@host/db",
            "/a/b.db",
            "sqlite:",
            "sqlite:b.db",
            "sqlite:/a/b.db?mode=ro",
            "postgres://me:hunter2@host:port/db",
            "sqlite:/",
        ] {
            let error = Target::parse(wrong).expect_err("it is none").to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
