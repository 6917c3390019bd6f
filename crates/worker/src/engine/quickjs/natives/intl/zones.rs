//! Time zones, from the database that is linked in: files of the system are neither there nor needed.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// 400 years, in seconds.
const CYCLE: f64 = 146_097.0 * 86_400.0;

thread_local! {
    static ZONES: TimeZoneDatabase = TimeZoneDatabase::bundled();
}

fn zone(name: &str) -> Option<TimeZone> {
    ZONES.with(|zones| zones.get(name).ok())
}

/// The name of a zone as the database writes it.
pub fn name(name: &str) -> Option<String> {
    zone(name)?.iana_name().map(str::to_owned)
}

/// Every name there is.
pub fn names() -> Vec<String> {
    ZONES.with(|zones| zones.available().map(|name| name.to_string()).collect())
}

/// Seconds ahead of UTC, and whether that is summer time.
pub fn at(name: &str, seconds: f64) -> Option<(i32, bool)> {
    // Beyond what jiff counts, the calendar repeats itself.
    let (least, most) = (Timestamp::MIN.as_second() as f64, Timestamp::MAX.as_second() as f64);
    let over = ((seconds - most) / CYCLE).ceil().max(0.0) * CYCLE;
    let bounded = (seconds - over).clamp(least, most);
    let time = Timestamp::from_second(bounded.floor() as i64).ok()?;
    let zone = zone(name)?;
    let info = zone.to_offset_info(time);
    Some((info.offset().seconds(), info.dst().is_dst()))
}

#[cfg(test)]
mod tests {
    use super::{at, name, names};

    #[test]
    fn offsets_follow_the_history_of_a_zone() {
        assert_eq!(at("Europe/Berlin", 1_720_000_000.0), Some((7200, true)));
        assert_eq!(at("europe/berlin", 1_700_000_000.0), Some((3600, false)));
        assert_eq!(at("Europe/Berlin", -3_000_000_000.0), Some((3208, false)));
        assert_eq!(at("Asia/Kolkata", 8.64e12), Some((19_800, false)));
        assert_eq!(at("Europe/Berlin", 8.64e12), Some((7200, true)));
        assert_eq!(at("Mars/Olympus", 0.0), None);
    }

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(name("america/new_york").as_deref(), Some("America/New_York"));
        assert_eq!(name("nowhere"), None);
        assert!(names().len() > 400);
    }
}
