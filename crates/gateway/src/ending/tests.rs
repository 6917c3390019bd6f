//! Every way a process can end is told in words, and as what it is.

use super::*;

fn told(ended: Exit, language: Language) -> (String, String, Option<LimitKind>) {
    let limits = Limits {
        timeout_ms: 1000,
        memory_bytes: 256 << 20,
        output_bytes: 1,
        result_bytes: 1,
        tool_calls: 1,
    };
    let (error, limit) = unexplained(ended, language, &limits);
    (error.kind, error.message, limit)
}

#[test]
fn a_crash_names_its_signal_in_both_languages() {
    let (kind, message, limit) = told(Exit::Signal(SIGSEGV), Language::Python);
    assert_eq!((kind.as_str(), limit), ("EngineCrash", None));
    assert!(message.starts_with("the interpreter crashed (SIGSEGV)"), "{message}");
    let (kind, message, _) = told(Exit::Signal(SIGABRT), Language::TypeScript);
    assert_eq!(kind, "EngineCrash");
    assert!(message.starts_with("the engine crashed (SIGABRT)"), "{message}");
}

#[test]
fn a_program_that_leaves_by_itself_is_told_how_to_end() {
    for code in [0, 3, exit::SOURCE_TOO_DEEP, 255] {
        let (kind, message, limit) = told(Exit::Code(code), Language::Python);
        assert_eq!((kind.as_str(), limit), ("SystemExit", None));
        assert!(message.contains(&format!("os._exit({code})")), "{message}");
    }
}

#[test]
fn forbidden_system_calls_and_limits_are_the_same_in_both_languages() {
    for language in [Language::TypeScript, Language::Python] {
        assert_eq!(told(Exit::Signal(SIGSYS), language).0, "SandboxViolation");
        let (kind, _, limit) = told(Exit::Code(exit::OUT_OF_MEMORY), language);
        assert_eq!((kind.as_str(), limit), ("MemoryLimitError", Some(LimitKind::Memory)));
        let (kind, _, limit) = told(Exit::Signal(SIGKILL), language);
        assert_eq!((kind.as_str(), limit), ("MemoryLimitError", Some(LimitKind::Memory)));
        let (kind, _, limit) = told(Exit::Signal(SIGXCPU), language);
        assert_eq!((kind.as_str(), limit), ("TimeoutError", Some(LimitKind::Timeout)));
        assert_eq!(told(Exit::Lost, language).0, "SandboxError");
    }
}
