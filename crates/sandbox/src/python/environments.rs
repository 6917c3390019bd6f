//! A pool of children for each environment.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use types::Isolation;
use wire::control::{EngineConfig, Probe, ProbeTargets, PythonConfig};

use crate::mount_broker::MountBroker;
use crate::pool::Life;
use crate::python::Interpreter;
use crate::{Child, Config, Error, Grants, Launched, Sandbox, Warmth};

/// How long it is taken for granted that an interpreter cannot be used.
const UNFIT_FOR: Duration = Duration::from_secs(5);

/// What the operator sets about Python.
#[derive(Debug, Clone)]
pub struct Options {
    /// The interpreter; else that of the virtual environment, else `python3` of the search path.
    pub python: Option<PathBuf>,
    /// A virtual environment whose packages programs may import.
    pub venv: Option<PathBuf>,
    /// Modules that a zygote imports before it forks.
    pub preload: Vec<String>,
    /// Environments of programs' own packages that are kept ready at the same time.
    pub max_environments: usize,
    /// Size of a program's scratch directories together, in bytes.
    pub scratch_bytes: u64,
    /// Files and directories in them.
    pub scratch_inodes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            python: None,
            venv: None,
            preload: Vec::new(),
            max_environments: 4,
            scratch_bytes: 64 << 20,
            scratch_inodes: 4096,
        }
    }
}

/// Packages that a program declared, installed where it may read them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Environment {
    /// Stands for the content: equal keys, equal packages.
    pub key: String,
    /// The directory that holds them.
    pub site_packages: PathBuf,
}

/// A handle to the pools; cheap to clone. Starts nothing until the first use.
#[derive(Debug, Clone)]
pub struct Python(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    options: Options,
    // Held while the interpreter is asked, so that many first uses ask once.
    interpreter: tokio::sync::Mutex<Option<Probed>>,
    pools: Mutex<Pools>,
    mount_broker: MountBroker,
}

type Probed = (Instant, Result<Arc<Interpreter>, Error>);

#[derive(Debug, Default)]
struct Pools {
    base: Option<Sandbox>,
    // The most recently used last.
    environments: Vec<(String, Sandbox)>,
    last_error: Option<Error>,
    stopped: bool,
}

impl Python {
    /// Pools that have started nothing.
    pub fn new(config: Config, options: Options) -> Result<Self, Error> {
        let mount_broker = MountBroker::new(&config);
        let interpreter = tokio::sync::Mutex::default();
        let pools = Mutex::default();
        Ok(Self(Arc::new(Inner { config, options, interpreter, pools, mount_broker })))
    }

    /// The executable there is to try, found without starting anything, or why there is none.
    pub fn found(&self) -> Result<PathBuf, String> {
        Interpreter::find(self.0.options.python.as_deref(), self.0.options.venv.as_deref())
    }

    /// What the interpreter is. Asked once; a failure is remembered for a moment only.
    pub async fn interpreter(&self) -> Result<Arc<Interpreter>, Error> {
        let mut known = self.0.interpreter.lock().await;
        match &*known {
            Some((_, Ok(interpreter))) => return Ok(Arc::clone(interpreter)),
            Some((since, Err(error))) if since.elapsed() < UNFIT_FOR => return Err(error.clone()),
            _ => {}
        }
        let probed = match self.found() {
            Ok(executable) => Interpreter::probe(&executable).await.map(Arc::new),
            Err(reason) => Err(Error::Unfit(reason)),
        };
        self.pools().last_error = probed.as_ref().err().cloned();
        *known = Some((Instant::now(), probed.clone()));
        probed
    }

    /// A child that is locked down, verified, and waits for its program; with the packages of
    /// `environment`, when there are any.
    pub async fn launch(&self, environment: Option<&Environment>) -> Result<Child, Error> {
        let interpreter = self.interpreter().await?;
        let pool = self.pool(&interpreter, environment)?;
        pool.launch().await
    }

    /// A child for a program that is granted directories, and what it does not get of them: they are
    /// at their own paths, to be read. Nothing of a grant is kept for another child.
    pub async fn launch_granted(
        &self,
        environment: Option<&Environment>,
        grants: &Grants<'_>,
    ) -> Result<Launched, Error> {
        let interpreter = self.interpreter().await?;
        let pool = self.pool(&interpreter, environment)?;
        pool.launch_granted(grants, &self.0.mount_broker, Life::Program).await
    }

    /// The same for the programs of a session, with or without directories.
    pub async fn launch_for_session(
        &self,
        environment: Option<&Environment>,
        grants: &Grants<'_>,
    ) -> Result<Launched, Error> {
        let interpreter = self.interpreter().await?;
        let pool = self.pool(&interpreter, environment)?;
        if grants.directories.is_empty() {
            let child = pool.launch_for_session().await?;
            return Ok(Launched { child, withheld: Vec::new() });
        }
        pool.launch_granted(grants, &self.0.mount_broker, Life::Session).await
    }

