//! A pool of children for each environment of an engine: the operator's, and that with the packages that
//! a program declared. Those of idle environments are bounded in number; the one that was used longest
//! ago goes first.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use types::Isolation;
use wire::control::EngineConfig;

use crate::{Config, Error, Sandbox, Warmth};

/// Packages that a program declared, installed where it may read them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Environment {
    /// Stands for the content: equal keys, equal packages.
    pub key: String,
    /// The directory that holds them, as their engine wants it.
    pub directory: PathBuf,
}

/// The pools of one engine. Nothing is started before the first use.
#[derive(Debug)]
pub(crate) struct Pools {
    config: Config,
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    base: Option<Sandbox>,
    // The most recently used last.
    environments: Vec<(String, Sandbox)>,
    stopped: bool,
}

impl Pools {
    /// None yet; and of those with packages at most so many.
    pub(crate) fn new(config: Config, most: usize) -> Self {
        Self { config, most: most.max(1), kept: Mutex::default() }
    }

    /// What all of them have in common.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The pool of an environment: made when it is new, at the cost of the one that was used
    /// longest ago when there are too many.
    pub(crate) fn of(
        &self,
        environment: Option<&Environment>,
        engine: impl FnOnce() -> Result<EngineConfig, Error>,
    ) -> Result<Sandbox, Error> {
        let make = || Sandbox::new(Config { engine: engine()?, ..self.config.clone() });
        let mut kept = self.kept();
        if kept.stopped {
            return Err(Error::Stopped);
        }
        let Some(environment) = environment else {
            if let Some(base) = &kept.base {
                return Ok(base.clone());
            }
            let base = make()?;
            kept.base = Some(base.clone());
            return Ok(base);
        };
        let at = kept.environments.iter().position(|(key, _)| *key == environment.key);
        let (key, pool) = match at {
            Some(at) => kept.environments.remove(at),
            None => (environment.key.clone(), make()?),
        };
        if kept.environments.len() >= self.most {
            // Its running children keep its zygote until they end; nothing new comes from it.
            let (_, evicted) = kept.environments.remove(0);
            tokio::spawn(async move { evicted.shutdown().await });
        }
        kept.environments.push((key, pool.clone()));
        Ok(pool)
    }

    /// The isolation of the last zygote without packages.
    pub(crate) fn isolation(&self) -> Option<Arc<Isolation>> {
        self.kept().base.as_ref().and_then(Sandbox::isolation)
    }

    /// Why the last zygote without packages did not start, until one does.
    pub(crate) fn last_error(&self) -> Option<Error> {
        self.kept().base.as_ref().and_then(Sandbox::last_error)
    }

    /// What is kept warm now, for all packages.
    pub(crate) fn warmth(&self) -> Warmth {
        let kept = self.kept();
        let all = kept.base.iter().chain(kept.environments.iter().map(|(_, sandbox)| sandbox));
        all.map(Sandbox::warmth).fold(Warmth::default(), |sum, one| Warmth {
            zygotes: sum.zygotes + one.zygotes,
            spares: sum.spares + one.spares,
        })
    }

    /// Ends every zygote and every child that is ready; running children end with their handles.
    pub(crate) async fn shutdown(&self) {
        let (base, environments) = {
            let mut kept = self.kept();
            kept.stopped = true;
            (kept.base.take(), std::mem::take(&mut kept.environments))
        };
        let pools = base.into_iter().chain(environments.into_iter().map(|(_, pool)| pool));
        let mut stopping: tokio::task::JoinSet<()> =
            pools.map(|pool| async move { pool.shutdown().await }).collect();
        while stopping.join_next().await.is_some() {}
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
