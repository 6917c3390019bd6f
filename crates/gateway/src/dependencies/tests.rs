//! What is refused before anything is installed, and what is told of what is.

use packages::{Config, Progress as Step};
use sandbox::{Python, PythonOptions, Sandbox};
use types::ErrorCode;

use super::*;

/// Dependencies where packages are off, on an interpreter that does not exist.
fn dependencies(packages: bool) -> Dependencies {
    let config = || sandbox::Config::new("/nonexistent/worker".into());
    let options =
        PythonOptions { python: Some("/nonexistent/python3".into()), ..PythonOptions::default() };
    let python = Python::new(config(), options).unwrap();
    let engines = Engines::new(Sandbox::new(config()).unwrap(), true, Some(python), None);
    let off = Packages::new(Config::new("/nonexistent/cache".into()));
    Dependencies::new(Arc::new(engines), packages.then_some(off), None)
}

async fn prepare(code: &str, engine: Engine) -> Result<bool, Refusal> {
    let dependencies = dependencies(true);
    let prepared = dependencies.prepare(engine, code, &Progress::unread()).await?;
    Ok(prepared.is_some())
}

const DECLARING: &str = "# /// script\n# dependencies = [\"six\"]\n# ///\nimport six\n";

#[tokio::test]
async fn a_program_that_declares_nothing_needs_nothing() {
    assert_eq!(prepare("print(1)", Engine::CPython).await, Ok(false));
    // The comment means nothing in another language.
    assert_eq!(prepare(DECLARING, Engine::QuickJs).await, Ok(false));
    let none = dependencies(false);
    assert!(none.prepare(Engine::CPython, DECLARING, &Progress::unread()).await.is_ok());
}

#[tokio::test]
async fn a_declaration_that_cannot_be_read_is_refused_before_python_is_looked_for() {
    let code = "# /// script\n# tool = 1\n# ///\n";
    let refusal = prepare(code, Engine::CPython).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::InvalidRequest);
    let refusal = prepare(DECLARING, Engine::CPython).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::LanguageUnavailable);
}

#[test]
fn steps_are_told_in_words() {
    assert_eq!(words(Step::Downloading { packages: 1 }).unwrap(), "downloading 1 package");
    assert_eq!(words(Step::Installing { packages: 2 }).unwrap(), "installing 2 packages");
    assert_eq!(words(Step::Ready { packages: 2 }), None);
}
