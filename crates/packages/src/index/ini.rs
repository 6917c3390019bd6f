//! The dialect of `pip.conf`, which is that of Python's `configparser` without interpolation.

/// One setting of one section.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) section: String,
    /// Lowercase, with `-` for `_` and without leading dashes, as `pip` reads it.
    pub(super) key: String,
    /// Lines joined by newlines, each trimmed.
    pub(super) value: String,
}

/// Every setting, in the order of the file; the error is the line that cannot be understood, from
/// one, which may hold a secret and is not repeated.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, usize> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut section: Option<String> = None;
    let mut continues = false;
    for (index, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if continues
            && line.starts_with([' ', '\t'])
            && let Some(last) = entries.last_mut()
        {
            last.value.push('\n');
            last.value.push_str(trimmed);
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = Some(name.to_owned());
            continues = false;
            continue;
        }
        let section = section.as_ref().ok_or(index + 1)?;
        let at = trimmed.find(['=', ':']).ok_or(index + 1)?;
        let (key, value) = trimmed.split_at(at);
        entries.push(Entry {
            section: section.clone(),
            key: key_name(key.trim()),
            value: value[1..].trim().to_owned(),
        });
        continues = true;
    }
    Ok(entries)
}

/// A setting's name in the spelling of the long command line option.
pub(super) fn key_name(text: &str) -> String {
    text.to_ascii_lowercase().replace('_', "-").trim_start_matches('-').to_owned()
}
