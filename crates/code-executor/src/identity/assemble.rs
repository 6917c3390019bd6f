//! From the settings to what callers are known by.

use std::net::SocketAddr;

use policy::remote::{Asker, Patience, Tokens};
use server::Authorization;
use store::sql::Database;
use tokio_util::sync::CancellationToken;

use crate::compose::unusable;
use crate::config::AuthSettings;
use crate::identity::{Callers, Parts};

/// Where the HTTP server is.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// What is listened on.
    pub address: SocketAddr,
}

/// Whoever knows callers by these settings. They are looked after until `stop`.
///
/// # Errors
///
/// What the operator has to set.
pub async fn callers(
    auth: AuthSettings,
    database: Option<Database>,
    audit: audit::Log,
    place: Place,
    stop: CancellationToken,
) -> anyhow::Result<Callers> {
    let is_near = place.address.ip().is_loopback();
    let tokens = if auth.issuers.is_empty() { None } else { Some(tokens(&auth, place)?) };
    let parts = Parts { database, tokens, required: auth.required, audit };
    let callers = Callers::start(parts, stop).await;
    if !is_near {
        if !callers.need_credentials() {
            return Err(unusable(format!(
                "{} can be reached from other machines, and nobody would need a key or a token. Make \
                 a key with `code-executor keys create --name NAME`, or say in `auth.issuers` whose \
                 tokens are taken; or listen on 127.0.0.1. docs/identity.md has the whole",
                place.address
            )));
        }
        // Nor does anybody get in by the end of the last key.
        callers.insist();
        if place.scheme == "http" {
            tracing::warn!(
                "keys and tokens travel unencrypted: set `server.tls`, or put TLS in front"
            );
        }
    }
    Ok(callers)
}

fn tokens(auth: &AuthSettings, place: Place) -> anyhow::Result<(Tokens, Authorization)> {
    let Place { scheme, address } = place;
    let resource = match &auth.resource {
        Some(resource) => resource.clone(),
        None if address.ip().is_loopback() => format!("{scheme}://{address}"),
        None => {
            return Err(unusable(
                "`auth.issuers` is set and `auth.resource` is not: clients have to be told for which \
                 URL a token is. Set it to the one by which they reach this server",
            ));
        }
    };
    let mut issuers = auth.issuers.clone();
    for issuer in issuers.iter_mut().filter(|issuer| issuer.expected.audience.is_empty()) {
        issuer.expected.audience =
            vec![resource.clone(), format!("{resource}/"), format!("{resource}/mcp")];
    }
    let may_admin = issuers.iter().any(|issuer| issuer.expected.mapping.may_admin);
    let tls = upstream::tls(auth.ca_file.as_deref()).map_err(|reason| {
        unusable(format!("`auth.caFile`: {reason}; without it, the system's authorities count"))
    })?;
    let asker = Asker::new(tls).map_err(unusable)?;
    let defaults = Patience::default();
    let fresh = defaults.fresh.min(auth.keys_stale);
    let patience = Patience { fresh, stale: auth.keys_stale, ..defaults };
    let tokens = Tokens::new(issuers, &asker, patience);
    let issuers = tokens.issuers().map(str::to_owned).collect();
    Ok((tokens, Authorization { resource, issuers, may_admin }))
}
