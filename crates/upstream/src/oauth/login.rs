//! A login from its beginning to the token.

use std::time::Duration;

use tokio::time::timeout;
use url::Url;

use crate::oauth::callback::{Callback, Return};
use crate::oauth::challenge::{MAX_SCOPES, scopes};
use crate::oauth::discovery::{Protection, challenge, discover, undescribed};
use crate::oauth::encode::{challenge_of, unguessable};
use crate::oauth::granted::{Granted, keep, registered, with_credentials};
use crate::oauth::http::Asker;
use crate::oauth::identity::identity;
use crate::oauth::metadata::Pkce;
use crate::oauth::store::{Kept, Record, Registration, Store};
use crate::oauth::trusted::{Asked, trusted};
use crate::oauth::{Error, Grant, Lost, OAuth, Secret, place, token};
use crate::{Config, Reached, ServerConfig};

/// How far a login came.
#[derive(Debug)]
pub enum Begun {
    /// A person has to go to [`Login::url`].
    Browser(Box<Login>),
    /// Nobody was needed.
    Done(Granted),
}

/// A login that waits for a person.
#[derive(Debug)]
pub struct Login {
    server: String,
    url: Url,
    callback: Callback,
    state: Secret,
    verifier: Secret,
    asker: Asker,
    store: Store,
    registration: Registration,
    names_itself: bool,
    asked: Vec<String>,
}

/// Begins a login to a server for the local user: finds its provider, and who we are to it.
pub async fn login(server: &ServerConfig, config: &Config) -> Result<Begun, Error> {
    let (url, settings) = target(server)?;
    let store = store(&url, config)?;
    let record = store.load()?;
    let asker = Asker::of(&url, config.ca_file.as_deref()).await;
    let protection = protection(&asker, &url, &record).await?;
    let issuer = &protection.found.provider.issuer;
    trusted(&server.name, settings, issuer, &record, Asked::ByAPerson)?;
    let asked = wanted(settings, &protection.found, &protection.challenged, &record);
    if settings.grant == Grant::ClientCredentials {
        let _lock = store.lock().await?;
        let granted = with_credentials(&asker, settings, &protection.found, &asked, &store).await?;
        return Ok(Begun::Done(granted));
    }
    in_browser(server, settings, protection.found, asked, asker, store, &record).await
}

/// The server's URL and what is said of its login.
pub(crate) fn target(server: &ServerConfig) -> Result<(Url, &OAuth), Error> {
    let name = || server.name.clone();
    let Reached::Http(http) = &server.reached else {
        return Err(Error::NotHttp { server: name() });
    };
    if http.headers.keys().any(|header| header.eq_ignore_ascii_case("authorization")) {
        return Err(Error::OwnHeader { server: name() });
    }
    Ok((place::endpoint("the server", &http.url)?, &http.oauth))
}

pub(crate) fn store(url: &Url, config: &Config) -> Result<Store, Error> {
    let nowhere = || Error::NoIdentity("there is no home directory to keep tokens in".to_owned());
    let directory = config.tokens.as_deref().ok_or_else(nowhere)?;
    Ok(Store::new(directory, super::LOCAL, url.as_str()))
}

/// A server's protection, and the scopes it asked for just now.
pub(crate) struct Found {
    pub(crate) found: Protection,
    pub(crate) challenged: Vec<String>,
}

pub(crate) async fn protection(asker: &Asker, url: &Url, record: &Record) -> Result<Found, Error> {
    let now = challenge(asker, url).await?;
    let challenged = now.clone().unwrap_or_default();
    let told = challenged.resource_metadata.or_else(|| record.resource_metadata.clone());
    match discover(asker, url, told.as_deref()).await? {
        Some(found) => Ok(Found { found, challenged: challenged.scopes }),
        None if now.is_some() => {
            Ok(Found { found: undescribed(url)?, challenged: challenged.scopes })
        }
        None => Err(Error::NoIdentity(
            "the server asks for no login, and names nobody to log in with".to_owned(),
        )),
    }
}

/// The scopes to ask for: the operator's, else the server's own words, else all that it has. What
/// was missing before, and what was granted, is asked for again.
pub(crate) fn wanted(
    settings: &OAuth,
    protection: &Protection,
    challenged: &[String],
    record: &Record,
) -> Vec<String> {
    let mut wanted =
        if settings.scopes.is_empty() { challenged } else { &settings.scopes }.to_vec();
    if !record.wanted_scopes.is_empty() {
        let granted = record.tokens.iter().flat_map(|kept| kept.scopes.iter());
        wanted.extend(record.wanted_scopes.iter().chain(granted).cloned());
    }
    if wanted.is_empty() {
        wanted.clone_from(&protection.scopes);
    }
    let offline = "offline_access";
    let offered = protection.provider.scopes.iter().any(|scope| scope == offline);
    if settings.scopes.is_empty() && settings.grant == Grant::Login && offered {
        wanted.push(offline.to_owned());
    }
    let mut wanted = scopes(wanted.iter().map(String::as_str));
    wanted.truncate(MAX_SCOPES);
    wanted
}

