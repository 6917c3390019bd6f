//! The calls of the generated module, found by the place the engine gives for them.
//!
//! The engine's place for a call is that of the last token with a place before it, which is often
//! in the arguments, and a token's place is where the last space ended or the last name began
//! before it. This walks the module in the order in which the engine emits places, notes for every
//! call which place it will have, and so leads from there back to what was called.

use std::collections::HashMap;

use oxc::allocator::Allocator;
use oxc::ast::ast::{
    Argument, ArrowFunctionExpression, BinaryExpression, CallExpression, Expression,
    ExpressionStatement, Function, IdentifierReference, NewExpression, StaticBlock,
    TaggedTemplateExpression, ThrowStatement,
};
use oxc::ast_visit::{Visit, walk};
use oxc::parser::{ParseOptions, Parser};
use oxc::semantic::ScopeFlags;
use oxc::span::{GetSpan, SourceType, Span};

use super::Rewritten;

/// The longest callee that is told, in bytes.
const LONGEST: usize = 60;

/// A call or a construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What is called, as it is written; empty when that is long.
    pub callee: String,
    /// The last name of the callee; empty when it has none.
    pub name: String,
    /// Whether it stands after `new`.
    pub is_new: bool,
    /// The offset at which a person would point.
    pub at: u32,
}

/// Calls by the offset that the engine gives for them, inner ones first.
#[derive(Debug, Default)]
pub struct Calls(HashMap<u32, Vec<Call>>);

impl Calls {
    /// Walks a generated module.
    pub fn of(code: &str) -> Self {
        Self::walked(code, None)
    }

    /// Walks what a generated module was rewritten to; callees are told as they stood in it.
    pub fn of_rewritten(rewritten: &Rewritten, code: &str) -> Self {
        Self::walked(&rewritten.code, Some((rewritten, code)))
    }

    fn walked(code: &str, original: Option<(&Rewritten, &str)>) -> Self {
        let allocator = Allocator::default();
        let options =
            ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
        let parsed = Parser::new(&allocator, code, SourceType::mjs()).with_options(options).parse();
        let mut walker = Walker { code, original, last: 0, calls: Self::default() };
        walker.visit_program(&parsed.program);
        walker.calls
    }

    /// The calls that the engine places at an offset.
    pub fn at(&self, offset: u32) -> &[Call] {
        self.0.get(&offset).map_or(&[], Vec::as_slice)
    }
}

/// Where the engine says that a token is which begins at `offset`.
fn marked(code: &str, offset: u32) -> u32 {
    let bytes = code.as_bytes();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let begins = |at: usize| bytes.get(at).is_some_and(|&b| is_name(b) && !b.is_ascii_digit());
    let mut at = offset as usize;
    if begins(at) {
        return offset;
    }
    while let Some(&before) = at.checked_sub(1).and_then(|before| bytes.get(before)) {
        if before.is_ascii_whitespace() {
            break;
        }
        at -= 1;
        if is_name(before) {
            while at > 0 && is_name(bytes[at - 1]) {
                at -= 1;
            }
            if begins(at) {
                break;
            }
        }
    }
    u32::try_from(at).unwrap_or(offset)
}

fn is_name(text: &str) -> bool {
    text.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '$'))
}

struct Walker<'c> {
    code: &'c str,
    /// How the code came to be, and from what, when it was rewritten.
    original: Option<(&'c Rewritten, &'c str)>,
    /// The offset of the last token with a place, in the function that is walked.
    last: u32,
    calls: Calls,
}

impl Walker<'_> {
    fn note(&mut self, callee: &Expression<'_>, is_new: bool, start: u32) {
        let span = callee.span();
        let text = self.text(span);
        let (name, at) = match callee {
            // How a name of the session is called.
            Expression::ParenthesizedExpression(_) if self.original.is_some() && is_name(text) => {
                (text.to_owned(), span.start)
            }
            Expression::Identifier(it) => (it.name.to_string(), it.span.start),
            Expression::StaticMemberExpression(it) => {
                (it.property.name.to_string(), it.property.span.start)
            }
            Expression::PrivateFieldExpression(it) => {
                (format!("#{}", it.field.name), it.field.span.start)
            }
            Expression::Super(_) => ("super".into(), span.start),
            _ => (String::new(), span.start),
        };
        let plain = text.len() <= LONGEST && !text.contains(['\n', '(', '{']);
        let callee = match (plain, name.is_empty()) {
            (true, _) => text.to_owned(),
            (false, false) if text.len() > name.len() => format!("(...).{name}"),
            _ => String::new(),
        };
        let at = if is_new { start } else { at };
        let key = marked(self.code, self.last);
        self.calls.0.entry(key).or_default().push(Call { callee, name, is_new, at });
    }

    /// A stretch of the code as it was written.
    fn text(&self, span: Span) -> &str {
        let (code, span) = match self.original {
            None => (self.code, span),
            Some((rewritten, code)) => (code, rewritten.original_span(span)),
        };
        code.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// A function's places are its own.
    fn apart(&mut self, walk: impl FnOnce(&mut Self)) {
        let last = self.last;
        walk(self);
        self.last = last;
    }

    fn arguments(&mut self, arguments: &[Argument<'_>], end: u32) {
        // The engine is past the opening parenthesis when it notes the place.
        self.last = arguments.first().map_or(end.saturating_sub(1), |first| first.span().start);
    }
}

impl<'a> Visit<'a> for Walker<'_> {
    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        self.last = it.span.start;
        walk::walk_expression_statement(self, it);
    }

    fn visit_throw_statement(&mut self, it: &ThrowStatement<'a>) {
        self.last = it.argument.span().start;
        walk::walk_throw_statement(self, it);
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.last = it.span.start;
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        self.visit_expression(&it.left);
        self.last = it.right.span().start;
        self.visit_expression(&it.right);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.visit_expression(&it.callee);
        if !matches!(it.callee, Expression::Super(_)) {
            self.arguments(&it.arguments, it.span.end);
        }
        self.visit_arguments(&it.arguments);
        self.note(&it.callee, false, it.span.start);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        self.last = it.callee.span().start;
        self.visit_expression(&it.callee);
        self.visit_arguments(&it.arguments);
        self.note(&it.callee, true, it.span.start);
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        self.visit_expression(&it.tag);
        self.last = it.quasi.span.start;
        self.visit_template_literal(&it.quasi);
        self.note(&it.tag, false, it.span.start);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.apart(|walker| walk::walk_function(walker, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.apart(|walker| walk::walk_arrow_function_expression(walker, it));
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        self.apart(|walker| walk::walk_static_block(walker, it));
    }
}
