//! What names mean in a Python program: imports, aliases and constants, followed as far as a bounded
//! look goes, whatever the order in which the program runs.

use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Alias, Expr, Operator, Parameters, Stmt};

use crate::advice::python::catalogue::BUILTINS;

/// How far into an expression its meaning is followed.
const DEPTH: usize = 12;

/// What one name may mean at once.
const MEANINGS: usize = 4;

/// The longest full name and the longest constant that are followed, in bytes.
const LONGEST: usize = 96;

/// Rounds over the program, so that an alias of an alias is known wherever they stand.
const ROUNDS: usize = 3;

/// What names mean.
#[derive(Debug, Default)]
pub struct Names<'a> {
    aliases: HashMap<&'a str, Vec<String>>,
    constants: HashMap<&'a str, String>,
    star_imports: Vec<&'a str>,
    /// Names that the program gives a meaning of its own, the whole program's first, then those of
    /// the functions that are looked at.
    own: Vec<HashSet<&'a str>>,
}

impl<'a> Names<'a> {
    /// The names of a program.
    pub fn of(body: &'a [Stmt]) -> Self {
        let mut names = Self { own: vec![definitions(body)], ..Self::default() };
        for _ in 0..ROUNDS {
            let before = names.known();
            let mut collector = Collector(&mut names);
            collector.visit_body(body);
            if names.known() == before {
                break;
            }
        }
        let assigned = names.assigned_otherwise(body);
        names.own[0].extend(assigned);
        names
    }

    /// Looks at a function: its parameters and definitions hide what they are called after.
    pub fn enter(&mut self, parameters: Option<&'a Parameters>, body: &'a [Stmt]) {
        let mut own = definitions(body);
        own.extend(
            parameters.into_iter().flat_map(|all| all.iter().map(|one| one.name().as_str())),
        );
        own.extend(self.assigned_otherwise(body));
        self.own.push(own);
    }

    /// Leaves the function.
    pub fn leave(&mut self) {
        self.own.pop();
    }

    /// The full names that an expression may stand for.
    pub fn meanings(&self, expression: &Expr) -> Vec<String> {
        let mut meanings = self.follow(expression, DEPTH);
        meanings.sort_unstable();
        meanings.dedup();
        meanings.truncate(MEANINGS);
        meanings
    }

    /// The constant text of an expression, if it is short.
    pub fn constant(&self, expression: &Expr) -> Option<String> {
        self.fold(expression, DEPTH)
    }

    fn known(&self) -> usize {
        self.aliases.values().map(Vec::len).sum::<usize>() + self.constants.len()
    }

    fn follow(&self, expression: &Expr, depth: usize) -> Vec<String> {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        match expression {
            Expr::Name(name) => self.named(name.id.as_str()),
            Expr::Attribute(at) => joined(self.follow(&at.value, depth), at.attr.as_str()),
            Expr::Named(it) => self.follow(&it.value, depth),
            Expr::If(it) => {
                let mut either = self.follow(&it.body, depth);
                either.extend(self.follow(&it.orelse, depth));
                either
            }
            Expr::Subscript(it) => match self.fold(&it.slice, depth) {
                Some(key) => self.looked_up(self.follow(&it.value, depth), &key),
                None => Vec::new(),
            },
            Expr::Call(call) => {
                let arguments = &call.arguments;
                let argument = |at: usize| arguments.find_positional(at);
                let mut found = Vec::new();
                for function in self.follow(&call.func, depth) {
                    match function.as_str() {
                        "builtins.getattr" => {
                            let (Some(object), Some(name)) = (argument(0), argument(1)) else {
                                continue;
                            };
                            if let Some(name) = self.fold(name, depth) {
                                found.extend(joined(self.follow(object, depth), &name));
                            }
                        }
                        "builtins.__import__"
                        | "importlib.import_module"
                        | "importlib.__import__" => {
                            found.extend(argument(0).and_then(|name| self.fold(name, depth)));
                        }
                        "builtins.vars" => {
                            found.extend(
                                argument(0).map(|of| self.follow(of, depth)).unwrap_or_default(),
                            );
                        }
                        "builtins.globals" | "builtins.locals" => found.push(NAMESPACE.to_owned()),
                        _ => {}
                    }
                }
                found.truncate(MEANINGS);
                found
            }
            _ => Vec::new(),
        }
    }

    /// What a bare name may mean.
    fn named(&self, name: &str) -> Vec<String> {
        if self.own[1..].iter().any(|own| own.contains(name)) {
            return Vec::new();
        }
        if let Some(meanings) = self.aliases.get(name) {
            return meanings.clone();
        }
        if self.own[0].contains(name) {
            return Vec::new();
        }
        if name == "__builtins__" {
            return vec!["builtins".to_owned()];
        }
        if BUILTINS.contains(&name) {
            return vec![format!("builtins.{name}")];
        }
        joined(self.star_imports.iter().map(|&module| module.to_owned()).collect(), name)
    }

