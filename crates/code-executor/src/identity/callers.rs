//! Who sends a request: the one place that decides it for HTTP.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use audit::RefusalRecord;
use futures_util::future::BoxFuture;
use policy::keys::{KeyHash, MARK, Presented};
use policy::remote::{Failure, Tokens};
use server::{Authorization, Identified, Identify, Sender, Unidentified};
use sha2::{Digest as _, Sha256};
use store::sql::Database;
use tokio_util::sync::CancellationToken;

use crate::identity::known::{Bearer, Digest, Found, Known};
use crate::identity::stored::{Held, Stored, now};
use crate::identity::wrong::{Place, Wrong};

/// How long a key is known without a look at the database; a change of any key ends it at once.
const KEY_KNOWN: Duration = Duration::from_secs(60);
/// How long a token is known without another check.
const TOKEN_KNOWN: Duration = Duration::from_secs(30);
/// How long what was begun with a token goes on after its end, so that none is cut off for having
/// been sent late: as long as a program usually may run.
const TOKEN_GRACE: Duration = Duration::from_secs(300);
/// What a credential costs that cannot be looked up, as a part of what a wrong one does.
const UNAVAILABLE_COSTS: f64 = 0.1;
/// How often a key is looked up in a row, when keys change meanwhile.
const TRIES: usize = 3;
/// How often is looked whether keys have changed.
const LOOK: Duration = Duration::from_secs(1);
/// How many looks there are between two times that uses and sums are written down.
const LOOKS: u32 = 10;

/// What callers are known by.
pub struct Parts {
    /// Where keys are, if anywhere.
    pub database: Option<Database>,
    /// The issuers of tokens, if there are any, and where that is told.
    pub tokens: Option<(Tokens, Authorization)>,
    /// Whether there has to be a credential in any case.
    pub required: bool,
    /// Where wrong credentials are recorded.
    pub audit: audit::Log,
}

/// Whoever knows callers. Clones share what they know.
#[derive(Clone)]
pub struct Callers(Arc<Inner>);

struct Inner {
    stored: Option<Stored>,
    tokens: Option<Tokens>,
    authorization: Option<Authorization>,
    required: AtomicBool,
    known: Known,
    wrong: Wrong,
    audit: audit::Log,
}

/// Why a credential is not taken.
#[derive(Debug)]
pub enum Refused {
    /// It does not hold.
    Wrong {
        /// Why, in a word for the record.
        reason: &'static str,
        /// The prefix of the key that it would have been.
        key: Option<String>,
    },
    /// That cannot be known now.
    Unavailable,
}

impl Refused {
    /// A credential that does not hold.
    pub fn wrong(reason: &'static str) -> Self {
        Self::Wrong { reason, key: None }
    }
}

impl Callers {
    /// Looks whether there are keys, and goes on looking until `stop`.
    pub async fn start(parts: Parts, stop: CancellationToken) -> Self {
        let (tokens, authorization) = parts.tokens.unzip();
        let callers = Self(Arc::new(Inner {
            stored: parts.database.map(Stored::new),
            tokens,
            authorization,
            required: AtomicBool::new(parts.required),
            known: Known::default(),
            wrong: Wrong::default(),
            audit: parts.audit,
        }));
        let mut generation = None;
        if let Some(stored) = &callers.0.stored {
            match stored.look().await {
                Ok(number) => generation = Some(number),
                Err(error) => tracing::warn!(
                    %error,
                    "whether there are keys cannot be known: until it can, nobody is let in without"
                ),
            }
        }
        tokio::spawn(Arc::clone(&callers.0).watch(generation, stop));
        callers
    }

    /// Has everybody need a credential from now on, whatever becomes of the keys.
    pub fn insist(&self) {
        self.0.required.store(true, Ordering::Relaxed);
    }

    /// Whether everybody needs a credential, as far as is known.
    pub fn need_credentials(&self) -> bool {
        self.0.need_credentials()
    }
}

impl Identify for Callers {
    fn identify<'a>(
        &'a self,
        credential: Option<&'a str>,
        sender: Sender,
    ) -> BoxFuture<'a, Result<Identified, Unidentified>> {
        Box::pin(self.0.identify(credential, sender))
    }

    fn unreadable(&self, sender: Sender) -> Unidentified {
        self.0.unreadable(sender.address, Instant::now())
    }

    fn authorization(&self) -> Option<&Authorization> {
        self.0.authorization.as_ref()
    }
}

impl Inner {
    fn need_credentials(&self) -> bool {
        self.required.load(Ordering::Relaxed)
            || self.tokens.is_some()
            || self.stored.as_ref().is_some_and(Stored::any)
    }

