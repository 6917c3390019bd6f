//! The levels of buckets and quotas in Redis, shared by every gateway that is given the same one. A
//! request is one run of one script, by Redis's clock.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Script};
use sha2::{Digest, Sha256};

use crate::limits::memory::{Charge, Kind, Taken};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long nobody is sent there after it did not answer.
const PAUSE_MS: u64 = 1_000;
/// Parts of a level are told in thousandths: the script's numbers are cut to whole ones.
const PARTS: f64 = 1_000.0;
/// What the names of all levels start with.
const PREFIX: &str = "code-executor:limits:";

const SCRIPT: &str = include_str!("redis/take.lua");

/// What is done while Redis is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenAway {
    /// Each gateway counts for itself.
    Open,
    /// Nothing is run.
    Closed,
}

/// A URL that leads to no Redis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no URL of a Redis; write it as redis://:PASSWORD@HOST:6379/0, or rediss:// for TLS")]
pub struct InvalidRedis;

/// A Redis that holds levels. Nothing is connected before the first charge.
pub struct Redis {
    client: Client,
    connection: Mutex<Option<ConnectionManager>>,
    script: Script,
    when_away: WhenAway,
    began: Instant,
    /// Milliseconds after `began` until which nobody is sent there.
    paused_until: AtomicU64,
    is_away: AtomicBool,
}

impl Redis {
    /// The one behind a URL.
    pub fn new(url: &str, when_away: WhenAway) -> Result<Self, InvalidRedis> {
        Ok(Self {
            client: Client::open(url).map_err(|_| InvalidRedis)?,
            connection: Mutex::default(),
            script: Script::new(SCRIPT),
            when_away,
            began: Instant::now(),
            paused_until: AtomicU64::new(0),
            is_away: AtomicBool::new(false),
        })
    }

    /// Whether gateways count for themselves while it is away.
    pub(crate) fn is_open_when_away(&self) -> bool {
        self.when_away == WhenAway::Open
    }

    /// Takes all of it, or says what has to be waited for and takes nothing; `None` while it is away.
    pub(crate) async fn take(&self, charges: &[Charge], now: u64) -> Option<Taken> {
        let paused_until = self.paused_until.load(Relaxed);
        if self.elapsed() < paused_until {
            return None;
        }
        if self.is_away.load(Relaxed) {
            // One finds out for all whether it is back.
            let until = self.elapsed() + PAUSE_MS;
            self.paused_until.compare_exchange(paused_until, until, Relaxed, Relaxed).ok()?;
        }
        let asked = tokio::time::timeout(PATIENCE, self.ask(charges, now)).await;
        match asked {
            Ok(Ok(taken)) => {
                self.paused_until.store(0, Relaxed);
                if self.is_away.swap(false, Relaxed) {
                    tracing::info!(redis = %self.place(), "the Redis of the limits is back");
                }
                Some(taken)
            }
            failed => {
                self.paused_until.store(self.elapsed() + PAUSE_MS, Relaxed);
                if let Ok(Err(error)) = &failed
                    && !error.is_io_error()
                    && !error.is_timeout()
                {
                    // The manager mends what breaks. What was refused, such as a password, it keeps for
                    // good: the next to ask connects anew.
                    *self.connected() = None;
                }
                if !self.is_away.swap(true, Relaxed) {
                    let why = match failed {
                        Ok(Err(error)) => error.category().to_owned(),
                        _ => format!("no answer within {} ms", PATIENCE.as_millis()),
                    };
                    let until_then = match self.when_away {
                        WhenAway::Open => "each gateway counts for itself until it is back",
                        WhenAway::Closed => "nothing is run until it is back",
                    };
                    tracing::error!(redis = %self.place(), %why, "the Redis of the limits is away: {until_then}");
                }
                None
            }
        }
    }

    async fn ask(&self, charges: &[Charge], now: u64) -> redis::RedisResult<Taken> {
        let unusable = || redis::RedisError::from((redis::ErrorKind::Client, "unusable"));
        let mut connection = self.connection()?;
        let mut run = self.script.prepare_invoke();
        for charge in charges {
            let (kind, whole, per_ms, ends_in) = match charge.kind {
                Kind::Bucket { capacity, per_ms } => ("bucket", capacity, per_ms, 0),
                Kind::Quota { limit, ends_at } => {
                    ("quota", limit, 0.0, ends_at.saturating_sub(now))
                }
            };
            run.key(named(&charge.key)).arg(kind).arg(whole).arg(per_ms).arg(ends_in);
            run.arg(charge.need.max(-1e15)).arg(charge.cost);
        }
        let answer: Vec<i64> = run.invoke_async(&mut connection).await?;
        match answer.as_slice() {
            [refused, wait, left @ ..] if left.len() == charges.len() => {
                let index = usize::try_from(*refused).ok().and_then(|place| place.checked_sub(1));
                let wait = u64::try_from(*wait).unwrap_or(0).max(1);
                let refused =
                    index.filter(|index| *index < charges.len()).map(|index| (index, wait));
                let left = left.iter().map(|left| *left as f64 / PARTS).collect();
                Ok(Taken { refused, left, ..Taken::default() })
            }
            _ => Err(unusable()),
        }
    }

    /// The connection, which mends itself where it breaks.
    fn connection(&self) -> redis::RedisResult<ConnectionManager> {
        let mut connected = self.connected();
        if let Some(connection) = &*connected {
            return Ok(connection.clone());
        }
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(0);
        let connection = ConnectionManager::new_lazy_with_config(self.client.clone(), config)?;
        Ok(connected.insert(connection).clone())
    }

    fn connected(&self) -> MutexGuard<'_, Option<ConnectionManager>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it is, without its password.
    fn place(&self) -> String {
        self.client.get_connection_info().addr().to_string()
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The name of a level. Whose it is may be long, and somebody's name: only its hash leaves.
fn named(key: &str) -> String {
    use std::fmt::Write as _;
    let (rule, whose) = key.split_once('|').unwrap_or((key, ""));
    let mut name = format!("{PREFIX}{rule}:");
    for byte in &Sha256::digest(whose)[..16] {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("place", &self.place()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
