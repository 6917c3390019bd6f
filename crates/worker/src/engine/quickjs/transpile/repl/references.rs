//! What refers to a name of the session, led to the property that holds it.

use std::collections::{HashMap, HashSet};

use oxc::ast::ast::{
    ArrowFunctionExpression, AssignmentTargetPropertyIdentifier, CallExpression, Class, Expression,
    Function, IdentifierReference, ImportMeta, ObjectProperty, Program, TaggedTemplateExpression,
    ThisExpression, UnaryExpression, UnaryOperator,
};
use oxc::ast_visit::{Visit, walk};
use oxc::semantic::{ScopeFlags, Scoping, SymbolId};
use oxc::span::GetSpan;

use super::edits::Edits;
use super::{Declared, Kept, Known, Words};

/// The names that functions or classes refer to, which may outlive the program.
pub fn captured(program: &Program<'_>, scoping: &Scoping) -> HashSet<SymbolId> {
    let mut finder = Captured { scoping, depth: 0, found: HashSet::new() };
    finder.visit_program(program);
    finder.found
}

struct Captured<'s> {
    scoping: &'s Scoping,
    depth: usize,
    found: HashSet<SymbolId>,
}

impl<'a> Visit<'a> for Captured<'_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        if self.depth > 0
            && let Some(symbol) = symbol_of(self.scoping, it)
        {
            self.found.insert(symbol);
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.depth += 1;
        walk::walk_function(self, it, flags);
        self.depth -= 1;
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.depth += 1;
        walk::walk_arrow_function_expression(self, it);
        self.depth -= 1;
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.depth += 1;
        walk::walk_class(self, it);
        self.depth -= 1;
    }
}

fn symbol_of(scoping: &Scoping, it: &IdentifierReference<'_>) -> Option<SymbolId> {
    scoping.get_reference(it.reference_id.get()?).symbol_id()
}

/// Where a reference leads.
enum Leads {
    /// Where it led before.
    Nowhere,
    /// To a property that is there, or is not yet to be used.
    ToProperty,
    /// To a property if it is there by then, and else where it led before.
    ToAny,
}

/// Walks a program and notes what changes in it.
pub struct References<'s> {
    /// The changes.
    pub edits: Edits,
    /// Names that are being declared, and so are not among those of the session yet.
    pub own: Vec<SymbolId>,
    words: &'s Words,
    scoping: &'s Scoping,
    declared: &'s HashMap<SymbolId, Declared>,
    known: &'s dyn Fn(&str) -> Known,
    /// How many functions and classes are around; and how many of those with a `this` of their own.
    depth: usize,
    depth_of_this: usize,
}

impl<'s> References<'s> {
    /// Nothing is walked yet.
    pub fn new(
        words: &'s Words,
        scoping: &'s Scoping,
        declared: &'s HashMap<SymbolId, Declared>,
        known: &'s dyn Fn(&str) -> Known,
    ) -> Self {
        let (edits, own) = (Edits::default(), Vec::new());
        Self { edits, own, words, scoping, declared, known, depth: 0, depth_of_this: 0 }
    }

    fn leads(&self, it: &IdentifierReference<'_>) -> Leads {
        if let Some(symbol) = symbol_of(self.scoping, it) {
            let declared = self.declared.get(&symbol);
            let is_property = declared.is_some_and(|it| it.kept == Kept::Property);
            return match is_property && !self.own.contains(&symbol) {
                true => Leads::ToProperty,
                false => Leads::Nowhere,
            };
        }
        let name = it.name.as_str();
        if name == "arguments" || it.reference_id.get().is_none() {
            return Leads::Nowhere;
        }
        match (self.known)(name) {
            Known::Session => Leads::ToProperty,
            // What runs now finds no more than there is; a function may run later.
            Known::Unknown if self.depth > 0 => Leads::ToAny,
            Known::Unknown | Known::Global => Leads::Nowhere,
        }
    }

