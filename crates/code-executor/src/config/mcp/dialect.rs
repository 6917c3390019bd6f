//! Where the servers stand in a file.

use crate::config::document::{Json, Member, Node, repeated};
use crate::config::error::{Problem, nearest};
use crate::config::mcp::entry::{Entry, entry};

/// The most servers one file may name.
const MAX_SERVERS: usize = 256;

/// Every server a file names, in its order. Values are never shown: they may be secrets.
pub fn entries(root: &Node) -> Result<Vec<Entry>, Vec<Problem>> {
    let mut problems = Vec::new();
    let entries = servers_of(root)
        .map(|members| {
            for (member, first) in repeated(members) {
                let what = format!("the server `{}` is named twice", member.name);
                problems.push(
                    Problem::at(&member.place, what).hint(format!("the first is on line {first}")),
                );
            }
            let read = |member| entry("mcpServers", member, &mut problems);
            members.iter().filter_map(read).collect()
        })
        .unwrap_or_else(|problem| {
            problems.push(problem);
            Vec::new()
        });
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

/// The members of `mcpServers`. A file that is `{}` names no servers; one that says other things
/// and not this is of another dialect, or misspelt.
fn servers_of(root: &Node) -> Result<&[Member], Problem> {
    let Json::Object(members) = &root.value else {
        let what = format!("the file is {}; it must be an object with `mcpServers`", root.kind());
        return Err(Problem::at(&root.place, what));
    };
    let Some(servers) = members.iter().find(|member| member.name == "mcpServers") else {
        if members.is_empty() {
            return Ok(&[]);
        }
        let near = members.iter().find(|member| {
            member.name == "servers" || nearest(&member.name, ["mcpServers"].into_iter()).is_some()
        });
        let hint = near.map(|member| format!("rename `{}` to `mcpServers`", member.name));
        return Err(Problem::at(&root.place, "the file has no `mcpServers`").maybe_hint(hint));
    };
    match &servers.node.value {
        Json::Object(members) if members.len() <= MAX_SERVERS => Ok(members),
        Json::Object(members) => {
            let what =
                format!("`mcpServers` names {} servers; the limit is {MAX_SERVERS}", members.len());
            Err(Problem::at(&servers.place, what))
        }
        _ => {
            let what = format!("`mcpServers` is {}; it must be an object", servers.node.kind());
            Err(Problem::at(&servers.node.place, what))
        }
    }
}
