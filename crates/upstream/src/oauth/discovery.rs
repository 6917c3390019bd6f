//! Finding the provider of a server: the server's own description (RFC 9728), then the provider's
//! (RFC 8414 or OpenID Connect), each where MCP's authorization rules look for it.

use serde::de::DeserializeOwned;
use url::Url;

use crate::oauth::Error;
use crate::oauth::challenge::{Challenge, scopes};
use crate::oauth::http::Asker;
use crate::oauth::metadata::{Provider, ProviderDocument, ResourceDocument};
use crate::oauth::place::{covers, endpoint, resource_of, shown};

const RESOURCE: &str = "the server's description of its protection";
const PROVIDER: &str = "the provider's description";

/// What is known of a server's protection.
#[derive(Debug)]
pub(crate) struct Protection {
    /// What tokens are asked for (RFC 8707).
    pub(crate) resource: String,
    /// The scopes the server has.
    pub(crate) scopes: Vec<String>,
    pub(crate) provider: Provider,
}

/// Asks the server without a token, to be told what it wants. None when it wants nothing.
pub(crate) async fn challenge(asker: &Asker, server: &Url) -> Result<Option<Challenge>, Error> {
    // A server that protects only some of its methods protects this one too, and one that answers
    // it has opened no session for it.
    let message = serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let answer = asker.post_json("the server", server, &message).await?;
    let told = answer.challenge.as_deref().and_then(Challenge::parse);
    Ok(told.or_else(|| (answer.status == 401).then(Challenge::default)))
}

/// Finds out who gives tokens for `server`. `told` is where the server said its description is. None
/// when neither it nor anybody at its origin is described.
pub(crate) async fn discover(
    asker: &Asker,
    server: &Url,
    told: Option<&str>,
) -> Result<Option<Protection>, Error> {
    let Some(document) = protection(asker, server, told).await? else {
        // A server from before RFC 9728: its own origin is the provider.
        let issuer = server.origin().ascii_serialization();
        let provider = provider(asker, &issuer).await?;
        return Ok(provider.map(|provider| of_old(server, provider)));
    };
    let Document { resource, issuer, scopes } = document;
    match provider(asker, &issuer).await? {
        Some(provider) => Ok(Some(Protection { resource, scopes, provider })),
        None => Err(Error::Unreachable {
            what: "the provider",
            url: endpoint(PROVIDER, &issuer).map(|url| shown(&url)).unwrap_or_default(),
            reason: "describes itself nowhere: neither as RFC 8414 nor as OpenID Connect says"
                .to_owned(),
        }),
    }
}

/// The protection of a server of 2025-03-26 that wants a login and describes nothing.
pub(crate) fn undescribed(server: &Url) -> Result<Protection, Error> {
    let mut origin = server.clone();
    origin.set_path("/");
    origin.set_query(None);
    origin.set_fragment(None);
    Ok(of_old(server, Provider::undescribed(&origin)?))
}

fn of_old(server: &Url, provider: Provider) -> Protection {
    Protection { resource: resource_of(server).into(), scopes: Vec::new(), provider }
}

/// What a server's description says that is of use.
struct Document {
    resource: String,
    issuer: String,
    scopes: Vec<String>,
}

async fn protection(
    asker: &Asker,
    server: &Url,
    told: Option<&str>,
) -> Result<Option<Document>, Error> {
    let places = match told {
        Some(told) => vec![endpoint(RESOURCE, told)?],
        None => well_known(server, "oauth-protected-resource"),
    };
    for place in places {
        let Some(document) = fetch::<ResourceDocument>(asker, RESOURCE, &place).await? else {
            continue;
        };
        let mistrusted = |reason: &str| Error::Mistrusted {
            what: RESOURCE,
            url: shown(&place),
            reason: reason.to_owned(),
        };
        let named = document.resource.ok_or_else(|| mistrusted("names no `resource`"))?;
        let resource = Url::parse(&named).map_err(|_| mistrusted("names no URL as `resource`"))?;
        if !covers(&resource, server) {
            return Err(mistrusted("is for another server: its `resource` is not this one's URL"));
        }
        let Some(issuer) = document.authorization_servers.into_iter().next() else {
            continue;
        };
        endpoint("the provider", &issuer)?;
        let scopes = scopes(document.scopes_supported.iter().map(String::as_str));
        return Ok(Some(Document { resource: named, issuer, scopes }));
    }
    Ok(None)
}

