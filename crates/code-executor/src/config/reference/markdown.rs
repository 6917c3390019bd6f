//! The reference page.

use std::fmt::Write;

use crate::config::env;
use crate::config::reference::{Fallback, Kind, SECTIONS, SETTINGS, Setting};

const HEAD: &str = "\
# Configuration reference

Generated from the table in `crates/code-executor/src/config/reference/table.rs` by
`code-executor schema --reference`; a test fails when it is stale.

The first of these that exists is read: the file named by `--config` or `CODE_EXECUTOR_CONFIG_PATH`,
`./.code-executor.json`, `~/.code-executor.json`, `$XDG_CONFIG_HOME/code-executor/config.json`
(`~/.config` when that is unset). Comments and trailing commas are accepted; unknown keys are errors.

A file in the working directory can only narrow what the others and the environment say, and starts
nothing, until `code-executor trust` has recorded its path and its hash. The column *workspace* says
what such a file may do before that.

A value written `\"env:NAME\"` is read from the environment variable `NAME`. An environment variable
from the tables goes before every file. Relative paths are taken from the directory of the file that
names them.
";

const TAIL: &str = "
## Other environment variables

| variable | what it does |
|---|---|
";

/// The page, in Markdown.
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    part(&mut page, "", "top level", "");
    for (path, description) in SECTIONS {
        part(&mut page, path, path, description);
    }
    page.push_str(TAIL);
    for (name, description) in others() {
        let _ = writeln!(page, "| `{name}` | {description} |");
    }
    page
}

/// One section's table, if it has settings of its own.
fn part(page: &mut String, section: &str, title: &str, description: &str) {
    let settings: Vec<_> = SETTINGS.iter().filter(|setting| setting.split().0 == section).collect();
    if settings.is_empty() {
        return;
    }
    let _ = write!(page, "\n## {title}\n\n");
    if !description.is_empty() {
        let _ = write!(page, "{description}\n\n");
    }
    page.push_str(
        "| key | value | default | workspace | variable | what it is |\n|---|---|---|---|---|---|\n",
    );
    for setting in settings {
        row(page, setting);
    }
}

fn row(page: &mut String, setting: &Setting) {
    let description = setting.description;
    let _ = writeln!(
        page,
        "| `{}` | {} | {} | {} | {} | {description} |",
        setting.split().1,
        kind(setting.kind),
        fallback(setting.fallback),
        setting.workspace(),
        variables(setting),
    );
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Bool => "`true`, `false`".to_owned(),
        Kind::Integer(least, most) if least == most => format!("{least}"),
        Kind::Integer(least, most) => format!("{least} to {most}"),
        Kind::Choice(words) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Path => "path".to_owned(),
        Kind::Paths => "path, or a list of paths; `:` in a variable".to_owned(),
        Kind::Program => "program".to_owned(),
        Kind::Url => "URL".to_owned(),
        Kind::Issuers => "list of objects; JSON in a variable".to_owned(),
        Kind::List(separator) => format!("list, or `false`; `{separator}` in a variable"),
    }
}

fn fallback(fallback: Fallback) -> String {
    match fallback {
        Fallback::Bool(value) => format!("`{value}`"),
        Fallback::Integer(value) => format!("{value}"),
        Fallback::Word(word) => format!("`{word}`"),
        Fallback::Nothing => "`[]`".to_owned(),
        Fallback::Unset(words) => words.to_owned(),
    }
}

fn variables(setting: &Setting) -> String {
    let regular = setting.has_variable().then(|| env::variable(setting.path));
    let names = regular.into_iter().chain(setting.first_version_variable.map(str::to_owned));
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn others() -> [(&'static str, &'static str); 7] {
    [
        (env::CONFIG_PATH, "The configuration file, like `--config`."),
        (
            env::LOG,
            "What is logged to standard error: `error`, `warn` (default), `info`, `debug`, \
                    `trace`, or a filter such as `warn,upstream=debug`.",
        ),
        (env::LOG_FORMAT, "`text` (default) or `json`."),
        (env::NO_COLOR, "Set to anything: no colours."),
        (
            "CODE_EXECUTOR_INPUT_*",
            "Answers to the inputs of lists of servers: `CODE_EXECUTOR_INPUT_API_KEY` for \
             `${input:api-key}`.",
        ),
        (env::CODEX_HOME, "Where Codex keeps its list of servers, `~/.codex` when unset."),
        (
            env::NESTED,
            "Set by us for every server we start: a copy of us among them starts no \
                       server of its own.",
        ),
    ]
}
