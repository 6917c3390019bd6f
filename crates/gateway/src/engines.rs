//! The engines at work: which languages are run, by what, and why one is not.

use std::fmt::Display;
use std::sync::{Arc, OnceLock};

use sandbox::{Deno, DenoExecutable, Environment, Interpreter, Launched, Python, Sandbox, Warmth};
use tokio::sync::watch;
use types::{EngineHealth, ErrorCode, Isolation, Language, Refusal};

use crate::engine::Engine;
use crate::reach::Given;

/// Which languages are run, and by what; for one that is not, why, in words for whoever asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Languages {
    /// TypeScript and JavaScript.
    pub typescript: Result<(), String>,
    /// Python.
    pub python: Result<(), String>,
    /// Deno, for TypeScript and JavaScript that ask for it.
    pub deno: Result<(), String>,
}

impl Languages {
    /// Whether a language is run, or why it is not.
    pub fn of(&self, language: Language) -> &Result<(), String> {
        self.by(Engine::usual(language))
    }

    /// Whether an engine is used, or why it is not.
    pub(crate) fn by(&self, engine: Engine) -> &Result<(), String> {
        match engine {
            Engine::QuickJs => &self.typescript,
            Engine::CPython => &self.python,
            Engine::Deno => &self.deno,
        }
    }

    fn by_mut(&mut self, engine: Engine) -> &mut Result<(), String> {
        match engine {
            Engine::QuickJs => &mut self.typescript,
            Engine::CPython => &mut self.python,
            Engine::Deno => &mut self.deno,
        }
    }
}

/// What a child is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// One program.
    Program,
    /// The programs of a session.
    Session,
}

/// The engines of one gateway.
pub struct Engines {
    sandbox: Sandbox,
    // `None` where the operator wants none.
    python: Option<Python>,
    deno: Option<Deno>,
    interpreter: OnceLock<Arc<Interpreter>>,
    deno_executable: OnceLock<Arc<DenoExecutable>>,
    languages: watch::Sender<Languages>,
}

