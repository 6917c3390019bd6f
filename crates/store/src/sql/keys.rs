//! Keys: who may ask, as a hash of a secret that is nowhere kept.

use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use super::pools::{Sql, on};
use super::{Database, Error, text};

/// The most keys that are listed at once.
const MAX_PAGE: u32 = 1_000;
/// The most hashes that are given at once.
const MAX_HASHES: u32 = 10_000;
/// The most uses that are written by one statement.
const BATCH: usize = 1_000;

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    /// What it is found by; no secret, and no other key has it.
    pub prefix: String,
    /// The hash of its secret.
    pub hash: String,
    /// What people call it.
    pub name: String,
    /// The tenant of whoever has it.
    pub tenant: String,
    /// Whoever has it, within the tenant.
    pub subject: String,
    /// What may be asked for with it.
    pub scopes: Vec<String>,
    /// The roles of whoever has it.
    pub roles: Vec<String>,
    /// When it was made.
    pub created_at: i64,
    /// From when on it is no longer taken.
    pub expires_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// When it was last used, as far as that was written.
    pub last_used_at: Option<i64>,
    /// The prefix of the key whose place it took.
    pub replaces: Option<String>,
}

/// Which keys are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyFilter {
    /// Of this tenant.
    pub tenant: Option<String>,
    /// Of this subject.
    pub subject: Option<String>,
}

/// The keys of a database.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a>(&'a Database);

const COLUMNS: &str = "INSERT INTO cex_keys (prefix, hash, name, tenant, subject, scopes, roles, \
     created_at, expires_at, revoked_at, last_used_at, replaces) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// Says to everybody that keys have changed.
pub(super) const CHANGED: &str = "UPDATE cex_meta SET value = value + 1 WHERE name = 'keys'";

const TOUCH: Sql = Sql {
    sqlite: "UPDATE cex_keys SET last_used_at = used.at FROM \
         (SELECT value ->> 0 AS prefix, MAX(value ->> 1) AS at FROM json_each($1) GROUP BY 1) AS used \
         WHERE cex_keys.prefix = used.prefix \
         AND (cex_keys.last_used_at IS NULL OR cex_keys.last_used_at < used.at)",
    postgres: "UPDATE cex_keys SET last_used_at = used.at FROM \
         (SELECT value ->> 0 AS prefix, MAX((value ->> 1)::bigint) AS at \
          FROM json_array_elements($1::json) GROUP BY 1) AS used \
         WHERE cex_keys.prefix = used.prefix \
         AND (cex_keys.last_used_at IS NULL OR cex_keys.last_used_at < used.at)",
};

/// Binds a key to a statement that takes its columns.
macro_rules! bound {
    ($query:expr, $key:expr, $scopes:expr, $roles:expr) => {
        $query
            .bind(&$key.prefix)
            .bind(&$key.hash)
            .bind(&$key.name)
            .bind(&$key.tenant)
            .bind(&$key.subject)
            .bind($scopes)
            .bind($roles)
            .bind($key.created_at)
            .bind($key.expires_at)
            .bind($key.revoked_at)
            .bind($key.last_used_at)
            .bind(&$key.replaces)
    };
}

