//! Makes a program's value its default export.

use oxc::allocator::{Allocator, Box, TakeIn, Vec};
use oxc::ast::ast::{
    ArrowFunctionBody, ExportDefaultDeclarationKind, Expression, FormalParameterKind,
    FormalParameters, Program, ReturnStatement, Statement,
};
use oxc::ast::builder::AstBuilder;
use oxc::ast_visit::{Visit, walk};
use oxc::span::{GetSpan, SPAN};

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

/// Makes the last expression, or what a top-level `return` gives, the default export, unless the
/// program has its own.
pub fn export<'a>(allocator: &'a Allocator, program: &mut Program<'a>) -> ValueFrom {
    let exports =
        |statement: &Statement| matches!(statement, Statement::ExportDefaultDeclaration(_));
    if program.body.iter().any(exports) {
        return ValueFrom::ExportDefault;
    }
    while matches!(program.body.last(), Some(Statement::EmptyStatement(_))) {
        program.body.pop();
    }
    if returns_early(program) {
        wrap(allocator, program);
        return ValueFrom::LastExpression;
    }
    let builder = AstBuilder::new(allocator);
    if program.body.is_empty() {
        // A program that is one string parses as a directive.
        let text = program.directives.pop().filter(|text| text.directive != "use strict");
        let Some(text) = text else { return ValueFrom::Nothing };
        let value = Expression::StringLiteral(Box::new_in(text.expression, &allocator));
        program.body.push(Statement::new_expression_statement(text.span, value, &builder));
    }
    let Some(last) = program.body.last_mut() else { return ValueFrom::Nothing };
    let span = last.span();
    let Some(expression) = take_value(allocator, last) else { return ValueFrom::Nothing };
    let declaration = ExportDefaultDeclarationKind::from(expression);
    *last = Statement::new_export_default_declaration(span, declaration, &builder);
    ValueFrom::LastExpression
}

fn take_value<'a>(allocator: &'a Allocator, last: &mut Statement<'a>) -> Option<Expression<'a>> {
    match last {
        Statement::ExpressionStatement(statement) => Some(statement.expression.take_in(&allocator)),
        Statement::ReturnStatement(statement) => statement.argument.take(),
        _ => None,
    }
}

/// Whether a `return` outside functions ends the program before its last statement, and the
/// program can be a function's body.
fn returns_early(program: &Program<'_>) -> bool {
    let Some((last, before)) = program.body.split_last() else { return false };
    let mut finder = TopLevelReturns { found: false };
    for statement in before {
        finder.visit_statement(statement);
    }
    match last {
        Statement::ReturnStatement(statement) => finder.found |= statement.argument.is_none(),
        other => finder.visit_statement(other),
    }
    // Only a module has these; the engine tells the returns in it as what they are.
    let of_module = |statement: &Statement| {
        (statement.is_module_declaration() && !is_import(statement))
            || matches!(statement, Statement::TSNamespaceDeclaration(_))
    };
    finder.found && !program.body.iter().any(of_module)
}

fn is_import(statement: &Statement<'_>) -> bool {
    matches!(statement, Statement::ImportDeclaration(_))
}

struct TopLevelReturns {
    found: bool,
}

impl<'a> Visit<'a> for TopLevelReturns {
    fn visit_return_statement(&mut self, _statement: &ReturnStatement<'a>) {
        self.found = true;
    }

    fn visit_statement(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::FunctionDeclaration(_)
            | Statement::ClassDeclaration(_)
            | Statement::ExpressionStatement(_)
            | Statement::VariableDeclaration(_) => {}
            other => walk::walk_statement(self, other),
        }
    }

    fn visit_expression(&mut self, _expression: &Expression<'a>) {}
}

/// Makes the program `export default await (async () => { ... })()`. Every node keeps its place in
/// the user's text.
fn wrap<'a>(allocator: &'a Allocator, program: &mut Program<'a>) {
    let builder = AstBuilder::new(allocator);
    let mut statements = Vec::from_iter_in([], &allocator);
    for statement in program.body.take_in(&allocator) {
        let inner = !is_import(&statement);
        if inner { statements.push(statement) } else { program.body.push(statement) }
    }
    if let Some(Statement::ExpressionStatement(last)) = statements.last_mut() {
        let (span, value) = (last.span, last.expression.take_in(&allocator));
        if let Some(last) = statements.last_mut() {
            *last = Statement::new_return_statement(span, Some(value), &builder);
        }
    }
    let parameters = FormalParameters::boxed(
        SPAN,
        FormalParameterKind::ArrowFormalParameters,
        [],
        None,
        &builder,
    );
    let body = ArrowFunctionBody::new_function_body(SPAN, [], statements, &builder);
    let function = Expression::new_arrow_function_expression(
        SPAN, true, None, parameters, None, body, &builder,
    );
    let called = Expression::new_call_expression(SPAN, function, None, [], false, &builder);
    let awaited = Expression::new_await_expression(SPAN, called, &builder);
    let declaration = ExportDefaultDeclarationKind::from(awaited);
    program.body.push(Statement::new_export_default_declaration(SPAN, declaration, &builder));
}
