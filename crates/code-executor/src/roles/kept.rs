//! The policy that is kept in the database.

use policy::roles::Roles;
use store::Database;
use store::sql;

use crate::roles::{Unusable, parse};

/// Why the policy of a database cannot be put in force.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// It could not be asked for.
    #[error("the policy is in the state database, which cannot be asked for it: {0}")]
    Away(#[from] sql::Error),
    /// There is none.
    #[error(
        "the policy is to be in the database {0}, and there is none: put one in with \
         `code-executor policy import FILE`"
    )]
    Missing(String),
    /// It is no policy.
    #[error("{0}")]
    Unusable(#[from] Unusable),
}

/// Reads the latest version.
pub async fn read_kept(database: &Database) -> Result<Roles, Unread> {
    let latest = database.policies().latest().await?;
    let (about, text) = latest.ok_or_else(|| Unread::Missing(database.name().to_owned()))?;
    let name = named(about.version);
    // Names of directories are looked up.
    let parsed = tokio::task::spawn_blocking(move || parse(&text, name)).await;
    let parsed = parsed.unwrap_or_else(|_| {
        let what = "reading it ended in a defect of ours".to_owned();
        let problems = vec![policy::roles::Problem { line: 0, what }];
        Err(Unusable { name: named(about.version), problems })
    });
    Ok(parsed?.numbered(about.version))
}

/// How a version is called.
pub fn named(version: i64) -> String {
    format!("version {version} of the policy")
}
