//! The token endpoint: a code, a login or our own password for a token; and a token's end.

use serde::Deserialize;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::oauth::challenge::scopes;
use crate::oauth::encode::base64;
use crate::oauth::error::shown;
use crate::oauth::http::{Answered, Asker};
use crate::oauth::metadata::Method;
use crate::oauth::{Error, Lost, Secret, place};

/// The longest token that is taken, in bytes: it has to fit into a header.
const MAX_TOKEN_BYTES: usize = 16 * 1024;
/// The longest life of a token that is believed, in seconds: a year.
const MAX_LIFETIME: u64 = 365 * 24 * 3600;

/// Who we are at a token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<Secret>,
    pub(crate) method: Method,
}

/// What a provider gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) access: Secret,
    pub(crate) refresh: Option<Secret>,
    /// How long it lives, in seconds, where the provider says so.
    pub(crate) lifetime: Option<u64>,
    /// The scopes it has, where they are not those that were asked for.
    pub(crate) scopes: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct TokenDocument {
    access_token: String,
    token_type: Option<String>,
    refresh_token: Option<String>,
    /// A number, which some write as a text.
    expires_in: Option<Value>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct ErrorDocument {
    error: String,
    error_description: Option<String>,
}

/// Asks for a token. `grant` are the parameters of the grant.
pub(crate) async fn ask(
    asker: &Asker,
    endpoint: &Url,
    client: &Client,
    grant: &[(&str, &str)],
) -> Result<Tokens, Error> {
    let answer = post(asker, "the provider's token endpoint", endpoint, client, grant).await?;
    if answer.status != 200 {
        return Err(refusal("the token", endpoint, &answer));
    }
    let broken = |reason: &str| Error::Unreachable {
        what: "the provider's token endpoint",
        url: place::shown(endpoint),
        reason: reason.to_owned(),
    };
    let document: TokenDocument = serde_json::from_str(answer.body.reveal())
        .map_err(|_| broken("answered with something that is no token"))?;
    if document.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(broken("gave a token of another type than Bearer"));
    }
    let sendable = |text: &str| {
        !text.is_empty()
            && text.len() <= MAX_TOKEN_BYTES
            && text.bytes().all(|b| b.is_ascii_graphic())
    };
    if !sendable(&document.access_token) {
        return Err(broken("gave a token that cannot be sent in a header"));
    }
    let refresh =
        document.refresh_token.filter(|token| !token.is_empty() && token.len() <= MAX_TOKEN_BYTES);
    let lifetime = document.expires_in.and_then(|value| match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().or_else(|| other.as_f64().map(|seconds| seconds.max(0.0) as u64)),
    });
    Ok(Tokens {
        access: Secret::new(document.access_token),
        refresh: refresh.map(Secret::new),
        lifetime: lifetime.map(|seconds| seconds.min(MAX_LIFETIME)),
        scopes: document.scope.map(|scope| scopes(scope.split(' '))),
    })
}

/// Tells the provider that a token is not needed any more (RFC 7009).
pub(crate) async fn revoke(
    asker: &Asker,
    endpoint: &Url,
    client: &Client,
    token: &Secret,
    kind: &str,
) -> Result<(), Error> {
    let what = "the provider's revocation";
    let form = [("token", token.reveal()), ("token_type_hint", kind)];
    let answer = post(asker, what, endpoint, client, &form).await?;
    if (200..300).contains(&answer.status) {
        return Ok(());
    }
    Err(refusal("the revocation", endpoint, &answer))
}

async fn post(
    asker: &Asker,
    what: &'static str,
    endpoint: &Url,
    client: &Client,
    form: &[(&str, &str)],
) -> Result<Answered, Error> {
    let secret = client.secret.as_ref().map(Secret::reveal).unwrap_or_default();
    let mut form = form.to_vec();
    let mut authorization = None;
    match client.method {
        Method::None => form.push(("client_id", &client.id)),
        Method::Post => form.extend([("client_id", client.id.as_str()), ("client_secret", secret)]),
        Method::Basic => {
            // RFC 6749, 2.3.1: both are encoded as in a form first.
            let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(&client.id), encoded(secret));
            authorization = Some(Secret::new(format!("Basic {}", base64(pair.as_bytes()))));
        }
    }
    asker.post_form(what, endpoint, &form, authorization.as_ref()).await
}

/// What a provider says when it says no.
pub(crate) fn refusal(what: &'static str, endpoint: &Url, answer: &Answered) -> Error {
    match serde_json::from_str::<ErrorDocument>(answer.body.reveal()) {
        Ok(document) => Error::Refused {
            what,
            said: said(&document.error, document.error_description.as_deref()),
            lost: match document.error.as_str() {
                "invalid_grant" => Lost::Grant,
                "invalid_client" => Lost::Client,
                _ => Lost::Nothing,
            },
        },
        Err(_) => Error::Unreachable {
            what: "the provider",
            url: place::shown(endpoint),
            reason: format!("answered HTTP {}", answer.status),
        },
    }
}

/// A provider's `error` and what it adds, fit to be shown.
pub(crate) fn said(error: &str, description: Option<&str>) -> String {
    let description = description.map(shown).filter(|text| !text.is_empty());
    match description {
        Some(description) => format!("`{}`, {description}", shown(error)),
        None => format!("`{}`", shown(error)),
    }
}