    /// What `mapping[key]` may mean.
    fn looked_up(&self, mappings: Vec<String>, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        for mapping in mappings {
            match mapping.as_str() {
                NAMESPACE => found.extend(self.named(key)),
                "sys.modules" => found.push(key.to_owned()),
                "builtins" => found.extend(joined(vec![mapping], key)),
                _ => {
                    let module = mapping.strip_suffix(".__dict__").unwrap_or(&mapping).to_owned();
                    found.extend(joined(vec![module], key));
                }
            }
        }
        found.truncate(MEANINGS);
        found
    }

    fn fold(&self, expression: &Expr, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let text = match expression {
            Expr::StringLiteral(text) if text.value.len() <= LONGEST => text.value.to_string(),
            Expr::Name(name) => self.constants.get(name.id.as_str())?.clone(),
            Expr::Named(it) => self.fold(&it.value, depth)?,
            Expr::BinOp(it) if it.op == Operator::Add => {
                self.fold(&it.left, depth)? + &self.fold(&it.right, depth)?
            }
            Expr::FString(text) => {
                let mut whole = String::new();
                for element in text.value.elements() {
                    let part = match (element.as_literal(), element.as_interpolation()) {
                        (Some(literal), _) => literal.value.to_string(),
                        (_, Some(value)) => self.fold(&value.expression, depth)?,
                        _ => return None,
                    };
                    whole.push_str(&part);
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

    fn bind(&mut self, name: &'a str, meanings: Vec<String>) {
        if meanings.is_empty() {
            return;
        }
        let known = self.aliases.entry(name).or_default();
        for meaning in meanings {
            if known.len() < MEANINGS && !known.contains(&meaning) {
                known.push(meaning);
            }
        }
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr) {
        match (target, value) {
            (Expr::Name(name), _) => {
                self.bind(name.id.as_str(), self.meanings(value));
                if let Some(text) = self.constant(value) {
                    self.constants.entry(name.id.as_str()).or_insert(text);
                }
            }
            (Expr::Tuple(targets), Expr::Tuple(values)) => {
                for (target, value) in targets.elts.iter().zip(&values.elts) {
                    self.assign(target, value);
                }
            }
            _ => {}
        }
    }

    fn import(&mut self, alias: &'a Alias) {
        let full = alias.name.as_str();
        match &alias.asname {
            Some(name) => self.bind(name.as_str(), vec![clipped(full)]),
            None => {
                let first = full.split('.').next().unwrap_or(full);
                self.bind(first, vec![clipped(first)]);
            }
        }
    }

    /// Names that the statements of one body assign something else than what we follow.
    fn assigned_otherwise(&self, body: &'a [Stmt]) -> HashSet<&'a str> {
        let mut own = HashSet::new();
        for statement in body {
            let targets = match statement {
                Stmt::Assign(it) => it.targets.as_slice(),
                Stmt::AnnAssign(it) if it.value.is_some() => std::slice::from_ref(&*it.target),
                Stmt::For(it) => std::slice::from_ref(&*it.target),
                _ => &[],
            };
            for target in targets {
                if let Expr::Name(name) = target
                    && !self.aliases.contains_key(name.id.as_str())
                {
                    own.insert(name.id.as_str());
                }
            }
        }
        own
    }
}

/// What `globals()` gives: a mapping of the program's own names.
const NAMESPACE: &str = "<names>";

/// What the statements of one body define.
fn definitions(body: &[Stmt]) -> HashSet<&str> {
    let names = body.iter().filter_map(|statement| match statement {
        Stmt::FunctionDef(it) => Some(it.name.as_str()),
        Stmt::ClassDef(it) => Some(it.name.as_str()),
        _ => None,
    });
    names.collect()
}

fn clipped(name: &str) -> String {
    name[..name.floor_char_boundary(LONGEST)].to_owned()
}

fn joined(mut objects: Vec<String>, name: &str) -> Vec<String> {
    objects.retain(|object| object.len() + name.len() < LONGEST);
    for object in &mut objects {
        match name {
            // `os.__dict__["system"]` is looked up in what it is the dictionary of.
            "__dict__" => {}
            _ => {
                object.push('.');
                object.push_str(name);
            }
        }
    }
    objects
}

/// Collects imports and assignments from everywhere in a program.
struct Collector<'n, 'a>(&'n mut Names<'a>);

impl<'a> Visitor<'a> for Collector<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.0.import(alias);
                }
            }
            Stmt::ImportFrom(import) if import.level == 0 => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    let name = alias.name.as_str();
                    if name == "*" {
                        let stars = &mut self.0.star_imports;
                        if stars.len() < MEANINGS && !stars.contains(&module) {
                            stars.push(module);
                        }
                        continue;
                    }
                    let bound = alias.asname.as_ref().map_or(name, |asname| asname.as_str());
                    self.0.bind(bound, joined(vec![clipped(module)], name));
                }
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.0.assign(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.0.assign(&assign.target, value);
                }
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Named(named) = expression {
            self.0.assign(&named.target, &named.value);
        }
        walk_expr(self, expression);
    }
}
