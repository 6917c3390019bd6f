//! The top of a program of a session: its declarations, imports and exports as statements of a
//! function.

use std::collections::HashMap;
use std::fmt::Write;

use oxc::ast::ast::{
    BindingIdentifier, Class, Declaration, ExportDefaultDeclaration, ExportDefaultDeclarationKind,
    Expression, Function, ImportDeclaration, ImportDeclarationSpecifier, Program, Statement,
    VariableDeclaration, VariableDeclarationKind, VariableDeclarator,
};
use oxc::ast_visit::Visit;
use oxc::semantic::{ScopeFlags, SymbolId};
use oxc::span::{GetSpan, Span};

use super::references::{References, quoted};
use super::{Declared, Kept, Known, Repl, Words, Written, local_of};
use crate::engine::quickjs::transpile::ValueFrom;

/// How a name is declared by a statement of the top itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Top {
    Variable(VariableDeclarationKind),
    Function,
    Class,
    Import,
}

/// The names that statements of the top declare, but for a `var` that is declared elsewhere too.
pub fn declarations(program: &Program<'_>) -> HashMap<SymbolId, Top> {
    let mut found = HashMap::new();
    let mut add = |id: &BindingIdentifier<'_>, top| {
        if let Some(symbol) = id.symbol_id.get() {
            found.insert(symbol, top);
        }
    };
    for statement in &program.body {
        match statement {
            Statement::ImportDeclaration(import) => {
                for specifier in import.specifiers.iter().flatten() {
                    add(local_of(specifier), Top::Import);
                }
            }
            Statement::ExportDefaultDeclaration(it) => match &it.declaration {
                ExportDefaultDeclarationKind::FunctionDeclaration(it) => {
                    it.id.iter().for_each(|id| add(id, Top::Function));
                }
                ExportDefaultDeclarationKind::ClassDeclaration(it) => {
                    it.id.iter().for_each(|id| add(id, Top::Class));
                }
                _ => {}
            },
            Statement::ExportDeclaration(it) => match &it.declaration {
                Declaration::VariableDeclaration(it) => variables(it, &mut add),
                Declaration::FunctionDeclaration(it) => {
                    it.id.iter().for_each(|id| add(id, Top::Function));
                }
                Declaration::ClassDeclaration(it) => {
                    it.id.iter().for_each(|id| add(id, Top::Class));
                }
                _ => {}
            },
            Statement::VariableDeclaration(it) => variables(it, &mut add),
            Statement::FunctionDeclaration(it) => {
                it.id.iter().for_each(|id| add(id, Top::Function));
            }
            Statement::ClassDeclaration(it) => it.id.iter().for_each(|id| add(id, Top::Class)),
            _ => {}
        }
    }
    let mut nested = Nested { found: Vec::new() };
    for statement in &program.body {
        nested.look_into(statement);
    }
    for symbol in nested.found {
        found.remove(&symbol);
    }
    found
}

fn variables(it: &VariableDeclaration<'_>, add: &mut impl FnMut(&BindingIdentifier<'_>, Top)) {
    for declarator in &it.declarations {
        for id in declarator.id.get_binding_identifiers() {
            add(id, Top::Variable(it.kind));
        }
    }
}

/// Finds each `var` that no statement of the top declares.
struct Nested {
    found: Vec<SymbolId>,
}

impl Nested {
    fn look_into(&mut self, statement: &Statement<'_>) {
        match statement {
            Statement::VariableDeclaration(_)
            | Statement::ExportDeclaration(_)
            | Statement::ExportDefaultDeclaration(_)
            | Statement::ExpressionStatement(_) => {}
            other => self.visit_statement(other),
        }
    }
}

