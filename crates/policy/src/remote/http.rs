//! Asking an authorization server: small documents, in little time, from where it was configured.

use std::fmt;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use rustls::ClientConfig;
use serde_json::Value;
use tokio::time::timeout;
use url::{Host, Url};

/// The largest answer, in bytes.
const MAX_BODY_BYTES: usize = 256 * 1024;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long a request may take with all of its answer.
const TOTAL: Duration = Duration::from_secs(5);

/// Whoever asks authorization servers.
#[derive(Debug, Clone)]
pub struct Asker {
    /// For servers elsewhere: by the proxy of the environment, where there is one.
    far: Client,
    /// For servers of this machine.
    near: Client,
}

/// Why there is no answer, in words for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable(pub String);

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether a URL is one over which nobody else can answer: HTTPS, or this machine's own.
pub fn is_safe(url: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    plain && url.has_host() && (url.scheme() == "https" || (url.scheme() == "http" && is_near(url)))
}

fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

impl Asker {
    /// Somebody who trusts whom `tls` does.
    ///
    /// # Errors
    ///
    /// What cannot be set up.
    pub fn new(tls: ClientConfig) -> Result<Self, Unreachable> {
        let builder = || {
            Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(Policy::none())
                .referer(false)
                .user_agent(concat!("code-executor/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(CONNECT)
                .pool_max_idle_per_host(2)
        };
        let built = |builder: reqwest::ClientBuilder| {
            let what = "authorization servers cannot be asked: look at the proxy that the \
                        environment names";
            builder.build().map_err(|_| Unreachable(what.to_owned()))
        };
        Ok(Self { far: built(builder())?, near: built(builder().no_proxy())? })
    }

    /// Fetches a document.
    pub(crate) async fn get(&self, url: &Url) -> Result<Value, Unreachable> {
        self.ask(url, |client| client.get(url.clone())).await
    }

    /// Sends a form, as this client.
    pub(crate) async fn post(
        &self,
        url: &Url,
        form: String,
        authorization: &str,
    ) -> Result<Value, Unreachable> {
        self.ask(url, |client| {
            let request = client.post(url.clone()).body(form);
            request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(AUTHORIZATION, authorization)
        })
        .await
    }

    async fn ask(
        &self,
        url: &Url,
        request: impl FnOnce(&Client) -> RequestBuilder,
    ) -> Result<Value, Unreachable> {
        let shown = shown(url);
        if !is_safe(url) {
            let what = "is neither HTTPS nor on this machine";
            return Err(Unreachable(format!("{shown} {what}")));
        }
        let client = if is_near(url) { &self.near } else { &self.far };
        let request = request(client).header(ACCEPT, "application/json");
        let asked = timeout(TOTAL, async { read(request.send().await?).await });
        let words = match asked.await {
            Ok(Ok(Answer::Document(value))) => return Ok(value),
            Ok(Ok(Answer::Status(status))) => format!("answered {status}"),
            Ok(Ok(Answer::TooLong)) => format!("answered with more than {MAX_BODY_BYTES} bytes"),
            Ok(Ok(Answer::NoJson)) => "answered with something that is not JSON".to_owned(),
            Ok(Err(error)) => failure(&error),
            Err(_) => format!("did not answer within {} s", TOTAL.as_secs()),
        };
        Err(Unreachable(format!("{shown} {words}")))
    }
}

enum Answer {
    Document(Value),
    Status(u16),
    TooLong,
    NoJson,
}

async fn read(mut answer: reqwest::Response) -> Result<Answer, reqwest::Error> {
    if answer.status() != reqwest::StatusCode::OK {
        return Ok(Answer::Status(answer.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > MAX_BODY_BYTES {
            return Ok(Answer::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(serde_json::from_slice(&body).map_or(Answer::NoJson, Answer::Document))
}

/// A URL without what may be secret in it.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let (_, _) = (url.set_username(""), url.set_password(None));
    url.to_string()
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
    format!("{verb}: {cause}")
}
