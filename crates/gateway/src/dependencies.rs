//! The packages that a program declares or imports: read from its text, allowed or refused, and
//! installed before its process is launched, so that no deadline of the program's counts the wait.
//!
//! Python's are installed outside of the sandbox, by `uv`; Deno's in one of their own: `installing`.

mod installing;

use std::path::PathBuf;
use std::sync::Arc;

use packages::npm::{self, Npm};
use packages::{InterpreterInfo, Packages};
use sandbox::Environment;
use types::Refusal;

use self::installing::Installation;
use crate::engine::Engine;
use crate::engines::Engines;
use crate::progress::Progress;

/// Prepares what programs declare.
pub struct Dependencies {
    engines: Arc<Engines>,
    // `None` where there is no Python.
    packages: Option<Packages>,
    // `None` where there is no Deno.
    npm: Option<Npm>,
}

/// Packages that are installed, and stay so for as long as this lives.
pub struct Prepared {
    environment: Environment,
    _kept: Kept,
}

/// What keeps packages from being removed.
#[expect(dead_code, reason = "it is held, not read")]
enum Kept {
    Python(packages::Environment),
    Deno(npm::Packages),
}

impl Prepared {
    /// Where they are, for the sandbox.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }
}

impl Dependencies {
    /// For these engines.
    pub fn new(engines: Arc<Engines>, packages: Option<Packages>, npm: Option<Npm>) -> Self {
        Self { engines, packages, npm }
    }

    /// What the program needs, installed; `None` when it needs nothing. How long that may take is the
    /// packages' own bound; dropping the future ends it.
    pub async fn prepare(
        &self,
        engine: Engine,
        code: &str,
        progress: &Progress,
    ) -> Result<Option<Prepared>, Refusal> {
        match (engine, &self.packages, &self.npm) {
            (Engine::CPython, Some(packages), _) => self.declared(packages, code, progress).await,
            (Engine::Deno, _, Some(npm)) => self.imported(npm, code, progress).await,
            _ => Ok(None),
        }
    }

    /// What a program in Python declares.
    async fn declared(
        &self,
        packages: &Packages,
        code: &str,
        progress: &Progress,
    ) -> Result<Option<Prepared>, Refusal> {
        let Some(declaration) = packages::declared(code).map_err(refusal)? else {
            return Ok(None);
        };
        let interpreter = self.engines.interpreter().await?;
        let interpreter = InterpreterInfo {
            executable: interpreter.executable.clone(),
            version: interpreter.version,
            abi_tag: interpreter.abi_tag.clone(),
            platform_tag: interpreter.platform_tag.clone(),
            prefix: PathBuf::from(&interpreter.prefix),
        };
        let tell = |step| {
            if let Some(words) = words(step) {
                progress.tell(&words);
            }
        };
        let prepared = packages.prepare(&declaration, &interpreter, tell).await.map_err(refusal)?;
        Ok(prepared.map(|kept| Prepared {
            environment: Environment {
                key: kept.key.clone(),
                directory: kept.site_packages.clone(),
            },
            _kept: Kept::Python(kept),
        }))
    }

    /// What a program for Deno imports.
    async fn imported(
        &self,
        npm: &Npm,
        code: &str,
        progress: &Progress,
    ) -> Result<Option<Prepared>, Refusal> {
        let failed = |error: npm::Error| Refusal::new(error.code(), error.to_string());
        let imports = npm::imports(code).map_err(failed)?;
        if npm.check(&imports).map_err(failed)?.is_empty() {
            return Ok(None);
        }
        let deno = self.engines.deno_version().await?;
        let tell = |step| {
            if let Some(words) = words(step) {
                progress.tell(&words);
            }
        };
        let installation = Installation::new(&self.engines, npm);
        let prepared = npm.prepare(&imports, &deno, &installation, tell).await.map_err(failed)?;
        Ok(prepared.map(|kept| Prepared {
            environment: Environment { key: kept.key.clone(), directory: kept.directory.clone() },
            _kept: Kept::Deno(kept),
        }))
    }
}

/// A step of a preparation, for whoever waits. That it is over shows by itself.
fn words(step: packages::Progress) -> Option<String> {
    let counted = |packages: usize| match packages {
        1 => "1 package".to_owned(),
        packages => format!("{packages} packages"),
    };
    match step {
        packages::Progress::Resolving => Some("resolving the packages".to_owned()),
        packages::Progress::Downloading { packages } => {
            Some(format!("downloading {}", counted(packages)))
        }
        packages::Progress::Installing { packages } => {
            Some(format!("installing {}", counted(packages)))
        }
        packages::Progress::Ready { .. } => None,
    }
}

fn refusal(error: packages::Error) -> Refusal {
    Refusal::new(error.code(), error.to_string())
}

#[cfg(test)]
mod tests;