impl<'a> Visit<'a> for Nested {
    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        if it.kind.is_var() {
            variables(it, &mut |id, _| self.found.extend(id.symbol_id.get()));
        }
    }

    fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}

    fn visit_class(&mut self, _: &Class<'a>) {}

    fn visit_expression(&mut self, _: &Expression<'a>) {}
}

/// Makes the program a function.
pub fn rewrite(
    code: &str,
    program: &Program<'_>,
    words: &Words,
    declared: &HashMap<SymbolId, Declared>,
    references: References<'_>,
    written: &Written,
    known: &dyn Fn(&str) -> Known,
) -> Repl {
    let first = first_line(words, declared, written, known);
    let mut rewriter = Rewriter { words, declared, references, written, imports: String::new() };
    let value = rewriter.program(program);
    let Rewriter { references, imports, .. } = rewriter;
    let rewritten = references.edits.apply(code);
    let Words { scope, helper, value: exported, .. } = words;
    let (before, after) = match value {
        ValueFrom::ExportDefault => (format!("let {exported};"), format!("return {exported};")),
        ValueFrom::LastExpression | ValueFrom::Nothing => Default::default(),
    };
    let body = &rewritten.code;
    let code =
        format!("(({scope},{helper})=>async()=>{{{before}{first}{imports}\n{body}\n{after}}})");
    Repl { code, rewritten, value }
}

/// What stands before everything else: names that cannot be used yet, functions, which can, and
/// variables.
fn first_line(
    words: &Words,
    declared: &HashMap<SymbolId, Declared>,
    written: &Written,
    known: &dyn Fn(&str) -> Known,
) -> String {
    let Words { helper, other, .. } = words;
    let mut in_order: Vec<_> = declared.iter().collect();
    in_order.sort_by_key(|(symbol, _)| **symbol);
    let declared: Vec<&Declared> = in_order.into_iter().map(|(_, declared)| declared).collect();
    let mut text = String::new();
    let mut list = |function: &str, open: &str, names: Vec<String>, close: &str| {
        if !names.is_empty() {
            let _ = write!(text, "{helper}.{function}({open}{}{close});", names.join(","));
        }
    };
    let properties = || declared.iter().copied().filter(|it| it.is_property());
    let is_var = |it: &&Declared| it.top == Some(Top::Variable(VariableDeclarationKind::Var));
    let unusable = properties().filter(|it| it.is_lexical() && known(&it.name) != Known::Session);
    list("begin", "[", unusable.map(|it| quoted(&it.name)).collect(), "]");
    let (built, plain): (Vec<_>, Vec<_>) =
        properties().filter(is_var).partition(|it| written.built.contains(&it.name));
    list("fresh", "[", built.into_iter().map(|it| quoted(&it.name)).collect(), "]");
    list("var", "[", plain.into_iter().map(|it| quoted(&it.name)).collect(), "]");
    let functions = properties().filter(|it| it.top == Some(Top::Function));
    list("let", "{", functions.map(|it| it.name.clone()).collect(), "}");
    for it in declared {
        let name = &it.name;
        let how = match (it.kept, it.top) {
            (Kept::Property, _) => continue,
            (Kept::Variable, Some(_)) => "bind",
            (Kept::Variable, None) => "adopt",
            (Kept::SharedVariable, _) => "share",
        };
        let set = format!(",({other})=>{{{name}={other};}}");
        let set = if it.is_const() { "" } else { &set };
        let _ = write!(text, "{helper}.{how}({},()=>{name}{set});", quoted(name));
    }
    text
}

struct Rewriter<'s> {
    words: &'s Words,
    declared: &'s HashMap<SymbolId, Declared>,
    references: References<'s>,
    written: &'s Written,
    /// What is imported after other statements, which may use it.
    imports: String,
}

