//! Upstream servers that misbehave, one way each.

use std::{fs, path::Path};

use serde_json::{Value, json};

const SCRIPT: &str = include_str!("../fakes/upstream.py");

/// A way to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fake {
    /// None: a correct server with the tools `echo`, `big`, `die`, `slow` and `pid`.
    Well,
    /// Ends at once with status 3, with a reason on stderr.
    ExitOnStart,
    /// Reads and never answers.
    Hang,
    /// Answers with lines that are no JSON.
    Garbage,
    /// Answers nothing for two seconds, then is correct.
    SlowStart,
    /// Correct, but has a child in a session of its own, and neither the end of its input nor
    /// SIGTERM ends it.
    Stubborn,
}

impl Fake {
    /// Writes the script below a folder and returns the entry for `.mcp.json`.
    pub(crate) fn entry(self, folder: &Path) -> Value {
        let script = folder.join("upstream.py");
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&script, SCRIPT));
        if let Err(error) = written {
            panic!("cannot write {}: {error}", script.display());
        }
        json!({ "command": "python3", "args": [script, self.mode()] })
    }

    fn mode(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::ExitOnStart => "exit-on-start",
            Self::Hang => "hang",
            Self::Garbage => "garbage",
            Self::SlowStart => "slow-start",
            Self::Stubborn => "stubborn",
        }
    }
}
