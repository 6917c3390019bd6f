//! How a client stands in its limits, in the headers of the IETF's draft: `RateLimit-Policy` and
//! `RateLimit` with every limit, and the three older ones with the scarcest.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use types::Standing;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// The most limits that are told.
const TOLD: usize = 8;

/// Tells how a client stands, the scarcest limit first.
pub(crate) fn tell(headers: &mut HeaderMap, standings: &[Standing]) {
    let Some(scarcest) = standings.first() else { return };
    let (mut policies, mut stands) = (String::new(), String::new());
    for (index, standing) in standings.iter().take(TOLD).enumerate() {
        let Standing { policy, limit, window_s, remaining, reset_s } = standing;
        let separator = if index == 0 { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(policies, "{separator}\"{policy}\";q={limit};w={window_s}");
        let _ = write!(stands, "{separator}\"{policy}\";r={remaining};t={reset_s}");
    }
    let told = [(POLICY, policies), (STANDING, stands)];
    for (name, text) in told {
        // A name of a role or tenant may hold what no header can.
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
    headers.insert(LIMIT, HeaderValue::from(scarcest.limit));
    headers.insert(REMAINING, HeaderValue::from(scarcest.remaining));
    headers.insert(RESET, HeaderValue::from(scarcest.reset_s));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_told_and_the_scarcest_in_the_older_way() {
        let standing = |policy: &str, remaining| Standing {
            policy: policy.to_owned(),
            limit: 30,
            window_s: 60,
            remaining,
            reset_s: 4,
        };
        let mut headers = HeaderMap::new();
        tell(&mut headers, &[standing("client-executions-60s", 2), standing("tenant-x-day", 9)]);
        let value = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(
            value("ratelimit-policy"),
            "\"client-executions-60s\";q=30;w=60, \"tenant-x-day\";q=30;w=60"
        );
        assert_eq!(
            value("ratelimit"),
            "\"client-executions-60s\";r=2;t=4, \"tenant-x-day\";r=9;t=4"
        );
        assert_eq!(
            (value("ratelimit-limit"), value("ratelimit-remaining")),
            ("30".into(), "2".into())
        );
        let mut none = HeaderMap::new();
        tell(&mut none, &[]);
        assert!(none.is_empty());
    }
}
