//! A pool of children for each set of packages.

use std::path::PathBuf;
use std::sync::Arc;

use types::Isolation;
use wire::control::{DenoConfig, EngineConfig, Probe, ProbeTargets};

use crate::deno::executable::Executable;
use crate::machine::{Known, text};
use crate::mount_broker::MountBroker;
use crate::pool::Life;
use crate::pools::Pools;
use crate::{Child, Config, Environment, Error, Grants, Launched, Sandbox, Warmth};

/// What the operator sets about Deno.
#[derive(Debug, Clone)]
pub struct Options {
    /// The executable; else `deno` of the search path.
    pub deno: Option<PathBuf>,
    /// Sets of packages for which children are kept ready at the same time.
    pub max_environments: usize,
    /// Size of a program's scratch directories together, in bytes.
    pub scratch_bytes: u64,
    /// Files and directories in them.
    pub scratch_inodes: u64,
    /// Threads of one program.
    pub workers: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            deno: None,
            max_environments: 4,
            scratch_bytes: 64 << 20,
            scratch_inodes: 4096,
            workers: 64,
        }
    }
}

/// A handle to the pools; cheap to clone. Starts nothing until the first use.
#[derive(Debug, Clone)]
pub struct Deno(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Options,
    executable: Known<Executable>,
    pools: Pools,
    mount_broker: MountBroker,
}

impl Deno {
    /// Pools that have started nothing.
    pub fn new(config: Config, options: Options) -> Self {
        let mount_broker = MountBroker::new(&config);
        let pools = Pools::new(config, options.max_environments);
        Self(Arc::new(Inner { options, executable: Known::default(), pools, mount_broker }))
    }

    /// The executable there is to try, found without starting anything, or why there is none.
    pub fn found(&self) -> Result<PathBuf, String> {
        Executable::find(self.0.options.deno.as_deref())
    }

    /// What the executable is. Asked once; a failure is remembered for a moment only.
    pub async fn executable(&self) -> Result<Arc<Executable>, Error> {
        let ask = async {
            let path = self.found().map_err(Error::Unfit)?;
            Executable::probe(&path).await
        };
        self.0.executable.or_ask(ask).await
    }

    /// A child that is locked down, verified, and waits for its program; with the packages of
    /// `environment`, when there are any.
    pub async fn launch(&self, environment: Option<&Environment>) -> Result<Child, Error> {
        self.pool(environment).await?.launch().await
    }

    /// A child for a program that is granted directories, and what it does not get of them: they are
    /// at their own paths, to be read. Nothing of a grant is kept for another child.
    pub async fn launch_granted(
        &self,
        environment: Option<&Environment>,
        grants: &Grants<'_>,
    ) -> Result<Launched, Error> {
        let pool = self.pool(environment).await?;
        pool.launch_granted(grants, &self.0.mount_broker, Life::Program).await
    }

    /// A child of its own, passing over those kept ready. For measuring.
    pub async fn launch_fresh(&self) -> Result<Child, Error> {
        self.pool(None).await?.launch_fresh().await
    }

    /// A sandbox whose children install packages, each in a scratch of so many bytes and files. It starts
    /// nothing before it is used, and ends with its value.
    pub async fn installer(&self, bytes: u64, files: u64) -> Result<Sandbox, Error> {
        let executable = self.executable().await?;
        let mut engine = self.config(&executable, None)?;
        (engine.scratch_bytes, engine.scratch_inodes) = (bytes, files);
        engine.installs = true;
        let engine = EngineConfig::Deno(Box::new(engine));
        Sandbox::new(Config { engine, spares: 0, ..self.0.pools.config().clone() })
    }

    /// Starts it ahead of the first program, and says what isolation there is.
    pub async fn warm(&self) -> Result<Arc<Isolation>, Error> {
        self.pool(None).await?.warm().await
    }

    /// Has a worker of its own try each wall but the last, which is a program's: see `launch_fresh`.
    pub async fn probe(&self, targets: ProbeTargets) -> Result<Vec<Probe>, Error> {
        self.pool(None).await?.probe(targets).await
    }

    /// The isolation of the last zygote without packages.
    pub fn isolation(&self) -> Option<Arc<Isolation>> {
        self.0.pools.isolation()
    }

    /// What is kept warm now, for all packages.
    pub fn warmth(&self) -> Warmth {
        self.0.pools.warmth()
    }

    /// Why the executable or the last zygote without packages cannot be used.
    pub fn last_error(&self) -> Option<Error> {
        self.0.executable.last_error().or_else(|| self.0.pools.last_error())
    }

    /// Ends every zygote and every child that is ready; running children end with their handles.
    pub async fn shutdown(&self) {
        self.0.pools.shutdown().await;
        self.0.mount_broker.stop().await;
    }

    async fn pool(&self, environment: Option<&Environment>) -> Result<Sandbox, Error> {
        let executable = self.executable().await?;
        self.0.pools.of(environment, || {
            Ok(EngineConfig::Deno(Box::new(self.config(&executable, environment)?)))
        })
    }

    /// What the children of an environment run.
    fn config(
        &self,
        executable: &Executable,
        environment: Option<&Environment>,
    ) -> Result<DenoConfig, Error> {
        let options = &self.0.options;
        Ok(DenoConfig {
            executable: text(&executable.path)?,
            read_only: executable.read_only.clone(),
            deno_dir: environment.map(|packages| text(&packages.directory)).transpose()?,
            scratch_bytes: options.scratch_bytes,
            scratch_inodes: options.scratch_inodes,
            workers: options.workers,
            installs: false,
        })
    }
}
