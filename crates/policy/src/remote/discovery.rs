//! Where an issuer keeps its keys, by its own description (OpenID Connect Discovery, RFC 8414).

use url::Url;

use crate::remote::http::{Asker, Unreachable, is_safe, shown};

/// The address of its keys. The description has to be the issuer's own, by its name letter by letter.
pub(crate) async fn keys_of(asker: &Asker, issuer: &str) -> Result<Url, Unreachable> {
    let mut last = Unreachable(format!("`{issuer}` is no URL"));
    for place in places(issuer) {
        let document = match asker.get(&place).await {
            Ok(document) => document,
            Err(error) => {
                last = error;
                continue;
            }
        };
        let text = |name: &str| document.get(name).and_then(serde_json::Value::as_str);
        let shown = shown(&place);
        if text("issuer") != Some(issuer) {
            let what = format!(
                "{shown} describes another issuer: `auth.issuers` has to name it letter by letter, \
                 with or without the last slash"
            );
            last = Unreachable(what);
            continue;
        }
        let keys = text("jwks_uri").and_then(|text| Url::parse(text).ok());
        match keys.filter(is_safe) {
            Some(keys) => return Ok(keys),
            None => last = Unreachable(format!("{shown} names no `jwks_uri` over HTTPS")),
        }
    }
    Err(last)
}

/// Where the description may be: after the issuer's path as OpenID Connect has it, before it as OAuth
/// has it.
fn places(issuer: &str) -> Vec<Url> {
    let Ok(base) = Url::parse(issuer) else { return Vec::new() };
    let path = base.path().trim_end_matches('/').to_owned();
    let at = |path: String| {
        let mut place = base.clone();
        place.set_path(&path);
        place.set_query(None);
        place
    };
    vec![
        at(format!("{path}/.well-known/openid-configuration")),
        at(format!("/.well-known/oauth-authorization-server{path}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn the_description_is_where_both_standards_say() {
        let places = |issuer: &str| -> Vec<String> {
            places(issuer).iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            places("https://acme.eu.auth0.com/"),
            [
                "https://acme.eu.auth0.com/.well-known/openid-configuration",
                "https://acme.eu.auth0.com/.well-known/oauth-authorization-server"
            ]
        );
        assert_eq!(
            places("https://id.example/realms/acme"),
            [
                "https://id.example/realms/acme/.well-known/openid-configuration",
                "https://id.example/.well-known/oauth-authorization-server/realms/acme"
            ]
        );
        assert!(places("acme").is_empty());
    }
}
