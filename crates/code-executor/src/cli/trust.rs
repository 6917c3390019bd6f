//! `code-executor trust`: looks at the files of the working directory, says what they do, and
//! records them.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::cli::render::{Rendered, visible};
use crate::cli::{Exit, TrustArguments};
use crate::config::lists::{self, List};
use crate::config::reference::Key;
use crate::config::sources::{CONFIG_NAME, File, MCP_NAME, hashed};
use crate::config::trust::{Lock, Store, hash};
use crate::config::{Error, Inputs, Problem, discovers, servers_of, shown_path, workspace_layer};

/// Trusts, lists or revokes, and says what it did.
pub fn run(arguments: TrustArguments, inputs: &Inputs) -> Result<(Rendered, Exit), Error> {
    let directory = inputs.state_directory().ok_or_else(|| {
        Problem::new("there is no place for the record of trusted files")
            .hint("set HOME or XDG_STATE_HOME")
    })?;
    if arguments.list {
        return Ok((list(&Store::read(&directory)?), Exit::Success));
    }
    let _lock = Lock::take(&directory)?;
    let store = Store::read(&directory)?;
    if arguments.revoke { revoke(store, inputs) } else { trust(store, inputs) }
}

fn list(store: &Store) -> Rendered {
    let mut text = String::new();
    for entry in store.entries() {
        let path = visible(&entry.path);
        let _ = writeln!(text, "{path}\n  sha256 {}, trusted {}", entry.sha256, entry.trusted_at);
    }
    if text.is_empty() {
        text.push_str("no file is trusted\n");
    }
    Rendered::out(text)
}

fn revoke(mut store: Store, inputs: &Inputs) -> Result<(Rendered, Exit), Error> {
    let directory = inputs.directory.canonicalize().unwrap_or_else(|_| inputs.directory.clone());
    let inside: Vec<PathBuf> = store
        .entries()
        .iter()
        .map(|entry| PathBuf::from(&entry.path))
        .filter(|path| lists::is_of_workspace(path, &directory))
        .collect();
    let mut text = String::new();
    for path in &inside {
        store.revoke(path);
        let _ = writeln!(text, "no longer trusted: {}", shown_path(path));
    }
    if inside.is_empty() {
        let _ = writeln!(text, "nothing in {} is trusted", shown_path(&directory));
    } else {
        store.save()?;
    }
    Ok((Rendered::out(text), Exit::Success))
}

fn trust(mut store: Store, inputs: &Inputs) -> Result<(Rendered, Exit), Error> {
    let mut text = String::new();
    let mut named = None;
    let mut found = 0;
    if let Some(file) = hashed(&inputs.directory.join(CONFIG_NAME), &store)? {
        let layer = workspace_layer(inputs, &file)?;
        let set = layer.iter().filter(|given| given.setting.key != Key::Version);
        let keys: Vec<_> = set.map(|given| given.setting.path).collect();
        head(&mut text, &file);
        if !keys.is_empty() {
            let _ = writeln!(text, "  sets {}", keys.join(", "));
        }
        named = layer.iter().find_map(|given| given.mcp_config_paths());
        store.trust(&file.path, &file.bytes)?;
        found += 1;
    }
    for path in lists::of_workspace(&inputs.directory, named, discovers(inputs)?) {
        let Some(file) = hashed(&path, &store)? else { continue };
        let list = List { owner: lists::owner_of(&file.path), file };
        head(&mut text, &list.file);
        servers(&mut text, &list, inputs)?;
        store.trust(&list.file.path, &list.file.bytes)?;
        found += 1;
    }
    if found == 0 {
        let directory = shown_path(&inputs.directory);
        let text =
            format!("nothing to trust: {directory} has no {CONFIG_NAME} and no {MCP_NAME}\n");
        return Ok((Rendered::err(text), Exit::Usage));
    }
    store.save()?;
    let _ = writeln!(text, "\nA file that changes has to be trusted again.");
    Ok((Rendered::out(text), Exit::Success))
}

fn head(text: &mut String, file: &File) {
    let _ = writeln!(text, "trusted {}", shown_path(&file.path));
    let _ = writeln!(text, "  sha256 {}", hash(&file.bytes));
}

/// What a list of servers starts or reaches, as it is written: no variable is filled in, none is
/// shown.
fn servers(text: &mut String, list: &List, inputs: &Inputs) -> Result<(), Error> {
    let (count, wanted) = servers_of(list, inputs)?;
    let _ = writeln!(text, "  may start or reach {} of {count} servers", wanted.len());
    for entry in wanted {
        let _ = writeln!(text, "    {}: {}", visible(&entry.name), visible(&entry.role.whole()));
    }
    Ok(())
}
