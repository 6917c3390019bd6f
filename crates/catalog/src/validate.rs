//! Checking a call's arguments against the tool's input schema, before anything leaves the host.
//!
//! The schema is a stranger's: remote references are never fetched, patterns run within bounds,
//! and a check that could take unreasonably long is not made.

mod cost;
mod problem;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;
use types::ToolDescriptor;

pub(crate) use cost::resolve;
pub use problem::Problem;

/// The most problems one error reports.
pub const MAX_PROBLEMS: usize = 5;

/// Compiled schemas that are kept.
const MAX_COMPILED: usize = 256;

/// Bounds on a stranger's patterns: compiled size, lazy automaton, backtracking steps.
const MAX_PATTERN_BYTES: usize = 1 << 20;
const MAX_BACKTRACKING: usize = 100_000;

/// Arguments that do not fit a tool's input schema. It names paths, expectations and types, and
/// never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct InvalidArguments {
    /// The tool's full name.
    pub tool: String,
    /// What is wrong, at most [`MAX_PROBLEMS`] of it.
    pub problems: Vec<Problem>,
    /// Whether there was more.
    pub more: bool,
}

impl InvalidArguments {
    /// The same, with the name of the function that gives a program the whole schema.
    pub fn told(&self, schema_function: &str) -> String {
        format!("{self} ({schema_function}(\"{}\") gives the whole schema)", self.tool)
    }
}

impl std::fmt::Display for InvalidArguments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the arguments do not fit {}: ", self.tool)?;
        for (number, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if number > 0 { "; " } else { "" })?;
        }
        if self.more {
            f.write_str("; and more")?;
        }
        Ok(())
    }
}

/// Compiled schemas, the least recently used of which make room.
#[derive(Debug, Default)]
pub(crate) struct Validators {
    cache: Mutex<Cache>,
}

impl Validators {
    /// Checks `arguments`; see [`crate::Catalog::validate`].
    pub(crate) fn check(
        &self,
        tool: &ToolDescriptor,
        arguments: &Value,
    ) -> Result<(), InvalidArguments> {
        if !arguments.is_object() {
            return Err(invalid(tool, vec![problem::not_an_object(arguments)]));
        }
        if !cost::is_bounded(&tool.input_schema, arguments) {
            return Ok(());
        }
        let Some(validator) = self.compiled(&tool.input_schema) else { return Ok(()) };
        if validator.is_valid(arguments) {
            return Ok(());
        }
        let mut problems = Vec::new();
        for error in validator.iter_errors(arguments) {
            problem::describe(&error, &tool.input_schema, arguments, &mut problems);
            if problems.len() > MAX_PROBLEMS {
                break;
            }
        }
        // An engine that gave up (a pattern beyond its bound) has found nothing wrong.
        if problems.is_empty() { Ok(()) } else { Err(invalid(tool, problems)) }
    }

    fn compiled(&self, schema: &Arc<Value>) -> Option<Arc<Validator>> {
        let key = Arc::as_ptr(schema) as usize;
        if let Some(found) = self.cache().find(key) {
            return found;
        }
        // Compiled outside the lock: two callers may do it twice, none waits for a large schema.
        let compiled = compile(schema).map(Arc::new);
        self.cache().insert(key, schema.clone(), compiled.clone());
        compiled
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn invalid(tool: &ToolDescriptor, mut problems: Vec<Problem>) -> InvalidArguments {
    let more = problems.len() > MAX_PROBLEMS;
    problems.truncate(MAX_PROBLEMS);
    InvalidArguments { tool: tool.name.clone(), problems, more }
}

fn compile(schema: &Value) -> Option<Validator> {
    if !cost::is_compilable(schema) {
        return None;
    }
    let patterns = PatternOptions::fancy_regex()
        .backtrack_limit(MAX_BACKTRACKING)
        .size_limit(MAX_PATTERN_BYTES)
        .dfa_size_limit(MAX_PATTERN_BYTES);
    let options = jsonschema::options().offline().with_pattern_options(patterns);
    options.should_validate_formats(false).build(schema).ok()
}

#[derive(Debug, Default)]
struct Cache {
    compiled: HashMap<usize, Compiled>,
    clock: u64,
}

#[derive(Debug)]
struct Compiled {
    /// Kept so that the key, its address, is not given to another schema.
    _schema: Arc<Value>,
    validator: Option<Arc<Validator>>,
    used: u64,
}

impl Cache {
    fn find(&mut self, key: usize) -> Option<Option<Arc<Validator>>> {
        self.clock += 1;
        let compiled = self.compiled.get_mut(&key)?;
        compiled.used = self.clock;
        Some(compiled.validator.clone())
    }

    fn insert(&mut self, key: usize, schema: Arc<Value>, validator: Option<Arc<Validator>>) {
        if self.compiled.len() >= MAX_COMPILED {
            let oldest = self.compiled.iter().min_by_key(|(_, compiled)| compiled.used);
            if let Some(oldest) = oldest.map(|(key, _)| *key) {
                self.compiled.remove(&oldest);
            }
        }
        let compiled = Compiled { _schema: schema, validator, used: self.clock };
        self.compiled.insert(key, compiled);
    }
}

#[cfg(test)]
mod tests;
