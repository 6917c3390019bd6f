//! The names of types: each once, and none that means something else already.

use std::collections::{HashMap, VecDeque};

/// The names of referenced types, and those that are still to be declared.
#[derive(Default)]
pub(crate) struct Names {
    taken: HashMap<String, usize>,
    by_reference: HashMap<String, String>,
    pending: VecDeque<(String, String)>,
}

impl Names {
    /// Names that must not be given to anything else.
    pub(crate) fn reserving<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let taken = names.into_iter().map(|name| (name.to_owned(), 1)).collect();
        Self { taken, ..Self::default() }
    }

    /// Gives the root schema the name of the declaration it is read for.
    pub(crate) fn name_root(mut self, name: &str) -> Self {
        self.by_reference.insert("#".to_owned(), name.to_owned());
        self
    }

    /// The names taken so far, for another schema, whose references mean something else.
    pub(crate) fn for_another(self) -> Self {
        Self { taken: self.taken, ..Self::default() }
    }

    /// The name of a reference's target, which is declared sooner or later.
    pub(super) fn of(&mut self, reference: &str) -> String {
        if let Some(name) = self.by_reference.get(reference) {
            return name.clone();
        }
        let last = reference.rsplit(['/', '#']).next().unwrap_or_default();
        let name = self.take(match type_name(last) {
            name if name.is_empty() => "Root".to_owned(),
            name => name,
        });
        self.by_reference.insert(reference.to_owned(), name.clone());
        self.pending.push_back((name.clone(), reference.to_owned()));
        name
    }

    /// The next referenced type to declare: its name and its reference.
    pub(super) fn next_pending(&mut self) -> Option<(String, String)> {
        self.pending.pop_front()
    }

    /// A name like this one that nothing else has.
    pub(crate) fn take(&mut self, base: String) -> String {
        let count = self.taken.entry(base.clone()).or_default();
        *count += 1;
        let mut name = if *count == 1 { base.clone() } else { format!("{base}{count}") };
        while name != base && self.taken.contains_key(&name) {
            name.push('_');
        }
        self.taken.entry(name.clone()).or_insert(1);
        name
    }

    /// Whether something has this name.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        self.taken.contains_key(name)
    }
}

/// `text` as a type's name: its words capitalised and run together, ASCII only.
pub(crate) fn type_name(text: &str) -> String {
    let mut name = String::new();
    let mut start = true;
    for character in text.chars().take(60) {
        if !character.is_ascii_alphanumeric() {
            start = true;
        } else if start {
            name.push(character.to_ascii_uppercase());
            start = false;
        } else {
            name.push(character);
        }
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, 'T');
    }
    name
}