impl<'a> Keys<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self(database)
    }

    /// Adds a key; [`Error::Conflict`] when its prefix is taken.
    pub async fn insert(self, key: &Key) -> Result<(), Error> {
        let (scopes, roles) = checked(key)?;
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let mut transaction = pool.begin().await?;
                    let insert = bound!(sqlx::query(COLUMNS), key, scopes, roles);
                    insert.execute(&mut *transaction).await?;
                    sqlx::query(CHANGED).execute(&mut *transaction).await?;
                    transaction.commit().await
                })
            })
            .await
    }

    /// The key of this prefix, whether it is still taken or not.
    pub async fn find(self, prefix: &str) -> Result<Option<Key>, Error> {
        text::check("the prefix of a key", prefix)?;
        let select = "SELECT * FROM cex_keys WHERE prefix = $1";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => sqlx::query_as(select).bind(prefix).fetch_optional(pool).await)
            })
            .await
    }

    /// Keys by prefix, from after this one on, at most a thousand.
    pub async fn list(
        self,
        filter: &KeyFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Key>, Error> {
        let select = "SELECT * FROM cex_keys WHERE prefix > $1 AND ($2 IS NULL OR tenant = $2) \
             AND ($3 IS NULL OR subject = $3) ORDER BY prefix LIMIT $4";
        let (after, limit) = (after.unwrap_or_default(), i64::from(limit.min(MAX_PAGE)));
        let KeyFilter { tenant, subject } = filter;
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let query = sqlx::query_as(select).bind(after).bind(tenant).bind(subject);
                    query.bind(limit).fetch_all(pool).await
                })
            })
            .await
    }

    /// Prefixes and hashes of keys that were not revoked, from after this prefix on, at most ten
    /// thousand.
    pub async fn hashes(self, after: &str) -> Result<Vec<(String, String)>, Error> {
        let select = "SELECT prefix, hash FROM cex_keys WHERE prefix > $1 AND revoked_at IS NULL \
             ORDER BY prefix LIMIT $2";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let query = sqlx::query_as(select).bind(after).bind(i64::from(MAX_HASHES));
                    query.fetch_all(pool).await
                })
            })
            .await
    }

    /// Puts a key in the place of another, which is taken until then at the latest; `false`, and
    /// nothing done, when there is no such key that was not revoked.
    pub async fn rotate(self, old: &str, new: &Key, old_expires_at: i64) -> Result<bool, Error> {
        let (scopes, roles) = checked(new)?;
        text::check("the prefix of a key", old)?;
        let expire = "UPDATE cex_keys SET expires_at = CASE \
             WHEN expires_at IS NULL OR expires_at > $2 THEN $2 ELSE expires_at END \
             WHERE prefix = $1 AND revoked_at IS NULL";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let mut transaction = pool.begin().await?;
                    let expire = sqlx::query(expire).bind(old).bind(old_expires_at);
                    if expire.execute(&mut *transaction).await?.rows_affected() == 0 {
                        return Ok(false);
                    }
                    let insert = bound!(sqlx::query(COLUMNS), new, scopes, roles);
                    insert.execute(&mut *transaction).await?;
                    sqlx::query(CHANGED).execute(&mut *transaction).await?;
                    transaction.commit().await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Revokes a key; `false` when there is none that was not revoked already.
    pub async fn revoke(self, prefix: &str, at: i64) -> Result<bool, Error> {
        text::check("the prefix of a key", prefix)?;
        let revoke = "UPDATE cex_keys SET revoked_at = $2 WHERE prefix = $1 AND revoked_at IS NULL";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let mut transaction = pool.begin().await?;
                    let revoke = sqlx::query(revoke).bind(prefix).bind(at);
                    let revoked = revoke.execute(&mut *transaction).await?.rows_affected() > 0;
                    if revoked {
                        sqlx::query(CHANGED).execute(&mut *transaction).await?;
                    }
                    transaction.commit().await?;
                    Ok(revoked)
                })
            })
            .await
    }

    /// Writes when keys were used. It is for many at once, not for each request.
    pub async fn touch(self, uses: &[(String, i64)]) -> Result<(), Error> {
        for uses in uses.chunks(BATCH) {
            uses.iter().try_for_each(|(prefix, _)| text::check("the prefix of a key", prefix))?;
            let uses = text::json(&uses);
            self.0
                .run(|pools| async move {
                    let touch = TOUCH.of(&pools);
                    on!(&pools, pool => sqlx::query(touch).bind(uses).execute(pool).await.map(drop))
                })
                .await?;
        }
        Ok(())
    }

    /// A number that grows whenever a key is added, rotated, revoked or deleted, by any process. As
    /// long as it is 0 there never was a key, whatever was deleted since.
    pub async fn generation(self) -> Result<i64, Error> {
        let select = "SELECT value FROM cex_meta WHERE name = 'keys'";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => sqlx::query_scalar(select).fetch_one(pool).await)
            })
            .await
    }
}

/// What of a key is kept as a list, after all of it was held against the bounds.
fn checked(key: &Key) -> Result<(String, String), Error> {
    let texts = [
        ("the prefix of a key", &key.prefix),
        ("the hash of a key", &key.hash),
        ("the name of a key", &key.name),
        ("the tenant of a key", &key.tenant),
        ("the subject of a key", &key.subject),
    ];
    texts.iter().try_for_each(|(what, value)| text::check(what, value))?;
    key.replaces.iter().try_for_each(|value| text::check("the prefix of a key", value))?;
    Ok((
        text::list("the scopes of a key", &key.scopes)?,
        text::list("the roles of a key", &key.roles)?,
    ))
}

impl<'r, R: Row> FromRow<'r, R> for Key
where
    &'static str: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self {
            prefix: row.try_get("prefix")?,
            hash: row.try_get("hash")?,
            name: row.try_get("name")?,
            tenant: row.try_get("tenant")?,
            subject: row.try_get("subject")?,
            scopes: text::listed(&row.try_get::<String, _>("scopes")?),
            roles: text::listed(&row.try_get::<String, _>("roles")?),
            created_at: row.try_get("created_at")?,
            expires_at: row.try_get("expires_at")?,
            revoked_at: row.try_get("revoked_at")?,
            last_used_at: row.try_get("last_used_at")?,
            replaces: row.try_get("replaces")?,
        })
    }
}
