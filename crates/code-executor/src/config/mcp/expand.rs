//! `${NAME}`, `${NAME:-default}`, `${env:NAME}` and `env:NAME` in the values of a `.mcp.json`.

use crate::config::env::Environment;

/// Fills in a value. The error names the variable that is missing and shows no value.
pub fn expand(text: &str, environment: &Environment) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((inside, after)) = after.split_once('}') else {
            return Err("a `${` has no `}`".to_owned());
        };
        filled.push_str(reference(inside, environment)?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Fills in a value that may also be `env:NAME` as a whole.
pub fn expand_value(text: &str, environment: &Environment) -> Result<String, String> {
    match text.strip_prefix("env:").filter(|name| is_name(name)) {
        Some(name) => reference(name, environment).map(str::to_owned),
        None => expand(text, environment),
    }
}

/// What stands for the text between `${` and `}`. As in a shell, `:-` also covers an empty value.
fn reference<'a>(inside: &'a str, environment: &'a Environment) -> Result<&'a str, String> {
    let (name, default) = match inside.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    let name = name.strip_prefix("env:").unwrap_or(name);
    if !is_name(name) {
        // What follows the first word may be a secret that was meant as a default.
        let known = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
        let first: String = inside.chars().take_while(known).take(64).collect();
        return Err(format!("`${{{first}…}}` is not a form this version fills in"));
    }
    match (environment.get(name), default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default),
        (None, None) if environment.is_set(name) => Ok(""),
        (None, None) => Err(format!("the environment variable {name} is not set")),
    }
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}
