//! Shows a page in the user's own browser, where there is one to be seen.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Whether a browser was asked to show the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It was; whether it does is its affair.
    Yes,
    /// There is none, or nobody to see it.
    No,
}

/// Asks the desktop to show `url`, which is `http` or `https`.
pub fn open(url: &str) -> Opened {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let seen = cfg!(target_os = "macos") || set("DISPLAY") || set("WAYLAND_DISPLAY");
    if !seen || !std::io::stderr().is_terminal() {
        return Opened::No;
    }
    let name = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let Some(program) = found(name) else { return Opened::No };
    let started = Command::new(program)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = started else { return Opened::No };
    // Nobody waits for a browser; but it is ours to bury while we are here.
    std::thread::spawn(move || child.wait());
    Opened::Yes
}

/// A program of the `PATH`, never of the working directory.
fn found(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&path).filter(|place| place.is_absolute());
    places.find_map(|place| Some(place.join(name)).filter(|program| program.is_file()))
}
