//! Programs that are read here and run by another engine: made the same module, checked for the same
//! patterns, with errors led back to the same lines.

use std::cell::OnceCell;

use types::{DangerousPatterns, Finding, ProgramError};

use crate::engine::quickjs::transpile::{self, PROGRAM_NAME, Positions, ValueFrom};
use crate::engine::quickjs::{errors, overflow};

/// How the engine that runs it knows the program.
const MODULE: &str = "file:///program/program.js";

/// A program that is ready to run.
pub struct Read {
    /// It.
    pub program: Program,
    /// Where its value comes from.
    pub value: &'static str,
    /// Dangerous patterns in it.
    pub findings: Vec<Finding>,
    /// What it imports by name: a specifier and a name each.
    pub imports: Vec<(String, String)>,
    /// All it imports from.
    pub modules: Vec<String>,
}

/// The text of a program, and what was made of it.
pub struct Program {
    source: String,
    code: String,
    positions: OnceCell<Option<Positions>>,
}

/// Touches once in a zygote what reading a program uses, and has one that is nested too deeply end its
/// reader with a code of its own.
pub fn prepare_to_transpile() -> Result<(), String> {
    overflow::install().map_err(|errno| format!("the stack overflow handler: {errno}"))?;
    let warmed = transpile::transpile(super::WARM_UP, DangerousPatterns::Warn);
    warmed.map(drop).map_err(|error| error.message)
}

/// Makes a program a module. What stands in the way is told as by the embedded engine.
pub fn read_program(source: String, patterns: DangerousPatterns) -> Result<Read, ProgramError> {
    let transpiled = overflow::while_parsing(|| transpile::transpile(&source, patterns));
    let transpiled = transpiled.map_err(|error| {
        errors::program_error("SyntaxError", &error.message, Some(&error.frame))
    })?;
    let value = match transpiled.value {
        ValueFrom::ExportDefault => "exportDefault",
        ValueFrom::LastExpression => "lastExpression",
        ValueFrom::Nothing => "nothing",
    };
    let named = transpiled.imports.into_iter().map(|import| (import.specifier, import.name));
    Ok(Read {
        value,
        findings: transpiled.findings,
        imports: named.collect(),
        modules: transpiled.modules,
        program: Program { source, code: transpiled.code, positions: OnceCell::new() },
    })
}

impl Program {
    /// The module.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Leads the places that an error names back to the user's text.
    pub fn place_back(&self, error: &mut ProgramError) {
        error.message = self.placed(&error.message);
        error.stack = error.stack.as_deref().map(|stack| self.placed(stack));
    }

    /// The same for places in a text, such as one that was printed.
    pub fn place_back_in(&self, text: String) -> String {
        if text.contains(MODULE) { self.placed(&text) } else { text }
    }

    fn placed(&self, text: &str) -> String {
        let mut parts = text.split(MODULE);
        let mut placed = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            placed.push_str(PROGRAM_NAME);
            match place(part) {
                Some((line, column, rest)) => {
                    let (line, column) = self.original(line, column).unwrap_or((line, column));
                    placed.push_str(&format!(":{line}:{column}{rest}"));
                }
                None => placed.push_str(part),
            }
        }
        placed
    }

    fn original(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        let positions = || Positions::of(&self.source, None);
        self.positions.get_or_init(positions).as_ref()?.exact(line, column)
    }
}

/// Line and column at the beginning of a text, as in `:3:14)`, and what follows.
fn place(text: &str) -> Option<(u32, u32, &str)> {
    let (line, rest) = number(text)?;
    let (column, rest) = number(rest)?;
    Some((line, column, rest))
}

fn number(text: &str) -> Option<(u32, &str)> {
    let text = text.strip_prefix(':')?;
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_an_error_are_those_of_the_text() {
        let source = "interface A { x: number }\n\n\nconst f = (a: A): number => a.x.y.z;\nf({})";
        let read = read_program(source.to_owned(), DangerousPatterns::Warn).unwrap();
        assert!(read.program.code().starts_with("const f"), "{}", read.program.code());
        let mut error = errors::program_error(
            "TypeError",
            "no y",
            Some(
                "    at f (file:///program/program.js:1:17)\n    at file:///program/program.js:2:16",
            ),
        );
        read.program.place_back(&mut error);
        let stack = error.stack.unwrap();
        assert!(stack.starts_with("    at f (program.ts:4:"), "{stack}");
        assert!(stack.contains("at program.ts:5:"), "{stack}");
    }

    #[test]
    fn what_is_imported_is_told() {
        let source = "import { a } from './servers/x'; import z from 'npm:zod'; \
                      export { b } from './servers/y'; a(z)";
        let read = read_program(source.to_owned(), DangerousPatterns::Off).unwrap();
        assert_eq!(read.imports, [("./servers/x".to_owned(), "a".to_owned())]);
        assert_eq!(read.modules, ["./servers/x", "npm:zod", "./servers/y"]);
    }
}