async fn provider(asker: &Asker, issuer: &str) -> Result<Option<Provider>, Error> {
    let url = endpoint("the provider", issuer)?;
    for place in descriptions(&url) {
        let Some(document) = fetch::<ProviderDocument>(asker, PROVIDER, &place).await? else {
            continue;
        };
        let named = document.issuer.clone().unwrap_or_default();
        // A slash at the end of the server's word for it is all that may differ.
        if named.trim_end_matches('/') != issuer.trim_end_matches('/') {
            let reason = "names another issuer than the one that was asked".to_owned();
            return Err(Error::Mistrusted { what: PROVIDER, url: shown(&place), reason });
        }
        return Provider::described(named, document).map(Some);
    }
    Ok(None)
}

/// Where a provider may describe itself, in MCP's order.
fn descriptions(issuer: &Url) -> Vec<Url> {
    let mut places = well_known(issuer, "oauth-authorization-server");
    let openid = well_known(issuer, "openid-configuration");
    let path = issuer.path().trim_end_matches('/');
    if path.is_empty() {
        places.extend(openid);
        return places;
    }
    // At the root there would be another issuer.
    places.truncate(1);
    places.extend(openid.into_iter().take(1));
    let mut appended = issuer.clone();
    appended.set_query(None);
    appended.set_path(&format!("{path}/.well-known/openid-configuration"));
    places.push(appended);
    places
}

/// The well-known place with the path after it, then the one at the root.
fn well_known(of: &Url, name: &str) -> Vec<Url> {
    let path = of.path().trim_end_matches('/');
    let mut places = Vec::with_capacity(2);
    for path in [path, ""] {
        let mut place = of.clone();
        place.set_fragment(None);
        if path.is_empty() {
            place.set_query(None);
        }
        place.set_path(&format!("/.well-known/{name}{path}"));
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// A document of JSON, or nothing where there is none.
async fn fetch<T: DeserializeOwned>(
    asker: &Asker,
    what: &'static str,
    place: &Url,
) -> Result<Option<T>, Error> {
    let answer = asker.get(what, place).await?;
    match answer.status {
        200 => {}
        // Not there; some say so in other ways.
        300..=499 => return Ok(None),
        status => {
            let reason = format!("answered HTTP {status}");
            return Err(Error::Unreachable { what, url: shown(place), reason });
        }
    }
    // A site that answers any path with its start page has no description.
    Ok(serde_json::from_slice(answer.body.reveal().as_bytes()).ok())
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{descriptions, well_known};

    fn texts(places: Vec<Url>) -> Vec<String> {
        places.into_iter().map(String::from).collect()
    }

    #[test]
    fn documents_are_looked_for_in_the_order_of_the_rules() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        assert_eq!(
            texts(well_known(&url("https://h/a/mcp"), "oauth-protected-resource")),
            [
                "https://h/.well-known/oauth-protected-resource/a/mcp",
                "https://h/.well-known/oauth-protected-resource"
            ]
        );
        assert_eq!(
            texts(descriptions(&url("https://p/tenant/"))),
            [
                "https://p/.well-known/oauth-authorization-server/tenant",
                "https://p/.well-known/openid-configuration/tenant",
                "https://p/tenant/.well-known/openid-configuration",
            ]
        );
        assert_eq!(
            texts(descriptions(&url("https://p"))),
            [
                "https://p/.well-known/oauth-authorization-server",
                "https://p/.well-known/openid-configuration",
            ]
        );
    }
}
