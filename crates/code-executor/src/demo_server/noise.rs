//! A text of any size, which looks like a log and has one line worth finding.

use std::fmt::Write as _;

/// The smallest answer: one line.
pub const MIN_BYTES: usize = LINE_BYTES;
/// The largest answer.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Every line has this many bytes, its line feed included.
const LINE_BYTES: usize = 80;

/// A text of exactly this many bytes, in which exactly one line contains `NEEDLE`.
pub fn text(bytes: usize) -> Result<String, String> {
    if !(MIN_BYTES..=MAX_BYTES).contains(&bytes) {
        return Err(format!("`bytes` must be from {MIN_BYTES} to {MAX_BYTES}, got {bytes}"));
    }
    let lines = bytes / LINE_BYTES;
    let needle = lines * 2 / 3;
    let mut text = String::with_capacity(bytes);
    for number in 0..lines {
        let start = text.len();
        let (level, what) = match number {
            _ if number == needle => ("WARN", "NEEDLE: the one line that matters"),
            _ if number % 7 == 3 => ("DEBUG", "cache checked"),
            _ => ("INFO", "request served"),
        };
        let (minute, second, milliseconds) =
            (number / 60_000 % 60, number / 1000 % 60, number % 1000);
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "2026-01-01T00:{minute:02}:{second:02}.{milliseconds:03}Z {level:5} {what} n={number}"
        );
        pad(&mut text, start + LINE_BYTES - 1);
        text.push('\n');
    }
    pad(&mut text, bytes);
    Ok(text)
}

fn pad(text: &mut String, length: usize) {
    let missing = length.saturating_sub(text.len());
    text.extend(std::iter::repeat_n('.', missing));
}
