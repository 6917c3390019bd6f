//! `envFile` of VS Code's dialect: more of a server's environment, a `NAME=value` on each line.

use std::path::Path;

use crate::config::document;
use crate::config::error::shown_path;

/// The most variables of one file.
const MAX_VARIABLES: usize = 1000;

/// The variables of a file. The errors show no value.
pub fn read(file: &Path) -> Result<Vec<(String, String)>, String> {
    let shown = shown_path(file);
    let bytes = document::read(file)
        .map_err(|problem| format!("its `envFile`: {}", problem.line()))?
        .ok_or_else(|| format!("its `envFile` {shown} does not exist"))?;
    let text =
        String::from_utf8(bytes).map_err(|_| format!("its `envFile` {shown} is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut variables = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let broken = || format!("line {} of its `envFile` {shown} is no NAME=value", index + 1);
        let (name, value) = line.split_once('=').ok_or_else(broken)?;
        let name = name.strip_prefix("export ").unwrap_or(name).trim();
        if name.is_empty() || name.contains(|it: char| it.is_whitespace() || it == '\0') {
            return Err(broken());
        }
        variables.push((name.to_owned(), value_of(value.trim()).ok_or_else(broken)?));
        if variables.len() > MAX_VARIABLES {
            return Err(format!("its `envFile` {shown} has more than {MAX_VARIABLES} variables"));
        }
    }
    Ok(variables)
}

/// A value as a shell would read it, without anything being filled in.
fn value_of(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix('\'') {
        return rest.split_once('\'').map(|(value, _)| value.to_owned());
    }
    let Some(rest) = text.strip_prefix('"') else {
        let end = text.find(" #").unwrap_or(text.len());
        return Some(text[..end].trim_end().to_owned()).filter(|value| !value.contains('\0'));
    };
    let mut value = String::new();
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return Some(value),
            '\\' => value.push(match characters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn variables(text: &str) -> Result<Vec<(String, String)>, String> {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("the.env");
        std::fs::write(&file, text).unwrap();
        read(&file).map_err(|error| error.replace(directory.path().to_str().unwrap(), ""))
    }

    #[test]
    fn lines_are_read_as_shells_read_them() {
        let text = "# a comment\n\nA=1\nexport B = two words # said\nC='a # b'\nD=\"x\\ny\"\nE=\n";
        let pairs = [("A", "1"), ("B", "two words"), ("C", "a # b"), ("D", "x\ny"), ("E", "")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(variables(text), Ok(pairs.to_vec()));
    }

    #[test]
    fn a_line_that_is_none_is_named_and_not_shown() {
        let told = "line 2 of its `envFile` /the.env is no NAME=value";
        assert_eq!(variables("A=1\nhunter2"), Err(told.to_owned()));
        assert_eq!(variables("A=1\nB=\"hunter2"), Err(told.to_owned()));
    }
}
