//! What the two streams are, and what is written to them.

use std::io::{self, IsTerminal, Write};

/// What a stream leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Surface {
    /// A file or a pipe: the bytes are for a program.
    #[default]
    Plain,
    /// A terminal that is to stay without colours.
    Terminal,
    /// A terminal.
    Colour,
}

impl Surface {
    /// Whether a person looks at it.
    pub fn is_terminal(self) -> bool {
        self != Self::Plain
    }

    /// `text` in red.
    pub fn red(self, text: &str) -> String {
        self.painted("31", text)
    }

    /// `text`, standing back.
    pub fn dim(self, text: &str) -> String {
        self.painted("2", text)
    }

    /// `text`, standing out.
    pub fn bold(self, text: &str) -> String {
        self.painted("1", text)
    }

    fn painted(self, code: &str, text: &str) -> String {
        match self {
            Self::Colour => format!("\x1b[{code}m{text}\x1b[0m"),
            Self::Plain | Self::Terminal => text.to_owned(),
        }
    }

    fn of(is_terminal: bool, colours: bool) -> Self {
        match (is_terminal, colours) {
            (false, _) => Self::Plain,
            (true, false) => Self::Terminal,
            (true, true) => Self::Colour,
        }
    }
}

/// The two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Standard output.
    pub out: Surface,
    /// Standard error.
    pub err: Surface,
}

impl Style {
    /// This process's streams. `NO_COLOR` and a dumb terminal mean no colours.
    pub fn of_this_process(environment: &crate::config::env::Environment) -> Self {
        let colours = environment.get(crate::config::env::NO_COLOR).is_none()
            && environment.get("TERM") != Some("dumb");
        Self {
            out: Surface::of(io::stdout().is_terminal(), colours),
            err: Surface::of(io::stderr().is_terminal(), colours),
        }
    }
}

/// What goes to each stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
}

impl Rendered {
    /// Something for standard output alone.
    pub fn out(text: impl Into<String>) -> Self {
        Self { out: text.into(), err: String::new() }
    }

    /// Something for standard error alone.
    pub fn err(text: impl Into<String>) -> Self {
        Self { out: String::new(), err: text.into() }
    }

    /// Writes both, output first. A reader who has left (`| head`) is no error.
    pub fn write(&self) -> io::Result<()> {
        let written = [
            io::stdout().lock().write_all(self.out.as_bytes()),
            io::stderr().lock().write_all(self.err.as_bytes()),
        ];
        for result in written {
            match result {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}
