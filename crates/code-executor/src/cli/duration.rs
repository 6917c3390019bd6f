//! Times as people type them.

/// Milliseconds from `500`, `500ms`, `5s`, `1.5s` or `2m`.
pub fn milliseconds(text: &str) -> Result<u64, String> {
    let split = text.find(|character: char| character.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit {
        "" | "ms" => 1.0,
        "s" => 1_000.0,
        "m" | "min" => 60_000.0,
        _ => return Err(format!("unknown unit `{unit}`; write ms, s or m")),
    };
    let digits = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = if digits { number.parse::<f64>().ok() } else { None };
    let time = number.map(|number| (number * factor).round()).filter(|time| *time >= 1.0);
    match time {
        // Far below where a float stops counting whole numbers.
        Some(time) if time <= 1e12 => Ok(time as u64),
        _ => Err("write a time such as 500ms, 5s or 2m".to_owned()),
    }
}
