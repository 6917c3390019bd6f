//! The token of one server for one principal, as the transport asks for it: the one that is kept,
//! renewed before it expires or when it was refused, once however many ask.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use url::Url;

use crate::oauth::challenge::{Challenge, scopes};
use crate::oauth::error::command;
use crate::oauth::granted::{credentials_token, with_credentials};
use crate::oauth::http::Asker;
use crate::oauth::login::{protection, wanted};
use crate::oauth::store::{Kept, Record, Stamp, Store, now};
use crate::oauth::trusted::{Asked, configured, trusted};
use crate::oauth::{Error, Grant, Lost, OAuth, Secret, place, token};
use crate::task::{self, Kind};
use crate::{Config, Http};

/// A token is renewed so long before it expires, or after three quarters of its life.
const AHEAD_SECONDS: u64 = 60;
/// How long a token is not renewed ahead of time after that failed.
const PAUSE: Duration = Duration::from_secs(15);
/// How long a token that was renewed because the one before was refused is not renewed for that
/// reason again: a server that refuses whatever it gets must not use up its provider.
const REFUSED_TWICE: Duration = Duration::from_secs(30);

/// The way to one server's token. Clones share it.
#[derive(Clone)]
pub(crate) struct Authorization {
    shared: Arc<Shared>,
}

struct Shared {
    server: String,
    url: Url,
    settings: OAuth,
    store: Option<Store>,
    ca_file: Option<PathBuf>,
    known: Mutex<Known>,
    /// Held by whoever renews the token.
    renewing: tokio::sync::Mutex<()>,
}

/// What is remembered between requests.
#[derive(Default)]
struct Known {
    stamp: Option<Stamp>,
    record: Arc<Record>,
    renewal_failed: Option<Instant>,
    renewed_for_refusal: Option<(Secret, Instant)>,
}

impl Authorization {
    /// The way to the token of a server; none where the operator gives an `Authorization` header.
    pub(crate) fn of(server: &str, http: &Http, config: &Config) -> Option<Self> {
        let own = http.headers.keys().any(|name| name.eq_ignore_ascii_case("authorization"));
        if own {
            return None;
        }
        let url = Url::parse(&http.url).ok()?;
        let store = config.tokens.as_deref();
        let store = store.map(|directory| Store::new(directory, super::LOCAL, url.as_str()));
        let shared = Shared {
            server: server.to_owned(),
            url,
            settings: http.oauth.clone(),
            // A token must not travel where it can be read.
            store: store.filter(|_| place::endpoint("the server", &http.url).is_ok()),
            ca_file: config.ca_file.clone(),
            known: Mutex::default(),
            renewing: tokio::sync::Mutex::default(),
        };
        Some(Self { shared: Arc::new(shared) })
    }

    /// The token to send now, renewed first when it is about to expire. None when nobody logged in.
    pub(crate) async fn bearer(&self) -> Option<Secret> {
        let kept = self.shared.current().tokens.clone()?;
        if !self.shared.is_due(&kept) {
            return Some(kept.access_token);
        }
        if let Err(error) = self.renew(kept.access_token).await {
            tracing::debug!(server = self.shared.server, %error, "a token was not renewed");
        }
        Some(self.shared.current().tokens.clone()?.access_token)
    }

    /// The server answered 401 or 403, with this `WWW-Authenticate`, to a request that carried
    /// `used`. `Ok`: ask once more with [`Self::bearer`]. `Err`: words for the tool's error.
    pub(crate) async fn refused(
        &self,
        status: u16,
        challenge: Option<&str>,
        used: Option<&Secret>,
    ) -> Result<(), String> {
        let challenge = challenge.and_then(Challenge::parse).unwrap_or_default();
        let shared = &self.shared;
        let record = shared.current();
        let held = record.tokens.as_ref().map(|kept| &kept.access_token);
        if held.is_some() && held != used {
            // Somebody logged in or renewed it meanwhile.
            return Ok(());
        }
        let lacks = challenge.error.as_deref() == Some("insufficient_scope");
        if status == 403 && !lacks {
            return Err("it does not allow this (HTTP 403)".to_owned());
        }
        if shared.settings.grant == Grant::ClientCredentials {
            return self.without_a_person(lacks, &challenge, used).await;
        }
        if lacks {
            shared.remember(&challenge).await;
            return Err(self.too_narrow(&challenge, &record));
        }
        match used {
            Some(used) if shared.may_renew_again(used) => match self.renew_refused(used).await {
                Ok(()) => Ok(()),
                Err(error) => Err(self.words(Some(&error))),
            },
            Some(_) => Err(self.words(None)),
            None => {
                // What the operator chose stays as it is until it proves too narrow.
                let own = !shared.settings.scopes.is_empty();
                let scopes = if own { Vec::new() } else { challenge.scopes.clone() };
                shared.remember(&Challenge { scopes, ..challenge }).await;
                Err(self.words(None))
            }
        }
    }

