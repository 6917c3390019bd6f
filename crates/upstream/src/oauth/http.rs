//! Asking servers and providers: few requests, small answers, no redirects, nothing kept between
//! them. Every address is judged before it is dialled.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::net::lookup_host;
use tokio::time::timeout;
use url::{Host, Url, form_urlencoded};

use crate::oauth::place::{Reach, is_loopback, safe, shown};
use crate::oauth::{Error, Secret};
use crate::transport::http::tls;

/// The largest answer, in bytes.
const MAX_BODY_BYTES: usize = 256 * 1024;
/// How long a name may take to be resolved.
const RESOLVE: Duration = Duration::from_secs(5);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a request may take with all of its answer.
const TOTAL: Duration = Duration::from_secs(30);
/// The most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;

/// Whoever asks on behalf of one server.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    reach: Reach,
    /// Certificates of authorities that the operator adds.
    ca_file: Option<PathBuf>,
}

/// What was answered.
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// The body. It may hold tokens.
    pub(crate) body: Secret,
    /// `WWW-Authenticate`, all of it.
    pub(crate) challenge: Option<String>,
}

impl Asker {
    /// Whoever asks on behalf of the MCP server at `server`: where that is decides what may be asked.
    pub(crate) async fn of(server: &Url, ca_file: Option<&Path>) -> Self {
        let own = if is_loopback(server) { Vec::new() } else { resolve(server).await };
        let reach = if is_loopback(server) { Reach::Private } else { Reach::of(&own) };
        Self { reach, ca_file: ca_file.map(Path::to_owned) }
    }

    /// Fetches a document.
    pub(crate) async fn get(&self, what: &'static str, url: &Url) -> Result<Answered, Error> {
        self.send(what, url, |client| client.get(url.clone())).await
    }

    /// Sends a form, as OAuth's endpoints want it.
    pub(crate) async fn post_form(
        &self,
        what: &'static str,
        url: &Url,
        form: &[(&str, &str)],
        authorization: Option<&Secret>,
    ) -> Result<Answered, Error> {
        let body = encoded(form);
        self.send(what, url, |client| {
            let request = client
                .post(url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body);
            match authorization {
                Some(value) => request.header(AUTHORIZATION, value.reveal()),
                None => request,
            }
        })
        .await
    }

    /// Sends JSON.
    pub(crate) async fn post_json(
        &self,
        what: &'static str,
        url: &Url,
        value: &Value,
    ) -> Result<Answered, Error> {
        self.send(what, url, |client| {
            let request = client.post(url.clone()).header(CONTENT_TYPE, "application/json");
            request.body(value.to_string())
        })
        .await
    }

    async fn send(
        &self,
        what: &'static str,
        url: &Url,
        request: impl FnOnce(&Client) -> RequestBuilder,
    ) -> Result<Answered, Error> {
        safe(what, url)?;
        let unreachable = |reason: String| Error::Unreachable { what, url: shown(url), reason };
        let client = self.client(what, url).await?;
        // The last is for a server of MCP, which may answer in no other way.
        let accepted = "application/json, text/event-stream;q=0.1";
        let request = request(&client).header(ACCEPT, accepted);
        let asked = timeout(TOTAL, async {
            let answer = request.send().await.map_err(|error| failure(&error))?;
            read(answer).await
        });
        match asked.await {
            Ok(answered) => answered.map_err(unreachable),
            Err(_) => Err(unreachable(format!("did not answer within {} s", TOTAL.as_secs()))),
        }
    }

    /// A client that can dial nothing but what was judged, or the proxy of the environment.
    async fn client(&self, what: &'static str, url: &Url) -> Result<Client, Error> {
        let found = resolve(url).await;
        if found.iter().any(|address| !self.reach.allows(*address)) {
            let reason =
                "its address is private or a metadata service's, and the MCP server's is not";
            return Err(Error::Unsafe { what, url: shown(url), reason });
        }
        // Behind a proxy no name need be known here: then the list is empty, nothing can be dialled
        // directly, and the proxy decides where the name leads.
        let port = url.port_or_known_default().unwrap_or_default();
        let found: Vec<_> = found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
        let name = url.host_str().unwrap_or_default();
        let unusable = |reason: String| Error::Unreachable { what, url: shown(url), reason };
        let ca_file = self.ca_file.clone();
        let loaded = tokio::task::spawn_blocking(move || tls(ca_file.as_deref())).await;
        let tls = loaded
            .unwrap_or_else(|_| Err("TLS cannot be set up".to_owned()))
            .map_err(|reason| unusable(format!("cannot be asked: {reason}")))?;
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .referer(false)
            .user_agent(concat!("code-executor/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .pool_max_idle_per_host(0)
            .resolve_to_addrs(name, &found);
        if is_loopback(url) {
            builder = builder.no_proxy();
        }
        let proxy = "cannot be asked: look at the proxy that the environment names";
        builder.build().map_err(|_| unusable(proxy.to_owned()))
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// The addresses of a URL's host; none when it has none that we know.
async fn resolve(url: &Url) -> Vec<IpAddr> {
    let name = match url.host() {
        Some(Host::Ipv4(address)) => return vec![address.into()],
        Some(Host::Ipv6(address)) => return vec![address.into()],
        Some(Host::Domain(name)) => name.to_owned(),
        None => return Vec::new(),
    };
    let found = timeout(RESOLVE, lookup_host((name, 0))).await;
    let Ok(Ok(found)) = found else { return Vec::new() };
    found.take(MAX_ADDRESSES).map(|address| address.ip()).collect()
}

async fn read(mut answer: reqwest::Response) -> Result<Answered, String> {
    let status = answer.status().as_u16();
    let challenge: Vec<_> = answer
        .headers()
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok().map(str::to_owned))
        .collect();
    let challenge = (!challenge.is_empty()).then(|| challenge.join(", "));
    let mut body = Vec::new();
    // A stream of events never ends, and none of it is wanted.
    let streams = answer
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("text/event-stream")));
    while !streams && let Some(piece) = answer.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + piece.len() > MAX_BODY_BYTES {
            return Err(format!("answered with more than {MAX_BODY_BYTES} bytes"));
        }
        body.extend_from_slice(&piece);
    }
    let body = Secret::new(String::from_utf8_lossy(&body).into_owned());
    Ok(Answered { status, body, challenge })
}

/// Why a request failed, without its URL.
fn failure(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "did not answer in time".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let verb = if error.is_connect() { "cannot be reached" } else { "broke off" };
    format!("{verb}: {}", crate::oauth::error::shown(&cause.to_string()))
}
