//! What one source says about the settings: a file, or the environment. Everything wrong with it is
//! collected, nothing stops at the first problem.

use std::path::{Path, PathBuf};

use crate::config::document::{self, Json, Member, Node, repeated};
use crate::config::env::Environment;
use crate::config::error::{Place, Problem, nearest};
use crate::config::issuers;
use crate::config::reference::{Key, Kind, SECTIONS, SETTINGS, Setting, Value};

/// The most entries a list may have.
const MAX_LIST: usize = 1000;

/// One value that a source gives.
#[derive(Debug, Clone)]
pub struct Given {
    /// Of what.
    pub setting: &'static Setting,
    /// The value.
    pub value: Value,
    /// From where.
    pub origin: Origin,
}

impl Given {
    /// The paths, if this is where the servers are named.
    pub fn mcp_config_paths(&self) -> Option<Vec<PathBuf>> {
        match (&self.value, self.setting.key) {
            (Value::List(paths), Key::McpConfigPath) => {
                Some(paths.iter().map(PathBuf::from).collect())
            }
            _ => None,
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Fallback,
    /// A file.
    File(Place),
    /// An environment variable.
    Variable(String),
}

/// Reads layers: what a source's words refer to.
pub struct Reader<'a> {
    /// Answers `env:NAME`.
    pub environment: &'a Environment,
    /// What `~/` stands for.
    pub home: Option<PathBuf>,
}

impl Reader<'_> {
    /// What a file says.
    pub fn file(&self, root: &Node, problems: &mut Vec<Problem>) -> Vec<Given> {
        let mut given = Vec::new();
        let base = root.place.file.parent().map(Path::to_path_buf).unwrap_or_default();
        self.section("", root, &base, &mut given, problems);
        given
    }

    /// What the environment says. Relative paths are taken from `directory`.
    pub fn environment(&self, directory: &Path, problems: &mut Vec<Problem>) -> Vec<Given> {
        let mut given = Vec::new();
        for setting in SETTINGS {
            let Some((name, text)) = self.environment.of_setting(setting) else { continue };
            match self.text(setting.kind, text, directory) {
                Some(value) => given.push(Given { setting, value, origin: Origin::Variable(name) }),
                None => problems.push(Problem::in_variable(
                    &name,
                    format!("it sets `{}`, which {}", setting.path, bounds(setting)),
                )),
            }
        }
        given
    }

    fn section(
        &self,
        path: &str,
        node: &Node,
        base: &Path,
        given: &mut Vec<Given>,
        problems: &mut Vec<Problem>,
    ) {
        let Json::Object(members) = &node.value else {
            let name = if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") };
            let what = format!("{name} is {}; it must be an object", node.describe());
            problems.push(Problem::at(&node.place, what));
            return;
        };
        for (member, first) in repeated(members) {
            let what = format!("`{}` is given twice", join(path, &member.name));
            problems.push(
                Problem::at(&member.place, what).hint(format!("the first is on line {first}")),
            );
        }
        for member in members {
            let inner = join(path, &member.name);
            if let Some(setting) = SETTINGS.iter().find(|setting| setting.path == inner) {
                match self.value(setting, &member.node, base) {
                    Ok(value) => {
                        let origin = Origin::File(member.place.clone());
                        given.push(Given { setting, value, origin });
                    }
                    Err(problem) => problems.push(problem),
                }
            } else if SECTIONS.iter().any(|(section, _)| *section == inner) {
                self.section(&inner, &member.node, base, given, problems);
            } else if inner != "$schema" {
                problems.push(unknown(path, member));
            }
        }
    }

    /// The value of a setting in a file.
    fn value(&self, setting: &Setting, node: &Node, base: &Path) -> Result<Value, Problem> {
        let wrong = || {
            let what = format!("`{}` is {}; it {}", setting.path, node.describe(), bounds(setting));
            let hint = match (&node.value, setting.kind) {
                (Json::Text(text), Kind::Choice(words)) => did_you_mean(text, words),
                _ => None,
            };
            Problem::at(&node.place, what).maybe_hint(hint)
        };
        match (&node.value, setting.kind) {
            (Json::Text(text), _) if text.starts_with("env:") => {
                let (name, text) = self.reference(setting, text, node)?;
                self.text(setting.kind, text, base).ok_or_else(|| {
                    let what = format!(
                        "`{}` reads the environment variable {name}, whose value {}",
                        setting.path,
                        bounds(setting),
                    );
                    Problem::at(&node.place, what)
                })
            }
            (Json::Bool(value), Kind::Bool) => Ok(Value::Bool(*value)),
            (Json::Number(text), Kind::Integer(..)) => {
                self.text(setting.kind, text, base).ok_or_else(wrong)
            }
            (Json::Text(text), Kind::Choice(_) | Kind::Path | Kind::Program | Kind::Url) => {
                self.text(setting.kind, text, base).ok_or_else(wrong)
            }
            (Json::Text(text), Kind::Paths) => {
                let path = self.path(text, base).ok_or_else(wrong)?;
                Ok(Value::List(vec![path]))
            }
            (Json::List(items), Kind::Paths) if items.len() <= MAX_LIST => items
                .iter()
                .map(|item| {
                    let text = self.item(setting, item)?;
                    self.path(&text, base).ok_or_else(wrong)
                })
                .collect::<Result<_, _>>()
                .map(Value::List),
            (_, Kind::Issuers) => {
                issuers::read(node, &|name| self.environment.get(name)).map(Value::Issuers)
            }
            (Json::Bool(false), Kind::List(_)) => Ok(Value::List(Vec::new())),
            (Json::List(items), Kind::List(_)) if items.len() <= MAX_LIST => items
                .iter()
                .map(|item| self.item(setting, item))
                .collect::<Result<_, _>>()
                .map(Value::List),
            _ => Err(wrong()),
        }
    }

