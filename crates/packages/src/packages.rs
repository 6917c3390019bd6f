//! The room's door: what a program declared in, an environment out.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    Config, Declaration, Environment, Error, InterpreterInfo, Mode, Progress,
    cache::{Cache, Content},
    declaration::normalise,
    preparation::Preparation,
    queue::Queue,
    uv,
};

/// Prepares environments. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct Packages {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) cache: Cache,
    pub(crate) queue: Queue<Error>,
}

impl Packages {
    /// Takes the settings. Starts nothing and touches no file.
    pub fn new(config: Config) -> Self {
        let cache = Cache::new(&config.cache, Content::SitePackages);
        let queue = Queue::new(config.max_parallel_installs, config.max_waiting);
        Self { shared: Arc::new(Shared { config, cache, queue }) }
    }

    /// Whether programs may declare anything at all.
    pub fn is_on(&self) -> bool {
        self.shared.config.mode != Mode::Off
    }

    /// The `uv` that would be run. Looks at files only.
    pub fn uv(&self) -> Result<PathBuf, Error> {
        uv::find(&self.shared.config)
    }

    /// Says whether the declaration would be taken, without preparing anything.
    pub fn check(
        &self,
        declaration: &Declaration,
        interpreter: &InterpreterInfo,
    ) -> Result<(), Error> {
        declaration.check_python(interpreter)?;
        if declaration.dependencies().is_empty() { Ok(()) } else { self.allow(declaration) }
    }

    /// Installs what is declared, or finds it installed. None when there is nothing to install.
    ///
    /// Needs a tokio runtime with time and I/O. Dropping the future ends every process it started.
    /// Progress is told from within the future, so the callback must not block.
    pub async fn prepare(
        &self,
        declaration: &Declaration,
        interpreter: &InterpreterInfo,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Option<Environment>, Error> {
        self.check(declaration, interpreter)?;
        if declaration.dependencies().is_empty() {
            return Ok(None);
        }
        let phase = Mutex::new(Progress::Resolving);
        let report = |now: Progress| {
            *phase.lock().unwrap_or_else(PoisonError::into_inner) = now;
            progress(now);
        };
        let preparation =
            Preparation::new(Arc::clone(&self.shared), declaration, interpreter, &report);
        let limit = self.shared.config.install_timeout;
        match tokio::time::timeout(limit, preparation.run()).await {
            Ok(result) => result.map(Some),
            Err(_) => Err(Error::Timeout {
                wanted: declaration.names().join(", "),
                phase: phase.lock().unwrap_or_else(PoisonError::into_inner).doing(),
                limit,
            }),
        }
    }

    /// Holds the declared names against the operator's list. What those packages depend on
    /// themselves is theirs to choose, so it needs no entry.
    fn allow(&self, declaration: &Declaration) -> Result<(), Error> {
        let allowed = match &self.shared.config.mode {
            Mode::Off => return Err(Error::Off { packages: declaration.names() }),
            Mode::Any => return Ok(()),
            Mode::Allowlist(allowed) => allowed,
        };
        let is_allowed =
            |name: &str| allowed.iter().any(|each| normalise(each).as_deref() == Some(name));
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
