//! The database, from the settings: one file of SQLite over HTTP where nothing else was set, and
//! none over stdio.

use std::path::PathBuf;

use gateway::HistoryConfig;
use store::Database;
use store::sql::Options;

use crate::compose;
use crate::config::Settings;

/// The database that was set, or else the file that is used where none was. Nothing is touched.
pub fn database(settings: &Settings) -> anyhow::Result<Option<Database>> {
    if settings.state.url.is_some() {
        return database_that_was_set(settings);
    }
    let file = settings.state.file.as_ref();
    file.map(|file| named(settings, &format!("sqlite:{}", file.display()))).transpose()
}

/// The database that was set, if one was. Nothing is touched.
pub fn database_that_was_set(settings: &Settings) -> anyhow::Result<Option<Database>> {
    settings.state.url.as_deref().map(|url| named(settings, url)).transpose()
}

/// Where what was run is kept.
pub fn history(settings: &Settings, database: Option<Database>) -> HistoryConfig {
    HistoryConfig {
        database,
        retention_days: settings.state.retention_days,
        max_executions: settings.state.max_executions,
        refuse_when_away: settings.state.refuse_when_away,
    }
}

/// The directory of the file that was set as a database, which no program may be granted.
pub fn directory(settings: &Settings) -> Option<PathBuf> {
    let path = settings.state.url.as_deref()?.strip_prefix("sqlite:")?;
    let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
    path.parent().map(PathBuf::from)
}

fn named(settings: &Settings, url: &str) -> anyhow::Result<Database> {
    let options = Options { max_bytes: settings.state.max_bytes, ..Options::default() };
    Database::new(url, options).map_err(|error| compose::unusable(format!("state.url: {error}")))
}
