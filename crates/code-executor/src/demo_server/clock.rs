//! The time, here or anywhere that is a whole number of minutes away from UTC.

use jiff::{
    Timestamp,
    tz::{Offset, TimeZone},
};
use serde_json::{Value, json};

const MINUTES_AN_HOUR: i32 = 60;
const MAX_HOURS: i32 = 14;

/// The time now.
pub fn now(timezone: Option<&str>) -> Result<Value, String> {
    at(Timestamp::now(), timezone)
}

/// A moment, as it is told in a timezone.
pub fn at(moment: Timestamp, timezone: Option<&str>) -> Result<Value, String> {
    let name = timezone.unwrap_or("UTC");
    let offset = minutes(name)
        .and_then(|minutes| Offset::from_seconds(minutes * 60).ok())
        .ok_or_else(|| format!("`{name:.32}` is no timezone; use UTC or an offset like +02:00"))?;
    let local = moment.to_zoned(TimeZone::fixed(offset));
    Ok(json!({
        "time": local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        "weekday": local.strftime("%A").to_string(),
        "timezone": name,
        "unixMs": moment.as_millisecond(),
    }))
}

/// Minutes ahead of UTC.
fn minutes(name: &str) -> Option<i32> {
    if matches!(name, "UTC" | "Z") {
        return Some(0);
    }
    let (sign, rest) = match name.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let two_digits = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i32>().ok()).flatten()
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    let total = hours * MINUTES_AN_HOUR + minutes;
    let possible = minutes < MINUTES_AN_HOUR && total <= MAX_HOURS * MINUTES_AN_HOUR;
    possible.then_some(sign * total)
}
