//! `code-executor schema`: prints what is generated from the table of settings.

use std::io::{self, Write};

use crate::cli::{Exit, SchemaArguments};
use crate::config::reference;

/// Prints the JSON schema, or the reference page.
pub fn run(arguments: SchemaArguments, out: &mut impl Write) -> io::Result<Exit> {
    let text = if arguments.reference { reference::markdown() } else { reference::schema() };
    out.write_all(text.as_bytes())?;
    Ok(Exit::Success)
}
