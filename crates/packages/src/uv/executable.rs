//! Which `uv` is run.

use std::path::PathBuf;

use super::on_path;
use crate::{Config, Error, index::Variables};

/// The configured executable, or the first of the operator's search path. Starts nothing.
pub(crate) fn find(config: &Config) -> Result<PathBuf, Error> {
    let variables = Variables::new(&config.environment);
    let path = variables.raw("PATH");
    if let Some(named) = &config.uv {
        let is_name = named.components().count() == 1 && !named.is_absolute();
        let found = match named.to_str().filter(|_| is_name) {
            Some(name) => on_path(name, path),
            None => Some(named.clone()).filter(|file| file.is_absolute() && file.is_file()),
        };
        return found.ok_or_else(|| Error::Uv {
            reason: format!(
                "executors.python.dependencies.uv names {}, which is no file; name it by its \
                 whole path",
                named.display()
            ),
        });
    }
    on_path("uv", path).ok_or_else(|| Error::Uv {
        reason: "it is not on the search path; install it, with `pip install uv` for one, or set \
                 executors.python.dependencies.uv"
            .to_owned(),
    })
}
