//! A server's own words, made fit for a log.

/// The longest piece of a server's words in the log.
pub(crate) const TEXT_LIMIT: usize = 2 * 1024;

/// At most 2 KiB of text without control characters: no line of a log may be forged.
pub(crate) fn printable(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(TEXT_LIMIT)];
    String::from_utf8_lossy(head)
        .trim_end()
        .chars()
        .map(|character| if character.is_control() { '\u{fffd}' } else { character })
        .collect()
}