/// Where the children of an engine come from.
enum Pool<'a> {
    QuickJs(&'a Sandbox),
    CPython(&'a Python),
    Deno(&'a Deno),
}

impl Engines {
    /// Engines that have started nothing. Whether there is a Python or a Deno is looked up; whether it
    /// can be used is known once it has been tried.
    pub fn new(
        sandbox: Sandbox,
        typescript: bool,
        python: Option<Python>,
        deno: Option<Deno>,
    ) -> Self {
        let deno = deno.filter(|_| typescript);
        let languages = Languages {
            typescript: if typescript { Ok(()) } else { Err(switched_off(Engine::QuickJs)) },
            python: match &python {
                Some(python) => python.found().map(drop),
                None => Err(switched_off(Engine::CPython)),
            },
            deno: match &deno {
                Some(deno) => deno.found().map(drop),
                None if typescript => Err(switched_off(Engine::Deno)),
                None => Err(switched_off(Engine::QuickJs)),
            },
        };
        let languages = watch::Sender::new(languages);
        let (interpreter, deno_executable) = (OnceLock::new(), OnceLock::new());
        Self { sandbox, python, deno, interpreter, deno_executable, languages }
    }

    /// Which languages are run, now and whenever that changes.
    pub fn languages(&self) -> watch::Receiver<Languages> {
        self.languages.subscribe()
    }

    /// Refuses an engine that the operator does not want. One that could not be started is tried
    /// again: what was missing may have been put there.
    pub fn check(&self, engine: Engine) -> Result<(), Refusal> {
        self.pool(engine).map(drop)
    }

    /// A child, with one more try when a zygote died between two executions: nothing was run yet. And
    /// what of the directories it was granted a program that sees them itself does not get.
    pub async fn launch(
        &self,
        engine: Engine,
        environment: Option<&Environment>,
        given: &Given,
        life: Life,
    ) -> Result<Launched, Refusal> {
        let pool = self.pool(engine)?;
        let launched = match pool.launch(environment, given, life).await {
            Err(sandbox::Error::Failed(_) | sandbox::Error::TimedOut(_)) => {
                pool.launch(environment, given, life).await
            }
            launched => launched,
        };
        // Packages that cannot be had say nothing about the engine.
        if environment.is_none() {
            self.learn(engine, launched.as_ref().err()).await;
        }
        launched.map_err(|error| refusal(engine, error))
    }

    /// The machine's Python.
    pub async fn interpreter(&self) -> Result<Arc<Interpreter>, Refusal> {
        let Some(python) = &self.python else {
            return Err(unavailable(Engine::CPython, &switched_off(Engine::CPython)));
        };
        python.interpreter().await.map_err(|error| refusal(Engine::CPython, error))
    }

    /// The version of the machine's Deno.
    pub async fn deno_version(&self) -> Result<String, Refusal> {
        let executable = self.deno()?.executable().await;
        let executable = executable.map_err(|error| refusal(Engine::Deno, error))?;
        Ok(numbers(executable.version))
    }

    /// A sandbox in which the machine's Deno installs packages, with room for so many bytes and files.
    pub async fn installer(&self, bytes: u64, files: u64) -> Result<Sandbox, Refusal> {
        let installer = self.deno()?.installer(bytes, files).await;
        installer.map_err(|error| refusal(Engine::Deno, error))
    }

    fn deno(&self) -> Result<&Deno, Refusal> {
        match self.pool(Engine::Deno)? {
            Pool::Deno(deno) => Ok(deno),
            Pool::QuickJs(_) | Pool::CPython(_) => {
                Err(unavailable(Engine::Deno, &switched_off(Engine::Deno)))
            }
        }
    }

    /// Starts an engine ahead of its first program, and says what isolation there is.
    pub async fn warm(&self, engine: Engine) -> Result<Isolation, Refusal> {
        let warmed = match self.pool(engine)? {
            Pool::QuickJs(sandbox) => sandbox.warm().await,
            Pool::CPython(python) => python.warm().await,
            Pool::Deno(deno) => deno.warm().await,
        };
        self.learn(engine, warmed.as_ref().err()).await;
        warmed.map(|isolation| (*isolation).clone()).map_err(|error| refusal(engine, error))
    }

    /// Looks whether an engine can be had, without starting what it would keep.
    pub async fn probe(&self, engine: Engine) -> Result<(), Refusal> {
        let found = match self.pool(engine)? {
            Pool::QuickJs(_) => return Ok(()),
            Pool::CPython(python) => python.interpreter().await.map(drop),
            Pool::Deno(deno) => deno.executable().await.map(drop),
        };
        self.learn(engine, found.as_ref().err()).await;
        found.map_err(|error| refusal(engine, error))
    }

    /// The isolation of the first engine that has started.
    pub fn isolation(&self) -> Option<Isolation> {
        let python = || self.python.as_ref().and_then(Python::isolation);
        let deno = || self.deno.as_ref().and_then(Deno::isolation);
        let isolation = self.sandbox.isolation().or_else(python).or_else(deno);
        isolation.map(|isolation| (*isolation).clone())
    }

    /// What is kept warm, by language.
    pub fn warmth(&self) -> [(Language, Warmth); 2] {
        let python = self.python.as_ref().map(Python::warmth).unwrap_or_default();
        let deno = self.deno.as_ref().map(Deno::warmth).unwrap_or_default();
        let embedded = self.sandbox.warmth();
        let typescript = Warmth {
            zygotes: embedded.zygotes + deno.zygotes,
            spares: embedded.spares + deno.spares,
        };
        [(Language::TypeScript, typescript), (Language::Python, python)]
    }

    /// Every language with each of its engines.
    pub fn health(&self) -> Vec<EngineHealth> {
        let languages = self.languages.borrow();
        let health = |engine: Engine, isolation: Option<Arc<Isolation>>| {
            let reason = languages.by(engine).as_ref().err().cloned();
            EngineHealth {
                language: engine.language(),
                available: reason.is_none(),
                engine: engine.as_str().to_owned(),
                version: None,
                executable: None,
                level: isolation.filter(|_| reason.is_none()).map(|isolation| isolation.level),
                reason,
            }
        };
        let mut typescript = health(Engine::QuickJs, self.sandbox.isolation());
        if typescript.available
            && let Some(error) = self.sandbox.last_error()
        {
            typescript.available = false;
            typescript.reason = Some(error.to_string());
        }
        let isolation = self.python.as_ref().and_then(Python::isolation);
        let mut python = health(Engine::CPython, isolation);
        if let Some(interpreter) = self.interpreter.get() {
            python.version = Some(numbers(interpreter.version));
            python.executable = Some(interpreter.executable.display().to_string());
        }
        let mut deno = health(Engine::Deno, self.deno.as_ref().and_then(Deno::isolation));
        if let Some(executable) = self.deno_executable.get() {
            deno.version = Some(numbers(executable.version));
            deno.executable = Some(executable.path.display().to_string());
        }
        vec![typescript, python, deno]
    }

    /// Why no program can be run, when none can. A language that is missing is no problem as long
    /// as there is another.
    pub fn problem(&self) -> Option<String> {
        let languages = self.languages.borrow();
        let python = languages.python.as_ref().err();
        if languages.typescript.is_err() {
            return python.map(|reason| format!("no language can be run; python: {reason}"));
        }
        let python_runs =
            python.is_none() && self.python.as_ref().and_then(Python::isolation).is_some();
        self.sandbox.last_error().filter(|_| !python_runs).map(|error| error.to_string())
    }

    /// Ends everything.
    pub async fn shutdown(&self) {
        let python = async {
            if let Some(python) = &self.python {
                python.shutdown().await;
            }
        };
        let deno = async {
            if let Some(deno) = &self.deno {
                deno.shutdown().await;
            }
        };
        tokio::join!(self.sandbox.shutdown(), python, deno);
    }

    /// Where the children of an engine come from, unless the operator does not want it.
    fn pool(&self, engine: Engine) -> Result<Pool<'_>, Refusal> {
        let pool = match engine {
            Engine::QuickJs => {
                self.languages.borrow().typescript.is_ok().then_some(Pool::QuickJs(&self.sandbox))
            }
            Engine::CPython => self.python.as_ref().map(Pool::CPython),
            Engine::Deno => self.deno.as_ref().map(Pool::Deno),
        };
        let why = || self.languages.borrow().by(engine).clone().err().unwrap_or_default();
        pool.ok_or_else(|| unavailable(engine, &why()))
    }

    /// What the last use of an engine of the machine says about the next: it is offered as long as this
    /// host can run it. A process that died is no reason to withdraw it.
    async fn learn(&self, engine: Engine, error: Option<&sandbox::Error>) {
        if engine == Engine::QuickJs {
            return;
        }
        let runs = match error {
            None => Ok(()),
            Some(error @ (sandbox::Error::Isolation { .. } | sandbox::Error::Unfit(_))) => {
                Err(reason(error))
            }
            Some(_) => return,
        };
        self.describe(engine).await;
        self.languages.send_if_modified(|languages| {
            let known = languages.by_mut(engine);
            let changed = *known != runs;
            *known = runs;
            changed
        });
    }

    /// Takes note of what an engine of the machine is, once it is known.
    async fn describe(&self, engine: Engine) {
        match self.pool(engine) {
            Ok(Pool::CPython(python)) if self.interpreter.get().is_none() => {
                if let Ok(interpreter) = python.interpreter().await {
                    let _ = self.interpreter.set(interpreter);
                }
            }
            Ok(Pool::Deno(deno)) if self.deno_executable.get().is_none() => {
                if let Ok(executable) = deno.executable().await {
                    let _ = self.deno_executable.set(executable);
                }
            }
            _ => {}
        }
    }
}

impl Pool<'_> {
    async fn launch(
        &self,
        environment: Option<&Environment>,
        given: &Given,
        life: Life,
    ) -> Result<Launched, sandbox::Error> {
        let plain = |child| Launched { child, withheld: Vec::new() };
        let granted = !given.files.roots.is_empty();
        match self {
            Self::QuickJs(sandbox) if life == Life::Session => {
                sandbox.launch_for_session().await.map(plain)
            }
            Self::QuickJs(sandbox) => sandbox.launch().await.map(plain),
            Self::CPython(python) if life == Life::Session => {
                python.launch_for_session(environment, &given.directories()).await
            }
            Self::CPython(python) if granted => {
                python.launch_granted(environment, &given.directories()).await
            }
            Self::CPython(python) => python.launch(environment).await.map(plain),
            Self::Deno(deno) if granted => {
                deno.launch_granted(environment, &given.directories()).await
            }
            Self::Deno(deno) => deno.launch(environment).await.map(plain),
        }
    }
}

fn numbers((major, minor, patch): (impl Display, impl Display, impl Display)) -> String {
    format!("{major}.{minor}.{patch}")
}

fn switched_off(engine: Engine) -> String {
    format!("it is switched off by the operator ({})", engine.setting())
}

fn unavailable(engine: Engine, reason: &str) -> Refusal {
    let message = format!("{} is not available here: {reason}", engine.shown());
    Refusal::new(ErrorCode::LanguageUnavailable, message)
}

/// Why an engine cannot be had, for someone who knows which engine it is about.
fn reason(error: &sandbox::Error) -> String {
    match error {
        sandbox::Error::Unfit(reason) => reason.clone(),
        error => error.to_string(),
    }
}

fn refusal(engine: Engine, error: sandbox::Error) -> Refusal {
    match error {
        sandbox::Error::Unfit(_) if engine != Engine::QuickJs => {
            unavailable(engine, &reason(&error))
        }
        error => Refusal::new(error.code(), error.to_string()),
    }
}

#[cfg(test)]
mod tests;
