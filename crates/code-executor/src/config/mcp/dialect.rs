//! Whose file it is, and where in it the servers stand. Each client has a key of its own for them.

use std::path::Path;

use crate::config::document::{Json, Member, Node, repeated};
use crate::config::error::{Problem, nearest};
use crate::config::mcp::entry::Entry;
use crate::config::mcp::question::{Question, questions};
use crate::config::mcp::reading::{Reading, entry};

/// The most servers one file may name.
const MAX_SERVERS: usize = 256;

/// Whose way of writing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Claude Code's, and that of most others.
    Agents,
    /// VS Code's.
    VsCode,
    /// Zed's.
    Zed,
    /// Codex's, in TOML.
    Codex,
}

impl Dialect {
    const ALL: [Self; 4] = [Self::Agents, Self::VsCode, Self::Zed, Self::Codex];

    /// The key under which the servers stand.
    pub fn key(self) -> &'static str {
        match self {
            Self::Agents => "mcpServers",
            Self::VsCode => "servers",
            Self::Zed => "context_servers",
            Self::Codex => "mcp_servers",
        }
    }
}

/// Whose file it is, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// It was written for us, or named to us.
    Ours,
    /// Another client's, which we came upon: what is switched off there stays off, and no servers in
    /// it is no error.
    Another,
}

/// What a file names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Named {
    /// The servers, in the order of the file.
    pub entries: Vec<Entry>,
    /// What has to be asked before some of them can be reached.
    pub questions: Vec<Question>,
}

/// Everything a file names for whoever works in `directory`. Values are never shown: they may be
/// secrets.
pub fn named(root: &Node, owner: Owner, directory: &Path) -> Result<Named, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut named = Named::default();
    let lists = lists(root, owner, directory).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    for List { path, dialect, members } in lists {
        for (member, first) in repeated(members) {
            let what = format!("the server `{}` is named twice", member.name);
            problems.push(
                Problem::at(&member.place, what).hint(format!("the first is on line {first}")),
            );
        }
        let reading = Reading { list: &path, dialect, owner };
        let read = |member| entry(reading, member, &mut problems);
        named.entries.extend(members.iter().filter_map(read));
    }
    named.questions = questions(root, &mut problems);
    if problems.is_empty() { Ok(named) } else { Err(problems) }
}

/// One object of a file in which servers stand.
struct List<'a> {
    path: String,
    dialect: Dialect,
    members: &'a [Member],
}

/// The objects in which servers stand, those that go first at the front. A file that is `{}` names
/// none; one that says other things is of a dialect nobody knows, or misspelt.
fn lists<'a>(root: &'a Node, owner: Owner, directory: &Path) -> Result<Vec<List<'a>>, Problem> {
    let Json::Object(members) = &root.value else {
        let what = format!("the file is {}; it must be an object with `mcpServers`", root.kind());
        return Err(Problem::at(&root.place, what));
    };
    let find = |dialect: &Dialect| {
        let member = members.iter().find(|member| member.name == dialect.key())?;
        Some((*dialect, member))
    };
    let mut found = Dialect::ALL.iter().filter_map(find);
    let first = found.next();
    if let (Some((_, first)), Some((_, second))) = (first, found.next()) {
        let what = format!("the file has both `{}` and `{}`", first.name, second.name);
        let hint =
            "a client reads one of the two: put all servers into that one, or into two files";
        return Err(Problem::at(&second.place, what).hint(hint));
    }
    let mut lists: Vec<_> = local(members, directory)?.into_iter().collect();
    match first {
        Some((dialect, member)) => lists.push(list(dialect.key().to_owned(), dialect, member)?),
        None if !lists.is_empty() || members.is_empty() || owner == Owner::Another => {}
        None => return Err(nothing(root, members)),
    }
    Ok(lists)
}

/// The servers that `~/.claude.json` has for one project alone.
fn local<'a>(members: &'a [Member], directory: &Path) -> Result<Option<List<'a>>, Problem> {
    let inside =
        |members: &'a [Member], name: &str| members.iter().find(|member| member.name == name);
    let of_project = inside(members, "projects").and_then(|projects| {
        let Json::Object(projects) = &projects.node.value else { return None };
        let project = inside(projects, directory.to_str()?)?;
        let Json::Object(project) = &project.node.value else { return None };
        inside(project, "mcpServers")
    });
    let path = || format!("projects.{}.mcpServers", directory.display());
    of_project.map(|member| list(path(), Dialect::Agents, member)).transpose()
}

fn list(path: String, dialect: Dialect, member: &Member) -> Result<List<'_>, Problem> {
    match &member.node.value {
        Json::Object(members) if members.len() <= MAX_SERVERS => {
            Ok(List { path, dialect, members })
        }
        Json::Object(members) => {
            let what =
                format!("`{path}` names {} servers; the limit is {MAX_SERVERS}", members.len());
            Err(Problem::at(&member.place, what))
        }
        _ => {
            let what = format!("`{path}` is {}; it must be an object", member.node.kind());
            Err(Problem::at(&member.node.place, what))
        }
    }
}

/// The problem with a file that has none of the keys.
fn nothing(root: &Node, members: &[Member]) -> Problem {
    let keys = Dialect::ALL.map(Dialect::key);
    let near =
        members.iter().find_map(|member| Some((member, nearest(&member.name, keys.into_iter())?)));
    let hint = match near {
        Some((member, key)) => format!("rename `{}` to `{key}`", member.name),
        None => {
            "other clients' keys are known as well: `servers`, `context_servers`, `mcp_servers`"
                .to_owned()
        }
    };
    Problem::at(&root.place, "the file has no `mcpServers`").hint(hint)
}
