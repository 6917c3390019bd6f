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
    ".xprofile",
    ".tmux.conf",
    // Tools that run what their files name.
    ".config",
    ".local",
    ".cargo",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pnpmfile.cjs",
    ".mise.toml",
    "mise.toml",
    ".gdbinit",
    ".lldbinit",
    ".pre-commit-config.yaml",
    "sitecustomize.py",
    "usercustomize.py",
    // Environments of interpreters: what is in them is imported by every later program.
    ".venv",
    "venv",
    "site-packages",
    "dist-packages",
];

/// Whether a single name is in [`NEVER_WRITTEN`], in any of its spellings.
pub fn is_never_written(name: &OsStr) -> bool {
    let folded = fold(name);
    NEVER_WRITTEN.iter().any(|never| folded == *never || is_short_for(&folded, never))
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
        .flat_map(char::to_lowercase)
        .collect();
    // Letters that fold to ASCII ones without being their upper case.
    let folded = FOLDED.iter().fold(folded, |name, (from, to)| name.replace(*from, to));
    folded.trim_end_matches(['.', ' ']).to_owned()
}

/// Letters that fold to ASCII ones, once they are in lower case.
const FOLDED: [(char, &str); 9] = [
    ('\u{17f}', "s"),
    ('\u{df}', "ss"),
    ('\u{fb00}', "ff"),
    ('\u{fb01}', "fi"),
    ('\u{fb02}', "fl"),
    ('\u{fb03}', "ffi"),
    ('\u{fb04}', "ffl"),
    ('\u{fb05}', "st"),
    ('\u{fb06}', "st"),
];

/// Whether a folded name is the short one that FAT and NTFS make of a longer one: `vscode~1`.
fn is_short_for(folded: &str, never: &str) -> bool {
    let Some((short, number)) = folded.split_once('~') else { return false };
    let base = never.trim_start_matches('.');
    let base = base.rsplit_once('.').map_or(base, |(base, _)| base);
    let base: String = base.chars().filter(|character| *character != '.').take(6).collect();
    // A number of two digits takes the place of a letter.
    let shorter = &base[..base.len().min(5)];
    number.starts_with(|character: char| character.is_ascii_digit())
        && (short == base || short == shorter)
}

/// Characters that are not seen, which HFS+ and folding directories of ext4 and f2fs leave out of a
/// comparison: Unicode's `Default_Ignorable_Code_Point`.
fn is_ignored(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}