async fn in_browser(
    server: &ServerConfig,
    settings: &OAuth,
    protection: Protection,
    asked: Vec<String>,
    asker: Asker,
    store: Store,
    record: &Record,
) -> Result<Begun, Error> {
    let Protection { resource, provider, .. } = protection;
    let Some(mut url) = provider.authorization.clone() else {
        return Err(Error::NoIdentity("the provider has no page to log in on".to_owned()));
    };
    if provider.pkce == Pkce::Unsaid {
        return Err(Error::NoIdentity(
            "the provider does not say that it takes PKCE with S256, without which a stolen code is \
             a stolen token: it is not used"
                .to_owned(),
        ));
    }
    let known = record.registration.as_ref().filter(|known| known.issuer == provider.issuer);
    let callback = open(settings, known).await?;
    let redirect = callback.redirect();
    let identity = identity(&asker, &provider, settings, &redirect, &asked, known).await?;
    let random = || unguessable().map_err(|_| Error::NoIdentity("no random numbers".to_owned()));
    let (state, verifier) = (random()?, random()?);
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &identity.client.id)
            .append_pair("redirect_uri", &redirect)
            .append_pair("code_challenge", &challenge_of(&verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("state", &state)
            .append_pair("resource", &resource);
        if !asked.is_empty() {
            query.append_pair("scope", &asked.join(" "));
        }
        if asked.iter().any(|scope| scope == "offline_access") {
            // OpenID Connect gives no lasting access without asking the person.
            query.append_pair("prompt", "consent");
        }
    }
    let names_itself = provider.names_itself;
    let registration = Registration {
        issuer: provider.issuer,
        resource,
        token_endpoint: provider.token.into(),
        revocation_endpoint: provider.revocation.map(String::from),
        redirect: Some(redirect),
        ..registered(identity)
    };
    Ok(Begun::Browser(Box::new(Login {
        server: server.name.clone(),
        url,
        callback,
        state: Secret::new(state),
        verifier: Secret::new(verifier),
        asker,
        store,
        registration,
        names_itself,
        asked,
    })))
}

/// The configured port, or the one that the provider knows from before, or any.
async fn open(settings: &OAuth, known: Option<&Registration>) -> Result<Callback, Error> {
    if let Some(port) = settings.callback_port {
        return Callback::open(port).await;
    }
    let before = known.filter(|known| known.dynamic).and_then(|known| known.redirect.as_deref());
    let before = before.and_then(|redirect| Url::parse(redirect).ok()?.port());
    match Callback::open(before.unwrap_or_default()).await {
        Ok(callback) => Ok(callback),
        Err(_) => Callback::open(0).await,
    }
}

impl Login {
    /// Where a person has to go. It holds no secret that is of use without this process.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The provider's name for itself: who gets the code, and our password where there is one.
    pub fn issuer(&self) -> &str {
        &self.registration.issuer
    }

    /// Where the browser comes back to.
    pub fn redirect(&self) -> String {
        self.callback.redirect()
    }

    /// Waits for the browser, fetches the token and keeps it. Dropping this closes the port.
    pub async fn finish(self, patience: Duration) -> Result<Granted, Error> {
        let waited = timeout(patience, self.callback.wait(&self.state)).await;
        let Ok(returned) = waited else {
            return Err(Error::TimedOut { seconds: patience.as_secs() });
        };
        let finished = self.exchange(&returned).await;
        let server = super::error::shown(&self.server);
        match &finished {
            Ok(_) => {
                let text =
                    format!("code-executor is logged in to {server}. You can close this page.");
                returned.answer("Logged in", &text).await;
            }
            Err(error) => returned.answer("Not logged in", &error.to_string()).await,
        }
        finished
    }

    async fn exchange(&self, returned: &Return) -> Result<Granted, Error> {
        let registration = &self.registration;
        self.check_issuer(returned.parameter("iss"))?;
        if let Some(error) = returned.parameter("error") {
            let description = returned.parameter("error_description").map(Secret::reveal);
            return Err(Error::Refused {
                what: "the login",
                said: token::said(error.reveal(), description),
                lost: Lost::Nothing,
            });
        }
        let Some(code) = returned.parameter("code") else {
            return Err(Error::Refused {
                what: "the login",
                said: "it sent the browser back without a code".to_owned(),
                lost: Lost::Nothing,
            });
        };
        let endpoint =
            place::endpoint("the provider's token endpoint", &registration.token_endpoint)?;
        let redirect = self.callback.redirect();
        let grant = [
            ("grant_type", "authorization_code"),
            ("code", code.reveal()),
            ("redirect_uri", &redirect),
            ("code_verifier", self.verifier.reveal()),
            ("resource", &registration.resource),
        ];
        let asked = token::ask(&self.asker, &endpoint, &registration.client(), &grant).await;
        if matches!(asked, Err(Error::Refused { lost: Lost::Client, .. })) {
            self.store.forget_registration().await?;
        }
        let tokens = asked?;
        keep(&self.store, registration.clone(), Kept::new(tokens, &self.asked, None)).await
    }

    /// RFC 9207: the answer has to come from the provider that was asked.
    fn check_issuer(&self, named: Option<&Secret>) -> Result<(), Error> {
        let reason = match named {
            None if self.names_itself => "does not name itself, though it says that it does",
            Some(named) if named.reveal() != self.registration.issuer => "names another provider",
            _ => return Ok(()),
        };
        Err(Error::Mistrusted {
            what: "the answer of the provider",
            url: super::error::shown(&self.registration.issuer),
            reason: reason.to_owned(),
        })
    }
}