impl Rewriter<'_> {
    fn program(&mut self, program: &Program<'_>) -> ValueFrom {
        if let Some(it) = &program.hashbang {
            self.references.edits.replace(it.span, "");
        }
        let last = program.body.iter().rposition(|it| !matches!(it, Statement::EmptyStatement(_)));
        let mut value = ValueFrom::Nothing;
        let mut begun = false;
        for (at, statement) in program.body.iter().enumerate() {
            begun |= !matches!(
                statement,
                Statement::ImportDeclaration(_) | Statement::FunctionDeclaration(_)
            );
            let is_last = Some(at) == last && value == ValueFrom::Nothing;
            let found = self.statement(statement, is_last, begun);
            value = if found == ValueFrom::Nothing { value } else { found };
        }
        match (last, program.directives.last()) {
            (None, Some(text)) if text.directive != "use strict" => {
                // A program that is one string parses as a directive.
                self.references.edits.insert(text.span.start, "return ");
                ValueFrom::LastExpression
            }
            _ => value,
        }
    }

    fn statement(&mut self, it: &Statement<'_>, is_last: bool, begun: bool) -> ValueFrom {
        match it {
            Statement::ImportDeclaration(it) => self.import(it, begun),
            Statement::ExportFromDeclaration(it) => {
                self.replace_by_import(it.span, &it.source.value)
            }
            Statement::ExportAllDeclaration(it) => {
                self.replace_by_import(it.span, &it.source.value)
            }
            Statement::ExportNamedDeclaration(it) => self.references.edits.replace(it.span, ""),
            Statement::ExportDeclaration(it) => {
                let export = Span::new(it.span.start, it.declaration.span().start);
                self.references.edits.replace(export, "");
                match &it.declaration {
                    Declaration::VariableDeclaration(it) => self.variables(it),
                    Declaration::FunctionDeclaration(it) => self.function(it),
                    Declaration::ClassDeclaration(it) => self.class(it),
                    other => self.references.visit_declaration(other),
                }
            }
            Statement::ExportDefaultDeclaration(it) => {
                self.default(it);
                return ValueFrom::ExportDefault;
            }
            Statement::VariableDeclaration(it) => self.variables(it),
            Statement::FunctionDeclaration(it) => self.function(it),
            Statement::ClassDeclaration(it) => self.class(it),
            Statement::ExpressionStatement(it) if is_last => {
                self.references.edits.insert(it.span.start, "return ");
                self.references.visit_expression(&it.expression);
                return ValueFrom::LastExpression;
            }
            Statement::ReturnStatement(returned) => {
                self.references.visit_statement(it);
                if returned.argument.is_some() {
                    return ValueFrom::LastExpression;
                }
            }
            other => self.references.visit_statement(other),
        }
        ValueFrom::Nothing
    }

    fn function(&mut self, it: &Function<'_>) {
        self.references.visit_function(it, ScopeFlags::Function);
    }

    fn class(&mut self, it: &Class<'_>) {
        self.references.visit_class(it);
        if let Some(id) = &it.id {
            self.keep("let", &[id], it.span.end);
        }
    }

    /// Declarations one by one, since each may use those before it.
    fn variables(&mut self, it: &VariableDeclaration<'_>) {
        let word = if it.kind.is_const() {
            "const"
        } else if it.kind.is_var() {
            "var"
        } else {
            "let"
        };
        for (at, declarator) in it.declarations.iter().enumerate() {
            self.declarator(declarator);
            let names = declarator.id.get_binding_identifiers();
            let is_kept = it.kind.is_lexical() || declarator.init.is_some();
            if is_kept && !it.kind.is_using() {
                let how = if it.kind.is_const() { "const" } else { "let" };
                self.keep(how, &names, declarator.span.end);
            }
            if let Some(next) = it.declarations.get(at + 1).filter(|_| !it.kind.is_using()) {
                let between = Span::new(declarator.span.end, next.span.start);
                self.references.edits.replace(between, format!(";{word} "));
            }
        }
    }

    fn declarator(&mut self, it: &VariableDeclarator<'_>) {
        let names = it.id.get_binding_identifiers();
        let before = self.references.own.len();
        self.references.own.extend(names.iter().filter_map(|id| id.symbol_id.get()));
        self.references.visit_binding_pattern(&it.id);
        self.references.own.truncate(before);
        if let Some(init) = &it.init {
            self.references.visit_expression(init);
        }
    }

    /// Puts what was just declared among the names of the session.
    fn keep(&mut self, how: &str, names: &[&BindingIdentifier<'_>], at: u32) {
        let kept = names.iter().filter(|id| {
            let declared = id.symbol_id.get().and_then(|symbol| self.declared.get(&symbol));
            declared.is_some_and(Declared::is_property)
        });
        let kept: Vec<&str> = kept.map(|id| id.name.as_str()).collect();
        if !kept.is_empty() {
            let text = format!(";{}.{how}({{{}}});", self.words.helper, kept.join(","));
            self.references.edits.insert(at, text);
        }
    }

    fn default(&mut self, it: &ExportDefaultDeclaration<'_>) {
        let export = Span::new(it.span.start, it.declaration.span().start);
        let end = it.declaration.span().end;
        let Words { scope, value, .. } = self.words;
        let named = match &it.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(it) => {
                self.function(it);
                it.id.as_ref()
            }
            ExportDefaultDeclarationKind::ClassDeclaration(it) => {
                self.class(it);
                it.id.as_ref()
            }
            other => {
                self.references.edits.replace(export, format!("{value}=("));
                if let Some(expression) = other.as_expression() {
                    self.references.visit_expression(expression);
                }
                self.references.edits.insert(end, ")");
                return;
            }
        };
        match named {
            Some(id) => {
                let declared = id.symbol_id.get().and_then(|symbol| self.declared.get(&symbol));
                let place = match declared {
                    Some(it) if it.is_property() => format!("{scope}.{}", id.name),
                    _ => id.name.to_string(),
                };
                self.references.edits.replace(export, "");
                self.references.edits.insert(end, format!(";{value}={place};"));
            }
            None => {
                self.references.edits.replace(export, format!("{value}=({{default:"));
                self.references.edits.insert(end, "}).default;");
            }
        }
    }

    fn replace_by_import(&mut self, span: Span, source: &str) {
        self.references.edits.replace(span, format!("await import({});", quoted(source)));
    }

    fn import(&mut self, it: &ImportDeclaration<'_>, begun: bool) {
        let text = self.imported(it);
        if begun {
            self.imports.push_str(&text);
            self.references.edits.replace(it.span, "");
        } else {
            self.references.edits.replace(it.span, text);
        }
    }

    /// An import that is awaited, and whose names become constants of the session.
    fn imported(&self, it: &ImportDeclaration<'_>) -> String {
        let Words { helper, other, .. } = self.words;
        let source = quoted(&it.source.value);
        let Some(specifiers) = &it.specifiers else { return format!("await import({source});") };
        let (mut wanted, mut kept) = (Vec::new(), Vec::new());
        for specifier in specifiers {
            let local = local_of(specifier).name.as_str();
            if self.written.types.contains(local) {
                continue;
            }
            let place = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    let name = quoted(&it.imported.name());
                    let place = format!("{other}[{name}]");
                    wanted.push(name);
                    place
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(_) => {
                    wanted.push(quoted("default"));
                    format!("{other}.default")
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => other.clone(),
            };
            kept.push(format!("[{}]:{place}", quoted(local)));
        }
        if kept.is_empty() && !specifiers.is_empty() {
            return String::new();
        }
        let (wanted, kept) = (wanted.join(","), kept.join(","));
        format!(
            "{{const {other}=await import({source});{helper}.imported({other},{source},[{wanted}]);\
             {helper}.const({{{kept}}});}}"
        )
    }
}
