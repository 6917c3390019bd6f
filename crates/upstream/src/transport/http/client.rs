//! The HTTP client of one server: its headers and token, its proxy, whom it trusts, and the
//! redirects it may follow.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, WWW_AUTHENTICATE,
};
use reqwest::{Method, Response, StatusCode, Url, redirect};
use rustls::RootCertStore;
use tokio_util::bytes::Bytes;

use crate::oauth::Authorization;
use crate::transport::http::failed::{Failed, words};
use crate::transport::http::trust::{tls, trusting};
use crate::{Config, Http};

/// How many redirects in a row are followed.
const REDIRECTS: usize = 3;
/// How often a request is asked again with another token.
const LOGINS: usize = 2;
/// How many connections are kept open for the next request.
const IDLE_CONNECTIONS: usize = 16;
/// For how long: many servers close theirs after five seconds, and a request on a connection that is
/// being closed is lost.
const IDLE: Duration = Duration::from_secs(4);
/// How often a connection on which nothing happens is looked at.
const KEEPALIVE: Duration = Duration::from_secs(60);
/// The variables that name proxies.
const PROXIES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// The HTTP client of one server.
pub(crate) struct Client {
    http: reqwest::Client,
    url: Url,
    host: String,
    headers: HeaderMap,
    authorization: Option<Authorization>,
    wants_login: AtomicBool,
    by_proxy: bool,
}

/// One request.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
}

impl Client {
    /// A client for a configured server. Connects to nothing.
    pub(crate) async fn new(server: &str, http: &Http, config: &Config) -> Result<Self, String> {
        let url = endpoint(&http.url)?;
        let by_proxy =
            !loopback(&url) && PROXIES.iter().any(|name| std::env::var_os(name).is_some());
        Ok(Self {
            http: connections(&url, config).await?,
            host: host(&url),
            headers: own(http)?,
            authorization: Authorization::of(server, http, config),
            wants_login: AtomicBool::new(false),
            by_proxy,
            url,
        })
    }

    /// Whether the server refused us for want of a login.
    pub(super) fn wants_login(&self) -> bool {
        self.wants_login.load(Ordering::Acquire)
    }

    /// Where the server is.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Sends a request and waits for the head of its answer. It is sent again only where the server
    /// pointed elsewhere, or wanted another token, instead of reading it.
    pub(super) async fn send(&self, ask: Ask<'_>) -> Result<Response, Failed> {
        let (mut redirects, mut logins) = (0, 0);
        let mut url = ask.url.clone();
        loop {
            let mut headers = self.headers.clone();
            headers.extend(ask.headers.clone());
            let token = match &self.authorization {
                Some(authorization) => authorization.bearer().await,
                None => None,
            };
            if let Some(token) = &token {
                let value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
                let mut value = value.map_err(|_| Failed::all("its token is no header value"))?;
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
            let mut request = self.http.request(ask.method.clone(), url.clone()).headers(headers);
            if let Some(body) = &ask.body {
                request = request.body(body.clone());
            }
            let sent = request.send().await;
            let response = sent.map_err(|error| words(&error, &self.host, self.by_proxy))?;
            let status = response.status();
            if is_redirect(status) {
                redirects += 1;
                url = self.redirected(&url, &response, redirects)?;
                continue;
            }
            // One for each way to log in, in as many headers as the server likes.
            let challenges = response.headers().get_all(WWW_AUTHENTICATE).iter();
            let challenges: Vec<_> = challenges.filter_map(|one| one.to_str().ok()).collect();
            let challenge = (!challenges.is_empty()).then(|| challenges.join(", "));
            let unauthorized = status == StatusCode::UNAUTHORIZED
                || (status == StatusCode::FORBIDDEN && challenge.is_some());
            if !unauthorized {
                return Ok(response);
            }
            logins += 1;
            match &self.authorization {
                Some(authorization) if logins <= LOGINS => {
                    let status = status.as_u16();
                    let refused =
                        authorization.refused(status, challenge.as_deref(), token.as_ref());
                    refused.await.map_err(|reason| {
                        self.wants_login.store(true, Ordering::Release);
                        Failed::all(reason)
                    })?;
                }
                _ => return Err(self.unauthorized(status)),
            }
        }
    }

    fn redirected(&self, from: &Url, response: &Response, count: usize) -> Result<Url, Failed> {
        if count > REDIRECTS {
            return Err(Failed::all(format!("it redirects more than {REDIRECTS} times")));
        }
        let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        let to = location.and_then(|to| from.join(to).ok());
        let to = to.ok_or_else(|| Failed::all("it redirects to nowhere"))?;
        if response.status() == StatusCode::SEE_OTHER {
            return Err(Failed::all("it redirects to a page instead of answering"));
        }
        if to.origin() != self.url.origin() {
            return Err(Failed::all(format!(
                "it redirects to `{}`, which is not where it was configured to be: if you trust \
                 that, make it the server's url",
                origin(&to)
            )));
        }
        Ok(to)
    }

    fn unauthorized(&self, status: StatusCode) -> Failed {
        let status = status.as_u16();
        let given = self.headers.contains_key(AUTHORIZATION);
        Failed::all(if given {
            format!("it refused the `Authorization` that its `headers` give (HTTP {status})")
        } else {
            format!("it wants credentials (HTTP {status}): give them in its `headers`")
        })
    }
}

async fn connections(url: &Url, config: &Config) -> Result<reqwest::Client, String> {
    let patience = config.start_timeout.max(Duration::from_secs(1));
    plain_client(url, config.ca_file.clone(), patience).await
}

/// A client for a place that the operator named: it follows no redirect, trusts whom servers' clients
/// trust, and uses the environment's proxy unless the place is on this machine.
pub async fn plain_client(
    url: &Url,
    ca_file: Option<PathBuf>,
    connect_timeout: Duration,
) -> Result<reqwest::Client, String> {
    let tls = if url.scheme() == "https" || !loopback(url) {
        let loaded = tokio::task::spawn_blocking(move || tls(ca_file.as_deref()));
        loaded.await.map_err(|_| "TLS cannot be set up".to_owned())??
    } else {
        // There is neither TLS nor a proxy that might want it: no certificates need be read.
        trusting(RootCertStore::empty())?
    };
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .referer(false)
        .user_agent(concat!("code-executor/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .pool_idle_timeout(IDLE)
        .tcp_keepalive(KEEPALIVE);
    if loopback(url) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| {
        "the HTTP client cannot be set up: look at the proxy that the environment names".to_owned()
    })
}

/// Reads a server's url; says what is wrong with it without showing it.
fn endpoint(url: &str) -> Result<Url, String> {
    let mut url = Url::parse(url).map_err(|error| format!("its url is not valid: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(format!("its url is not valid: `{}` is not http or https", url.scheme()));
    }
    url.set_fragment(None);
    Ok(url)
}

/// The headers an operator gives a server.
fn own(http: &Http) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::with_capacity(http.headers.len());
    for (name, value) in &http.headers {
        let invalid = |what| format!("{what} of its header `{}` is not valid", name.escape_debug());
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid("the name"))?;
        let mut value = HeaderValue::from_str(value).map_err(|_| invalid("the value"))?;
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    Ok(headers)
}

/// Whether a server is on this machine: then no proxy is between us.
fn loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The host, and the port where it is not the usual one.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn origin(url: &Url) -> String {
    format!("{}://{}", url.scheme(), host(url))
}
