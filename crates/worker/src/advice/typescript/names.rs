//! What expressions stand for: globals, their members and aliases, and constant text, followed as
//! far as a bounded look goes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use oxc::ast::ast::{
    AssignmentExpression, AssignmentTarget, BinaryOperator, BindingPattern, CallExpression,
    ChainElement, Declaration, Expression, FormalParameters, ImportDeclarationSpecifier, Program,
    PropertyKey, Statement, VariableDeclarator,
};
use oxc::ast_visit::{Visit, walk};

use crate::advice::typescript::catalogue::{GLOBAL_OBJECTS, ROOTS};

/// How far into an expression its meaning is followed.
const DEPTH: usize = 12;

/// The longest full name and the longest constant that are followed, in bytes.
const LONGEST: usize = 96;

/// What stands for the global object itself.
const GLOBAL: &str = "globalThis";

/// What names mean in a program.
#[derive(Debug, Default)]
pub struct Names<'a> {
    aliases: HashMap<&'a str, String>,
    constants: HashMap<&'a str, String>,
    /// Names that the program itself declares, and that are no aliases.
    own: HashSet<&'a str>,
    /// Parameters of the functions that are looked at.
    parameters: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// The names of a program.
    pub fn of(program: &Program<'a>) -> Self {
        let mut collector = Collector(Self::default());
        collector.visit_program(program);
        let mut names = collector.0;
        for statement in &program.body {
            names.declare(statement);
        }
        names
    }

    /// Looks at a function: its parameters hide what they are called after. Gives what to leave
    /// it with.
    pub fn enter(&mut self, parameters: &FormalParameters<'a>) -> usize {
        let before = self.parameters.len();
        for parameter in &parameters.items {
            for name in parameter.pattern.get_binding_identifiers() {
                self.parameters.push(name.name.as_str());
            }
        }
        before
    }

    /// Leaves the function.
    pub fn leave(&mut self, before: usize) {
        self.parameters.truncate(before);
    }

    /// The full name that an expression stands for.
    pub fn meaning(&self, expression: &Expression<'_>) -> Option<Cow<'_, str>> {
        self.follow(expression, DEPTH)
    }

    /// The full name that a bare name stands for.
    pub fn named(&self, name: &str) -> Option<Cow<'_, str>> {
        if self.parameters.contains(&name) {
            return None;
        }
        if let Some(meaning) = self.aliases.get(name) {
            return Some(Cow::Borrowed(meaning));
        }
        if self.own.contains(name) {
            return None;
        }
        if GLOBAL_OBJECTS.contains(&name) {
            return Some(Cow::Borrowed(GLOBAL));
        }
        ROOTS.iter().find(|&&root| root == name).map(|&root| Cow::Borrowed(root))
    }

    /// The constant text of an expression, if it is short.
    pub fn constant(&self, expression: &Expression<'_>) -> Option<String> {
        self.fold(expression, DEPTH)
    }

    fn follow(&self, expression: &Expression<'_>, depth: usize) -> Option<Cow<'_, str>> {
        let depth = depth.checked_sub(1)?;
        match expression.get_inner_expression() {
            Expression::Identifier(it) => self.named(it.name.as_str()),
            Expression::StaticMemberExpression(it) => {
                let object = self.follow(&it.object, depth)?;
                self.member(&object, it.property.name.as_str())
            }
            Expression::ComputedMemberExpression(it) => {
                let object = self.follow(&it.object, depth)?;
                self.member(&object, &self.fold(&it.expression, depth)?)
            }
            Expression::ChainExpression(it) => match &it.expression {
                ChainElement::StaticMemberExpression(it) => {
                    let object = self.follow(&it.object, depth)?;
                    self.member(&object, it.property.name.as_str())
                }
                ChainElement::ComputedMemberExpression(it) => {
                    let object = self.follow(&it.object, depth)?;
                    self.member(&object, &self.fold(&it.expression, depth)?)
                }
                ChainElement::CallExpression(call) => self.reflected(call, depth),
                _ => None,
            },
            Expression::CallExpression(call) => self.reflected(call, depth),
            Expression::SequenceExpression(it) => self.follow(it.expressions.last()?, depth),
            Expression::AssignmentExpression(it) => self.follow(&it.right, depth),
            Expression::ConditionalExpression(it) => {
                let either = self.follow(&it.consequent, depth);
                either.or_else(|| self.follow(&it.alternate, depth))
            }
            Expression::LogicalExpression(it) => {
                let either = self.follow(&it.left, depth);
                either.or_else(|| self.follow(&it.right, depth))
            }
            _ => None,
        }
    }

    /// `Reflect.get(globalThis, "eval")`.
    fn reflected(&self, call: &CallExpression<'_>, depth: usize) -> Option<Cow<'_, str>> {
        if self.follow(&call.callee, depth)? != "Reflect.get" {
            return None;
        }
        let argument = |at: usize| call.arguments.get(at)?.as_expression();
        let object = self.follow(argument(0)?, depth)?;
        self.member(&object, &self.fold(argument(1)?, depth)?)
    }

    fn member(&self, object: &str, name: &str) -> Option<Cow<'_, str>> {
        if object == GLOBAL {
            let known = GLOBAL_OBJECTS.iter().chain(ROOTS).find(|&&known| known == name)?;
            let global = GLOBAL_OBJECTS.contains(known);
            return Some(Cow::Borrowed(if global { GLOBAL } else { known }));
        }
        let fits = object.len() + name.len() < LONGEST;
        fits.then(|| Cow::Owned(format!("{object}.{name}")))
    }

    fn fold(&self, expression: &Expression<'_>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let text = match expression.get_inner_expression() {
            Expression::StringLiteral(it) if it.value.len() <= LONGEST => it.value.to_string(),
            Expression::Identifier(it) => self.constants.get(it.name.as_str())?.clone(),
            Expression::BinaryExpression(it) if it.operator == BinaryOperator::Addition => {
                self.fold(&it.left, depth)? + &self.fold(&it.right, depth)?
            }
            Expression::TemplateLiteral(it) => {
                let mut whole = String::new();
                for (at, quasi) in it.quasis.iter().enumerate() {
                    whole.push_str(quasi.value.cooked.as_ref()?);
                    if let Some(value) = it.expressions.get(at) {
                        whole.push_str(&self.fold(value, depth)?);
                    }
                    if whole.len() > LONGEST {
                        return None;
                    }
                }
                whole
            }
            _ => return None,
        };
        (text.len() <= LONGEST).then_some(text)
    }

    fn bind(&mut self, name: &'a str, value: &Expression<'_>) {
        if let Some(meaning) = self.meaning(value).map(Cow::into_owned) {
            self.aliases.entry(name).or_insert(meaning);
        } else if let Some(text) = self.constant(value) {
            self.constants.entry(name).or_insert(text);
        }
    }

    /// Binds what a pattern takes from an object that stands for `meaning`.
    fn take_apart(&mut self, pattern: &BindingPattern<'a>, meaning: &str) {
        let BindingPattern::ObjectPattern(object) = pattern else { return };
        for property in &object.properties {
            let name = match &property.key {
                PropertyKey::StaticIdentifier(key) => Some(key.name.to_string()),
                key => key.as_expression().and_then(|key| self.constant(key)),
            };
            let Some(member) =
                name.and_then(|name| self.member(meaning, &name).map(Cow::into_owned))
            else {
                continue;
            };
            let bound = match &property.value {
                BindingPattern::AssignmentPattern(with_default) => &with_default.left,
                value => value,
            };
            match bound {
                BindingPattern::BindingIdentifier(it) => {
                    self.aliases.entry(it.name.as_str()).or_insert(member);
                }
                inner => self.take_apart(inner, &member),
            }
        }
    }

    /// Notes what a statement of the program's top level declares.
    fn declare(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::ImportDeclaration(import) => {
                for specifier in import.specifiers.iter().flatten() {
                    let local = match specifier {
                        ImportDeclarationSpecifier::ImportSpecifier(it) => &it.local,
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => &it.local,
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => &it.local,
                    };
                    self.own.insert(local.name.as_str());
                }
            }
            Statement::ExportDeclaration(export) => self.declaration(&export.declaration),
            statement => {
                if let Some(declaration) = statement.as_declaration() {
                    self.declaration(declaration);
                }
            }
        }
    }

    fn declaration(&mut self, declaration: &Declaration<'a>) {
        match declaration {
            Declaration::FunctionDeclaration(it) => {
                self.own.extend(it.id.as_ref().map(|id| id.name.as_str()));
            }
            Declaration::ClassDeclaration(it) => {
                self.own.extend(it.id.as_ref().map(|id| id.name.as_str()));
            }
            // One that only tells the type of a global declares nothing.
            Declaration::VariableDeclaration(it) if !it.declare => {
                for declarator in &it.declarations {
                    for name in declarator.id.get_binding_identifiers() {
                        self.own.insert(name.name.as_str());
                    }
                }
            }
            _ => {}
        }
    }
}

/// Collects aliases and constants from everywhere in a program.
struct Collector<'a>(Names<'a>);

impl<'a> Visit<'a> for Collector<'a> {
    fn visit_variable_declarator(&mut self, declarator: &VariableDeclarator<'a>) {
        if let Some(value) = &declarator.init {
            match &declarator.id {
                BindingPattern::BindingIdentifier(it) => self.0.bind(it.name.as_str(), value),
                pattern => {
                    if let Some(meaning) = self.0.meaning(value).map(Cow::into_owned) {
                        self.0.take_apart(pattern, &meaning);
                    }
                }
            }
        }
        walk::walk_variable_declarator(self, declarator);
    }

    fn visit_assignment_expression(&mut self, assignment: &AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(it) = &assignment.left {
            self.0.bind(it.name.as_str(), &assignment.right);
        }
        walk::walk_assignment_expression(self, assignment);
    }
}
