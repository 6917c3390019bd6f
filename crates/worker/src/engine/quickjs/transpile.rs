//! TypeScript to the JavaScript that the engine runs.
//!
//! `value` makes the program's value its default export, `positions` and `calls` lead back to the
//! user's own lines, `diagnose` tells what is wrong with a program that cannot run.

mod calls;
mod diagnose;
mod plain;
mod positions;
mod value;

use std::path::Path;

use oxc::allocator::Allocator;
use oxc::ast::ast::{ImportDeclarationSpecifier, Program, Statement};
use oxc::codegen::Codegen;
use oxc::parser::{ParseOptions, Parser};
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;
use oxc::transformer::{
    DecoratorOptions, HelperLoaderMode, HelperLoaderOptions, TransformOptions, Transformer,
    TypeScriptOptions,
};

use types::{DangerousPatterns, Finding};

use crate::advice;

pub use diagnose::{SyntaxError, engine_error};
pub use positions::Positions;
pub use value::ValueFrom;

/// The name of the user's program in messages and stacks.
pub const PROGRAM_NAME: &str = "program.ts";

/// What a program became.
#[derive(Debug)]
pub struct Transpiled {
    /// The JavaScript module.
    pub code: String,
    /// Where the default export comes from.
    pub value: ValueFrom,
    /// Dangerous patterns in the program.
    pub findings: Vec<Finding>,
    /// What it imports by name.
    pub imports: Vec<Import>,
}

/// A name that a program imports.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    /// The module it is imported from, as written.
    pub specifier: String,
    /// What it is called there.
    pub name: String,
}

/// Turns a program into a module, and looks for dangerous patterns in it where that is asked for.
pub fn transpile(source: &str, patterns: DangerousPatterns) -> Result<Transpiled, SyntaxError> {
    if let Some(error) = diagnose::fenced(source) {
        return Err(error);
    }
    let allocator = Allocator::default();
    let mut program = parse(&allocator, source)?;
    let findings = match patterns {
        DangerousPatterns::Off => Vec::new(),
        DangerousPatterns::Warn | DangerousPatterns::Block => {
            advice::typescript::analyse(source, &program)
        }
    };
    let value = value::export(&allocator, &mut program);
    transform(&allocator, &mut program, source)?;
    let imports = imports(&program);
    let code = Codegen::new().build(&program).code;
    Ok(Transpiled { code, value, findings, imports })
}

/// What is left of a program's imports by name.
fn imports(program: &Program<'_>) -> Vec<Import> {
    let mut imports = Vec::new();
    for statement in &program.body {
        let Statement::ImportDeclaration(import) = statement else { continue };
        for named in import.specifiers.iter().flatten() {
            if let ImportDeclarationSpecifier::ImportSpecifier(named) = named {
                let name = named.imported.name().to_string();
                if name != "default" {
                    let specifier = import.source.value.to_string();
                    imports.push(Import { specifier, name });
                }
            }
        }
    }
    imports
}

/// Whether a text is TypeScript, as far as a parser can say.
#[cfg(any(test, fuzzing))]
pub fn parses(source: &str) -> bool {
    parse(&Allocator::default(), source).is_ok()
}

fn parse_options() -> ParseOptions {
    ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() }
}

fn parse<'a>(allocator: &'a Allocator, source: &'a str) -> Result<Program<'a>, SyntaxError> {
    let kind = SourceType::ts().with_module(true);
    let parsed = Parser::new(allocator, source, kind).with_options(parse_options()).parse();
    match parsed.diagnostics.into_iter().next() {
        None => Ok(parsed.program),
        Some(diagnostic) => Err(diagnose::parser_error(source, &diagnostic)),
    }
}

fn transform<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    source: &str,
) -> Result<(), SyntaxError> {
    if plain::is_javascript(program) {
        return Ok(());
    }
    let semantic = SemanticBuilder::new().with_excess_capacity(2.0).with_enum_eval(true);
    let semantic = semantic.build(program);
    if let Some(diagnostic) = semantic.diagnostics.into_iter().next() {
        return Err(diagnose::parser_error(source, &diagnostic));
    }
    let scoping = semantic.semantic.into_scoping();
    let transformed = Transformer::new(allocator, Path::new(PROGRAM_NAME), &options())
        .build_with_scoping(scoping, program);
    match transformed.diagnostics.into_iter().next() {
        None => Ok(()),
        Some(diagnostic) => Err(diagnose::parser_error(source, &diagnostic)),
    }
}

fn options() -> TransformOptions {
    TransformOptions {
        typescript: TypeScriptOptions { allow_namespaces: true, ..TypeScriptOptions::default() },
        decorator: DecoratorOptions { legacy: true, ..DecoratorOptions::default() },
        // The engine has everything up to ES2026, explicit resource management included.
        helper_loader: HelperLoaderOptions {
            mode: HelperLoaderMode::External,
            ..HelperLoaderOptions::default()
        },
        ..TransformOptions::default()
    }
}

#[cfg(test)]
mod tests;