    /// A child of its own, passing over those kept ready. For measuring.
    pub async fn launch_fresh(&self) -> Result<Child, Error> {
        let interpreter = self.interpreter().await?;
        self.pool(&interpreter, None)?.launch_fresh().await
    }

    /// Starts the operator's environment ahead of the first program, and says what isolation
    /// there is.
    pub async fn warm(&self) -> Result<Arc<Isolation>, Error> {
        let interpreter = self.interpreter().await?;
        self.pool(&interpreter, None)?.warm().await
    }

    /// Has a worker of its own try each wall but the last, which is a program's: see `launch_fresh`.
    pub async fn probe(&self, targets: ProbeTargets) -> Result<Vec<Probe>, Error> {
        let interpreter = self.interpreter().await?;
        self.pool(&interpreter, None)?.probe(targets).await
    }

    /// The isolation of the last zygote of the operator's environment.
    pub fn isolation(&self) -> Option<Arc<Isolation>> {
        self.pools().base.as_ref().and_then(Sandbox::isolation)
    }

    /// What is kept warm now, for all packages.
    pub fn warmth(&self) -> Warmth {
        let pools = self.pools();
        let all = pools.base.iter().chain(pools.environments.iter().map(|(_, sandbox)| sandbox));
        all.map(Sandbox::warmth).fold(Warmth::default(), |sum, one| Warmth {
            zygotes: sum.zygotes + one.zygotes,
            spares: sum.spares + one.spares,
        })
    }

    /// Why the interpreter or the last zygote of the operator's environment cannot be used.
    pub fn last_error(&self) -> Option<Error> {
        let pools = self.pools();
        pools.last_error.clone().or_else(|| pools.base.as_ref().and_then(Sandbox::last_error))
    }

    /// Ends every zygote and every child that is ready; running children end with their handles.
    pub async fn shutdown(&self) {
        let (base, environments) = {
            let mut pools = self.pools();
            pools.stopped = true;
            (pools.base.take(), std::mem::take(&mut pools.environments))
        };
        let pools = base.into_iter().chain(environments.into_iter().map(|(_, pool)| pool));
        let mut stopping: tokio::task::JoinSet<()> =
            pools.map(|pool| async move { pool.shutdown().await }).collect();
        while stopping.join_next().await.is_some() {}
        self.0.mount_broker.stop().await;
    }

    /// The pool of an environment: made when it is new, at the cost of the one that was used
    /// longest ago when there are too many.
    fn pool(
        &self,
        interpreter: &Interpreter,
        environment: Option<&Environment>,
    ) -> Result<Sandbox, Error> {
        let mut pools = self.pools();
        if pools.stopped {
            return Err(Error::Stopped);
        }
        let Some(environment) = environment else {
            if let Some(base) = &pools.base {
                return Ok(base.clone());
            }
            let base = self.new_pool(interpreter, None)?;
            pools.base = Some(base.clone());
            return Ok(base);
        };
        let at = pools.environments.iter().position(|(key, _)| *key == environment.key);
        let (key, pool) = match at {
            Some(at) => pools.environments.remove(at),
            None => (environment.key.clone(), self.new_pool(interpreter, Some(environment))?),
        };
        if pools.environments.len() >= self.0.options.max_environments.max(1) {
            // Its running children keep its zygote until they end; nothing new comes from it.
            let (_, evicted) = pools.environments.remove(0);
            tokio::spawn(async move { evicted.shutdown().await });
        }
        pools.environments.push((key, pool.clone()));
        Ok(pool)
    }

    fn new_pool(
        &self,
        interpreter: &Interpreter,
        environment: Option<&Environment>,
    ) -> Result<Sandbox, Error> {
        let options = &self.0.options;
        let text = |path: &std::path::Path| {
            path.to_str().map(str::to_owned).ok_or_else(|| {
                Error::Unfit(format!("{} is a path that is not UTF-8", path.display()))
            })
        };
        let mut search_path = interpreter.search_path.clone();
        let mut read_only = interpreter.read_only.clone();
        if let Some(environment) = environment {
            // Without links on the way, as the interpreter's own: one in /tmp would be hidden.
            let real = environment.site_packages.canonicalize();
            let packages = text(real.as_ref().unwrap_or(&environment.site_packages))?;
            // Ahead of the operator's, behind the standard library: nothing of it is replaced.
            let at = search_path.iter().position(|entry| entry.ends_with("-packages"));
            search_path.insert(at.unwrap_or(search_path.len()), packages.clone());
            read_only.push(packages);
        }
        let python = PythonConfig {
            executable: text(&interpreter.executable)?,
            prefix: interpreter.prefix.clone(),
            exec_prefix: interpreter.exec_prefix.clone(),
            search_path,
            read_only,
            // What a program brought is never imported in a zygote; what the operator chose is.
            preload: options.preload.clone(),
            scratch_bytes: options.scratch_bytes,
            scratch_inodes: options.scratch_inodes,
        };
        let engine = EngineConfig::Python(Box::new(python));
        Sandbox::new(Config { engine, ..self.0.config.clone() })
    }

    fn pools(&self) -> std::sync::MutexGuard<'_, Pools> {
        self.0.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
