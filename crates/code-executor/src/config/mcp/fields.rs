//! The fields of one entry of a list of servers, read with their places. Values are never shown:
//! they may be secrets.

use std::ops::RangeInclusive;

use crate::config::document::{Json, Member, Node};
use crate::config::error::Problem;

/// The most arguments, and the most variables, of one server.
const MAX_WORDS: usize = 1000;
/// The bounds of a timeout.
const TIMEOUT_MS: RangeInclusive<u64> = 1..=3_600_000;

/// The fields of one entry. Keys that only other clients know are left alone.
pub struct Fields<'a> {
    /// How messages name the entry, such as `mcpServers.github`.
    pub path: String,
    /// The fields.
    pub fields: &'a [Member],
    /// Where problems go.
    pub problems: &'a mut Vec<Problem>,
}

impl<'a> Fields<'a> {
    /// The value of a field, whatever it is.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.fields.iter().find(|field| field.name == key).map(|field| &field.node)
    }

    /// Says that a field, if it is there, is not what it must be.
    pub fn wrong(&mut self, key: &str, must: &str) {
        let Some(node) = self.get(key) else { return };
        let what = format!("`{}.{key}` is {}; it must be {must}", self.path, node.kind());
        self.problems.push(Problem::at(&node.place, what));
    }

    /// A field that is `true` or `false`.
    pub fn boolean(&mut self, key: &str) -> Option<bool> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::Bool(value)) => Some(*value),
            _ => {
                self.wrong(key, "true or false");
                None
            }
        }
    }

    /// A field that is a string.
    pub fn text(&mut self, key: &str) -> Option<String> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::Text(text)) => Some(text.clone()),
            _ => {
                self.wrong(key, "a string");
                None
            }
        }
    }

    /// A timeout in milliseconds.
    pub fn milliseconds(&mut self, key: &str) -> Option<u64> {
        let number = match self.get(key).map(|node| &node.value) {
            Some(Json::Number(text)) => text.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| TIMEOUT_MS.contains(number));
        if number.is_none() {
            let (least, most) = (TIMEOUT_MS.start(), TIMEOUT_MS.end());
            self.wrong(key, &format!("a whole number from {least} to {most}"));
        }
        number
    }

    /// A timeout in seconds, as milliseconds. It may have a fraction.
    pub fn seconds(&mut self, key: &str) -> Option<u64> {
        let number: Option<f64> = match self.get(key).map(|node| &node.value) {
            Some(Json::Number(text)) => text.parse().ok(),
            _ => None,
        };
        let most = TIMEOUT_MS.end() / 1000;
        let number = number.filter(|number| *number > 0.0 && *number <= most as f64);
        if number.is_none() {
            self.wrong(key, &format!("a number of seconds above 0, at most {most}"));
        }
        number.map(|number| ((number * 1000.0) as u64).max(1))
    }

    /// A field that is a list of strings; empty when it is absent.
    pub fn texts(&mut self, key: &str) -> Vec<String> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::List(items)) if items.len() <= MAX_WORDS => {
                let words = items.iter().enumerate();
                words.filter_map(|(index, item)| self.word(key, &index.to_string(), item)).collect()
            }
            _ => {
                self.wrong(key, &format!("a list of at most {MAX_WORDS} strings"));
                Vec::new()
            }
        }
    }

    /// A field that is an object of strings, in the order of the file; empty when it is absent.
    pub fn pairs(&mut self, key: &str) -> Vec<(String, String)> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::Object(members)) if members.len() <= MAX_WORDS => {
                let pair = |member: &Member| {
                    let value = self.word(key, &member.name, &member.node)?;
                    Some((member.name.clone(), value))
                };
                members.iter().filter_map(pair).collect()
            }
            _ => {
                self.wrong(key, &format!("an object of at most {MAX_WORDS} strings"));
                Vec::new()
            }
        }
    }

    /// The fields of a field that is an object.
    pub fn inner(&mut self, key: &str) -> Option<Fields<'_>> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::Object(fields)) => {
                let path = format!("{}.{key}", self.path);
                Some(Fields { path, fields, problems: self.problems })
            }
            _ => {
                self.wrong(key, "an object");
                None
            }
        }
    }

    /// A port.
    pub fn port(&mut self, key: &str) -> Option<u16> {
        let number = match self.get(key).map(|node| &node.value) {
            Some(Json::Number(text)) => text.parse().ok().filter(|port| *port > 0),
            _ => None,
        };
        if number.is_none() {
            self.wrong(key, "a port from 1 to 65535");
        }
        number
    }

    /// A list of words, which may also be one string with spaces between them.
    pub fn words(&mut self, key: &str) -> Vec<String> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::Text(text)) => text.split_whitespace().map(str::to_owned).collect(),
            _ => self.texts(key),
        }
    }

    /// One string of a list or an object. A number or a boolean that a user wrote where a string
    /// belongs was meant as one.
    fn word(&mut self, key: &str, name: &str, node: &Node) -> Option<String> {
        match &node.value {
            Json::Text(text) | Json::Number(text) => Some(text.clone()),
            Json::Bool(value) => Some(value.to_string()),
            _ => {
                let (path, kind) = (&self.path, node.kind());
                let what = format!("`{path}.{key}.{name}` is {kind}; it must be a string");
                self.problems.push(Problem::at(&node.place, what));
                None
            }
        }
    }
}
