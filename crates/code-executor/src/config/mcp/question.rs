//! `inputs` of VS Code's dialect: what a file does not hold and a person is asked for.

use crate::config::document::{Json, Node};
use crate::config::error::{Place, Problem};
use crate::config::mcp::fields::Fields;

/// The most inputs of a file.
const MAX_QUESTIONS: usize = 100;

/// One input.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What `${input:...}` calls it.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// What to ask for, in words.
    pub description: String,
    /// How to ask.
    pub kind: Kind,
    /// The answer when nothing is typed.
    pub default: Option<String>,
}

/// How to ask.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// For a line.
    Line,
    /// For a line that is not shown.
    Hidden,
    /// For one of these.
    Choice(Vec<String>),
    /// Not at all: only VS Code itself can find out.
    Command,
}

/// Reads the inputs of a file.
pub fn questions(root: &Node, problems: &mut Vec<Problem>) -> Vec<Question> {
    let Json::Object(members) = &root.value else { return Vec::new() };
    let Some(inputs) = members.iter().find(|member| member.name == "inputs") else {
        return Vec::new();
    };
    let items = match &inputs.node.value {
        Json::List(items) if items.len() <= MAX_QUESTIONS => items,
        _ => {
            let kind = inputs.node.kind();
            let what =
                format!("`inputs` is {kind}; it must be a list of at most {MAX_QUESTIONS} objects");
            problems.push(Problem::at(&inputs.node.place, what));
            return Vec::new();
        }
    };
    let mut questions: Vec<Question> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(question) = question(index, item, problems) else { continue };
        match questions.iter().find(|known| known.id == question.id) {
            Some(first) => {
                let what = format!("the input `{}` is given twice", question.id);
                let hint = format!("the first is on line {}", first.place.line);
                problems.push(Problem::at(&item.place, what).hint(hint));
            }
            None => questions.push(question),
        }
    }
    questions
}

fn question(index: usize, item: &Node, problems: &mut Vec<Problem>) -> Option<Question> {
    let path = format!("inputs.{index}");
    let Json::Object(fields) = &item.value else {
        let what = format!("`{path}` is {}; it must be an object", item.kind());
        problems.push(Problem::at(&item.place, what));
        return None;
    };
    let before = problems.len();
    let mut fields = Fields { path: path.clone(), fields, problems };
    let id = fields.text("id").unwrap_or_default();
    let hidden = fields.boolean("password") == Some(true);
    let kind = match fields.text("type").as_deref() {
        Some("promptString") if hidden => Some(Kind::Hidden),
        Some("promptString") => Some(Kind::Line),
        Some("pickString") => Some(Kind::Choice(options(&mut fields))),
        Some("command") => Some(Kind::Command),
        _ => None,
    };
    let description = fields.text("description").unwrap_or_default();
    let default = fields.text("default").filter(|text| !text.is_empty());
    let what = match (&kind, id.is_empty()) {
        _ if problems.len() > before => return None,
        (_, true) => format!("`{path}` has no `id`"),
        (None, _) => {
            format!("the `type` of `{path}` is none of promptString, pickString, command")
        }
        (Some(Kind::Choice(options)), _) if options.is_empty() => {
            format!("`{path}` is a pickString and has no `options`")
        }
        (Some(kind), false) => {
            let (kind, place) = (kind.clone(), item.place.clone());
            return Some(Question { id, place, description, kind, default });
        }
    };
    problems.push(Problem::at(&item.place, what));
    None
}

/// The options to pick from: strings, or objects with a `value`.
fn options(fields: &mut Fields<'_>) -> Vec<String> {
    let Some(Json::List(items)) = fields.get("options").map(|node| &node.value) else {
        fields.wrong("options", "a list");
        return Vec::new();
    };
    let value = |item: &Node| match &item.value {
        Json::Text(text) => Some(text.clone()),
        Json::Object(members) => {
            let value = members.iter().find(|member| member.name == "value")?;
            match &value.node.value {
                Json::Text(text) => Some(text.clone()),
                _ => None,
            }
        }
        _ => None,
    };
    items.iter().filter_map(value).collect()
}
