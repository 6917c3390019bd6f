//! A program of a session: what it declares at its top stays there for the programs after it.
//!
//! The program becomes an async function of two objects. One holds the names of the session, each a
//! property; the other has the functions that put them there (`prelude/session.js`). What the
//! function declares at its top is declared as it was written, so that the engine checks it and
//! names functions, and then put among the names of the session; what refers to it refers to the
//! property. So a closure of an earlier program sees what a later one declares anew, as in Deno's
//! REPL. What no closure refers to stays the function's own variable until it ends: as fast as ever.

mod edits;
mod references;
mod top;

use std::collections::{HashMap, HashSet};

use oxc::allocator::Allocator;
use oxc::ast::ast::{
    BindingIdentifier, Declaration, ImportDeclarationSpecifier, Program, Statement,
    VariableDeclarationKind,
};
use oxc::parser::{ParseOptions, Parser};
use oxc::semantic::{Scoping, SemanticBuilder, SymbolId};
use oxc::span::SourceType;

use crate::engine::quickjs::transpile::ValueFrom;

pub use edits::Rewritten;
use references::References;
use top::Top;

/// What a name means that a program does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// An earlier program of the session declared it.
    Session,
    /// It is a global.
    Global,
    /// Nothing, so far.
    Unknown,
}

/// What a program of a session became.
#[derive(Debug)]
pub struct Repl {
    /// A function of the session's two objects that gives the program, an async function.
    pub code: String,
    /// The program's own part of it, and where that comes from.
    pub rewritten: Rewritten,
    /// Where the value comes from.
    pub value: ValueFrom,
}

/// How a top-level name is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// As a property that references lead to.
    Property,
    /// As a variable that the session reads and sets until the program has ended.
    Variable,
    /// As a variable that closures of the program share with the session for good.
    SharedVariable,
}

/// A name that is declared at the top.
#[derive(Debug, Clone)]
struct Declared {
    name: String,
    kept: Kept,
    /// By what; `None` for a `var` within a statement of the top.
    top: Option<Top>,
}

impl Declared {
    fn is_property(&self) -> bool {
        self.kept == Kept::Property
    }

    fn is_const(&self) -> bool {
        self.top == Some(Top::Variable(VariableDeclarationKind::Const))
    }

    /// Whether it cannot be used before its declaration.
    fn is_lexical(&self) -> bool {
        match self.top {
            Some(Top::Variable(kind)) => !kind.is_var(),
            Some(Top::Class) => true,
            Some(Top::Function | Top::Import) | None => false,
        }
    }
}

/// What only the program as it was written tells.
#[derive(Debug, Default)]
pub struct Written {
    /// Names that it imports and only types use.
    pub types: HashSet<String>,
    /// Its enums and namespaces, which become variables that build on what they hold.
    pub built: HashSet<String>,
}

/// Words that the program does not use.
#[derive(Debug, Clone)]
struct Words {
    /// The names of the session.
    scope: String,
    /// The functions that put them there.
    helper: String,
    /// What the program exports as its default.
    value: String,
    /// Something for a moment.
    other: String,
}

impl Words {
    fn for_text(code: &str) -> Self {
        let mut word = "$s".to_owned();
        while code.contains(&word) {
            word.push('_');
        }
        Self {
            helper: format!("{word}d"),
            value: format!("{word}v"),
            other: format!("{word}o"),
            scope: word,
        }
    }
}

/// Makes a program of JavaScript modules (as the code generator prints it) one of a session. `None`
/// when the text does not parse.
pub fn rewrite(code: &str, written: &Written, known: &dyn Fn(&str) -> Known) -> Option<Repl> {
    let allocator = Allocator::default();
    let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
    let parsed = Parser::new(&allocator, code, SourceType::mjs()).with_options(options).parse();
    if !parsed.diagnostics.is_empty() {
        return None;
    }
    let program = parsed.program;
    let scoping = SemanticBuilder::new().build(&program).semantic.into_scoping();
    let words = Words::for_text(code);
    let declared = declared(&program, &scoping, known);
    let references = References::new(&words, &scoping, &declared, known);
    Some(top::rewrite(code, &program, &words, &declared, references, written, known))
}

impl Written {
    /// Looks at a program before its types are taken away.
    pub fn of(program: &Program<'_>) -> Self {
        let mut written = Self::default();
        let mut build = |name: &str| {
            written.built.insert(name.to_owned());
        };
        for statement in &program.body {
            match statement {
                Statement::TSEnumDeclaration(it) => build(&it.id.name),
                Statement::TSNamespaceDeclaration(it) => build(&it.id.name),
                Statement::ExportDeclaration(it) => match &it.declaration {
                    Declaration::TSEnumDeclaration(it) => build(&it.id.name),
                    Declaration::TSNamespaceDeclaration(it) => build(&it.id.name),
                    _ => {}
                },
                _ => {}
            }
        }
        written.types = imported_types(program);
        written
    }
}

/// The names that a program imports and only uses as types.
fn imported_types(program: &Program<'_>) -> HashSet<String> {
    let imports = |statement: &Statement<'_>| matches!(statement, Statement::ImportDeclaration(_));
    if !program.body.iter().any(imports) {
        return HashSet::new();
    }
    let scoping = SemanticBuilder::new().build(program).semantic.into_scoping();
    let mut types = HashSet::new();
    for statement in &program.body {
        let Statement::ImportDeclaration(import) = statement else { continue };
        for specifier in import.specifiers.iter().flatten() {
            let local = local_of(specifier);
            let Some(symbol) = local.symbol_id.get() else { continue };
            let mut uses = scoping.get_resolved_references(symbol).peekable();
            if uses.peek().is_some() && uses.all(|reference| !reference.is_value()) {
                types.insert(local.name.to_string());
            }
        }
    }
    types
}

fn local_of<'p, 'a>(specifier: &'p ImportDeclarationSpecifier<'a>) -> &'p BindingIdentifier<'a> {
    match specifier {
        ImportDeclarationSpecifier::ImportSpecifier(it) => &it.local,
        ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => &it.local,
        ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => &it.local,
    }
}

/// Every name of the top, and how it is kept.
fn declared(
    program: &Program<'_>,
    scoping: &Scoping,
    known: &dyn Fn(&str) -> Known,
) -> HashMap<SymbolId, Declared> {
    let found = top::declarations(program);
    let captured = references::captured(program, scoping);
    let mut declared = HashMap::new();
    for (name, symbol) in scoping.get_bindings(scoping.root_scope_id()) {
        let (name, top) = (name.to_string(), found.get(symbol).copied());
        let kept = match top {
            // What is disposed of at the end of the program is of no use after it.
            Some(Top::Variable(kind)) if kind.is_using() => continue,
            None if captured.contains(symbol) => Kept::SharedVariable,
            None => Kept::Variable,
            Some(Top::Variable(_) | Top::Class)
                if !captured.contains(symbol) && known(&name) != Known::Session =>
            {
                Kept::Variable
            }
            Some(_) => Kept::Property,
        };
        declared.insert(*symbol, Declared { name, kept, top });
    }
    declared
}

#[cfg(test)]
mod tests;
