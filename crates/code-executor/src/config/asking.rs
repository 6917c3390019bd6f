//! Answers to the inputs of lists of servers: from the environment, or from whoever sits at the
//! terminal. Each is asked for once, and kept for as long as the process lives.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::cli::render::visible;
use crate::config::env::{self, Environment};
use crate::config::mcp::question::{Kind, Question};
use crate::config::terminal::{self, Echo};

/// How often a choice may be answered with something else.
const TRIES: usize = 3;

/// Who can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answering {
    /// Nobody.
    #[default]
    Nobody,
    /// Whoever sits at the terminal.
    Terminal,
}

impl Answering {
    /// The terminal, if somebody sits there and is to be asked.
    pub fn at_terminal(is_to_ask: bool) -> Self {
        if is_to_ask && terminal::is_there() { Self::Terminal } else { Self::Nobody }
    }
}

/// Finds answers.
#[derive(Debug, Default)]
pub struct Asker {
    answering: Answering,
    /// By the place of the question: another file may mean something else by the same id.
    known: RefCell<BTreeMap<String, Result<String, String>>>,
}

impl Asker {
    /// One that asks whoever answers.
    pub fn new(answering: Answering) -> Self {
        Self { answering, known: RefCell::default() }
    }

    /// The answer to `${input:ID}`. The error says how to give it, and shows no value.
    pub fn answer(
        &self,
        id: &str,
        questions: &[Question],
        environment: &Environment,
    ) -> Result<String, String> {
        let Some(question) = questions.iter().find(|question| question.id == id) else {
            let id: String = id.chars().take(64).collect();
            return Err(format!("the file has no input `{id}`"));
        };
        let place = question.place.to_string();
        if let Some(known) = self.known.borrow().get(&place) {
            return known.clone();
        }
        let answer = self.find(question, environment);
        self.known.borrow_mut().insert(place, answer.clone());
        answer
    }

    fn find(&self, question: &Question, environment: &Environment) -> Result<String, String> {
        let variable = env::input_variable(&question.id);
        if let Some(value) = environment.get(&variable) {
            return match &question.kind {
                Kind::Choice(options) if !options.iter().any(|option| option == value) => {
                    Err(format!("{variable} is none of {}", options.join(", ")))
                }
                _ => Ok(value.to_owned()),
            };
        }
        let Question { id, default, kind, .. } = question;
        match (self.answering, kind) {
            (_, Kind::Command) => {
                let why = "which only VS Code can compute";
                Err(format!("it needs the input `{id}`, {why}: set {variable}"))
            }
            (Answering::Terminal, _) => asked(question, &variable),
            // What the file offers is what whoever presses Enter gets.
            (Answering::Nobody, Kind::Line | Kind::Choice(_)) if default.is_some() => {
                Ok(default.clone().unwrap_or_default())
            }
            (Answering::Nobody, _) => Err(format!(
                "it needs the input `{id}`{}: set {variable}, or start it once on a terminal",
                described(question)
            )),
        }
    }
}

/// ` (GitHub token)`, or nothing.
fn described(question: &Question) -> String {
    let short: String = question.description.chars().take(80).collect();
    if short.is_empty() { String::new() } else { format!(" ({short})") }
}

/// Asks at the terminal.
fn asked(question: &Question, variable: &str) -> Result<String, String> {
    let Question { id, default, kind, .. } = question;
    let mut prompt = format!("{id}{}", described(question));
    if let Kind::Choice(options) = kind {
        for (index, option) in options.iter().enumerate() {
            prompt.push_str(&format!("\n  {}. {option}", index + 1));
        }
        prompt.push_str("\nwhich one");
    }
    if let Some(default) = default.as_ref().filter(|_| *kind != Kind::Hidden) {
        prompt.push_str(&format!(" [{default}]"));
    }
    let prompt = prompt.lines().map(visible).collect::<Vec<_>>().join("\n") + ": ";
    let echo = if *kind == Kind::Hidden { Echo::Off } else { Echo::On };
    for _ in 0..TRIES {
        let typed = terminal::ask(&prompt, echo).map_err(|error| {
            format!("it needs the input `{id}`: {error}; set {variable} instead")
        })?;
        let typed = match (typed.is_empty(), default) {
            (true, Some(default)) => default.clone(),
            _ => typed,
        };
        match kind {
            Kind::Choice(options) => {
                let number = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
                let picked = options.iter().find(|option| **option == typed);
                if let Some(picked) = picked.or_else(|| options.get(number?)) {
                    return Ok(picked.clone());
                }
            }
            _ if !typed.is_empty() => return Ok(typed),
            _ => {}
        }
    }
    Err(format!("it needs the input `{id}`, which was not given; set {variable} instead"))
}
