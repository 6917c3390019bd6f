//! Names that no write grant covers, at any depth: what is in them is run, or obeyed, by programs
//! outside of the sandbox that read them from the directory they work in.

#[cfg(test)]
mod tests;

use std::{ffi::OsStr, path::Path};

/// The names. A path is never written when one of its components is among them; case, characters
/// that some file systems ignore, trailing dots and spaces, and stream names do not matter.
pub const NEVER_WRITTEN: &[&str] = &[
    // Version control: hooks, filters and aliases are commands.
    ".git",
    "git~1",
    ".gitconfig",
    ".gitmodules",
    ".githooks",
    ".husky",
    ".hg",
    ".svn",
    ".jj",
    // What we and other MCP clients start.
    ".mcp.json",
    ".code-executor.json",
    // Editors: tasks, launch configurations, settings that name programs.
    ".vscode",
    ".vs",
    ".idea",
    ".fleet",
    ".zed",
    ".devcontainer",
    ".devcontainer.json",
    ".vim",
    ".vimrc",
    ".nvimrc",
    ".nvim.lua",
    ".exrc",
    ".emacs",
    ".emacs.d",
    ".dir-locals.el",
    // Agents: their instructions, permissions, hooks and servers.
    ".claude",
    ".claude.json",
    ".codex",
    ".cursor",
    ".cursorrules",
    ".gemini",
    ".windsurf",
    ".windsurfrules",
    ".codeium",
    ".continue",
    ".cline",
    ".clinerules",
    ".roo",
    ".roomodes",
    ".kiro",
    ".qwen",
    ".opencode",
    ".amazonq",
    ".aider.conf.yml",
    ".goosehints",
    // Shells and logins.
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".bash_logout",
    ".profile",
    ".zshrc",
    ".zshenv",
    ".zprofile",
    ".zlogin",
    ".envrc",
    ".ssh",
    ".gnupg",
    ".pam_environment",
    // Environments of interpreters: what is in them is imported by every later program.
    ".venv",
    "venv",
    "site-packages",
    "dist-packages",
];

/// Whether a single name is in [`NEVER_WRITTEN`], in any of its spellings.
pub fn is_never_written(name: &OsStr) -> bool {
    let folded = fold(name);
    NEVER_WRITTEN.contains(&folded.as_str())
}

/// Whether any component of the path is.
pub(crate) fn is_below(path: &Path) -> bool {
    path.iter().any(is_never_written)
}

/// The name as the most forgiving file system would take it.
fn fold(name: &OsStr) -> String {
    let name = name.to_string_lossy();
    let name = name.split(':').next().unwrap_or_default();
    let folded: String = name
        .chars()
        .filter(|character| !is_ignored(*character))
        .flat_map(|character| match character {
            // Letters that fold to ASCII ones without being their upper case.
            '\u{17f}' => 's'.to_lowercase(),
            other => other.to_lowercase(),
        })
        .collect();
    folded.trim_end_matches(['.', ' ']).to_owned()
}

/// Characters without a width, which HFS+ leaves out of a comparison.
fn is_ignored(character: char) -> bool {
    matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{ad}'
    )
}
