//! Every Python that this machine has where it would be looked for, and whether it can be used.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::cli::doctor::report::{Engine, Interpreter, Uv};
use crate::config::{Inputs, Settings};

/// What interpreters are called.
const NAMES: [&str; 8] = [
    "python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "python3.9",
    "python",
];

/// The most that are asked what they are.
const MOST: usize = 16;

/// Asks each, outside the sandbox and without a program, as the one that is used was asked. None is
/// where the operator wants no Python.
pub async fn all(settings: &Settings, inputs: &Inputs, engines: &[Engine]) -> Vec<Interpreter> {
    if !settings.python.enabled {
        return Vec::new();
    }
    let used = engines.iter().find_map(|engine| engine.executable.as_deref());
    let asking: Vec<_> = candidates(settings, inputs)
        .into_iter()
        .map(|path| tokio::spawn(async move { (sandbox::Interpreter::probe(&path).await, path) }))
        .collect();
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for asked in asking {
        let Ok((answer, path)) = asked.await else { continue };
        let path = path.display().to_string();
        found.push(match answer {
            Ok(interpreter) => {
                let real = interpreter.executable.display().to_string();
                if !known.insert(real.clone()) {
                    continue;
                }
                let (major, minor, micro) = interpreter.version;
                let version = Some(format!("{major}.{minor}.{micro}"));
                Interpreter { used: used == Some(&real), path, version, reason: None }
            }
            Err(error) => {
                let reason = match error {
                    sandbox::Error::Unfit(reason) => reason,
                    error => error.to_string(),
                };
                Interpreter { path, version: None, used: false, reason: Some(reason) }
            }
        });
    }
    found
}

/// What installs packages, where programs may declare any.
pub fn uv(settings: &Settings, inputs: &Inputs) -> Option<Uv> {
    let config = &settings.python.packages;
    if config.mode == packages::Mode::Off || !settings.python.enabled {
        return None;
    }
    let name = config.uv.clone().unwrap_or_else(|| PathBuf::from("uv"));
    let path = inputs.environment.get("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(path).map(|folder| folder.join(&name));
    let mut candidates: Box<dyn Iterator<Item = PathBuf>> = match name.components().count() {
        1 => Box::new(on_path),
        _ => Box::new(std::iter::once(name.clone())),
    };
    Some(match candidates.find(|file| is_program(file)) {
        Some(file) => Uv { path: Some(file.display().to_string()), error: None },
        None => {
            let name = name.display();
            let error = format!(
                "{name} is not there; install uv, or set `executors.python.dependencies.uv`"
            );
            Uv { path: None, error: Some(error) }
        }
    })
}

/// Those that were named, then those on `PATH`, each once.
fn candidates(settings: &Settings, inputs: &Inputs) -> Vec<PathBuf> {
    let named = settings.python.interpreter.clone();
    let venv = settings.python.venv.as_ref().map(|venv| venv.join("bin/python3"));
    let folders: Vec<PathBuf> = inputs
        .environment
        .get("PATH")
        .map(|path| std::env::split_paths(path).collect())
        .unwrap_or_default();
    let on_path = folders.iter().flat_map(|folder| NAMES.map(|name| folder.join(name)));
    let mut seen = BTreeSet::new();
    let is_new = |file: &PathBuf| seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone()));
    let given = named.into_iter().chain(venv).filter(|file| file.is_absolute());
    given.chain(on_path.filter(|file| is_program(file))).filter(is_new).take(MOST).collect()
}

fn is_program(file: &Path) -> bool {
    file.is_absolute()
        && file
            .metadata()
            .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}
