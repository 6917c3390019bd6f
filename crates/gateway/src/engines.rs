//! The engines: which languages are run, by what, and why one is not.

use std::sync::{Arc, OnceLock};

use sandbox::{Environment, Interpreter, Launched, Python, Sandbox, Warmth};
use tokio::sync::watch;
use types::{EngineHealth, ErrorCode, Isolation, Language, Refusal};

use crate::reach::Given;

/// What runs TypeScript and JavaScript.
const QUICKJS: &str = "quickjs";

/// What runs Python.
const CPYTHON: &str = "cpython";

/// What runs a language.
pub fn runtime_of(language: Language) -> &'static str {
    match language {
        Language::TypeScript => QUICKJS,
        Language::Python => CPYTHON,
    }
}

/// Which languages are run; for one that is not, why, in words for whoever asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Languages {
    /// TypeScript and JavaScript.
    pub typescript: Result<(), String>,
    /// Python.
    pub python: Result<(), String>,
}

impl Languages {
    /// Whether a language is run, or why it is not.
    pub fn of(&self, language: Language) -> &Result<(), String> {
        match language {
            Language::TypeScript => &self.typescript,
            Language::Python => &self.python,
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
    interpreter: OnceLock<Arc<Interpreter>>,
    languages: watch::Sender<Languages>,
}

impl Engines {
    /// Engines that have started nothing. Whether there is a Python is looked up; whether it can be
    /// used is known once it has been tried.
    pub fn new(sandbox: Sandbox, typescript: bool, python: Option<Python>) -> Self {
        let languages = Languages {
            typescript: if typescript { Ok(()) } else { Err(switched_off(Language::TypeScript)) },
            python: match &python {
                Some(python) => python.found().map(drop),
                None => Err(switched_off(Language::Python)),
            },
        };
        let languages = watch::Sender::new(languages);
        Self { sandbox, python, interpreter: OnceLock::new(), languages }
    }

    /// Which languages are run, now and whenever that changes.
    pub fn languages(&self) -> watch::Receiver<Languages> {
        self.languages.subscribe()
    }

    /// Refuses a language that the operator does not want. One that could not be started is tried
    /// again: what was missing may have been put there.
    pub fn check(&self, language: Language) -> Result<(), Refusal> {
        match (language, &self.python, &self.languages.borrow().typescript) {
            (Language::TypeScript, _, Err(reason)) => Err(unavailable(language, reason)),
            (Language::Python, None, _) => Err(unavailable(language, &switched_off(language))),
            _ => Ok(()),
        }
    }

    /// A child, with one more try when a zygote died between two executions: nothing was run yet. And
    /// what of the directories a Python program was granted it does not get.
    pub async fn launch(
        &self,
        language: Language,
        environment: Option<&Environment>,
        given: &Given,
        life: Life,
    ) -> Result<Launched, Refusal> {
        let launched = match self.try_launch(language, environment, given, life).await {
            Err(sandbox::Error::Failed(_) | sandbox::Error::TimedOut(_)) => {
                self.try_launch(language, environment, given, life).await
            }
            launched => launched,
        };
        // Packages that cannot be had say nothing about the language.
        if language == Language::Python && environment.is_none() {
            self.learn(launched.as_ref().err()).await;
        }
        launched.map_err(|error| refusal(language, error))
    }

    /// The machine's Python.
    pub async fn interpreter(&self) -> Result<Arc<Interpreter>, Refusal> {
        let Some(python) = &self.python else {
            return Err(unavailable(Language::Python, &switched_off(Language::Python)));
        };
        python.interpreter().await.map_err(|error| refusal(Language::Python, error))
    }

    /// Starts an engine ahead of its first program, and says what isolation there is.
    pub async fn warm(&self, language: Language) -> Result<Isolation, Refusal> {
        self.check(language)?;
        let warmed = match (language, &self.python) {
            (Language::Python, Some(python)) => {
                let warmed = python.warm().await;
                self.learn(warmed.as_ref().err()).await;
                warmed
            }
            _ => self.sandbox.warm().await,
        };
        warmed.map(|isolation| (*isolation).clone()).map_err(|error| refusal(language, error))
    }

    /// Looks whether an engine can be had, without starting what it would keep.
    pub async fn probe(&self, language: Language) -> Result<(), Refusal> {
        self.check(language)?;
        let (Language::Python, Some(python)) = (language, &self.python) else { return Ok(()) };
        let found = python.interpreter().await;
        self.learn(found.as_ref().err()).await;
        found.map(drop).map_err(|error| refusal(language, error))
    }

    /// The isolation of the first engine that has started.
    pub fn isolation(&self) -> Option<Isolation> {
        let python = || self.python.as_ref().and_then(Python::isolation);
        self.sandbox.isolation().or_else(python).map(|isolation| (*isolation).clone())
    }

    /// What is kept warm, by language.
    pub fn warmth(&self) -> [(Language, Warmth); 2] {
        let python = self.python.as_ref().map(Python::warmth).unwrap_or_default();
        [(Language::TypeScript, self.sandbox.warmth()), (Language::Python, python)]
    }

    /// Every language with its engine.
    pub fn health(&self) -> Vec<EngineHealth> {
        let languages = self.languages.borrow();
        let engine = |language: Language, name: &str, isolation: Option<Arc<Isolation>>| {
            let reason = languages.of(language).as_ref().err().cloned();
            EngineHealth {
                language,
                available: reason.is_none(),
                engine: name.to_owned(),
                version: None,
                executable: None,
                level: isolation.filter(|_| reason.is_none()).map(|isolation| isolation.level),
                reason,
            }
        };
        let mut typescript = engine(Language::TypeScript, QUICKJS, self.sandbox.isolation());
        if typescript.available
            && let Some(error) = self.sandbox.last_error()
        {
            typescript.available = false;
            typescript.reason = Some(error.to_string());
        }
        let isolation = self.python.as_ref().and_then(Python::isolation);
        let mut python = engine(Language::Python, CPYTHON, isolation);
        if let Some(interpreter) = self.interpreter.get() {
            let (major, minor, micro) = interpreter.version;
            python.version = Some(format!("{major}.{minor}.{micro}"));
            python.executable = Some(interpreter.executable.display().to_string());
        }
        vec![typescript, python]
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
        tokio::join!(self.sandbox.shutdown(), python);
    }

    async fn try_launch(
        &self,
        language: Language,
        environment: Option<&Environment>,
        given: &Given,
        life: Life,
    ) -> Result<Launched, sandbox::Error> {
        let plain = |child| Launched { child, withheld: Vec::new() };
        match (language, &self.python) {
            (Language::Python, Some(python)) if life == Life::Session => {
                python.launch_for_session(environment, &given.directories()).await
            }
            (Language::Python, Some(python)) if !given.files.roots.is_empty() => {
                python.launch_granted(environment, &given.directories()).await
            }
            (Language::Python, Some(python)) => python.launch(environment).await.map(plain),
            _ if life == Life::Session => self.sandbox.launch_for_session().await.map(plain),
            _ => self.sandbox.launch().await.map(plain),
        }
    }

    /// What the last use of Python says about the next: it is offered as long as this host can run
    /// it. A process that died is no reason to withdraw it.
    async fn learn(&self, error: Option<&sandbox::Error>) {
        let python = match error {
            None => Ok(()),
            Some(error @ (sandbox::Error::Isolation { .. } | sandbox::Error::Unfit(_))) => {
                Err(reason(error))
            }
            Some(_) => return,
        };
        if self.interpreter.get().is_none()
            && let Some(python) = &self.python
            && let Ok(interpreter) = python.interpreter().await
        {
            let _ = self.interpreter.set(interpreter);
        }
        self.languages.send_if_modified(|languages| {
            let changed = languages.python != python;
            languages.python = python;
            changed
        });
    }
}

fn switched_off(language: Language) -> String {
    format!("it is switched off by the operator (executors.{}.enabled)", language.as_str())
}

fn unavailable(language: Language, reason: &str) -> Refusal {
    let message = format!("{} is not available here: {reason}", language.as_str());
    Refusal::new(ErrorCode::LanguageUnavailable, message)
}

/// Why an engine cannot be had, for someone who knows which engine it is about.
fn reason(error: &sandbox::Error) -> String {
    match error {
        sandbox::Error::Unfit(reason) => reason.clone(),
        error => error.to_string(),
    }
}

fn refusal(language: Language, error: sandbox::Error) -> Refusal {
    match error {
        sandbox::Error::Unfit(_) if language == Language::Python => {
            unavailable(language, &reason(&error))
        }
        error => Refusal::new(error.code(), error.to_string()),
    }
}

#[cfg(test)]
mod tests;
