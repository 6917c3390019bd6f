//! Who a request says it is for, and which page sent it: a browser on this machine must not be a
//! way in for the pages it shows (DNS rebinding, requests across sites).

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::HttpConfig;
use crate::http::app::App;
use crate::http::cors;
use crate::http::listen::MAX_HEAD;
use crate::http::problem::Problem;

/// Where a browser says whose page asks.
const SITE: &str = "sec-fetch-site";

/// The names by which this server may be asked, and the pages that may ask.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    hosts: Vec<String>,
    origins: Vec<String>,
    /// A server of this machine alone is asked by loopback names alone.
    any_host: bool,
}

impl Guard {
    /// By the operator's settings.
    pub(crate) fn new(config: &HttpConfig) -> Self {
        let mut hosts: Vec<String> =
            ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        hosts.extend(config.hosts.iter().map(|host| host.to_ascii_lowercase()));
        hosts.push(match config.address.ip() {
            std::net::IpAddr::V4(address) => address.to_string(),
            std::net::IpAddr::V6(address) => format!("[{address}]"),
        });
        let origins = config.origins.iter().map(|origin| origin.to_ascii_lowercase()).collect();
        let any_host = !config.address.ip().is_loopback() && config.hosts.is_empty();
        Self { hosts, origins, any_host }
    }

    /// Whether the request may be answered; and the other origin, allowed by the operator, whose page
    /// asks, if one does.
    fn check(&self, headers: &HeaderMap, uri: &Uri) -> Result<Option<HeaderValue>, Problem> {
        let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
        if uri.path_and_query().map_or(0, |it| it.as_str().len()) + lines.sum::<usize>() > MAX_HEAD
        {
            let what = format!("the head of the request is longer than {MAX_HEAD} bytes");
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            return Err(Problem::new(status, "head_too_large", what));
        }
        let mut named = headers.get_all(HOST).iter();
        let host = named.next().and_then(|value| value.to_str().ok());
        if named.next().is_some() {
            return Err(Problem::invalid("the request has more than one `Host`"));
        }
        // HTTP/2 says it in the target alone, and a proxy's form of HTTP/1.1 in both.
        let target = uri.authority().map(|authority| authority.as_str());
        if let (Some(host), Some(target)) = (host, target)
            && !host.eq_ignore_ascii_case(target)
        {
            return Err(Problem::invalid("the target of the request and its `Host` differ"));
        }
        let host = host.or(target);
        let Some(host) = host else {
            return Err(Problem::invalid("the request has no `Host`"));
        };
        let host = host.to_ascii_lowercase();
        let name = without_port(&host);
        if !self.any_host && !self.hosts.iter().any(|known| known == name) {
            let what = "the request is for a name that this server does not go by; the operator \
                        gives it names with `server.hosts`";
            return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", what));
        }
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(sent) = origins.next() else { return check_site(headers).map(|()| None) };
        let origin = sent.to_str().unwrap_or_default().to_ascii_lowercase();
        let own = origin.split_once("://").is_some_and(|(scheme, authority)| {
            matches!(scheme, "http" | "https") && authority == host
        });
        if origins.next().is_none() && (own || self.origins.contains(&origin)) {
            return Ok((!own).then(|| sent.clone()));
        }
        let what = "a page of another origin may not ask this server; the operator allows origins \
                    with `server.origins`";
        Err(Problem::new(StatusCode::FORBIDDEN, "origin_not_allowed", what))
    }
}

/// A picture or a link of another site's page carries no `Origin`; browsers say so in another way.
fn check_site(headers: &HeaderMap) -> Result<(), Problem> {
    let mut sites = headers.get_all(SITE).iter().map(|site| site.as_bytes());
    if sites.all(|site| matches!(site, b"same-origin" | b"none")) {
        return Ok(());
    }
    let what = "a page of another site may not ask this server";
    Err(Problem::new(StatusCode::FORBIDDEN, "origin_not_allowed", what))
}

/// The middleware.
pub(crate) async fn guard<B: Send + Sync + 'static>(
    State(app): State<std::sync::Arc<App<B>>>,
    request: Request,
    next: Next,
) -> Response {
    match app.guard.check(request.headers(), request.uri()) {
        Ok(None) => next.run(request).await,
        Ok(Some(origin)) if cors::is_preflight(request.method(), request.headers()) => {
            cors::preflight(origin)
        }
        Ok(Some(origin)) => cors::open(next.run(request).await, origin),
        Err(problem) => problem.into_response(),
    }
}

/// A host as it stands before `:port`.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if !name.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, Uri};

    use super::Guard;
    use crate::http::HttpConfig;

    fn asked(guard: &Guard, host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert("origin", HeaderValue::from_str(origin).unwrap());
        }
        guard.check(&headers, &Uri::from_static("/health")).is_ok()
    }

    #[test]
    fn a_local_server_answers_to_local_names_only() {
        let guard = Guard::new(&HttpConfig::default());
        for host in ["localhost", "LOCALHOST:9091", "127.0.0.1:9091", "[::1]:9091", "[::1]"] {
            assert!(asked(&guard, host, None), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:9091",
            "",
            "::1",
            "localhost:",
            "evil.example:9091",
            "localhost@evil.example",
        ] {
            let allowed = asked(&guard, host, None);
            assert_eq!(allowed, host == "localhost:", "{host}");
        }
    }

    #[test]
    fn a_picture_in_another_sites_page_asks_nothing() {
        let guard = Guard::new(&HttpConfig::default());
        let asked = |site: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("localhost:9091"));
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            guard.check(&headers, &Uri::from_static("/tools")).is_ok()
        };
        assert!(asked("same-origin") && asked("none"));
        assert!(!asked("cross-site") && !asked("same-site") && !asked("other"));
    }

    #[test]
    fn a_page_asks_its_own_server_or_not_at_all() {
        let config = HttpConfig {
            origins: vec!["https://Tools.example".to_owned()],
            ..HttpConfig::default()
        };
        let guard = Guard::new(&config);
        let host = "localhost:9091";
        assert!(asked(&guard, host, Some("http://localhost:9091")));
        assert!(asked(&guard, host, Some("https://tools.example")));
        for origin in [
            "http://evil.example",
            "null",
            "http://localhost:3000",
            "file://",
            "http://localhost:9091.evil.example",
            "javascript://localhost:9091",
        ] {
            assert!(!asked(&guard, host, Some(origin)), "{origin}");
        }
    }
}
