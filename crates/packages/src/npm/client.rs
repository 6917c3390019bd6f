//! Requests to the operator's registries: bounded in size and time, tried again where that may help,
//! with credentials only where they belong.

use std::{error::Error as _, io::Read as _, net::IpAddr, path::Path, time::Duration};

use reqwest::{
    StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue,
        LOCATION,
    },
    redirect::Policy,
};
use url::{Host, Url};

use super::registries::{Network, Registries};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// How long a registry may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// Redirects that one request follows.
const REDIRECTS: usize = 5;

/// How long is waited before a request is sent again.
const AGAIN: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];

/// Makes TLS for clients, trusting whom the operator does and those of this file.
pub type MakeTls = fn(Option<&Path>) -> Result<rustls::ClientConfig, String>;

/// Whoever asks registries.
#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
}

/// What a registry answered.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
    /// Whether credentials were sent to whoever answered.
    pub(super) has_credentials: bool,
}

/// Why a registry has not answered.
#[derive(Debug)]
pub(super) enum Failure {
    /// It sends more than this.
    TooLarge,
    /// Something else, in words that begin with what it did.
    Other(String),
}

impl Client {
    /// One for these ways. Reads files: not for a task that others wait for.
    pub(super) fn new(network: &Network, tls: MakeTls) -> Result<Self, String> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(network.ca_file.as_deref())?)
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .user_agent(concat!("code-executor/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .pool_max_idle_per_host(8);
        let mut except = network.no_proxy.clone();
        except.push_str(",localhost,127.0.0.0/8,::1");
        let wrong = |_| "a proxy that is set has no valid address".to_owned();
        let except = reqwest::NoProxy::from_string(&except);
        if let Some(proxy) = &network.https_proxy {
            let proxy = reqwest::Proxy::https(proxy.as_str()).map_err(wrong)?;
            builder = builder.proxy(proxy.no_proxy(except.clone()));
        }
        if let Some(proxy) = &network.http_proxy {
            let proxy = reqwest::Proxy::http(proxy.as_str()).map_err(wrong)?;
            builder = builder.proxy(proxy.no_proxy(except));
        }
        let http = builder.build().map_err(|_| "the HTTP client cannot be set up".to_owned())?;
        Ok(Self { http })
    }

    /// Fetches what is there, up to this many bytes, unpacked.
    pub(super) async fn get(
        &self,
        registries: &Registries,
        url: &Url,
        accept: &'static str,
        max_bytes: u64,
    ) -> Result<Fetched, Failure> {
        let mut pauses = AGAIN.iter();
        loop {
            let fetched = self.get_once(registries, url, accept, max_bytes).await;
            let may_help = match &fetched {
                Ok(fetched) => matches!(fetched.status, 429 | 500 | 502 | 503 | 504),
                Err(Failure::Other(_)) => true,
                Err(Failure::TooLarge) => false,
            };
            match pauses.next().filter(|_| may_help) {
                Some(pause) => tokio::time::sleep(*pause).await,
                None => return fetched,
            }
        }
    }

    async fn get_once(
        &self,
        registries: &Registries,
        url: &Url,
        accept: &'static str,
        max_bytes: u64,
    ) -> Result<Fetched, Failure> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let authorization = registries.authorization(&url).and_then(|value| {
                let mut value = HeaderValue::from_str(value).ok()?;
                value.set_sensitive(true);
                Some(value)
            });
            let mut request = self.http.get(url.clone()).header(ACCEPT, accept);
            request = request.header(ACCEPT_ENCODING, "gzip");
            let has_credentials = authorization.is_some();
            if let Some(value) = authorization {
                request = request.header(AUTHORIZATION, value);
            }
            let answer = request.send().await.map_err(|error| words(&error))?;
            if !is_redirect(answer.status()) {
                return read(answer, max_bytes, has_credentials).await;
            }
            let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let target = location.and_then(|location| url.join(location).ok());
            let lost = || Failure::Other("it sends the request on to nowhere".to_owned());
            let target = target.ok_or_else(lost)?;
            may_follow(&url, &target).map_err(|reason| Failure::Other(reason.to_owned()))?;
            url = target;
        }
        Err(Failure::Other(format!("it sends the request on more than {REDIRECTS} times")))
    }
}

/// Whether what a registry names may be fetched in its place: never less safe than the registry, and
/// never this machine or its network, unless the registry is there.
pub(super) fn may_follow(from: &Url, to: &Url) -> Result<(), &'static str> {
    if to.scheme() != "https" && to.scheme() != from.scheme() {
        return Err("it names an address that is not https");
    }
    if from.host() == to.host() {
        return Ok(());
    }
    let is_private = match to.host() {
        Some(Host::Ipv4(address)) => is_private(address.into()),
        Some(Host::Ipv6(address)) => is_private(address.into()),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => true,
    };
    if is_private { Err("it names an address within this network") } else { Ok(()) }
}

fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && second & 0xc0 == 64;
            is_shared
                || first == 0
                || address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_broadcast()
        }
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

async fn read(
    mut answer: reqwest::Response,
    max_bytes: u64,
    has_credentials: bool,
) -> Result<Fetched, Failure> {
    let status = answer.status().as_u16();
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
    let content_type = header(CONTENT_TYPE).unwrap_or_default().to_owned();
    let is_packed = header(CONTENT_ENCODING).is_some_and(|it| it.eq_ignore_ascii_case("gzip"));
    let mut body = Vec::new();
    // What an error says is shown to nobody.
    if status == 200 {
        while let Some(piece) = answer.chunk().await.map_err(|error| words(&error))? {
            if (body.len() + piece.len()) as u64 > max_bytes {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&piece);
        }
        if is_packed {
            let unpacked = tokio::task::spawn_blocking(move || unpack(&body, max_bytes)).await;
            body = unpacked.map_err(|_| Failure::Other("its answer was lost".to_owned()))??;
        }
    }
    Ok(Fetched { status, content_type, body, has_credentials })
}

fn unpack(packed: &[u8], max_bytes: u64) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(packed).take(max_bytes + 1);
    match reader.read_to_end(&mut body) {
        Ok(_) if body.len() as u64 > max_bytes => Err(Failure::TooLarge),
        Ok(_) => Ok(body),
        Err(_) => Err(Failure::Other("its answer cannot be unpacked".to_owned())),
    }
}

/// Why there is no answer, without the address, which may hold a secret.
fn words(error: &reqwest::Error) -> Failure {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    Failure::Other(if error.is_timeout() {
        format!(
            "it did not answer within {} s",
            if error.is_connect() { CONNECT } else { SILENCE }.as_secs()
        )
    } else if error.source().is_none() {
        "the request cannot be sent".to_owned()
    } else if error.is_connect() {
        format!("it cannot be reached: {cause}")
    } else {
        format!("it broke off: {cause}")
    })
}
