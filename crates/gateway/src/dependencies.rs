//! The packages that a program declares: read from its text, allowed or refused, and installed
//! before its process is launched, so that no deadline of the program's counts the wait.

use std::path::PathBuf;
use std::sync::Arc;

use packages::{InterpreterInfo, Packages};
use sandbox::Environment;
use types::{Language, Refusal};

use crate::engines::Engines;
use crate::progress::Progress;

/// Prepares what programs declare.
pub struct Dependencies {
    engines: Arc<Engines>,
    // `None` where there is no Python.
    packages: Option<Packages>,
}

/// Packages that are installed, and stay so for as long as this lives.
pub struct Prepared {
    environment: Environment,
    _kept: packages::Environment,
}

impl Prepared {
    /// Where they are, for the sandbox.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }
}

impl Dependencies {
    /// For these engines.
    pub fn new(engines: Arc<Engines>, packages: Option<Packages>) -> Self {
        Self { engines, packages }
    }

    /// What the program declares, installed; `None` when it declares nothing. How long that may
    /// take is the packages' own bound; dropping the future ends it.
    pub async fn prepare(
        &self,
        language: Language,
        code: &str,
        progress: &Progress,
    ) -> Result<Option<Prepared>, Refusal> {
        let Some(packages) = self.packages.as_ref().filter(|_| language == Language::Python) else {
            return Ok(None);
        };
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
            _kept: kept,
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
        packages::Progress::Resolving => Some("resolving the declared packages".to_owned()),
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