    /// One entry of a list in a file.
    fn item(&self, setting: &Setting, node: &Node) -> Result<String, Problem> {
        match &node.value {
            Json::Text(text) if text.starts_with("env:") => {
                self.reference(setting, text, node).map(|(_, text)| text.to_owned())
            }
            Json::Text(text) if !text.is_empty() => Ok(text.clone()),
            _ => {
                let path = setting.path;
                let what =
                    format!("an entry of `{path}` is {}; it must be a string", node.describe());
                Err(Problem::at(&node.place, what))
            }
        }
    }

    /// What `env:NAME` stands for.
    fn reference<'a>(
        &'a self,
        setting: &Setting,
        text: &'a str,
        node: &Node,
    ) -> Result<(&'a str, &'a str), Problem> {
        let name = text.trim_start_matches("env:");
        match self.environment.get(name) {
            Some(value) => Ok((name, value)),
            None => {
                let path = setting.path;
                let what =
                    format!("`{path}` reads the environment variable {name}, which is not set");
                Err(Problem::at(&node.place, what).hint("set it, or write the value itself"))
            }
        }
    }

    /// A path as an absolute one.
    fn path(&self, text: &str, base: &Path) -> Option<String> {
        let is_path = !text.is_empty() && !text.contains('\0');
        let path = is_path.then(|| resolve(text, base, self.home.as_deref()))?;
        path.into_os_string().into_string().ok()
    }

    /// A value written as text: a variable's, a number's or a string's.
    fn text(&self, kind: Kind, text: &str, base: &Path) -> Option<Value> {
        match kind {
            Kind::Bool => match text {
                "true" | "1" => Some(Value::Bool(true)),
                "false" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            Kind::Integer(least, most) => {
                let number = text.parse().ok()?;
                (least..=most).contains(&number).then_some(Value::Integer(number))
            }
            Kind::Choice(words) => words.contains(&text).then(|| Value::Text(text.to_owned())),
            Kind::Path => self.path(text, base).map(Value::Text),
            Kind::Paths => {
                let paths = text.split(':').filter(|path| !path.is_empty());
                let paths: Option<Vec<_>> =
                    paths.take(MAX_LIST + 1).map(|path| self.path(path, base)).collect();
                paths.filter(|paths| (1..=MAX_LIST).contains(&paths.len())).map(Value::List)
            }
            Kind::Program | Kind::Url => (!text.is_empty()).then(|| Value::Text(text.to_owned())),
            Kind::Issuers => {
                let node = document::parse(Path::new("a variable"), text.as_bytes()).ok()?;
                issuers::read(&node, &|_| None).ok().map(Value::Issuers)
            }
            Kind::List(_) if text == "false" => Some(Value::List(Vec::new())),
            Kind::List(separator) => {
                let items = text.split(separator).filter(|item| !item.is_empty());
                let items: Vec<_> = items.take(MAX_LIST + 1).map(str::to_owned).collect();
                (items.len() <= MAX_LIST).then_some(Value::List(items))
            }
        }
    }
}

/// A path as written, made absolute: `~/` is the home directory, anything relative is from `base`.
pub fn resolve(text: &str, base: &Path, home: Option<&Path>) -> PathBuf {
    let path = match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => base.join(text),
    };
    path.components().collect()
}

fn join(section: &str, name: &str) -> String {
    if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") }
}

/// What a setting's value must be.
fn bounds(setting: &Setting) -> String {
    match setting.kind {
        Kind::Bool => "must be true or false".to_owned(),
        Kind::Integer(least, most) if least == most => format!("must be {least}"),
        Kind::Integer(least, most) => format!("must be a whole number from {least} to {most}"),
        Kind::Choice(words) => format!("must be one of {}", words.join(", ")),
        Kind::Path => "must be a path".to_owned(),
        Kind::Paths => format!("must be a path, or a list of at most {MAX_LIST} paths"),
        Kind::Program => "must be the name or the path of a program".to_owned(),
        Kind::Url => "must be a URL".to_owned(),
        Kind::Issuers => "must be a list of issuers; a variable holds it as JSON".to_owned(),
        Kind::List(_) => format!("must be a list of at most {MAX_LIST} strings, or false"),
    }
}

fn did_you_mean(given: &str, words: &[&str]) -> Option<String> {
    nearest(given, words.iter().copied()).map(|word| format!("did you mean `{word}`?"))
}

/// A key that nobody knows: its nearest neighbour in the section, or its namesake in another.
fn unknown(section: &str, member: &Member) -> Problem {
    let inner = join(section, &member.name);
    let problem = Problem::at(&member.place, format!("unknown key `{inner}`"));
    let siblings = names_in(section);
    if let Some(name) = nearest(&member.name, siblings.iter().copied()) {
        return problem.hint(format!("did you mean `{name}`?"));
    }
    let paths = || {
        SETTINGS.iter().map(|setting| setting.path).chain(SECTIONS.iter().map(|(path, _)| *path))
    };
    let namesake = paths().find(|path| path.rsplit('.').next() == Some(member.name.as_str()));
    match namesake.or_else(|| nearest(&inner, paths())) {
        Some(path) => problem.hint(format!("did you mean `{path}`?")),
        None => problem.hint(format!("known here: {}", siblings.join(", "))),
    }
}

/// The names that may stand in a section.
fn names_in(section: &str) -> Vec<&'static str> {
    let settings = SETTINGS.iter().map(|setting| setting.path);
    let paths = settings.chain(SECTIONS.iter().map(|(path, _)| *path));
    paths
        .map(|path| path.rsplit_once('.').unwrap_or(("", path)))
        .filter(|(parent, _)| *parent == section)
        .map(|(_, name)| name)
        .collect()
}
