//! What must hold for whatever a program declares: driven by the fuzzer (`cargo xtask fuzz`) and by
//! property tests, and in no build that ships. A broken property is a panic.

#[cfg(test)]
mod tests;

use crate::declaration::{Requirement, declared};
use crate::{MAX_BLOCK_BYTES, MAX_DEPENDENCIES, npm};

/// The longest message about a declaration, in bytes.
const MESSAGE: usize = 2 * 1024;

/// A program's text with its declaration, and each of its lines as a requirement.
pub fn declarations(data: &[u8]) {
    let Ok(source) = std::str::from_utf8(data) else { return };
    match declared(source) {
        Ok(None) => {}
        Ok(Some(declaration)) => {
            let dependencies = declaration.dependencies();
            assert!(dependencies.len() <= MAX_DEPENDENCIES && source.len() < MAX_BLOCK_BYTES * 64);
            assert!(dependencies.is_sorted(), "{dependencies:?}");
            dependencies.iter().for_each(requirement);
        }
        Err(error) => message(&error.to_string()),
    }
    imports(source);
    for line in source.lines().take(16) {
        match Requirement::parse(line) {
            Ok(parsed) => requirement(&parsed),
            Err(reason) => message(&reason),
        }
    }
}

/// A program's text with what it imports, and the text as a registry's document of a package.
fn imports(source: &str) {
    match npm::imports(source) {
        Ok(imports) => imports.all().for_each(specifier),
        Err(error) => message(&error.to_string()),
    }
    for line in source.lines().take(16) {
        let quoted = format!("import '{line}'");
        if let Ok(imports) = npm::imports(&quoted) {
            imports.all().for_each(specifier);
        }
    }
    npm::read_document(source.as_bytes());
}

/// A specifier is found again as itself, is one line, and names no address.
fn specifier(specifier: &npm::Specifier) {
    let shown = specifier.to_string();
    assert!(!shown.contains("://") && !shown.contains(|it: char| it.is_control()), "{shown:?}");
    assert!(!shown.contains(['"', '\'', '`', '\\']) && !shown.contains("/../"), "{shown:?}");
    let again =
        npm::imports(&format!("import '{shown}'")).map(|imports| imports.all().next().cloned());
    assert_eq!(again.ok().flatten().as_ref(), Some(specifier), "{shown}");
}

/// A requirement reads back as itself, is one line, and names no place to get it from.
fn requirement(requirement: &Requirement) {
    let shown = requirement.to_string();
    assert_eq!(Requirement::parse(&shown).as_ref(), Ok(requirement), "{shown}");
    assert!(!shown.contains(['\n', '\r', '\\', '#', '\0']), "{shown:?}");
    let named = shown.split(" ; ").next().unwrap_or_default();
    assert!(
        named.starts_with(|first: char| first.is_ascii_alphanumeric()),
        "{shown:?} is an option"
    );
    assert!(!named.contains(['@', '/', ':', ' ', '-']) || !named.contains("--"), "{shown:?}");
    assert!(!named.contains('@') && !named.contains('/') && !named.contains(':'), "{shown:?}");
}

fn message(text: &str) {
    assert!(text.len() <= MESSAGE, "{} bytes", text.len());
    assert!(!text.contains(|it: char| it.is_control()), "{text:?}");
}
