//! Which `uv` is run.

use std::path::PathBuf;

use super::on_path;
use crate::{Config, Error, index::Variables};

/// The configured executable, or the first of the operator's search path. Starts nothing.
pub(crate) fn find(config: &Config) -> Result<PathBuf, Error> {
    if let Some(named) = &config.uv {
        return if named.is_absolute() && named.is_file() {
            Ok(named.clone())
        } else {
            Err(Error::Uv {
                reason: format!(
                    "executors.python.dependencies.uv names {}, which is no file; name it by its \
                     whole path",
                    named.display()
                ),
            })
        };
    }
    let variables = Variables::new(&config.environment);
    on_path("uv", variables.raw("PATH")).ok_or_else(|| Error::Uv {
        reason: "it is not on the search path; install it, with `pip install uv` for one, or set \
                 executors.python.dependencies.uv"
            .to_owned(),
    })
}
