//! A pool of children for each environment.

use std::path::PathBuf;
use std::sync::Arc;

use types::Isolation;
use wire::control::{EngineConfig, Probe, ProbeTargets, PythonConfig};

use crate::machine::{Known, text};
use crate::mount_broker::MountBroker;
use crate::pool::Life;
use crate::pools::Pools;
use crate::python::Interpreter;
use crate::{Child, Config, Environment, Error, Grants, Launched, Sandbox, Warmth};

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

/// A handle to the pools; cheap to clone. Starts nothing until the first use.
#[derive(Debug, Clone)]
pub struct Python(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    interpreter: Known<Interpreter>,
    pools: Pools,
    mount_broker: MountBroker,
}

impl Python {
    /// Pools that have started nothing.
    pub fn new(config: Config, options: Options) -> Result<Self, Error> {
        let mount_broker = MountBroker::new(&config);
        let pools = Pools::new(config, options.max_environments);
        let interpreter = Known::default();
        Ok(Self(Arc::new(Inner { options, interpreter, pools, mount_broker })))
    }

    /// The executable there is to try, found without starting anything, or why there is none.
    pub fn found(&self) -> Result<PathBuf, String> {
        Interpreter::find(self.0.options.python.as_deref(), self.0.options.venv.as_deref())
    }

    /// What the interpreter is. Asked once; a failure is remembered for a moment only.
    pub async fn interpreter(&self) -> Result<Arc<Interpreter>, Error> {
        let ask = async {
            let executable = self.found().map_err(Error::Unfit)?;
            Interpreter::probe(&executable).await
        };
        self.0.interpreter.or_ask(ask).await
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
        self.0.pools.isolation()
    }

    /// What is kept warm now, for all packages.
    pub fn warmth(&self) -> Warmth {
        self.0.pools.warmth()
    }

    /// Why the interpreter or the last zygote of the operator's environment cannot be used.
    pub fn last_error(&self) -> Option<Error> {
        self.0.interpreter.last_error().or_else(|| self.0.pools.last_error())
    }

    /// Ends every zygote and every child that is ready; running children end with their handles.
    pub async fn shutdown(&self) {
        self.0.pools.shutdown().await;
        self.0.mount_broker.stop().await;
    }

    fn pool(
        &self,
        interpreter: &Interpreter,
        environment: Option<&Environment>,
    ) -> Result<Sandbox, Error> {
        self.0.pools.of(environment, || self.engine(interpreter, environment))
    }

    /// What the children of an environment run.
    fn engine(
        &self,
        interpreter: &Interpreter,
        environment: Option<&Environment>,
    ) -> Result<EngineConfig, Error> {
        let options = &self.0.options;
        let mut search_path = interpreter.search_path.clone();
        let mut read_only = interpreter.read_only.clone();
        if let Some(environment) = environment {
            // Without links on the way, as the interpreter's own: one in /tmp would be hidden.
            let real = environment.directory.canonicalize();
            let packages = text(real.as_ref().unwrap_or(&environment.directory))?;
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
        Ok(EngineConfig::Python(Box::new(python)))
    }
}
