//! What a program's Deno knows of a package of npm: the versions that are there, and no others.
//!
//! It resolves anew with every program, import by import, where an installation resolved all imports
//! together: of the versions that fit it could choose another one than was installed.

#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

/// Where Deno keeps a package's document, beside a directory for each version that is there.
const DOCUMENT: &str = "registry.json";

/// Narrows a package's document, if this is one. One that cannot be is left as it is.
pub fn narrow(root: &Path, path: &Path) {
    let Some(folder) = path.parent().filter(|_| is_document(root, path)) else { return };
    let Ok(Value::Object(mut document)) =
        fs::read(path).map(|text| serde_json::from_slice(&text).unwrap_or_default())
    else {
        return;
    };
    let is_there = |version: &str| !version.contains('/') && folder.join(version).is_dir();
    let Some(Value::Object(versions)) = document.get_mut("versions") else { return };
    if !versions.keys().any(|version| is_there(version)) {
        // Nothing of it is for this machine, which its document says.
        return;
    }
    versions.retain(|version, _| is_there(version));
    if let Some(Value::Object(tags)) = document.get_mut("dist-tags") {
        tags.retain(|_, version| version.as_str().is_some_and(is_there));
    }
    write(path, document);
}

fn write(path: &Path, document: Map<String, Value>) {
    if let Ok(text) = serde_json::to_vec(&document) {
        let _ = fs::write(path, text);
    }
}

/// Whether this is `npm/<place>/<place>/<name>/registry.json`, or that of a name with a scope; a package
/// may have a file of that name itself.
fn is_document(root: &Path, path: &Path) -> bool {
    let Ok(below) = path.strip_prefix(root) else { return false };
    let parts: Vec<&str> = below.iter().filter_map(|part| part.to_str()).collect();
    match parts.as_slice() {
        ["npm", _, _, name, DOCUMENT] => !name.starts_with('@'),
        ["npm", _, _, scope, _, DOCUMENT] => scope.starts_with('@'),
        _ => false,
    }
}
