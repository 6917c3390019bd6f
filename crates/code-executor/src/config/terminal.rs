//! One line from whoever sits at the terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex, Termios};

/// The longest line that is taken.
const MAX_LINE: usize = 64 * 1024;
/// What Ctrl-C types.
const INTERRUPT: u8 = 3;

/// Whether what is typed is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// Whether somebody sits there: what is asked is written to standard error and read from standard
/// input.
pub fn is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a line. Its end is not part of it.
pub fn ask(prompt: &str, echo: Echo) -> io::Result<String> {
    let hidden = (echo == Echo::Off).then(Hidden::new).transpose()?;
    let mut stderr = io::stderr().lock();
    stderr.write_all(prompt.as_bytes())?;
    stderr.flush()?;
    let line = read_line();
    if hidden.is_some() {
        stderr.write_all(b"\n")?;
    }
    drop(hidden);
    let line = line?;
    if line.last() == Some(&INTERRUPT) {
        // Now that the terminal is as it was.
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::INT)?;
        return Err(io::Error::new(io::ErrorKind::Interrupted, "interrupted"));
    }
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = std::str::from_utf8(line);
    line.map(str::to_owned).map_err(|_| io::Error::other("what was typed is not UTF-8"))
}

/// Bytes up to the end of a line, or to an interrupt, which is a character like any other while
/// nothing is shown.
fn read_line() -> io::Result<Vec<u8>> {
    let mut stdin = io::stdin().lock();
    let mut line = Vec::new();
    loop {
        let typed = stdin.fill_buf()?;
        if typed.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "nothing was typed"));
        }
        let end = typed.iter().position(|byte| matches!(*byte, b'\n' | INTERRUPT));
        let taken = end.map_or(typed.len(), |end| end + 1);
        line.extend_from_slice(&typed[..taken]);
        stdin.consume(taken);
        if end.is_some() {
            return Ok(line);
        }
        if line.len() > MAX_LINE {
            return Err(io::Error::other("what was typed is too long"));
        }
    }
}

/// Shows nothing that is typed until it is dropped. Signals from the keyboard wait meanwhile: ending
/// here would leave the terminal so.
struct Hidden(Termios);

impl Hidden {
    fn new() -> io::Result<Self> {
        let before = termios::tcgetattr(io::stdin())?;
        let mut now = before.clone();
        now.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        // It ends the line, as Enter does.
        now.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        termios::tcsetattr(io::stdin(), OptionalActions::Flush, &now)?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // There is nobody to tell.
        let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
