//! Who we are to a provider: what the operator says, a document about us, or a registration.

use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::oauth::error::shown;
use crate::oauth::http::Asker;
use crate::oauth::metadata::{Method, Provider};
use crate::oauth::store::{Registration, now};
use crate::oauth::token::{Client, refusal};
use crate::oauth::{Error, OAuth, Secret, place};

const REGISTRATION: &str = "the provider's registration";

/// Who we are to one provider.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) client: Client,
    /// Whether the provider made up the id for us.
    pub(crate) dynamic: bool,
    pub(crate) secret_expires_at: Option<u64>,
}

#[derive(Deserialize)]
struct RegisteredDocument {
    client_id: String,
    client_secret: Option<String>,
    client_secret_expires_at: Option<u64>,
    token_endpoint_auth_method: Option<String>,
}

/// Decides who we are for a login that comes back to `redirect`. `known` is who we were before.
pub(crate) async fn identity(
    asker: &Asker,
    provider: &Provider,
    settings: &OAuth,
    redirect: &str,
    scopes: &[String],
    known: Option<&Registration>,
) -> Result<Identity, Error> {
    if let Some(identity) = configured(provider, settings)? {
        return Ok(identity);
    }
    let again = known.filter(|known| {
        let expired = known.secret_expires_at.is_some_and(|at| at <= now() + 60);
        known.dynamic && known.redirect.as_deref() == Some(redirect) && !expired
    });
    if let Some(known) = again {
        let secret_expires_at = known.secret_expires_at;
        return Ok(Identity { client: known.client(), dynamic: true, secret_expires_at });
    }
    let Some(endpoint) = &provider.registration else {
        return Err(Error::NoIdentity(
            "the provider registers nobody by itself: register a native client there and give its \
             id as `oauth.clientId` of the server"
                .to_owned(),
        ));
    };
    match register(asker, provider, endpoint, redirect, scopes).await {
        // Scopes of a server need not be known to the registration.
        Err(Error::Refused { .. }) if !scopes.is_empty() => {
            register(asker, provider, endpoint, redirect, &[]).await
        }
        registered => registered,
    }
}

/// Who the operator says we are: by an id, or by a document that the provider can read.
pub(crate) fn configured(provider: &Provider, settings: &OAuth) -> Result<Option<Identity>, Error> {
    let client = match (&settings.client_id, &settings.client_metadata_url) {
        (Some(id), _) => {
            let secret = settings.client_secret.clone();
            let method = method(provider, secret.is_some())?;
            Client { id: id.clone(), secret, method }
        }
        (None, Some(document)) if provider.reads_documents => {
            let url = place::endpoint("the document about us", document)?;
            if url.scheme() != "https" || url.path() == "/" {
                return Err(Error::NoIdentity(
                    "`oauth.clientMetadataUrl` must begin with https:// and have a path".to_owned(),
                ));
            }
            Client { id: document.clone(), secret: None, method: Method::None }
        }
        _ => return Ok(None),
    };
    Ok(Some(Identity { client, dynamic: false, secret_expires_at: None }))
}

/// How a client with or without a password shows who it is.
fn method(provider: &Provider, has_secret: bool) -> Result<Method, Error> {
    if !has_secret {
        return Ok(Method::None);
    }
    // Where nothing is said it is Basic (RFC 8414).
    let Some(known) = &provider.methods else { return Ok(Method::Basic) };
    let wanted = [Method::Basic, Method::Post, Method::None];
    wanted.into_iter().find(|method| known.contains(method)).ok_or_else(no_method)
}

fn no_method() -> Error {
    Error::NoIdentity(
        "the provider takes neither client_secret_basic nor client_secret_post nor none at its \
         token endpoint; we know no other"
            .to_owned(),
    )
}

async fn register(
    asker: &Asker,
    provider: &Provider,
    endpoint: &Url,
    redirect: &str,
    scopes: &[String],
) -> Result<Identity, Error> {
    // A program on somebody's machine keeps no secret, so none is asked for where that is allowed.
    let wanted = match &provider.methods {
        None => Method::None,
        Some(known) => [Method::None, Method::Basic, Method::Post]
            .into_iter()
            .find(|method| known.contains(method))
            .ok_or_else(no_method)?,
    };
    let mut about = json!({
        "client_name": "code-executor",
        "application_type": "native",
        "redirect_uris": [redirect],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": wanted.name(),
    });
    if !scopes.is_empty() {
        about["scope"] = scopes.join(" ").into();
    }
    let answer = asker.post_json(REGISTRATION, endpoint, &about).await?;
    if !matches!(answer.status, 200 | 201) {
        return Err(refusal("the registration", endpoint, &answer));
    }
    let registered: RegisteredDocument =
        serde_json::from_str(answer.body.reveal()).map_err(|_| Error::Unreachable {
            what: REGISTRATION,
            url: place::shown(endpoint),
            reason: "answered with something that is no registration".to_owned(),
        })?;
    let secret = registered.client_secret.filter(|secret| !secret.is_empty()).map(Secret::new);
    let method = match registered.token_endpoint_auth_method {
        Some(name) => Method::named(&name).ok_or_else(|| {
            Error::NoIdentity(format!(
                "the provider registered us for `{}`, which we do not know",
                shown(&name)
            ))
        })?,
        None => method(provider, secret.is_some())?,
    };
    let client = Client { id: registered.client_id, secret, method };
    let secret_expires_at = registered.client_secret_expires_at.filter(|at| *at > 0);
    Ok(Identity { client, dynamic: true, secret_expires_at })
}
