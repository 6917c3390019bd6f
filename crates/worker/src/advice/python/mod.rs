//! Dangerous patterns in Python, from ruff's tree.
//!
//! The parser gives names as Python takes them (NFKC), so that a lookalike is what it looks like.

mod catalogue;
mod names;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprAttribute, ExprCall, ExprContext, Stmt, StmtImportFrom};
use ruff_python_parser::parse_module;
use types::Finding;

use crate::advice::findings::Findings;
use crate::advice::rules::Rule;

use catalogue::{OPENERS, import_rule, is_internal, rule_of, writes};
use names::Names;

/// What is dangerous in a program. One that does not parse has nothing: Python itself will say what
/// is wrong with it.
pub fn analyse(source: &str) -> Vec<Finding> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    // A program that is indented as a whole, as the place was that it was copied from, is run
    // without that indentation: here it becomes the body of a statement.
    let indented = source.trim_start_matches(['\r', '\n']).starts_with([' ', '\t']);
    let before = if indented { BODY } else { "" };
    let Ok(parsed) = parse_module(&format!("{before}{source}")) else { return Vec::new() };
    let body = match parsed.suite().as_slice() {
        [Stmt::If(body)] if indented => body.body.as_slice(),
        whole => whole,
    };
    let shift = u32::try_from(before.len()).unwrap_or_default();
    let mut reader = Reader { names: Names::of(body), findings: Findings::default(), shift };
    reader.visit_body(body);
    reader.findings.told(source)
}

/// What makes an indented program a program.
const BODY: &str = "if 1:\n";

/// Reads a program and notes what falls under a rule.
struct Reader<'a> {
    names: Names<'a>,
    findings: Findings,
    /// Bytes before the program's own text.
    shift: u32,
}

impl<'a> Reader<'a> {
    fn note(&mut self, rule: Rule, offset: impl Into<u32>) {
        self.findings.note(rule, offset.into().saturating_sub(self.shift));
    }

    /// Notes what an expression stands for, at the place where it begins.
    fn note_meaning(&mut self, expression: &Expr, offset: impl Into<u32>) {
        let offset = offset.into();
        for meaning in self.names.meanings(expression) {
            if let Some(rule) = rule_of(&meaning) {
                self.note(rule, offset);
            }
        }
    }

    fn import_from(&mut self, import: &'a StmtImportFrom) {
        let Some(module) = import.module.as_ref().filter(|_| import.level == 0) else { return };
        let whole = import_rule(module.as_str());
        for alias in &import.names {
            let rule = whole.or_else(|| {
                let full = format!("{}.{}", module.as_str(), alias.name.as_str());
                import_rule(&full)
            });
            if let Some(rule) = rule {
                self.note(rule, alias.range.start());
            }
        }
    }

    fn attribute(&mut self, expression: &Expr, attribute: &ExprAttribute) {
        if is_internal(attribute.attr.as_str()) {
            self.note(Rule::PythonIntrospection, attribute.attr.range.start());
        }
        self.note_meaning(expression, attribute.range.start());
    }

    /// Notes what a call does, and says whether its function is dealt with.
    fn call(&mut self, expression: &Expr, call: &ExprCall) -> bool {
        let functions = self.names.meanings(&call.func);
        let is = |name: &str| functions.iter().any(|function| function == name);
        let first = call.arguments.find_positional(0);
        if is("builtins.getattr") {
            let name = call.arguments.find_positional(1).and_then(|it| self.names.constant(it));
            if name.is_some_and(|name| is_internal(&name)) {
                self.note(Rule::PythonIntrospection, call.range_start);
            }
        }
        if is("operator.attrgetter") {
            let names = first.and_then(|names| self.names.constant(names)).unwrap_or_default();
            if names.split('.').any(is_internal) {
                self.note(Rule::PythonIntrospection, call.range_start);
            }
        }
        if self.opens_for_writing(call, &functions) {
            self.note(Rule::PythonOpenWrite, call.range_start);
        }
        self.note_meaning(expression, call.range_start);
        is("importlib.import_module") && first.is_some_and(|it| self.names.constant(it).is_some())
    }

    fn opens_for_writing(&self, call: &ExprCall, functions: &[String]) -> bool {
        let arguments = &call.arguments;
        let mode = |argument: Option<&Expr>| {
            argument.and_then(|mode| self.names.constant(mode)).is_some_and(|mode| writes(&mode))
        };
        let named = || arguments.find_keyword("mode").map(|keyword| &keyword.value);
        if functions.iter().any(|function| OPENERS.contains(&function.as_str())) {
            return mode(arguments.find_positional(1)) || mode(named());
        }
        let Expr::Attribute(method) = &*call.func else { return false };
        match method.attr.as_str() {
            "write_text" | "write_bytes" => true,
            // A method of something unknown: `Path.open` has the mode first, others second.
            "open" if functions.is_empty() => {
                let either = (0..2).map(|at| arguments.find_positional(at));
                either.chain([named()]).any(mode)
            }
            _ => false,
        }
    }
}

impl<'a> Visitor<'a> for Reader<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    if let Some(rule) = import_rule(alias.name.as_str()) {
                        self.note(rule, alias.range.start());
                    }
                }
            }
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::FunctionDef(function) => {
                // Decorators and defaults are looked at from within, too, where names may be
                // hidden by parameters: that is rare, and advice may err.
                self.names.enter(Some(&function.parameters), &function.body);
                walk_stmt(self, statement);
                self.names.leave();
                return;
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                if name.id.as_str() == "__builtins__" {
                    self.note(Rule::PythonBuiltins, name.range.start());
                }
                self.note_meaning(expression, name.range.start());
            }
            Expr::Attribute(attribute) => self.attribute(expression, attribute),
            Expr::Subscript(subscript) => {
                if self.names.constant(&subscript.slice).is_some_and(|key| is_internal(&key)) {
                    self.note(Rule::PythonIntrospection, subscript.range.start());
                }
                self.note_meaning(expression, subscript.range.start());
            }
            Expr::Call(call) if self.call(expression, call) => {
                self.visit_arguments(&call.arguments);
                return;
            }
            Expr::Lambda(lambda) => {
                self.names.enter(lambda.parameters.as_deref(), &[]);
                walk_expr(self, expression);
                self.names.leave();
                return;
            }
            _ => {}
        }
        walk_expr(self, expression);
    }
}

#[cfg(test)]
mod tests;
