//! URLs and headers of a trusted file, filled in and checked.

use std::collections::BTreeMap;

use upstream::oauth;
use url::Url;

use crate::config::env::Environment;
use crate::config::mcp::entry::{Http, OAuth};
use crate::config::mcp::expand::expand_value;

/// Headers that the transport writes itself.
const RESERVED: [&str; 11] = [
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
    "transfer-encoding",
];

/// The longest header's value, in bytes.
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// A server over HTTP with its variables filled in.
pub fn filled(http: &Http, environment: &Environment) -> Result<upstream::Http, String> {
    Ok(upstream::Http {
        url: address("its url", &http.url, environment)?,
        headers: headers(&http.headers, environment)?,
        style: http.style,
        oauth: login(&http.oauth, environment)?,
    })
}

/// What is said of a login, filled in.
fn login(written: &OAuth, environment: &Environment) -> Result<oauth::OAuth, String> {
    let fill = |text: &Option<String>| {
        text.as_ref().map(|text| expand_value(text, environment)).transpose()
    };
    let described = written.client_metadata_url.as_ref();
    Ok(oauth::OAuth {
        client_id: fill(&written.client_id)?,
        client_secret: fill(&written.client_secret)?.map(oauth::Secret::new),
        client_metadata_url: described
            .map(|url| address("its `oauth.clientMetadataUrl`", url, environment))
            .transpose()?,
        scopes: written
            .scopes
            .iter()
            .map(|scope| expand_value(scope, environment))
            .collect::<Result<_, _>>()?,
        callback_port: written.callback_port,
        grant: written.grant,
    })
}

/// A URL, filled in. It has to be one of HTTP, without a user.
pub fn address(what: &str, text: &str, environment: &Environment) -> Result<String, String> {
    let text = expand_value(text, environment)?;
    let url = Url::parse(text.trim()).map_err(|error| format!("{what} is none: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{what} must begin with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "{what} holds a user or a password; send them in the header `Authorization` instead"
        ));
    }
    Ok(url.into())
}

/// Headers, filled in. The errors name a header and show no value.
pub fn headers(
    written: &[(String, String)],
    environment: &Environment,
) -> Result<BTreeMap<String, String>, String> {
    let mut headers = BTreeMap::new();
    for (name, value) in written {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err("the name of a header may have letters, digits and -_ only".to_owned());
        }
        let lower = name.to_ascii_lowercase();
        if RESERVED.contains(&lower.as_str()) {
            return Err(format!("the header `{name}` is ours to write; take it out"));
        }
        if headers.keys().any(|known: &String| known.eq_ignore_ascii_case(name)) {
            return Err(format!("the header `{name}` is given twice"));
        }
        let value = expand_value(value, environment)
            .map_err(|reason| format!("the header `{name}`: {reason}"))?;
        let value = value.trim_matches([' ', '\t']);
        if value.len() > MAX_HEADER_BYTES {
            return Err(format!("the header `{name}` is longer than {MAX_HEADER_BYTES} bytes"));
        }
        if !value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
            return Err(format!("the header `{name}` has characters that no header may have"));
        }
        headers.insert(name.clone(), value.to_owned());
    }
    Ok(headers)
}

/// The host of a URL as it is written: what a message may show of it.
pub fn shown_host(text: &str) -> String {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.chars().take(253).collect()
}
