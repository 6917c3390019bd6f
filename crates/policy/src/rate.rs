//! How often one client may run programs: a token bucket per client, filled evenly.
//!
//! Time is passed in, so that the decision stays pure. Buckets of clients that have been quiet for
//! a whole window are full again, and are forgotten.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use types::{ErrorCode, Principal, Refusal};

/// Clients remembered at once; at the bound those that are full again are forgotten first.
const CLIENTS: usize = 10_000;

/// A bucket per client.
#[derive(Debug)]
pub struct RateLimiter {
    capacity: f64,
    window: Duration,
    buckets: Mutex<HashMap<Client, Bucket>>,
}

/// A tenant and a subject in it: the same client may come with other scopes.
type Client = (String, String);

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl RateLimiter {
    /// `max_requests` in each `window`, all of which may come at once.
    pub fn new(max_requests: u64, window: Duration) -> Self {
        let buckets = Mutex::default();
        Self { capacity: max_requests as f64, window, buckets }
    }

    /// Takes a token, or says when there will be one.
    pub fn take(&self, principal: &Principal, now: Instant) -> Result<(), Refusal> {
        let client = (principal.tenant.clone(), principal.subject.clone());
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= CLIENTS && !buckets.contains_key(&client) {
            buckets.retain(|_, bucket| self.level(bucket, now) < self.capacity);
            if buckets.len() >= CLIENTS {
                return Err(self.refusal(self.window));
            }
        }
        let full = Bucket { tokens: self.capacity, filled: now };
        let bucket = buckets.entry(client).or_insert(full);
        *bucket = Bucket { tokens: self.level(bucket, now), filled: now };
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        Err(self.refusal(self.window.mul_f64((1.0 - bucket.tokens) / self.capacity)))
    }

    fn level(&self, bucket: &Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        (bucket.tokens + self.capacity * passed / self.window.as_secs_f64()).min(self.capacity)
    }

    fn refusal(&self, wait: Duration) -> Refusal {
        let message = format!(
            "rate limit: at most {} executions in {} ms for one client; try again in {} ms",
            self.capacity,
            self.window.as_millis(),
            wait.as_millis().max(1)
        );
        Refusal::new(ErrorCode::RateLimited, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_then_it_is_even() {
        let limiter = RateLimiter::new(3, Duration::from_secs(3));
        let (who, start) = (Principal::local(), Instant::now());
        for _ in 0..3 {
            limiter.take(&who, start).unwrap();
        }
        let refusal = limiter.take(&who, start).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::RateLimited);
        assert!(refusal.message.contains("try again in 1000 ms"), "{}", refusal.message);
        limiter.take(&who, start + Duration::from_millis(1_001)).unwrap();
        limiter.take(&who, start + Duration::from_millis(1_002)).unwrap_err();
    }

    #[test]
    fn clients_do_not_share_and_are_forgotten() {
        let limiter = RateLimiter::new(1, Duration::from_secs(1));
        let start = Instant::now();
        let client = |n: usize| Principal { subject: n.to_string(), ..Principal::local() };
        for n in 0..CLIENTS {
            limiter.take(&client(n), start).unwrap();
        }
        limiter.take(&client(CLIENTS), start).unwrap_err();
        limiter.take(&client(CLIENTS), start + Duration::from_secs(1)).unwrap();
        assert_eq!(limiter.buckets.lock().unwrap().len(), 1);
    }
}