    async fn renew_refused(&self, used: &Secret) -> Result<(), Error> {
        self.renew(used.clone()).await?;
        self.shared.renewed_for_refusal();
        Ok(())
    }

    /// Renews the token `stale`, unless somebody did. Goes on when its caller goes away: a provider
    /// that takes each renewal once has taken this one.
    async fn renew(&self, stale: Secret) -> Result<(), Error> {
        let shared = Arc::clone(&self.shared);
        let renewing = async move { shared.renew(&stale).await };
        let renewing = task::spawn(Kind::Renew, &self.shared.server, renewing);
        renewing.await.unwrap_or_else(|_| Err(Error::NoIdentity("the renewal was lost".to_owned())))
    }

    /// Has a token, or a wider one, by our own id and password.
    async fn without_a_person(
        &self,
        lacks: bool,
        challenge: &Challenge,
        used: Option<&Secret>,
    ) -> Result<(), String> {
        let (shared, challenge) = (Arc::clone(&self.shared), challenge.clone());
        if !lacks && used.is_some_and(|used| !shared.may_renew_again(used)) {
            return Err("it refuses the token that its provider has just given".to_owned());
        }
        let used = used.cloned();
        let asking = async move { shared.obtain(lacks, challenge, used.as_ref()).await };
        let asked = task::spawn(Kind::Renew, &self.shared.server, asking).await;
        match asked {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("it wants a token that could not be had: {error}")),
            Err(_) => Err("it wants a token, and asking for it failed".to_owned()),
        }
    }

    /// Why a call failed for want of a token, and what to do.
    fn words(&self, error: Option<&Error>) -> String {
        let command = self.command();
        if self.shared.store.is_none() {
            let reason = match place::endpoint("the server", self.shared.url.as_str()) {
                Err(error) => error.to_string(),
                Ok(_) => "there is no home directory to keep tokens in".to_owned(),
            };
            return format!("it wants a login, which cannot be given: {reason}");
        }
        match error {
            None => format!("it wants a login: run `{command}`"),
            Some(Error::Refused { lost: Lost::Grant | Lost::Client, .. }) => {
                format!("its login has ended: run `{command}`")
            }
            Some(error) => {
                format!("its token could not be renewed ({error}); if that stays, run `{command}`")
            }
        }
    }

    fn too_narrow(&self, challenge: &Challenge, record: &Record) -> String {
        let granted = record.tokens.iter().flat_map(|kept| &kept.scopes);
        let granted: Vec<_> = granted.collect();
        let missing = challenge.scopes.iter().filter(|scope| !granted.contains(scope));
        let mut missing: Vec<_> = missing.map(|scope| format!("`{scope}`")).collect();
        if missing.is_empty() {
            missing = challenge.scopes.iter().map(|scope| format!("`{scope}`")).collect();
        }
        missing.truncate(8);
        let command = self.command();
        if missing.is_empty() {
            return format!("its login does not allow this: run `{command}` for a wider one");
        }
        let scopes = missing.join(", ");
        format!("its login lacks the scope {scopes}: run `{command}`, which asks for it")
    }

    fn command(&self) -> String {
        command("login", &self.shared.server)
    }
}

impl Shared {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept, read again when the file has changed: another process may have logged in.
    fn current(&self) -> Arc<Record> {
        let Some(store) = &self.store else { return Arc::default() };
        let stamp = store.stamp();
        let mut known = self.known();
        if known.stamp != stamp {
            known.stamp = stamp;
            known.record = Arc::new(store.load().unwrap_or_else(|error| {
                tracing::warn!(server = self.server, %error, "tokens cannot be read");
                Record::default()
            }));
        }
        Arc::clone(&known.record)
    }

    /// Whether a token should be renewed before it is sent.
    fn is_due(&self, kept: &Kept) -> bool {
        let Some(expires_at) = kept.expires_at else { return false };
        let lifetime = expires_at.saturating_sub(kept.obtained_at);
        let ahead = AHEAD_SECONDS.min(lifetime / 4);
        let renewable =
            kept.refresh_token.is_some() || self.settings.grant == Grant::ClientCredentials;
        let failed = self.known().renewal_failed;
        renewable
            && now() + ahead >= expires_at
            && failed.is_none_or(|failed| failed.elapsed() >= PAUSE)
    }

    fn may_renew_again(&self, used: &Secret) -> bool {
        let known = self.known();
        let again = known.renewed_for_refusal.as_ref();
        again.is_none_or(|(token, when)| token != used || when.elapsed() >= REFUSED_TWICE)
    }

    /// Remembers the token there is now as one that takes the place of a refused one.
    fn renewed_for_refusal(&self) {
        let now = self.current().tokens.as_ref().map(|kept| kept.access_token.clone());
        self.known().renewed_for_refusal = now.map(|token| (token, Instant::now()));
    }

