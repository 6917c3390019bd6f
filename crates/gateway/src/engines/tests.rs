//! Which languages are offered, and what is said of one that is not.

use sandbox::{Config, PythonOptions};

use super::*;

fn sandbox() -> Sandbox {
    Sandbox::new(Config::new("/nonexistent/worker".into())).unwrap()
}

fn python(named: &str) -> Python {
    let options = PythonOptions { python: Some(named.into()), ..PythonOptions::default() };
    Python::new(Config::new("/nonexistent/worker".into()), options).unwrap()
}

fn refused(engines: &Engines, language: Language) -> String {
    let refusal = engines.check(language).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::LanguageUnavailable);
    refusal.message
}

#[test]
fn a_language_that_is_switched_off_is_refused_by_the_name_of_its_setting() {
    let engines = Engines::new(sandbox(), false, None);
    for (language, setting) in [
        (Language::TypeScript, "executors.typescript.enabled"),
        (Language::Python, "executors.python.enabled"),
    ] {
        assert!(engines.languages().borrow().of(language).is_err());
        assert!(refused(&engines, language).contains(setting));
    }
    assert!(engines.problem().unwrap().contains("executors.python.enabled"));
}

#[tokio::test]
async fn without_an_interpreter_python_is_not_offered_and_says_so() {
    let engines = Engines::new(sandbox(), true, Some(python("/nonexistent/python3")));
    let [typescript, python] = &engines.health()[..] else { panic!() };
    assert!(typescript.available && !python.available);
    assert!(python.reason.as_ref().unwrap().contains("/nonexistent/python3"), "{python:?}");
    let refusal = engines.launch(Language::Python, None, &Given::default(), Life::Program).await;
    let refusal = refusal.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::LanguageUnavailable);
    assert!(refusal.message.starts_with("python is not available here: "), "{refusal}");
    assert_eq!(engines.problem(), None);
}

#[tokio::test]
async fn an_interpreter_that_cannot_be_used_takes_python_off_the_list() {
    let engines = Engines::new(sandbox(), true, Some(python("/bin/true")));
    let mut languages = engines.languages();
    assert!(languages.borrow().python.is_ok());
    let refusal = engines.warm(Language::Python).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::LanguageUnavailable);
    assert!(languages.has_changed().unwrap());
    let reason = languages.borrow_and_update().python.clone().unwrap_err();
    assert!(reason.contains("/bin/true"), "{reason}");
    assert_eq!(engines.health()[1].reason.as_deref(), Some(reason.as_str()));
}
