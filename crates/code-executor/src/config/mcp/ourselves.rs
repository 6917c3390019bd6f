//! Recognising ourselves in a `.mcp.json`: it is the file in which agents find us, and a gateway
//! that starts itself never ends.

use std::path::{Path, PathBuf};

use crate::config::mcp::entry::Program;

/// The command that is a server of its own, although it is our binary.
const DEMO_SERVER: &str = "demo-server";
/// What our binary and packages are called.
const OUR_NAMES: [&str; 2] = ["code-executor", "code-executor-mcp"];
/// Programs that run what their first word names.
const LAUNCHERS: [&str; 10] =
    ["npx", "bunx", "npm", "pnpm", "yarn", "uvx", "pipx", "node", "bun", "deno"];
/// Words of launchers that go before that name.
const LAUNCHER_WORDS: [&str; 4] = ["dlx", "exec", "x", "run"];

/// What a program has to do with us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinship {
    /// Nothing.
    Stranger,
    /// It is the gateway again.
    Ourselves,
    /// It is the demo server inside our binary.
    DemoServer,
}

/// What `program` has to do with us. `search` is the value of `PATH`.
pub fn kinship(program: &Program, executable: Option<&Path>, search: &str) -> Kinship {
    let command = Path::new(&program.command);
    let ours = is_our_name(base(&program.command))
        || executable.is_some_and(|executable| is_same_file(command, executable, search));
    if ours {
        return match program.args.first().map(String::as_str) {
            Some(DEMO_SERVER) => Kinship::DemoServer,
            _ => Kinship::Ourselves,
        };
    }
    let launched = LAUNCHERS.contains(&base(&program.command))
        && program
            .args
            .iter()
            .find(|word| !word.starts_with('-') && !LAUNCHER_WORDS.contains(&word.as_str()))
            .is_some_and(|word| is_our_package(word));
    if launched { Kinship::Ourselves } else { Kinship::Stranger }
}

/// `code-executor-mcp`, `code-executor-mcp@1.3.0`, `/opt/code-executor-mcp/dist/index.js`.
fn is_our_package(word: &str) -> bool {
    let package = word.split_once('@').map_or(word, |(package, _)| package);
    is_our_name(base(package)) || word.split('/').any(|part| part == "code-executor-mcp")
}

fn is_our_name(name: &str) -> bool {
    OUR_NAMES.contains(&name)
}

fn base(command: &str) -> &str {
    command.rsplit('/').next().unwrap_or(command)
}

fn is_same_file(command: &Path, executable: &Path, search: &str) -> bool {
    let found = if command.is_absolute() {
        command.canonicalize().ok()
    } else if command.components().count() == 1 {
        find(command, search)
    } else {
        None
    };
    found.is_some() && found == executable.canonicalize().ok()
}

fn find(name: &Path, search: &str) -> Option<PathBuf> {
    let candidates = std::env::split_paths(search).map(|directory| directory.join(name));
    candidates.filter_map(|candidate| candidate.canonicalize().ok()).find(|path| path.is_file())
}
