//! Texts and lists that come in, held against what a row may hold.

use super::Error;

/// The longest name, in bytes.
pub(super) const MAX_TEXT: usize = 256;
/// The most entries of a list.
pub(super) const MAX_LIST: usize = 64;

/// Refuses a text that a row cannot hold. PostgreSQL has no text with a zero in it.
pub(super) fn check(what: &str, text: &str) -> Result<(), Error> {
    if text.len() > MAX_TEXT {
        let (size, limit) = (text.len(), MAX_TEXT);
        return Err(Error::Invalid(format!("{what} has {size} bytes, more than {limit}")));
    }
    if text.contains('\0') {
        return Err(Error::Invalid(format!("{what} has a zero in it")));
    }
    Ok(())
}

/// A list as a row holds it.
pub(super) fn list(what: &str, list: &[String]) -> Result<String, Error> {
    if list.len() > MAX_LIST {
        let (size, limit) = (list.len(), MAX_LIST);
        return Err(Error::Invalid(format!("{what} has {size} entries, more than {limit}")));
    }
    list.iter().try_for_each(|text| check(what, text))?;
    Ok(json(&list))
}

/// Something of ours as JSON.
pub(super) fn json(value: &impl serde::Serialize) -> String {
    // Structures of texts and numbers always can be.
    serde_json::to_string(value).unwrap_or_default()
}

/// A list as it was kept; one that somebody has broken by hand is empty, which allows nothing.
pub(super) fn listed(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

/// Milliseconds since 1970.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Cuts a text to what a row may hold.
pub(super) fn cut(value: &mut String, limit: usize) {
    value.truncate(value.floor_char_boundary(limit.min(value.len())));
    if value.contains('\0') {
        *value = value.replace('\0', " ");
    }
}
