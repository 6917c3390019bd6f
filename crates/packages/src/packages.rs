//! The room's door: what a program declared in, an environment out.

use std::sync::Arc;

use crate::{Config, Declaration, Environment, Error, InterpreterInfo, Mode, Progress};

/// Prepares environments. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct Packages {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
}

impl Packages {
    /// Takes the settings. Starts nothing and touches no file.
    pub fn new(config: Config) -> Self {
        Self { shared: Arc::new(Shared { config }) }
    }

    /// Installs what is declared, or finds it installed. None when there is nothing to install.
    ///
    /// Dropping the future ends every process it started. Progress is told from within the future,
    /// so the callback must not block.
    pub async fn prepare(
        &self,
        declaration: &Declaration,
        interpreter: &InterpreterInfo,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Option<Environment>, Error> {
        declaration.check_python(interpreter)?;
        if declaration.dependencies().is_empty() {
            return Ok(None);
        }
        self.allow(declaration)?;
        progress(Progress::Resolving);
        Err(Error::Uv { reason: "not wired yet".to_owned() })
    }

    /// Holds the declared names against the operator's list. What those packages depend on
    /// themselves is theirs to choose, so it needs no entry.
    fn allow(&self, declaration: &Declaration) -> Result<(), Error> {
        let allowed = match &self.shared.config.mode {
            Mode::Off => return Err(Error::Off { packages: declaration.names() }),
            Mode::Any => return Ok(()),
            Mode::Allowlist(allowed) => allowed,
        };
        let is_allowed = |name: &str| {
            allowed
                .iter()
                .filter_map(|each| crate::declaration::normalise(each))
                .any(|each| each == name)
        };
        let mut packages: Vec<String> = declaration
            .dependencies()
            .iter()
            .map(|each| each.name().to_owned())
            .filter(|name| !is_allowed(name))
            .collect();
        packages.dedup();
        if packages.is_empty() { Ok(()) } else { Err(Error::NotAllowed { packages }) }
    }
}
