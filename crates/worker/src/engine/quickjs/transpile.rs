//! TypeScript to the JavaScript that the engine runs.
//!
//! `value` makes the program's value its default export, `repl` makes it one of a session,
//! `positions` and `calls` lead back to the user's own lines, `diagnose` tells what is wrong with a
//! program that cannot run.

mod calls;
mod diagnose;
mod plain;
mod positions;
mod repl;
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
use repl::Repl;
pub use repl::{Known, Rewritten};
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
    /// All it imports from.
    pub modules: Vec<String>,
    /// Whether it is of a session: then the code is no module, but a function of the session's two
    /// objects that gives the program as a function.
    pub is_of_session: bool,
    /// What of the code of such a program is its own.
    pub rewritten: Option<Rewritten>,
}

/// What a program is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A module of its own.
    Module,
    /// One of a session's programs, which may use what this one only imports.
    Session,
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
    let findings = findings(source, &program, patterns);
    let value = value::export(&allocator, &mut program);
    transform(&allocator, &mut program, source, Form::Module)?;
    let imports = imports(&program);
    let modules = modules(&program);
    let code = Codegen::new().build(&program).code;
    Ok(Transpiled {
        code,
        value,
        findings,
        imports,
        modules,
        is_of_session: false,
        rewritten: None,
    })
}

/// The same for a program of a session. `known` tells of names that it does not declare, and of those
/// that it does whether they were there before it.
pub fn transpile_in_session(
    source: &str,
    patterns: DangerousPatterns,
    known: &dyn Fn(&str) -> Known,
) -> Result<Transpiled, SyntaxError> {
    if let Some(error) = diagnose::fenced(source) {
        return Err(error);
    }
    let allocator = Allocator::default();
    let mut program = parse(&allocator, source)?;
    let findings = findings(source, &program, patterns);
    let written = repl::Written::of(&program);
    transform(&allocator, &mut program, source, Form::Session)?;
    let (imports, modules) = (imports(&program), Vec::new());
    let code = Codegen::new().build(&program).code;
    let Some(repl) = repl::rewrite(&code, &written, known) else {
        return Err(diagnose::unfit(source));
    };
    let Repl { code, rewritten, value } = repl;
    let rewritten = Some(rewritten);
    Ok(Transpiled { code, value, findings, imports, modules, is_of_session: true, rewritten })
}

fn findings(source: &str, program: &Program<'_>, patterns: DangerousPatterns) -> Vec<Finding> {
    match patterns {
        DangerousPatterns::Off => Vec::new(),
        DangerousPatterns::Warn | DangerousPatterns::Block => {
            advice::typescript::analyse(source, program)
        }
    }
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

/// All that is left of what a program imports from.
fn modules(program: &Program<'_>) -> Vec<String> {
    let source = |statement: &Statement<'_>| match statement {
        Statement::ImportDeclaration(import) => Some(import.source.value.to_string()),
        Statement::ExportFromDeclaration(export) => Some(export.source.value.to_string()),
        Statement::ExportAllDeclaration(export) => Some(export.source.value.to_string()),
        _ => None,
    };
    program.body.iter().filter_map(source).collect()
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
    form: Form,
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
    let transformed = Transformer::new(allocator, Path::new(PROGRAM_NAME), &options(form))
        .build_with_scoping(scoping, program);
    match transformed.diagnostics.into_iter().next() {
        None => Ok(()),
        Some(diagnostic) => Err(diagnose::parser_error(source, &diagnostic)),
    }
}

fn options(form: Form) -> TransformOptions {
    TransformOptions {
        typescript: TypeScriptOptions {
            allow_namespaces: true,
            only_remove_type_imports: form == Form::Session,
            ..TypeScriptOptions::default()
        },
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
