//! The keys of one issuer: fetched when they are first needed, kept, and fetched again when a token
//! names one that is not among them. However many ask, one fetch is under way, and none follows
//! another sooner than `cooldown`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Mutex as Turn;
use url::Url;

use crate::remote::http::{Asker, Unreachable, shown};
use crate::remote::{Failure, discovery};
use crate::token::{Algorithm, Compact, KeySet, Wrong};

/// The least time between two fetches while there are no keys at all.
const AGAIN: Duration = Duration::from_secs(2);

/// How long keys are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After this time they are fetched again, while those there are stay in use.
    pub fresh: Duration,
    /// After this time without a fetch that succeeded they are not used any more.
    pub stale: Duration,
    /// The least time between two fetches.
    pub cooldown: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            fresh: Duration::from_secs(600),
            stale: Duration::from_secs(3_600),
            cooldown: Duration::from_secs(30),
        }
    }
}

/// The keys of one issuer. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Jwks {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    issuer: String,
    /// Where they are; found out when it is not said.
    place: Option<Url>,
    asker: Asker,
    patience: Patience,
    state: Mutex<State>,
    /// Held by whoever fetches.
    turn: Turn<()>,
}

#[derive(Debug, Default)]
struct State {
    /// The keys, and when they were fetched.
    kept: Option<(Arc<KeySet>, Instant)>,
    /// When a fetch was last begun.
    tried: Option<Instant>,
    /// Why it failed, if it did.
    failed: Option<String>,
}

impl Jwks {
    pub(crate) fn new(
        issuer: String,
        place: Option<Url>,
        asker: Asker,
        patience: Patience,
    ) -> Self {
        let (state, turn) = (Mutex::default(), Turn::default());
        Self { inner: Arc::new(Inner { issuer, place, asker, patience, state, turn }) }
    }

    /// Whether the issuer signed a token.
    pub(crate) async fn verify(
        &self,
        token: &Compact<'_>,
        allowed: &[Algorithm],
    ) -> Result<(), Failure> {
        // Nobody makes us fetch with what no key could help.
        if !token.algorithm.is_some_and(|algorithm| allowed.contains(&algorithm)) {
            return Err(Wrong::Algorithm.into());
        }
        let keys = self.current().await?;
        match keys.verify(token, allowed) {
            Err(Wrong::UnknownKey) => {}
            verified => return Ok(verified?),
        }
        if !self.inner.may_fetch() {
            return Err(Wrong::UnknownKey.into());
        }
        // One that is new to us; when the fetch fails we cannot know.
        self.inner.fetch(keys.fetched).await?;
        let keys = self.current().await?;
        Ok(keys.verify(token, allowed)?)
    }

    /// The keys as they are known, fetched first if they have to be.
    async fn current(&self) -> Result<Current, Failure> {
        if let Some(current) = self.inner.usable() {
            if current.fetched.elapsed() >= self.inner.patience.fresh && self.inner.may_fetch() {
                let inner = Arc::clone(&self.inner);
                tokio::spawn(async move { inner.fetch(current.fetched).await });
            }
            return Ok(current);
        }
        let begun = Instant::now();
        if self.inner.may_fetch() || self.inner.turn.try_lock().is_err() {
            self.inner.fetch(begun).await?;
        }
        self.inner.usable().ok_or_else(|| Failure::Unavailable(self.inner.reason()))
    }
}

/// The keys in use, and when they were fetched.
struct Current {
    keys: Arc<KeySet>,
    fetched: Instant,
}

impl std::ops::Deref for Current {
    type Target = KeySet;

    fn deref(&self) -> &KeySet {
        &self.keys
    }
}

impl Inner {
    fn usable(&self) -> Option<Current> {
        let state = self.state();
        let (keys, fetched) = state.kept.as_ref()?;
        (fetched.elapsed() < self.patience.stale)
            .then(|| Current { keys: Arc::clone(keys), fetched: *fetched })
    }

    fn may_fetch(&self) -> bool {
        let pause = match self.usable() {
            Some(_) => self.patience.cooldown,
            None => self.patience.cooldown.min(AGAIN),
        };
        self.state().tried.is_none_or(|tried| tried.elapsed() >= pause)
    }

    fn reason(&self) -> String {
        let failed = self.state().failed.clone();
        failed.unwrap_or_else(|| "its keys were not fetched yet".to_owned())
    }

    /// Fetches the keys, unless somebody else has done so since `known`, or has just failed to.
    async fn fetch(&self, known: Instant) -> Result<(), Failure> {
        let _turn = self.turn.lock().await;
        if self.state().kept.as_ref().is_some_and(|(_, fetched)| *fetched > known) {
            return Ok(());
        }
        if !self.may_fetch() {
            let failed = self.state().failed.clone();
            return failed.map_or(Ok(()), |reason| Err(Failure::Unavailable(reason)));
        }
        self.state().tried = Some(Instant::now());
        let fetched = self.ask().await;
        let mut state = self.state();
        match fetched {
            Ok(keys) => {
                tracing::debug!(issuer = self.issuer, keys = keys.len(), "its keys were fetched");
                state.kept = Some((Arc::new(keys), Instant::now()));
                state.failed = None;
                Ok(())
            }
            Err(Unreachable(reason)) => {
                let goes_on = state.kept.is_some();
                tracing::warn!(
                    issuer = self.issuer,
                    reason,
                    goes_on,
                    "the keys of an issuer cannot be fetched"
                );
                state.failed = Some(reason.clone());
                Err(Failure::Unavailable(reason))
            }
        }
    }

    async fn ask(&self) -> Result<KeySet, Unreachable> {
        let place = match &self.place {
            Some(place) => place.clone(),
            None => discovery::keys_of(&self.asker, &self.issuer).await?,
        };
        let document = self.asker.get(&place).await?;
        let keys = KeySet::read(&document).filter(|keys| !keys.is_empty());
        keys.ok_or_else(|| Unreachable(format!("{} has no key that can be used", shown(&place))))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
