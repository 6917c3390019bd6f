//! Which languages are offered, and what is said of one that is not.

use sandbox::{Config, DenoOptions, PythonOptions};

use super::*;

fn sandbox() -> Sandbox {
    Sandbox::new(Config::new("/nonexistent/worker".into())).unwrap()
}

fn python(named: &str) -> Python {
    let options = PythonOptions { python: Some(named.into()), ..PythonOptions::default() };
    Python::new(Config::new("/nonexistent/worker".into()), options).unwrap()
}

fn deno(named: &str) -> Deno {
    let options = DenoOptions { deno: Some(named.into()), ..DenoOptions::default() };
    Deno::new(Config::new("/nonexistent/worker".into()), options)
}

fn refused(engines: &Engines, engine: Engine) -> String {
    let refusal = engines.check(engine).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::LanguageUnavailable);
    refusal.message
}

#[test]
fn an_engine_that_is_switched_off_is_refused_by_the_name_of_its_setting() {
    let engines = Engines::new(sandbox(), false, None, Some(deno("/bin/true")));
    for (engine, setting) in [
        (Engine::QuickJs, "executors.typescript.enabled"),
        (Engine::CPython, "executors.python.enabled"),
        // It is of a language that nobody wants.
        (Engine::Deno, "executors.typescript.enabled"),
    ] {
        assert!(engines.languages().borrow().by(engine).is_err());
        assert!(refused(&engines, engine).contains(setting));
    }
    assert!(engines.problem().unwrap().contains("executors.python.enabled"));
    let engines = Engines::new(sandbox(), true, None, None);
    assert!(engines.check(Engine::QuickJs).is_ok());
    let refusal = refused(&engines, Engine::Deno);
    assert!(refusal.starts_with("the runtime deno is not available here: "), "{refusal}");
    assert!(refusal.contains("executors.typescript.deno.enabled"), "{refusal}");
}

#[tokio::test]
async fn without_an_interpreter_python_is_not_offered_and_says_so() {
    let python = python("/nonexistent/python3");
    let engines = Engines::new(sandbox(), true, Some(python), None);
    let [typescript, python, _] = &engines.health()[..] else { panic!() };
    assert!(typescript.available && !python.available);
    assert!(python.reason.as_ref().unwrap().contains("/nonexistent/python3"), "{python:?}");
    let given = Given::default();
    let refusal = engines.launch(Engine::CPython, None, &given, Life::Program).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::LanguageUnavailable);
    assert!(refusal.message.starts_with("python is not available here: "), "{refusal}");
    assert_eq!(engines.problem(), None);
}

#[tokio::test]
async fn an_interpreter_that_cannot_be_used_takes_python_off_the_list() {
    let engines = Engines::new(sandbox(), true, Some(python("/bin/true")), None);
    let mut languages = engines.languages();
    assert!(languages.borrow().python.is_ok());
    let refusal = engines.warm(Engine::CPython).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::LanguageUnavailable);
    assert!(languages.has_changed().unwrap());
    let reason = languages.borrow_and_update().python.clone().unwrap_err();
    assert!(reason.contains("/bin/true"), "{reason}");
    assert_eq!(engines.health()[1].reason.as_deref(), Some(reason.as_str()));
}

#[tokio::test]
async fn a_deno_that_turns_out_to_be_none_is_no_longer_offered_and_costs_typescript_nothing() {
    let engines = Engines::new(sandbox(), true, None, Some(deno("/bin/true")));
    let mut languages = engines.languages();
    assert!(languages.borrow().deno.is_ok(), "there is a file of that name");
    let given = Given::default();
    let refusal = engines.launch(Engine::Deno, None, &given, Life::Program).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::LanguageUnavailable);
    assert!(refusal.message.contains("is not Deno"), "{refusal}");
    assert!(languages.has_changed().unwrap());
    let Languages { typescript, deno, .. } = languages.borrow_and_update().clone();
    assert!(typescript.is_ok() && deno.is_err());
    let [typescript, _, deno] = &engines.health()[..] else { panic!() };
    assert!(typescript.available && !deno.available);
    assert_eq!((deno.language, deno.engine.as_str()), (Language::TypeScript, "deno"));
    assert!(deno.reason.as_ref().unwrap().contains("is not Deno"), "{deno:?}");
    assert_eq!(engines.problem(), None);
}
