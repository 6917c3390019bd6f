//! Dangerous patterns in TypeScript and JavaScript, from the tree that the transpiler parsed.
//!
//! The parser gives names without their escapes, so that `\u0065val` is `eval`.

mod catalogue;
mod names;

use oxc::ast::ast::{
    Argument, ArrowFunctionExpression, BinaryExpression, BinaryOperator, CallExpression,
    ComputedMemberExpression, ExportAllDeclaration, ExportFromDeclaration, Expression, Function,
    IdentifierReference, ImportDeclaration, ImportExpression, Program, StaticMemberExpression,
    TSExternalModuleReference, TSType,
};
use oxc::ast_visit::{Visit, walk};
use oxc::semantic::ScopeFlags;
use oxc::span::GetSpan;
use types::Finding;

use crate::advice::findings::Findings;
use crate::advice::rules::Rule;

use catalogue::{FUNCTION, TIMERS, is_virtual, module_rule, rule_of};
use names::Names;

/// What is dangerous in a program.
pub fn analyse(source: &str, program: &Program<'_>) -> Vec<Finding> {
    let mut reader = Reader { names: Names::of(program), findings: Findings::default() };
    reader.visit_program(program);
    reader.findings.told(source)
}

/// Reads a program and notes what falls under a rule.
struct Reader<'a> {
    names: Names<'a>,
    findings: Findings,
}

impl<'a> Reader<'a> {
    fn note_meaning(&mut self, expression: &Expression<'a>, offset: u32) {
        if let Some(rule) = self.names.meaning(expression).and_then(|meaning| rule_of(&meaning)) {
            self.findings.note(rule, offset);
        }
    }

    fn note_module(&mut self, specifier: &str, offset: u32) {
        if let Some(rule) = module_rule(specifier) {
            self.findings.note(rule, offset);
        }
    }

    /// Whether this is the constructor of functions: `f.constructor` of a function that stands
    /// there, or `x.constructor.constructor` of anything.
    fn makes_functions(&self, object: &Expression<'_>, property: &str) -> bool {
        property == "constructor"
            && (is_function(object)
                || self.property_of(object).is_some_and(|inner| inner == "constructor"))
    }

    fn property_of(&self, expression: &Expression<'_>) -> Option<String> {
        match expression.get_inner_expression() {
            Expression::StaticMemberExpression(it) => Some(it.property.name.to_string()),
            Expression::ComputedMemberExpression(it) => self.names.constant(&it.expression),
            _ => None,
        }
    }

    fn timer(&mut self, call: &CallExpression<'a>) {
        let Some(first) = call.arguments.first().and_then(Argument::as_expression) else { return };
        let timer = self.names.meaning(&call.callee);
        if timer.is_some_and(|timer| TIMERS.contains(&timer.as_ref())) && self.is_text(first) {
            self.findings.note(Rule::TypescriptStringTimer, call.span.start);
        }
    }

    fn is_text(&self, expression: &Expression<'_>) -> bool {
        match expression.get_inner_expression() {
            Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => true,
            // One level is enough: a sum is text as soon as one of its last two terms is.
            Expression::BinaryExpression(sum) if sum.operator == BinaryOperator::Addition => {
                [&sum.left, &sum.right].into_iter().any(|term| {
                    let term = term.get_inner_expression();
                    matches!(term, Expression::StringLiteral(_) | Expression::TemplateLiteral(_))
                })
            }
            other => self.names.constant(other).is_some(),
        }
    }

    /// Called as a function, `x.constructor("...")` is nearly always the constructor of functions:
    /// a class cannot be called.
    fn constructor_call(&mut self, call: &CallExpression<'a>) {
        let is_constructor = self.property_of(&call.callee).is_some_and(|it| it == "constructor");
        let text = call.arguments.last().and_then(Argument::as_expression);
        if is_constructor && text.is_some_and(|text| self.is_text(text)) {
            self.findings.note(Rule::TypescriptConstructor, call.span.start);
        }
    }
}

fn is_function(expression: &Expression<'_>) -> bool {
    expression.get_inner_expression().is_function()
}

impl<'a> Visit<'a> for Reader<'a> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let rule = self.names.named(it.name.as_str()).and_then(|meaning| rule_of(&meaning));
        if let Some(rule) = rule {
            self.findings.note(rule, it.span.start);
        }
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if self.makes_functions(&it.object, it.property.name.as_str()) {
            self.findings.note(Rule::TypescriptConstructor, it.property.span.start);
        }
        let name = it.property.name.as_str();
        if let Some(object) = self.names.meaning(&it.object) {
            // `Function.prototype` and its like are no mention of the constructor.
            if object == FUNCTION && !matches!(name, "apply" | "bind" | "call") {
                return;
            }
            let meaning = match object.as_ref() {
                "globalThis" => self.names.named(name).map(|it| it.into_owned()),
                object => Some(format!("{object}.{name}")),
            };
            if let Some(rule) = meaning.and_then(|meaning| rule_of(&meaning)) {
                self.findings.note(rule, it.span.start);
            }
        }
        walk::walk_static_member_expression(self, it);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        if let Some(property) = self.names.constant(&it.expression)
            && self.makes_functions(&it.object, &property)
        {
            self.findings.note(Rule::TypescriptConstructor, it.expression.span().start);
        }
        walk::walk_computed_member_expression(self, it);
    }

    fn visit_expression(&mut self, it: &Expression<'a>) {
        if matches!(it, Expression::ComputedMemberExpression(_) | Expression::CallExpression(_)) {
            self.note_meaning(it, it.span().start);
        }
        walk::walk_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.timer(it);
        self.constructor_call(it);
        if let Some(meaning) = self.names.meaning(&it.callee) {
            let first = it.arguments.first().and_then(Argument::as_expression);
            let specifier = first.and_then(|first| self.names.constant(first));
            if matches!(meaning.as_ref(), "require" | "process.getBuiltinModule")
                && let Some(specifier) = specifier
            {
                self.note_module(&specifier, it.span.start);
            }
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        let specifier = self.names.constant(&it.source);
        if let Some(specifier) = &specifier {
            self.note_module(specifier, it.span.start);
        }
        if !specifier.is_some_and(|specifier| is_virtual(&specifier)) {
            self.findings.note(Rule::TypescriptDynamicImport, it.span.start);
        }
        walk::walk_import_expression(self, it);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        self.note_module(it.source.value.as_str(), it.span.start);
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        self.note_module(it.source.value.as_str(), it.span.start);
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        self.note_module(it.source.value.as_str(), it.span.start);
    }

    fn visit_ts_external_module_reference(&mut self, it: &TSExternalModuleReference<'a>) {
        self.note_module(it.expression.value.as_str(), it.span.start);
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        use BinaryOperator::{Equality, Inequality, Instanceof, StrictEquality, StrictInequality};
        self.visit_expression(&it.left);
        let compares = matches!(
            it.operator,
            Instanceof | Equality | Inequality | StrictEquality | StrictInequality
        );
        // To ask whether something is a function makes none.
        if !(compares && self.names.meaning(&it.right).is_some_and(|right| right == FUNCTION)) {
            self.visit_expression(&it.right);
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let before = self.names.enter(&it.params);
        walk::walk_function(self, it, flags);
        self.names.leave(before);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let before = self.names.enter(&it.params);
        walk::walk_arrow_function_expression(self, it);
        self.names.leave(before);
    }

    fn visit_ts_type(&mut self, _: &TSType<'a>) {}
}

#[cfg(test)]
mod tests;
