//! What a client asks for: a program, the tools it may call, and how long it may take.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{SessionUse, TraceContext, Turn};

/// The language of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// TypeScript or JavaScript.
    TypeScript,
    /// Python.
    Python,
}

impl Language {
    /// The name used in configuration, records and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TypeScript => "typescript",
            Self::Python => "python",
        }
    }
}

/// What runs a program in TypeScript or JavaScript.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Runtime {
    /// The embedded engine.
    #[default]
    QuickJs,
    /// The machine's Deno.
    Deno,
}

impl Runtime {
    /// Every word there is.
    pub const WORDS: [&str; 2] = ["quickjs", "deno"];

    /// The name used in requests, records and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QuickJs => Self::WORDS[0],
            Self::Deno => Self::WORDS[1],
        }
    }

    /// The runtime of this name.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::QuickJs, Self::Deno].into_iter().find(|runtime| runtime.as_str() == word)
    }
}

/// One program to run, as a front received it. Nothing in it is trusted or validated yet.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionRequest {
    /// The language the program is written in.
    pub language: Language,
    /// What it is to be run by, where it says so: TypeScript and JavaScript may.
    pub runtime: Option<Runtime>,
    /// The program's source text.
    pub code: String,
    /// Exact tool names, or names ending in `*`. Empty means that no tool may be called.
    pub allowed_tools: Vec<String>,
    /// Wall-clock budget in milliseconds; the operator's default when absent.
    pub timeout_ms: Option<u64>,
    /// Grants asked for beyond tools, as the client sent them.
    pub permissions: Option<Value>,
    /// The session it runs in, when it is not to run alone.
    pub session: Option<SessionUse>,
    /// When its turn comes among others that wait.
    pub turn: Turn,
    /// The span of the client's that this is part of, when it said so.
    pub trace: Option<TraceContext>,
}
