//! The texts of the program that runs and of those of its session before it, for the places that errors
//! name.

use std::cell::OnceCell;
use std::collections::VecDeque;

use crate::engine::quickjs::transpile::{PROGRAM_NAME, Positions, Rewritten};

/// How many texts are kept, and how many bytes of those that do not run any more.
const KEPT: usize = 64;
const KEPT_BYTES: usize = 1 << 20;

/// The texts, the last one that of the program that runs. None in the zygote, whose warm-up throws too.
#[derive(Default)]
pub struct Sources {
    texts: VecDeque<Source>,
    /// How many programs of a session there were.
    count: usize,
}

struct Source {
    name: String,
    text: String,
    rewritten: Option<Rewritten>,
    positions: OnceCell<Option<Positions>>,
}

impl Source {
    fn bytes(&self) -> usize {
        // The text, what was made of it, and the way between them.
        self.text.len() + self.rewritten.as_ref().map_or(0, |it| 3 * it.code.len())
    }
}

impl Sources {
    /// Adds the text of the program that begins.
    pub fn add(&mut self, text: String, rewritten: Option<Rewritten>) {
        let name = match &rewritten {
            None => PROGRAM_NAME.to_owned(),
            Some(_) => {
                self.count += 1;
                format!("program-{}.ts", self.count)
            }
        };
        let mut bytes: usize = self.texts.iter().map(Source::bytes).sum();
        while self.texts.len() >= KEPT || bytes > KEPT_BYTES {
            bytes -= self.texts.pop_front().map_or(bytes, |oldest| oldest.bytes());
        }
        self.texts.push_back(Source { name, text, rewritten, positions: OnceCell::new() });
    }

    /// The name by which the engine knows the program that runs.
    pub fn name(&self) -> String {
        self.texts.back().map_or_else(|| PROGRAM_NAME.to_owned(), |it| it.name.clone())
    }

    /// The text of the program that runs.
    pub fn current(&self) -> &str {
        self.texts.back().map_or("", |it| &it.text)
    }

    /// The name of a program as its user is told it: one that ran before has a number.
    pub fn shown<'a>(&self, name: &'a str) -> &'a str {
        let runs = self.texts.back().is_none_or(|it| it.name == name);
        if runs { PROGRAM_NAME } else { name }
    }

    /// The way from the generated code of a program to its text.
    pub fn positions(&self, name: &str) -> Option<&Positions> {
        let source = self.texts.iter().find(|it| it.name == name)?;
        let positions = || Positions::of(&source.text, source.rewritten.as_ref());
        source.positions.get_or_init(positions).as_ref()
    }
}