    async fn renew(&self, stale: &Secret) -> Result<(), Error> {
        let _only = self.renewing.lock().await;
        let held = |record: &Record| record.tokens.as_ref().map(|kept| kept.access_token.clone());
        if held(&self.current()).as_ref() != Some(stale) {
            return Ok(());
        }
        let renewed = self.renew_locked(stale).await;
        self.known().renewal_failed = renewed.is_err().then(Instant::now);
        renewed
    }

    async fn renew_locked(&self, stale: &Secret) -> Result<(), Error> {
        let Some(store) = &self.store else { return Ok(()) };
        let _lock = store.lock().await?;
        // Another process may have been quicker.
        let mut record = store.load()?;
        let (Some(registration), Some(kept)) = (&record.registration, &record.tokens) else {
            return Ok(());
        };
        if kept.access_token != *stale {
            return Ok(());
        }
        configured(&self.settings, &registration.issuer)?;
        let asker = Asker::of(&self.url, self.ca_file.as_deref()).await;
        let renewed = match &kept.refresh_token {
            Some(refresh) => {
                let endpoint = &registration.token_endpoint;
                let endpoint = place::endpoint("the provider's token endpoint", endpoint)?;
                let grant = [
                    ("grant_type", "refresh_token"),
                    ("refresh_token", refresh.reveal()),
                    ("resource", registration.resource.as_str()),
                ];
                token::ask(&asker, &endpoint, &registration.client(), &grant).await
            }
            None if self.settings.grant == Grant::ClientCredentials => {
                credentials_token(&asker, registration, &kept.scopes).await
            }
            None => Err(Error::Refused {
                what: "the token",
                said: "it gave nothing to renew it with".to_owned(),
                lost: Lost::Grant,
            }),
        };
        match renewed {
            Ok(tokens) => {
                record.tokens = Some(Kept::new(tokens, &kept.scopes, Some(kept)));
                tracing::debug!(server = self.server, "a token was renewed");
                store.save(&record)
            }
            Err(error) => {
                if let Error::Refused { lost, .. } = &error
                    && *lost != Lost::Nothing
                {
                    record.tokens = None;
                    if *lost == Lost::Client {
                        record.forget_registration();
                    }
                    store.save(&record)?;
                }
                Err(error)
            }
        }
    }

    /// Has a token by our own id and password, with the scopes that the server asked for.
    /// Does nothing when somebody has had another than the refused one meanwhile.
    async fn obtain(
        &self,
        lacks: bool,
        challenge: Challenge,
        used: Option<&Secret>,
    ) -> Result<(), Error> {
        let Some(store) = &self.store else {
            return Err(Error::NoIdentity("there is no place to keep it".to_owned()));
        };
        let _only = self.renewing.lock().await;
        let _lock = store.lock().await?;
        let mut record = store.load()?;
        let held = record.tokens.as_ref().map(|kept| &kept.access_token);
        if held.is_some() && held != used {
            return Ok(());
        }
        let granted = record.tokens.as_ref().map(|kept| kept.scopes.clone()).unwrap_or_default();
        if lacks && challenge.scopes.iter().all(|scope| granted.contains(scope)) {
            return Err(Error::Refused {
                what: "a wider token",
                said: "it has every scope that is asked for".to_owned(),
                lost: Lost::Nothing,
            });
        }
        take(&mut record, &challenge);
        let asker = Asker::of(&self.url, self.ca_file.as_deref()).await;
        let found = protection(&asker, &self.url, &record).await?;
        let issuer = &found.found.provider.issuer;
        trusted(&self.server, &self.settings, issuer, &record, Asked::ByACall)?;
        let scopes = wanted(&self.settings, &found.found, &found.challenged, &record);
        with_credentials(&asker, &self.settings, &found.found, &scopes, store).await?;
        if used.is_some() && !lacks {
            self.renewed_for_refusal();
        }
        Ok(())
    }

    /// Keeps what a challenge says for the next login. Best effort: the login asks again.
    async fn remember(&self, challenge: &Challenge) {
        let Some(store) = &self.store else { return };
        let mut expected = (*self.current()).clone();
        if !take(&mut expected, challenge) {
            return;
        }
        let Ok(_lock) = store.lock().await else { return };
        let Ok(mut record) = store.load() else { return };
        if take(&mut record, challenge)
            && let Err(error) = store.save(&record)
        {
            tracing::debug!(server = self.server, %error, "a challenge was not kept");
        }
    }
}

/// Adds what a challenge says. Whether anything was new.
fn take(record: &mut Record, challenge: &Challenge) -> bool {
    let before = (record.wanted_scopes.clone(), record.resource_metadata.clone());
    let wanted = record.wanted_scopes.iter().chain(&challenge.scopes).map(String::as_str);
    record.wanted_scopes = scopes(wanted);
    let told = challenge.resource_metadata.clone().filter(|url| url.len() <= 4096);
    record.resource_metadata = told.or(record.resource_metadata.take());
    before != (record.wanted_scopes.clone(), record.resource_metadata.clone())
}
