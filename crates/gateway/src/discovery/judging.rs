//! What is made of a server's list before anybody sees it: tools that are not as they were approved
//! are marked, and where the operator wants it blocked. The words of a blocked tool are withheld, so
//! that what they say reaches nobody.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{NewTool, text};
use serde_json::json;
use store::{Definition, Digest, Listed, Record, Verdict};

use super::words;

/// The marks of one server's tools, by the tools' own names.
pub(crate) type Marks = BTreeMap<String, Mark>;

/// What is to be known of a tool that is not as it was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// What differs, in a few words; none of the tool's new ones where it is blocked.
    pub(crate) words: String,
    /// Whether it may not be called.
    pub(crate) blocked: bool,
}

/// A list as it may be shown.
pub(super) struct Judged {
    pub(super) shown: Vec<NewTool>,
    pub(super) marks: Marks,
}

/// What there is to judge by.
pub(super) enum Standard {
    /// Nothing: no tool is marked.
    None,
    /// What was approved.
    Record(Record),
    /// What was approved cannot be known, for this reason.
    Unknown(String),
}

/// Judges a list.
pub(super) fn judge(tools: &[Listed], standard: &Standard, pin: bool) -> Judged {
    let mut marks = Marks::new();
    let shown = tools.iter().map(|(tool, digest)| {
        let Some((words, approved)) = difference(tool, *digest, standard, pin) else {
            return shown(tool);
        };
        marks.insert(tool.name.clone(), Mark { words, blocked: pin });
        match (pin, approved) {
            (false, _) => shown(tool),
            (true, Some(approved)) => shown(&approved),
            (true, None) => withheld(&tool.name),
        }
    });
    let shown = shown.collect();
    Judged { shown, marks }
}

/// What differs from what was approved, and what that was.
fn difference(
    tool: &Definition,
    digest: Digest,
    standard: &Standard,
    pin: bool,
) -> Option<(String, Option<Definition>)> {
    let record = match standard {
        Standard::None => return None,
        Standard::Unknown(why) => return Some((why.clone(), None)),
        Standard::Record(record) => record,
    };
    match record.judge(&tool.name, digest) {
        Verdict::Approved => None,
        Verdict::New => Some((words::NEW.to_owned(), None)),
        Verdict::Changed(None) => Some((words::CHANGED.to_owned(), None)),
        Verdict::Changed(Some(approved)) => {
            let change = store::compare(&approved, tool);
            let words = match pin {
                true => words::withholding(&change, &approved),
                false => words::of(&change),
            };
            Some((words, Some(*approved)))
        }
    }
}

fn shown(tool: &Definition) -> NewTool {
    NewTool {
        name: tool.name.clone(),
        title: tool.title.clone(),
        description: text::shown(&tool.description),
        input_schema: text::shown_schema(&tool.input_schema),
        output_schema: tool.output_schema.as_ref().map(text::shown_schema),
        annotations: tool.annotations.as_ref().map(text::shown_schema),
    }
}

/// A tool of which nothing but its name is shown.
fn withheld(name: &str) -> NewTool {
    NewTool {
        name: name.to_owned(),
        title: None,
        description: "Not shown: it is blocked until the operator accepts it.".to_owned(),
        input_schema: Arc::new(json!({"type": "object"})),
        output_schema: None,
        annotations: None,
    }
}
