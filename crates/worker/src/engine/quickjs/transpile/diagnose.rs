//! How a program that cannot run is told: what is wrong, where, and the line itself.

use oxc::allocator::Allocator;
use oxc::ast::ast::{RegExpLiteral, Statement};
use oxc::ast_visit::Visit;
use oxc::diagnostics::OxcDiagnostic;
use oxc::parser::Parser;
use oxc::semantic::SemanticBuilder;
use oxc::span::{GetSpan, SourceType, Span};

use crate::engine::quickjs::transpile::{PROGRAM_NAME, parse, parse_options};

/// A program that does not parse.
#[derive(Debug)]
pub struct SyntaxError {
    /// What is wrong, with line, column and the line itself.
    pub message: String,
    /// The position as a stack frame.
    pub frame: String,
}

/// Markdown around a program parses as empty template texts, and fails where nobody would look.
pub fn fenced(source: &str) -> Option<SyntaxError> {
    let begins = source.trim_start().starts_with("```");
    begins.then(|| {
        at(source, 0, "the program begins with a Markdown fence (```); send the code alone", "")
    })
}

/// The first mistake the parser found.
pub fn parser_error(source: &str, diagnostic: &OxcDiagnostic) -> SyntaxError {
    let offset = diagnostic.labels.iter().next().map_or(0, |label| label.offset() as usize);
    let mut message = diagnostic.message.to_string();
    if message.contains("not supported by Oxc") {
        message = "a namespace exports const, functions, classes and enums here, not let or var; \
                   use const"
            .into();
    } else if is_jsx(source) {
        message = "JSX is not supported; build text or objects instead".into();
    }
    let help = diagnostic.help.as_ref().map(|help| format!("\n  help: {help}"));
    at(source, offset, &message, &help.unwrap_or_default())
}

/// A program that is one by itself, but not as a part of a session.
pub fn unfit(source: &str) -> SyntaxError {
    engine_error(source, "", None, |_, _| None).unwrap_or_else(|| {
        at(source, 0, "the program cannot be run in a session; run it without one", "")
    })
}

/// Whether a source that does not parse would with JSX.
fn is_jsx(source: &str) -> bool {
    let allocator = Allocator::default();
    let kind = SourceType::tsx().with_module(true);
    let parsed = Parser::new(&allocator, source, kind).with_options(parse_options()).parse();
    source.contains('<') && parsed.diagnostics.is_empty()
}

/// A mistake that only the engine found, in its `words` and perhaps at a `place` (line and column,
/// from 1), told in terms of the user's text. `refused` says what is wrong with a regular
/// expression, if anything is.
pub fn engine_error(
    source: &str,
    words: &str,
    place: Option<(usize, usize)>,
    refused: impl Fn(&str, &str) -> Option<String>,
) -> Option<SyntaxError> {
    let allocator = Allocator::default();
    let program = parse(&allocator, source).ok()?;
    let checked = SemanticBuilder::new().with_check_syntax_error(true).build(&program);
    if let Some(diagnostic) = checked.diagnostics.into_iter().next() {
        return Some(parser_error(source, &diagnostic));
    }
    let mut expressions = RegularExpressions(Vec::new());
    expressions.visit_program(&program);
    for (span, pattern, flags) in expressions.0 {
        if let Some(reason) = refused(&pattern, &flags) {
            return Some(at(source, span.start as usize, &reason, ""));
        }
    }
    if let Some((line, column)) = place {
        let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let within = source.get(start..)?.char_indices().nth(column - 1).map_or(0, |(at, _)| at);
        return Some(at(source, start + within, words, ""));
    }
    let imported = program.body.iter().find(|statement| match statement {
        Statement::ImportDeclaration(import) => names(words, &import.source.value),
        Statement::ExportAllDeclaration(export) => names(words, &export.source.value),
        Statement::ExportFromDeclaration(export) => names(words, &export.source.value),
        _ => false,
    })?;
    Some(at(source, imported.span().start as usize, words, ""))
}

fn names(words: &str, module: &str) -> bool {
    words.contains(&format!("'{module}'"))
}

struct RegularExpressions(Vec<(Span, String, String)>);

impl<'a> Visit<'a> for RegularExpressions {
    fn visit_reg_exp_literal(&mut self, literal: &RegExpLiteral<'a>) {
        let pattern = literal.regex.pattern.text.to_string();
        self.0.push((literal.span, pattern, literal.regex.flags.to_string()));
    }
}

fn at(source: &str, offset: usize, message: &str, help: &str) -> SyntaxError {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().count() + 1;
    let text = source[line_start..].lines().next().unwrap_or("");
    let (shown, caret) = excerpt(text, column);
    SyntaxError {
        message: format!("{message} (line {line}, column {column})\n  {shown}\n  {caret}{help}"),
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
