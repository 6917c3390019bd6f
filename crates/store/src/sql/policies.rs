//! Policies: who may do what, each version as the text of the whole file. The latest is in force.
//! What the text says is no matter here: whoever puts one in has checked it.

use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use super::pools::on;
use super::{Database, Error, text};

/// Versions that are kept; with a new one the oldest beyond them are deleted.
pub const KEPT_VERSIONS: u32 = 32;
/// The longest text, in bytes: that of a policy file.
const MAX_BODY: usize = 4 << 20;

/// A version of the policy, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyVersion {
    /// Its number, one more than that of the version before; given when it is put in.
    pub version: i64,
    /// The SHA-256 of its text, in hexadecimal.
    pub digest: String,
    /// How many rules it has.
    pub rules: i64,
    /// How many memberships.
    pub members: i64,
    /// Who put it in.
    pub made_by: String,
    /// When.
    pub made_at: i64,
    /// Why, in the words of whoever did.
    pub note: String,
}

/// What became of a policy that was to be put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is in force, as this version.
    Version(i64),
    /// Nothing was done: this other version is in force than the one it was to follow.
    Overtaken(i64),
}

/// The policies of a database.
#[derive(Debug, Clone, Copy)]
pub struct Policies<'a>(&'a Database);

const INSERT: &str = "INSERT INTO cex_policies \
     (version, body, digest, rules, members, made_by, made_at, note) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Binds a version to a statement that takes its columns.
macro_rules! bound {
    ($version:expr, $body:expr, $about:expr) => {
        sqlx::query(INSERT)
            .bind($version)
            .bind($body)
            .bind(&$about.digest)
            .bind($about.rules)
            .bind($about.members)
            .bind(&$about.made_by)
            .bind($about.made_at)
            .bind(&$about.note)
    };
}

impl<'a> Policies<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self(database)
    }

    /// The version in force; 0 when none was ever put in. It is cheap, to be asked often.
    pub async fn version(self) -> Result<i64, Error> {
        let select = "SELECT value FROM cex_meta WHERE name = 'policy'";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => sqlx::query_scalar(select).fetch_one(pool).await)
            })
            .await
    }

    /// The same and its digest, empty when there is none: a database that was put back from a copy may have
    /// another text under a number that it had before.
    pub async fn in_force(self) -> Result<(i64, String), Error> {
        let select = "SELECT cex_meta.value, COALESCE(cex_policies.digest, '') FROM cex_meta \
             LEFT JOIN cex_policies ON cex_policies.version = cex_meta.value \
             WHERE cex_meta.name = 'policy'";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => sqlx::query_as(select).fetch_one(pool).await)
            })
            .await
    }

    /// The version in force and its text; `None` when there is none.
    pub async fn latest(self) -> Result<Option<(PolicyVersion, String)>, Error> {
        let select = "SELECT * FROM cex_policies \
             WHERE version = (SELECT value FROM cex_meta WHERE name = 'policy') OR version = $1";
        self.one(select, None).await
    }

    /// A version that is kept, and its text.
    pub async fn get(self, version: i64) -> Result<Option<(PolicyVersion, String)>, Error> {
        self.one("SELECT * FROM cex_policies WHERE version = $1", Some(version)).await
    }

    async fn one(
        self,
        select: &'static str,
        version: Option<i64>,
    ) -> Result<Option<(PolicyVersion, String)>, Error> {
        let found: Option<WithBody> = self
            .0
            .run(|pools| async move {
                on!(&pools, pool => {
                    sqlx::query_as(select).bind(version).fetch_optional(pool).await
                })
            })
            .await?;
        Ok(found.map(|WithBody(about, body)| (about, body)))
    }

    /// The versions that are kept, the latest first.
    pub async fn list(self) -> Result<Vec<PolicyVersion>, Error> {
        let select = "SELECT version, digest, rules, members, made_by, made_at, note \
             FROM cex_policies ORDER BY version DESC LIMIT $1";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let most = i64::from(KEPT_VERSIONS);
                    sqlx::query_as(select).bind(most).fetch_all(pool).await
                })
            })
            .await
    }

    /// Puts a text in force as the next version, all at once or not at all. With `after` only if that
    /// version is in force until then.
    pub async fn put(
        self,
        about: &PolicyVersion,
        body: &str,
        after: Option<i64>,
    ) -> Result<Put, Error> {
        checked(about, body)?;
        let next = "UPDATE cex_meta SET value = value + 1 \
             WHERE name = 'policy' AND ($1 IS NULL OR value = $1) RETURNING value";
        let current = "SELECT value FROM cex_meta WHERE name = 'policy'";
        let forget = "DELETE FROM cex_policies WHERE version <= $1";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let mut transaction = pool.begin().await?;
                    let next = sqlx::query_scalar::<_, i64>(next).bind(after);
                    let Some(version) = next.fetch_optional(&mut *transaction).await? else {
                        let current = sqlx::query_scalar(current).fetch_one(&mut *transaction);
                        return Ok(Put::Overtaken(current.await?));
                    };
                    bound!(version, body, about).execute(&mut *transaction).await?;
                    let oldest = version - i64::from(KEPT_VERSIONS);
                    sqlx::query(forget).bind(oldest).execute(&mut *transaction).await?;
                    transaction.commit().await?;
                    Ok(Put::Version(version))
                })
            })
            .await
    }

    /// Copies the versions into a database that never had one: which policy is in force is nothing that
    /// a backup changes.
    pub(super) async fn copy_to(self, target: &Database) -> Result<(), Error> {
        if target.policies().version().await? > 0 {
            return Ok(());
        }
        let mut versions = self.list().await?;
        versions.reverse();
        for version in versions {
            if let Some((about, body)) = self.get(version.version).await? {
                target.policies().keep(&about, &body).await?;
            }
        }
        Ok(())
    }

    /// Writes a version under the number that it had elsewhere.
    async fn keep(self, about: &PolicyVersion, body: &str) -> Result<(), Error> {
        checked(about, body)?;
        let current = "UPDATE cex_meta SET value = $1 WHERE name = 'policy' AND value < $1";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let mut transaction = pool.begin().await?;
                    // First, so that whoever puts another in waits or makes us fail.
                    let current = sqlx::query(current).bind(about.version);
                    current.execute(&mut *transaction).await?;
                    bound!(about.version, body, about).execute(&mut *transaction).await?;
                    transaction.commit().await
                })
            })
            .await
    }
}

fn checked(about: &PolicyVersion, body: &str) -> Result<(), Error> {
    text::check("who puts the policy in", &about.made_by)?;
    text::check("the note of the policy", &about.note)?;
    text::check("the digest of the policy", &about.digest)?;
    if body.len() > MAX_BODY {
        let size = body.len();
        return Err(Error::Invalid(format!("the policy has {size} bytes, more than {MAX_BODY}")));
    }
    if body.contains('\0') {
        return Err(Error::Invalid("the policy has a zero in it".to_owned()));
    }
    Ok(())
}

struct WithBody(PolicyVersion, String);

impl<'r, R: Row> FromRow<'r, R> for WithBody
where
    &'static str: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self(PolicyVersion::from_row(row)?, row.try_get("body")?))
    }
}

impl<'r, R: Row> FromRow<'r, R> for PolicyVersion
where
    &'static str: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self {
            version: row.try_get("version")?,
            digest: row.try_get("digest")?,
            rules: row.try_get("rules")?,
            members: row.try_get("members")?,
            made_by: row.try_get("made_by")?,
            made_at: row.try_get("made_at")?,
            note: row.try_get("note")?,
        })
    }
}
