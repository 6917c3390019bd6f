//! How long a rule counts: a stretch of time in which a rate fills again, or a day or month of the
//! calendar (UTC).

use std::fmt;

pub(crate) const DAY_MS: u64 = 86_400_000;

/// The longest stretch; what counts longer is a quota.
const MAX_EVERY_MS: u64 = DAY_MS;

/// How long a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// So many milliseconds.
    Every(u64),
    /// A day, from midnight.
    Day,
    /// A month, from its first day.
    Month,
}

/// A day or month of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    /// `2026-11-21` or `2026-11`.
    pub(crate) label: String,
    /// The first millisecond after it.
    pub(crate) ends_at: u64,
    /// Its length in milliseconds.
    pub(crate) length_ms: u64,
}

impl Span {
    /// Reads `30s`, `1m`, `h`, `day`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "day" => return Some(Self::Day),
            "month" => return Some(Self::Month),
            _ => {}
        }
        let letters = text.find(|character: char| !character.is_ascii_digit())?;
        let (count, unit) = text.split_at(letters);
        let count: u64 = if count.is_empty() { 1 } else { count.parse().ok()? };
        let unit = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        let every = count.checked_mul(unit)?;
        (1..=MAX_EVERY_MS).contains(&every).then_some(Self::Every(every))
    }

    /// The window of the calendar that `now` lies in, if this is one.
    pub(crate) fn window(self, now: u64) -> Option<Window> {
        let day = now / DAY_MS;
        let (year, month, _) = date(day);
        let (label, begins, ends) = match self {
            Self::Every(_) => return None,
            Self::Day => (words(day), day, day + 1),
            Self::Month => {
                let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                let label = format!("{year:04}-{month:02}");
                (label, day_of(year, month), day_of(next_year, next))
            }
        };
        Some(Window { label, ends_at: ends * DAY_MS, length_ms: (ends - begins) * DAY_MS })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(every) => f.write_str(&duration(*every)),
            Self::Day => f.write_str("a day"),
            Self::Month => f.write_str("a month"),
        }
    }
}

/// Milliseconds as people say them, in the largest unit that does not round.
pub(crate) fn duration(ms: u64) -> String {
    match ms {
        _ if ms >= 3_600_000 && ms.is_multiple_of(3_600_000) => format!("{} h", ms / 3_600_000),
        _ if ms >= 60_000 && ms.is_multiple_of(60_000) => format!("{} min", ms / 60_000),
        _ if ms >= 1_000 && ms.is_multiple_of(1_000) => format!("{} s", ms / 1_000),
        _ => format!("{ms} ms"),
    }
}

/// A day since 1970 as `2026-11-21`.
pub(crate) fn words(day: u64) -> String {
    let (year, month, day) = date(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A day since 1970 as year, month and day of the Gregorian calendar, in years that begin in March.
fn date(day: u64) -> (u64, u64, u64) {
    let shifted = day + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

/// The first day of a month as a day since 1970.
fn day_of(year: u64, month: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, Span, day_of, words};

    #[test]
    fn spans_are_read_within_their_bounds() {
        assert_eq!(Span::parse("1m"), Some(Span::Every(60_000)));
        assert_eq!(Span::parse("s"), Some(Span::Every(1_000)));
        assert_eq!(Span::parse("24h"), Some(Span::Every(DAY_MS)));
        assert_eq!(Span::parse("month"), Some(Span::Month));
        for bad in ["", "5", "0s", "25h", "1d", "m1", "99999999999999999999h"] {
            assert_eq!(Span::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn windows_are_those_of_the_calendar() {
        let now = day_of(2028, 2) * DAY_MS + 28 * DAY_MS + 5;
        let day = Span::Day.window(now).unwrap();
        assert_eq!((day.label.as_str(), day.ends_at % DAY_MS), ("2028-02-29", 0));
        let month = Span::Month.window(now).unwrap();
        assert_eq!((month.label.as_str(), month.length_ms), ("2028-02", 29 * DAY_MS));
        assert_eq!(month.ends_at, day.ends_at);
        assert_eq!(Span::Month.window(month.ends_at).unwrap().label, "2028-03");
        assert_eq!((words(0), words(19_723)), ("1970-01-01".into(), "2024-01-01".into()));
    }
}
