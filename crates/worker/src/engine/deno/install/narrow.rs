//! What a program's Deno knows of a package: the versions that are there, and no others.
//!
//! It resolves anew with every program, import by import, where an installation resolved all imports
//! together: of the versions that fit it could choose another one than was installed.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use wire::registry;

/// Where Deno keeps a package's document, beside a directory for each version that is there.
const DOCUMENT: &str = "registry.json";

/// The beginning of the last line of a file that Deno keeps of JSR, after which it says what it is.
const METADATA: &str = "\n// denoCacheMetadata=";

/// The largest document of JSR that is narrowed, in bytes.
const MAX_DOCUMENT: u64 = 8 << 20;

/// What Deno says of a file that it keeps.
#[derive(Deserialize)]
struct Metadata {
    url: String,
}

/// Narrows what is known of the packages of JSR below a `DENO_DIR`. What cannot be is left as it is.
pub fn narrow_modules(root: &Path) {
    let kept = documents(&root.join("remote"));
    for (url, path) in &kept {
        let Some(package) = url.strip_suffix("/meta.json") else { continue };
        let is_there = |version: &str| kept.contains_key(&format!("{package}/{version}_meta.json"));
        let Ok(text) = fs::read_to_string(path) else { continue };
        let Some((document, metadata)) = text.rsplit_once(METADATA) else { continue };
        let Ok(Value::Object(mut document)) = serde_json::from_str(document) else { continue };
        let Some(Value::Object(versions)) = document.get_mut("versions") else { continue };
        if !versions.keys().any(|version| is_there(version)) {
            continue;
        }
        versions.retain(|version, _| is_there(version));
        if document.get("latest").and_then(Value::as_str).is_some_and(|latest| !is_there(latest)) {
            document.insert("latest".to_owned(), Value::Null);
        }
        if let Ok(document) = serde_json::to_string(&document) {
            let _ = fs::write(path, format!("{document}{METADATA}{metadata}"));
        }
    }
}

/// The documents of packages of JSR, by their addresses.
fn documents(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file()
                && entry.metadata().is_ok_and(|metadata| metadata.len() <= MAX_DOCUMENT)
                && let Ok(text) = fs::read_to_string(&path)
                && let Some((_, metadata)) = text.rsplit_once(METADATA)
                && let Ok(Metadata { url }) = serde_json::from_str(metadata.trim_end())
                && let Some(below) = url.strip_prefix(registry::ADDRESS)
                && below.starts_with("/jsr/")
                && below.ends_with("meta.json")
            {
                found.insert(url, path);
            }
        }
    }
    found
}

/// Narrows the document of a package of npm, if this is one. One that cannot be is left as it is.
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
