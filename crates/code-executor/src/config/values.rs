//! The settings' values after all layers: later layers replace, a workspace file only narrows.

use std::fmt;
use std::path::PathBuf;

use policy::remote::IssuerConfig;

use crate::config::layer::{Given, Origin};
use crate::config::reference::{Key, SETTINGS, Setting, Value};

/// A value for every setting, and where it came from.
#[derive(Clone)]
pub struct Values {
    slots: Vec<(Option<Value>, Origin)>,
}

impl fmt::Debug for Values {
    /// Some may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values").finish_non_exhaustive()
    }
}

impl Values {
    /// What holds when nobody says anything.
    pub fn fallbacks() -> Self {
        let slots = SETTINGS.iter().map(|setting| (setting.fallback.value(), Origin::Fallback));
        Self { slots: slots.collect() }
    }

    /// Puts a layer over what there is.
    pub fn replace(&mut self, layer: Vec<Given>) {
        for given in layer {
            self.slots[given.setting.key as usize] = (Some(given.value), given.origin);
        }
    }

    /// Takes from an untrusted layer what is at least as strict; answers the settings it had to
    /// leave as they are.
    pub fn narrow(&mut self, layer: Vec<Given>) -> Vec<&'static Setting> {
        let mut left = Vec::new();
        for Given { setting, value, origin } in layer {
            let slot = &mut self.slots[setting.key as usize];
            if slot.0.as_ref() == Some(&value) {
                continue;
            }
            if setting.narrowing.permits(setting.kind, slot.0.as_ref(), &value) {
                *slot = (Some(value), origin);
            } else {
                left.push(setting);
            }
        }
        left
    }

    /// The value of any setting, if it has one.
    pub fn value(&self, setting: &Setting) -> Option<&Value> {
        self.slots[setting.key as usize].0.as_ref()
    }

    /// Where a value came from.
    pub fn origin(&self, key: Key) -> &Origin {
        &self.slots[key as usize].1
    }

    /// The value of a boolean setting.
    pub fn boolean(&self, key: Key) -> bool {
        match &self.slots[key as usize].0 {
            Some(Value::Bool(value)) => *value,
            other => unreachable!("{key:?} is a boolean, not {other:?}"),
        }
    }

    /// The value of a numeric setting.
    pub fn integer(&self, key: Key) -> u64 {
        match &self.slots[key as usize].0 {
            Some(Value::Integer(value)) => *value,
            other => unreachable!("{key:?} is a number, not {other:?}"),
        }
    }

    /// The value of a numeric setting, as a size in memory.
    pub fn size(&self, key: Key) -> usize {
        usize::try_from(self.integer(key)).unwrap_or(usize::MAX)
    }

    /// The value of a word.
    pub fn word(&self, key: Key) -> &str {
        match &self.slots[key as usize].0 {
            Some(Value::Text(value)) => value,
            other => unreachable!("{key:?} is a word, not {other:?}"),
        }
    }

    /// The entries of a list.
    pub fn list(&self, key: Key) -> &[String] {
        match &self.slots[key as usize].0 {
            Some(Value::List(items)) => items,
            other => unreachable!("{key:?} is a list, not {other:?}"),
        }
    }

    /// Takes over what a running server can.
    pub fn take_live(&mut self, new: &Self) {
        for setting in SETTINGS.iter().filter(|setting| setting.key.is_live()) {
            let key = setting.key as usize;
            self.slots[key] = new.slots[key].clone();
        }
    }

    /// The value of a word, if somebody set it.
    pub fn word_if_set(&self, key: Key) -> Option<&str> {
        (*self.origin(key) != Origin::Fallback).then(|| self.word(key))
    }

    /// The value of a path, if somebody set it.
    pub fn path(&self, key: Key) -> Option<PathBuf> {
        self.slots[key as usize].0.as_ref().map(|_| PathBuf::from(self.word(key)))
    }

    /// The value of a URL, if somebody set it.
    pub fn url(&self, key: Key) -> Option<&str> {
        self.slots[key as usize].0.as_ref().map(|_| self.word(key))
    }

    /// The issuers of tokens.
    pub fn issuers(&self, key: Key) -> &[IssuerConfig] {
        match &self.slots[key as usize].0 {
            None => &[],
            Some(Value::Issuers(issuers)) => issuers,
            other => unreachable!("{key:?} is a list of issuers, not {other:?}"),
        }
    }

    /// The files of a setting, if somebody set it.
    pub fn paths(&self, key: Key) -> Option<Vec<PathBuf>> {
        self.slots[key as usize].0.as_ref()?;
        Some(self.list(key).iter().map(PathBuf::from).collect())
    }

    /// Lowers a number that nobody chose (or that a workspace file's narrowing left behind).
    pub fn lower(&mut self, key: Key, most: u64) {
        let most = most.min(self.integer(key));
        self.slots[key as usize].0 = Some(Value::Integer(most));
    }
}
