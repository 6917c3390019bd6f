//! TypeScript to the JavaScript that the engine runs, with the program's value made its default
//! export, and positions mapped back to the user's own lines.

use std::path::{Path, PathBuf};

use oxc::allocator::{Allocator, TakeIn};
use oxc::ast::ast::{ExportDefaultDeclarationKind, Program, Statement};
use oxc::ast::builder::AstBuilder;
use oxc::codegen::{Codegen, CodegenOptions};
use oxc::diagnostics::OxcDiagnostic;
use oxc::parser::{ParseOptions, Parser};
use oxc::semantic::SemanticBuilder;
use oxc::span::{GetSpan, SourceType};
use oxc::transformer::{
    DecoratorOptions, ES2026Options, EnvOptions, HelperLoaderMode, HelperLoaderOptions,
    TransformOptions, Transformer, TypeScriptOptions,
};

/// The name of the user's program in messages and stacks.
pub const PROGRAM_NAME: &str = "program.ts";

/// What a program became.
#[derive(Debug)]
pub struct Transpiled {
    /// The JavaScript module.
    pub code: String,
    /// Where the default export comes from.
    pub value: ValueFrom,
}

/// Where a program's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueFrom {
    /// The program's own `export default`.
    ExportDefault,
    /// The last expression statement (or top-level `return`).
    LastExpression,
    /// The program has none.
    Nothing,
}

/// A program that does not parse.
#[derive(Debug)]
pub struct SyntaxError {
    /// What is wrong, with line, column and the line itself.
    pub message: String,
    /// The position as a stack frame.
    pub frame: String,
}

/// Turns a program into a module.
pub fn transpile(source: &str) -> Result<Transpiled, SyntaxError> {
    let allocator = Allocator::default();
    let mut program = parse(&allocator, source)?;
    let value = export_value(&allocator, &mut program);
    transform(&allocator, &mut program, source)?;
    let code = Codegen::new().build(&program).code;
    Ok(Transpiled { code, value })
}

/// Maps positions of the generated module to the user's program. Built on first use: only errors
/// need it.
pub struct Positions(Vec<Mapped>);

/// A generated position and the user's, all from 0; ordered by the generated one.
struct Mapped {
    generated: (u32, u32),
    original: (u32, u32),
}

impl Positions {
    /// Repeats the transpilation with a map.
    pub fn of(source: &str) -> Option<Self> {
        let allocator = Allocator::default();
        let mut program = parse(&allocator, source).ok()?;
        export_value(&allocator, &mut program);
        transform(&allocator, &mut program, source).ok()?;
        let options = CodegenOptions {
            source_map_path: Some(PathBuf::from(PROGRAM_NAME)),
            ..CodegenOptions::default()
        };
        let map = Codegen::new().with_options(options).build(&program).map?;
        let mapped = map.get_tokens().map(|token| Mapped {
            generated: (token.get_dst_line(), token.get_dst_col()),
            original: (token.get_src_line(), token.get_src_col()),
        });
        let mut positions: Vec<Mapped> = mapped.collect();
        positions.sort_by_key(|mapped| mapped.generated);
        Some(Self(positions))
    }

    /// The user's line and column (both from 1) for the engine's (both from 1).
    pub fn original(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        let wanted = (line.checked_sub(1)?, column.saturating_sub(1));
        let after = self.0.partition_point(|mapped| mapped.generated <= wanted);
        let found = self.0.get(after.checked_sub(1)?)?;
        // A position before the first token of its line belongs to that token.
        let found = match self.0.get(after) {
            Some(next) if found.generated.0 != wanted.0 && next.generated.0 == wanted.0 => next,
            _ => found,
        };
        Some((found.original.0 + 1, found.original.1 + 1))
    }
}

fn parse<'a>(allocator: &'a Allocator, source: &'a str) -> Result<Program<'a>, SyntaxError> {
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let kind = SourceType::ts().with_module(true);
    let parsed = Parser::new(allocator, source, kind).with_options(options).parse();
    match parsed.diagnostics.into_iter().next() {
        None => Ok(parsed.program),
        Some(diagnostic) => Err(syntax_error(source, &diagnostic)),
    }
}

/// Makes the last expression the default export, unless the program has its own.
fn export_value<'a>(allocator: &'a Allocator, program: &mut Program<'a>) -> ValueFrom {
    let exports =
        |statement: &Statement| matches!(statement, Statement::ExportDefaultDeclaration(_));
    if program.body.iter().any(exports) {
        return ValueFrom::ExportDefault;
    }
    while matches!(program.body.last(), Some(Statement::EmptyStatement(_))) {
        program.body.pop();
    }
    let builder = AstBuilder::new(allocator);
    let Some(last) = program.body.last_mut() else { return ValueFrom::Nothing };
    let span = last.span();
    let expression = match last {
        Statement::ExpressionStatement(statement) => Some(statement.expression.take_in(&allocator)),
        Statement::ReturnStatement(statement) => statement.argument.take(),
        _ => None,
    };
    let Some(expression) = expression else { return ValueFrom::Nothing };
    let declaration = ExportDefaultDeclarationKind::from(expression);
    *last = Statement::new_export_default_declaration(span, declaration, &builder);
    ValueFrom::LastExpression
}

fn transform<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    source: &str,
) -> Result<(), SyntaxError> {
    let semantic = SemanticBuilder::new().with_excess_capacity(2.0).with_enum_eval(true);
    let semantic = semantic.build(program);
    if let Some(diagnostic) = semantic.diagnostics.into_iter().next() {
        return Err(syntax_error(source, &diagnostic));
    }
    let scoping = semantic.semantic.into_scoping();
    let transformed = Transformer::new(allocator, Path::new(PROGRAM_NAME), &options())
        .build_with_scoping(scoping, program);
    match transformed.diagnostics.into_iter().next() {
        None => Ok(()),
        Some(diagnostic) => Err(syntax_error(source, &diagnostic)),
    }
}

fn options() -> TransformOptions {
    TransformOptions {
        typescript: TypeScriptOptions { allow_namespaces: true, ..TypeScriptOptions::default() },
        decorator: DecoratorOptions { legacy: true, ..DecoratorOptions::default() },
        // The engine has everything up to ES2025 but explicit resource management.
        env: EnvOptions {
            es2026: ES2026Options { explicit_resource_management: true },
            ..EnvOptions::default()
        },
        helper_loader: HelperLoaderOptions {
            mode: HelperLoaderMode::External,
            ..HelperLoaderOptions::default()
        },
        ..TransformOptions::default()
    }
}

fn syntax_error(source: &str, diagnostic: &OxcDiagnostic) -> SyntaxError {
    let offset = diagnostic.labels.iter().next().map_or(0, |label| label.offset() as usize);
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().count() + 1;
    let text = source[line_start..].lines().next().unwrap_or("");
    let help = diagnostic.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
    let (shown, caret) = excerpt(text, column);
    SyntaxError {
        message: format!(
            "{} (line {line}, column {column})\n  {shown}\n  {caret}{help}",
            diagnostic.message
        ),
        frame: format!("    at {PROGRAM_NAME}:{line}:{column}"),
    }
}

/// At most 100 characters of a line around a column, and a caret under it.
fn excerpt(text: &str, column: usize) -> (String, String) {
    const WIDTH: usize = 100;
    let first = (column - 1).saturating_sub(WIDTH / 2);
    let shown: String = text.chars().skip(first).take(WIDTH).collect();
    (shown.replace('\t', " "), format!("{}^", " ".repeat(column - 1 - first)))
}

#[cfg(test)]
mod tests;
