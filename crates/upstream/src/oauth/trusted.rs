//! Whether the provider that a server names may have what the operator gave us for one: the password
//! goes to the provider of the configuration, or to the one it went to when a person logged in.

use url::Url;

use crate::oauth::error::command;
use crate::oauth::store::Record;
use crate::oauth::{Error, OAuth, place};

/// On whose word a provider is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Somebody logs in, and is told who the provider is.
    ByAPerson,
    /// A call needs a token.
    ByACall,
}

/// Whether the provider `issuer`, which the server names, may be asked.
pub(crate) fn trusted(
    server: &str,
    settings: &OAuth,
    issuer: &str,
    record: &Record,
    asked: Asked,
) -> Result<(), Error> {
    if settings.issuer.is_some() {
        return configured(settings, issuer);
    }
    if settings.client_id.is_none() || settings.client_secret.is_none() {
        return Ok(());
    }
    let refused = |words: String| Err(Error::NoIdentity(words));
    let (named, known) = (shown(issuer), record.registration.as_ref());
    match known {
        Some(known) if !same(&known.issuer, issuer) => refused(format!(
            "the server names the provider {named} now, and was logged in to by {}: \
             `oauth.clientSecret` is not sent to another one. If the server has moved, run \
             `{}` and log in again, or set its `oauth.issuer`",
            shown(&known.issuer),
            command("logout", server)
        )),
        Some(known) if !known.dynamic && known.client_secret.is_some() => Ok(()),
        _ if asked == Asked::ByAPerson => Ok(()),
        _ => refused(format!(
            "the server names the provider {named}, and nobody said that `oauth.clientSecret` is \
             for that one: set `oauth.issuer` of the server to the provider's URL, or run \
             `{}` once",
            command("login", server)
        )),
    }
}

/// Whether `issuer` is the provider of the configuration, where that names one.
pub(crate) fn configured(settings: &OAuth, issuer: &str) -> Result<(), Error> {
    match &settings.issuer {
        Some(wanted) if !same(wanted, issuer) => Err(Error::NoIdentity(format!(
            "the provider is {}, and `oauth.issuer` of the server is {}: nothing is sent to it. \
             Correct `oauth.issuer` if the server has moved, and log in again",
            shown(issuer),
            shown(wanted)
        ))),
        _ => Ok(()),
    }
}

/// A slash at the end is all that may differ.
fn same(one: &str, other: &str) -> bool {
    let written = |text: &str| {
        let url = Url::parse(text).map_or_else(|_| text.to_owned(), String::from);
        url.trim_end_matches('/').to_owned()
    };
    written(one) == written(other)
}

fn shown(issuer: &str) -> String {
    let url = Url::parse(issuer).map(|url| place::shown(&url));
    format!("`{}`", url.unwrap_or_default())
}
