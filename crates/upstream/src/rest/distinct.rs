//! Names that are told apart by numbers, in time that grows with their count alone.

use std::collections::{HashMap, HashSet};

/// Names that are taken.
#[derive(Default)]
pub(crate) struct Distinct {
    taken: HashSet<String>,
    /// The last number that was tried behind a name: those before it are taken.
    last: HashMap<String, usize>,
}

impl Distinct {
    /// Takes a name; false when it was taken.
    pub(crate) fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_owned())
    }

    /// Whether a name is taken.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// The name itself, or with the first number from 2 that makes it free. Taken, either way.
    pub(crate) fn numbered(&mut self, base: &str) -> String {
        if self.take(base) {
            return base.to_owned();
        }
        let number = self.last.entry(base.to_owned()).or_insert(1);
        loop {
            *number += 1;
            let name = format!("{base}_{number}");
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
