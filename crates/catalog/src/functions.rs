//! The tools of one server as the functions that programs import: which there are, under every name
//! that leads to one.

use std::{collections::HashMap, sync::Arc};

use types::ToolDescriptor;

use crate::{
    names, nearest,
    search::compact,
    wrappers::{self, Identifier},
};

/// The functions of one server, in the order of their names. Costs a walk over its tools to make.
#[derive(Debug)]
pub struct Functions {
    all: Vec<Function>,
    /// From a tool's own name, and from its segment in the full name, to its place.
    by_tool: HashMap<String, usize>,
}

/// A tool and the names of its functions.
#[derive(Debug, Clone)]
pub struct Function {
    /// What it is called in both languages.
    pub identifier: Identifier,
    /// The tool that it calls.
    pub tool: Arc<ToolDescriptor>,
}

impl Functions {
    pub(crate) fn of(tools: &[Arc<ToolDescriptor>]) -> Self {
        let mut names = wrappers::identifiers(tools.iter().map(|tool| tool.tool.as_str()));
        let mut all: Vec<Function> = tools
            .iter()
            .filter_map(|tool| {
                let identifier = names.remove(&tool.tool)?;
                Some(Function { identifier, tool: tool.clone() })
            })
            .collect();
        all.sort_by(|left, right| left.identifier.cmp(&right.identifier));
        let mut by_tool = HashMap::with_capacity(all.len());
        for (place, function) in all.iter().enumerate() {
            by_tool.insert(function.tool.tool.clone(), place);
        }
        for (place, function) in all.iter().enumerate() {
            if let Some((_, segment)) = names::split(&function.tool.name) {
                by_tool.entry(segment.to_owned()).or_insert(place);
            }
        }
        Self { all, by_tool }
    }

    /// All of them.
    pub fn all(&self) -> &[Function] {
        &self.all
    }

    /// The function of this name; or else that of the tool that its server calls so, or that stands so
    /// in its full name.
    pub fn find(&self, name: &str) -> Option<&Function> {
        let place = self.all.binary_search_by(|it| it.identifier.name.as_str().cmp(name)).ok();
        self.all.get(place.or_else(|| self.by_tool.get(name).copied())?)
    }

    /// The function of the tool that its server calls so.
    pub fn of_tool(&self, tool: &str) -> Option<&Function> {
        let function = self.all.get(*self.by_tool.get(tool)?)?;
        (function.tool.tool == tool).then_some(function)
    }

    /// The function whose name is closest to `name`, when one is close.
    pub fn nearest(&self, name: &str) -> Option<&Function> {
        let spelled = |function: &'_ Function| compact(&function.identifier.name);
        let shown: String = name.chars().take(nearest::MAX_CHARS).collect();
        let all = self.all.iter().map(|function| (function, spelled(function)));
        nearest::closest(&compact(&shown), all)
    }
}

#[cfg(test)]
mod tests;
