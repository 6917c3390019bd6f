//! What a provider granted, and how it is kept; a token by our own id and password.

use url::Url;

use crate::oauth::discovery::Protection;
use crate::oauth::http::Asker;
use crate::oauth::identity::{Identity, configured};
use crate::oauth::metadata::Method;
use crate::oauth::store::{Kept, Registration, Store};
use crate::oauth::{Error, OAuth, place, token};

/// What was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Who granted it.
    pub issuer: String,
    /// The scopes of the token, as far as they are known.
    pub scopes: Vec<String>,
    /// When the token expires, in seconds since 1970, where the provider says so.
    pub expires_at: Option<u64>,
    /// Whether it is renewed without another login.
    pub renewable: bool,
}

/// Has a token by our own id and password. Its caller holds the lock of the store, and has looked
/// whether this provider may have the password.
pub(crate) async fn with_credentials(
    asker: &Asker,
    settings: &OAuth,
    protection: &Protection,
    asked: &[String],
    store: &Store,
) -> Result<Granted, Error> {
    let identity = configured(&protection.provider, settings)?;
    let Some(identity) = identity.filter(|identity| identity.client.method != Method::None) else {
        return Err(Error::NoIdentity(
            "without a person, `oauth.clientId` and `oauth.clientSecret` are needed".to_owned(),
        ));
    };
    let registration = Registration {
        issuer: protection.provider.issuer.clone(),
        resource: protection.resource.clone(),
        token_endpoint: protection.provider.token.to_string(),
        revocation_endpoint: protection.provider.revocation.as_ref().map(Url::to_string),
        ..registered(identity)
    };
    let tokens = credentials_token(asker, &registration, asked).await?;
    put(store, registration, Kept::new(tokens, asked, None))
}

/// Asks for a token by our own id and password.
pub(crate) async fn credentials_token(
    asker: &Asker,
    registration: &Registration,
    asked: &[String],
) -> Result<token::Tokens, Error> {
    let endpoint = place::endpoint("the provider's token endpoint", &registration.token_endpoint)?;
    let scope = asked.join(" ");
    let mut grant =
        vec![("grant_type", "client_credentials"), ("resource", registration.resource.as_str())];
    if !asked.is_empty() {
        grant.push(("scope", &scope));
    }
    token::ask(asker, &endpoint, &registration.client(), &grant).await
}

/// Keeps what was granted, in place of whatever there was.
pub(crate) async fn keep(
    store: &Store,
    registration: Registration,
    kept: Kept,
) -> Result<Granted, Error> {
    let _lock = store.lock().await?;
    put(store, registration, kept)
}

fn put(store: &Store, registration: Registration, kept: Kept) -> Result<Granted, Error> {
    let granted = Granted {
        issuer: registration.issuer.clone(),
        scopes: kept.scopes.clone(),
        expires_at: kept.expires_at,
        renewable: kept.refresh_token.is_some(),
    };
    let mut record = store.load()?;
    record.registration = Some(registration);
    record.tokens = Some(kept);
    record.wanted_scopes.clear();
    store.save(&record)?;
    Ok(granted)
}

/// The part of a registration that says who we are.
pub(crate) fn registered(identity: Identity) -> Registration {
    let Identity { client, dynamic, secret_expires_at } = identity;
    Registration {
        issuer: String::new(),
        resource: String::new(),
        token_endpoint: String::new(),
        revocation_endpoint: None,
        client_id: client.id,
        client_secret: client.secret,
        method: client.method,
        redirect: None,
        dynamic,
        secret_expires_at,
    }
}