    async fn identify(
        &self,
        credential: Option<&str>,
        sender: Sender,
    ) -> Result<Identified, Unidentified> {
        if !self.need_credentials() && sender.is_near() {
            return Ok(Identified::local());
        }
        let peer = sender.address;
        let now = Instant::now();
        let Some(text) = credential else {
            // Nobody has to guess to come without one, so it is counted and not slowed down.
            if self.wrong.missing_has_record(peer, now) {
                self.record(&peer.to_canonical().to_string(), "missing", None, 1);
            }
            return Err(Unidentified::Missing);
        };
        let digest: Digest = Sha256::digest(text).into();
        let pays = match self.known.find(&digest, now) {
            Found::Now(identified) => return Ok(identified),
            // Whoever floods us from the same place does not keep those out who were here before.
            Found::Before => false,
            // Nor those who come with a key that there is.
            Found::Never => !self.stored.as_ref().is_some_and(|stored| stored.may_be(&digest)),
        };
        if pays && let Err(retry_after) = self.wrong.admit(peer, now) {
            return Err(Unidentified::Throttled { retry_after });
        }
        for _ in 0..TRIES {
            let doubts = self.known.doubts();
            let looked_up = self.look_up(text).await;
            if pays {
                let back = match looked_up {
                    Ok(_) => 1.0,
                    // Whoever waited for nothing may ask more often, but not without end.
                    Err(Refused::Unavailable) => 1.0 - UNAVAILABLE_COSTS,
                    Err(Refused::Wrong { .. }) => 0.0,
                };
                self.wrong.give_back(peer, back, now);
            }
            match looked_up {
                Ok(bearer) => {
                    let kept = self.known.keep(digest, bearer, doubts, Instant::now());
                    if let Some(identified) = kept {
                        return Ok(identified);
                    }
                }
                Err(Refused::Unavailable) => break,
                Err(Refused::Wrong { reason, key }) => {
                    self.known.forget(&digest);
                    self.record_one(peer, reason, key.as_deref(), now);
                    return Err(Unidentified::Invalid);
                }
            }
        }
        Err(Unidentified::Unavailable)
    }

    fn unreadable(&self, peer: IpAddr, now: Instant) -> Unidentified {
        if let Err(retry_after) = self.wrong.admit(peer, now) {
            return Unidentified::Throttled { retry_after };
        }
        self.record_one(peer, "unreadable", None, now);
        Unidentified::Invalid
    }

    fn record_one(&self, peer: IpAddr, reason: &str, key: Option<&str>, now: Instant) {
        if self.wrong.has_record(peer, now) {
            self.record(&peer.to_canonical().to_string(), reason, key, 1);
        }
    }

    /// Who has this credential, and how long that is known.
    async fn look_up(&self, text: &str) -> Result<Bearer, Refused> {
        if text.starts_with(MARK) {
            let presented = Presented::read(text).ok_or(Refused::wrong("malformed"))?;
            let stored = self.stored.as_ref().ok_or(Refused::wrong("unknown_key"))?;
            return Ok(of_key(stored.find(presented.prefix, &presented.hash).await?));
        }
        let tokens = self.tokens.as_ref().ok_or(Refused::wrong("unknown"))?;
        let seconds = u64::try_from(now() / 1_000).unwrap_or_default();
        match tokens.verify(text, seconds).await {
            Ok(checked) => {
                let left = Duration::from_secs(checked.expires.saturating_sub(seconds));
                let end = checked.ends.map(|end| end.saturating_add(TOKEN_GRACE.as_secs()));
                Ok(Bearer {
                    principal: checked.principal,
                    key: None,
                    known_for: left.min(TOKEN_KNOWN),
                    ends_at: end.and_then(|end| i64::try_from(end).ok()?.checked_mul(1_000)),
                })
            }
            Err(Failure::Wrong(wrong)) => Err(Refused::wrong(wrong.word())),
            // It was told in the log where it happened.
            Err(Failure::Unavailable(_)) => Err(Refused::Unavailable),
        }
    }

    fn record(&self, peer: &str, reason: &str, key: Option<&str>, count: u64) {
        tracing::debug!(peer, reason, key, count, "a credential was not taken");
        let peer = Some(peer);
        let record = RefusalRecord { peer, reason, key, count, ..RefusalRecord::default() };
        if let Err(error) = self.audit.refusal(&record) {
            tracing::warn!(%error, "a wrong credential could not be recorded");
        }
    }

    /// Sees that keys have changed, and writes down what gathers meanwhile.
    async fn watch(self: Arc<Self>, mut generation: Option<i64>, stop: CancellationToken) {
        let mut looks = 0;
        while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
            self.known.end(now());
            self.look_for_changes(&mut generation).await;
            looks = (looks + 1) % LOOKS;
            if looks == 0 {
                self.write_down().await;
            }
        }
        self.write_down().await;
    }

    async fn look_for_changes(&self, generation: &mut Option<i64>) {
        let Some(stored) = &self.stored else { return };
        // Away, it is looked for again with the next one; what is known ends by itself.
        let Ok(number) = stored.generation().await else { return };
        if *generation != Some(number) {
            let open = self.known.doubt_keys(Instant::now());
            *generation = stored.look().await.ok();
            if !self.look_again(stored, open).await {
                *generation = None;
            }
        }
    }

    /// Ends what goes on with keys that hold no more. Whether all could be looked up.
    async fn look_again(&self, stored: &Stored, open: Vec<(Digest, String)>) -> bool {
        for (digest, prefix) in open {
            let doubts = self.known.doubts();
            match stored.find(&prefix, &KeyHash::from(digest)).await {
                Ok(held) => {
                    self.known.keep(digest, of_key(held), doubts, Instant::now());
                }
                Err(Refused::Wrong { .. }) => self.known.forget(&digest),
                Err(Refused::Unavailable) => return false,
            }
        }
        true
    }

    async fn write_down(&self) {
        for (place, count) in self.wrong.sums() {
            let peer = Place::map(place, |peer| peer.to_string());
            self.record(peer.as_deref().unwrap_or("others"), "throttled", None, count);
        }
        if let Some(stored) = &self.stored {
            stored.touch(self.known.used()).await;
        }
    }
}

fn of_key(held: Held) -> Bearer {
    let Held { principal, prefix, expires_at } = held;
    let left = expires_at.map_or(KEY_KNOWN, |end| milliseconds(end - now()));
    let known_for = left.min(KEY_KNOWN);
    Bearer { principal, key: Some(prefix), known_for, ends_at: expires_at }
}

fn milliseconds(left: i64) -> Duration {
    Duration::from_millis(u64::try_from(left).unwrap_or_default())
}
