//! What runs a program: the engine of its language, or the one it asks for.

use types::{ErrorCode, ExecutionRequest, Language, Refusal, Runtime};

/// What runs a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded engine for TypeScript and JavaScript.
    QuickJs,
    /// The machine's CPython.
    CPython,
    /// The machine's Deno.
    Deno,
}

impl Engine {
    /// What a request is run by. Refuses what no engine does.
    pub fn of(request: &ExecutionRequest) -> Result<Self, Refusal> {
        let invalid = |message: &str| Err(Refusal::new(ErrorCode::InvalidRequest, message));
        match (request.language, request.runtime) {
            (Language::Python, Some(_)) => invalid(
                "`runtime` is for programs in TypeScript and JavaScript; leave it out for Python",
            ),
            (Language::TypeScript, Some(Runtime::Deno)) if request.session.is_some() => invalid(
                "sessions run in the embedded engine: leave out `runtime`, or `sessionId` to have \
                 the program run alone in Deno",
            ),
            (Language::TypeScript, Some(Runtime::Deno)) => Ok(Self::Deno),
            (language, _) => Ok(Self::usual(language)),
        }
    }

    /// What runs a language where nothing is said.
    pub fn usual(language: Language) -> Self {
        match language {
            Language::TypeScript => Self::QuickJs,
            Language::Python => Self::CPython,
        }
    }

    /// All that run a language.
    pub fn all_of(language: Language) -> &'static [Self] {
        match language {
            Language::TypeScript => &[Self::QuickJs, Self::Deno],
            Language::Python => &[Self::CPython],
        }
    }

    /// The language of its programs.
    pub fn language(self) -> Language {
        match self {
            Self::QuickJs | Self::Deno => Language::TypeScript,
            Self::CPython => Language::Python,
        }
    }

    /// The name used in rules, records and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuickJs => "quickjs",
            Self::CPython => "cpython",
            Self::Deno => "deno",
        }
    }

    /// What is said of it to somebody who asked for it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::QuickJs | Self::CPython => self.language().as_str(),
            Self::Deno => "the runtime deno",
        }
    }

    /// The setting that switches it off.
    pub fn setting(self) -> &'static str {
        match self {
            Self::QuickJs => "executors.typescript.enabled",
            Self::CPython => "executors.python.enabled",
            Self::Deno => "executors.typescript.deno.enabled",
        }
    }
}

#[cfg(test)]
mod tests {
    use types::{SessionId, SessionUse, Turn};

    use super::*;

    fn request(language: Language, runtime: Option<Runtime>) -> ExecutionRequest {
        ExecutionRequest {
            language,
            runtime,
            code: String::new(),
            allowed_tools: Vec::new(),
            timeout_ms: None,
            permissions: None,
            session: None,
            turn: Turn::default(),
            trace: None,
        }
    }

    #[test]
    fn a_request_names_its_engine_or_gets_the_usual_one() {
        let engine = |language, runtime| Engine::of(&request(language, runtime));
        assert_eq!(engine(Language::TypeScript, None), Ok(Engine::QuickJs));
        assert_eq!(engine(Language::TypeScript, Some(Runtime::QuickJs)), Ok(Engine::QuickJs));
        assert_eq!(engine(Language::TypeScript, Some(Runtime::Deno)), Ok(Engine::Deno));
        assert_eq!(engine(Language::Python, None), Ok(Engine::CPython));
    }

    #[test]
    fn what_no_engine_runs_is_refused_with_what_to_leave_out() {
        for runtime in [Runtime::QuickJs, Runtime::Deno] {
            let refusal = Engine::of(&request(Language::Python, Some(runtime))).unwrap_err();
            assert_eq!(refusal.code, ErrorCode::InvalidRequest);
            assert!(refusal.message.contains("leave it out for Python"), "{refusal}");
        }
        let id = SessionId::parse("notes").unwrap();
        let session = Some(SessionUse { id, reset: false, names_tools: false });
        let in_session = |runtime| {
            Engine::of(&ExecutionRequest {
                session: session.clone(),
                ..request(Language::TypeScript, runtime)
            })
        };
        assert_eq!(in_session(Some(Runtime::QuickJs)), Ok(Engine::QuickJs));
        let refusal = in_session(Some(Runtime::Deno)).unwrap_err();
        assert!(refusal.message.contains("sessions run in the embedded engine"), "{refusal}");
    }
}