    fn is_written(&self, it: &IdentifierReference<'_>) -> bool {
        it.reference_id.get().is_some_and(|id| self.scoping.get_reference(id).is_write())
    }

    /// What a reference becomes; `None` when it stays.
    fn led(&self, it: &IdentifierReference<'_>) -> Option<String> {
        let name = it.name.as_str();
        let Words { scope, helper, .. } = self.words;
        match self.leads(it) {
            Leads::Nowhere => None,
            Leads::ToProperty => Some(format!("{scope}.{name}")),
            Leads::ToAny if self.is_written(it) => Some(format!("{helper}.any.{name}")),
            Leads::ToAny => Some(format!("({}?{scope}.{name}:{name})", self.is_there(name))),
        }
    }

    fn is_there(&self, name: &str) -> String {
        format!("{}in {}", quoted(name), self.words.scope)
    }

    /// A callee that must not be called as the method of anything.
    fn callee(&mut self, it: &Expression<'_>) -> bool {
        let Expression::Identifier(name) = it.without_parentheses() else { return false };
        if let Some(led) = self.led(name) {
            self.edits.replace(it.span(), format!("(0,{led})"));
        }
        true
    }

    /// A name that stands for a property and its value at once.
    fn shorthand(&mut self, it: &IdentifierReference<'_>) {
        if let Some(led) = self.led(it) {
            let name = it.name.as_str();
            // Written as a plain key this one would be the prototype.
            let key = if name == "__proto__" { "[\"__proto__\"]" } else { name };
            self.edits.replace(it.span, format!("{key}:{led}"));
        }
    }
}

/// A name as a string.
pub fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

impl<'a> Visit<'a> for References<'_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        if let Some(led) = self.led(it) {
            self.edits.replace(it.span, led);
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if !self.callee(&it.callee) {
            self.visit_expression(&it.callee);
        }
        self.visit_arguments(&it.arguments);
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        if !self.callee(&it.tag) {
            self.visit_expression(&it.tag);
        }
        self.visit_template_literal(&it.quasi);
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        if it.operator == UnaryOperator::Typeof
            && let Expression::Identifier(name) = it.argument.without_parentheses()
            && matches!(self.leads(name), Leads::ToAny)
        {
            // The type of what is not declared can be asked for.
            let (name, scope) = (name.name.as_str(), &self.words.scope);
            let there = self.is_there(name);
            self.edits.replace(it.span, format!("({there}?typeof {scope}.{name}:typeof {name})"));
            return;
        }
        walk::walk_unary_expression(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        match &it.value {
            Expression::Identifier(name) if it.shorthand => self.shorthand(name),
            _ => walk::walk_object_property(self, it),
        }
    }

    fn visit_assignment_target_property_identifier(
        &mut self,
        it: &AssignmentTargetPropertyIdentifier<'a>,
    ) {
        self.shorthand(&it.binding);
        if let Some(init) = &it.init {
            self.visit_expression(init);
        }
    }

    fn visit_import_meta(&mut self, it: &ImportMeta) {
        self.edits.replace(it.span, format!("{}.meta", self.words.helper));
    }

    fn visit_this_expression(&mut self, it: &ThisExpression) {
        if self.depth_of_this == 0 {
            // As in a module.
            self.edits.replace(it.span, "(void 0)");
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.depth += 1;
        self.depth_of_this += 1;
        walk::walk_function(self, it, flags);
        self.depth_of_this -= 1;
        self.depth -= 1;
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.depth += 1;
        walk::walk_arrow_function_expression(self, it);
        self.depth -= 1;
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.depth += 1;
        self.depth_of_this += 1;
        // While a class is made, and within it for good, its name is its own.
        let own = it.id.as_ref().and_then(|id| id.symbol_id.get());
        self.own.extend(own);
        walk::walk_class(self, it);
        self.own.truncate(self.own.len() - usize::from(own.is_some()));
        self.depth_of_this -= 1;
        self.depth -= 1;
    }
}
