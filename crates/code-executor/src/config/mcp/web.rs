//! URLs and headers of a trusted file, filled in and checked.

use std::collections::BTreeMap;

use upstream::{Document, oauth};
use url::Url;

use crate::config::mcp::entry::{Http, OAuth, OpenApi};
use crate::config::mcp::expand::Surroundings;

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
pub fn server(http: &Http, surroundings: Surroundings<'_>) -> Result<upstream::Http, String> {
    Ok(upstream::Http {
        url: address("its url", &http.url, surroundings)?,
        headers: headers(&http.headers, surroundings)?,
        style: http.style,
        oauth: login(&http.oauth, surroundings)?,
    })
}

/// An HTTP API with its variables filled in.
pub fn api(api: &OpenApi, surroundings: Surroundings<'_>) -> Result<upstream::OpenApi, String> {
    let document = surroundings.fill_value(&api.document)?;
    let document = match document.starts_with("http://") || document.starts_with("https://") {
        true => Document::Url(checked("its `openapi`", &document)?),
        false if document.contains("://") => {
            return Err("its `openapi` must be a file, or a URL of http or https".to_owned());
        }
        false => Document::File(surroundings.resolve(&document)),
    };
    let base_url = api.base_url.as_ref();
    Ok(upstream::OpenApi {
        document,
        base_url: base_url.map(|url| address("its `baseUrl`", url, surroundings)).transpose()?,
        headers: headers(&api.headers, surroundings)?,
        include: api.include.clone(),
        exclude: api.exclude.clone(),
    })
}

/// What is said of a login, filled in.
fn login(written: &OAuth, surroundings: Surroundings<'_>) -> Result<oauth::OAuth, String> {
    let fill =
        |text: &Option<String>| text.as_ref().map(|text| surroundings.fill_value(text)).transpose();
    let url = |key: &str, url: &Option<String>| {
        let what = format!("its `oauth.{key}`");
        url.as_ref().map(|url| address(&what, url, surroundings)).transpose()
    };
    Ok(oauth::OAuth {
        client_id: fill(&written.client_id)?,
        client_secret: fill(&written.client_secret)?.map(oauth::Secret::new),
        issuer: url("issuer", &written.issuer)?,
        client_metadata_url: url("clientMetadataUrl", &written.client_metadata_url)?,
        scopes: written
            .scopes
            .iter()
            .map(|scope| surroundings.fill_value(scope))
            .collect::<Result<_, _>>()?,
        callback_port: written.callback_port,
        grant: written.grant,
    })
}

/// A URL, filled in. It has to be one of HTTP, without a user.
fn address(what: &str, text: &str, surroundings: Surroundings<'_>) -> Result<String, String> {
    checked(what, &surroundings.fill_value(text)?)
}

fn checked(what: &str, text: &str) -> Result<String, String> {
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
fn headers(
    written: &[(String, String)],
    surroundings: Surroundings<'_>,
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
        let value = surroundings
            .fill_value(value)
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
    // Without a scheme it may be anything, a secret in the wrong place included.
    let Some((_, rest)) = text.split_once("://") else { return "a URL".to_owned() };
    let host = rest.split(['/', '?', '#', '}']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.chars().take(253).collect()
}

#[cfg(test)]
mod tests {
    use super::shown_host;

    #[test]
    fn only_a_host_is_shown() {
        let shown = [
            ("https://mcp.example.com:8443/path?key=hunter2", "mcp.example.com:8443"),
            ("https://me:hunter2@example.com#hunter2", "example.com"),
            ("${BASE:-https://example.com}/hunter2", "example.com"),
            ("hunter2", "a URL"),
            ("${BASE}/hunter2", "a URL"),
        ];
        for (url, host) in shown {
            assert_eq!(shown_host(url), host);
        }
    }
}
