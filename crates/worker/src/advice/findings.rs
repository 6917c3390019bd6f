//! What was found, brought into the form in which it is told.

use std::collections::BTreeSet;

use types::{Finding, MAX_FINDINGS};

use crate::advice::rules::Rule;

/// The most places that are kept before they are told: a hostile source has no more than a bounded
/// effect on memory.
const MAX_PLACES: usize = 4096;

/// Collects findings by their offset in the source.
#[derive(Debug, Default)]
pub struct Findings(BTreeSet<(u32, Rule)>);

impl Findings {
    /// Notes a finding at a byte offset.
    pub fn note(&mut self, rule: Rule, offset: u32) {
        self.0.insert((offset, rule));
        if self.0.len() > MAX_PLACES {
            self.0.pop_last();
        }
    }

    /// As they are told: in the order of the source, each rule once a line, at most 100.
    pub fn told(&self, source: &str) -> Vec<Finding> {
        let mut told: Vec<Finding> = Vec::new();
        let mut place = Place::default();
        for &(offset, rule) in &self.0 {
            place.advance(source, offset as usize);
            let line_before = told.iter().rev().take_while(|known| known.line == place.line);
            if line_before.into_iter().any(|known| known.rule == rule.name()) {
                continue;
            }
            told.push(Finding {
                rule: rule.name().to_owned(),
                line: place.line,
                column: place.column(source, offset as usize),
                message: rule.message(),
            });
            if told.len() == MAX_FINDINGS {
                break;
            }
        }
        told
    }
}

/// A place in a source, moved forward only.
struct Place {
    line: u32,
    line_start: usize,
    scanned: usize,
}

impl Default for Place {
    fn default() -> Self {
        Self { line: 1, line_start: 0, scanned: 0 }
    }
}

impl Place {
    fn advance(&mut self, source: &str, offset: usize) {
        let bytes = source.as_bytes();
        let end = offset.min(bytes.len());
        for at in self.scanned..end {
            // A carriage return ends a line, too, unless a newline follows to do it.
            let ends = match bytes[at] {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                self.line = self.line.saturating_add(1);
                self.line_start = at + 1;
            }
        }
        self.scanned = self.scanned.max(end);
    }

    fn column(&self, source: &str, offset: usize) -> u32 {
        let before = source.get(self.line_start..offset).unwrap_or("");
        u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX)
    }
}
