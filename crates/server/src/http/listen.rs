//! Listening: connections accepted within a bound, each served until it ends or we drain.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::http::HttpConfig;
use crate::http::activity::{Activity, Watched};
use crate::http::forwarded::Network;
use crate::http::places::{Place, Places};

/// How long accepting pauses after it failed, as it does when descriptors run out.
const PAUSE: Duration = Duration::from_millis(50);
/// The most of a request's head, in bytes. hyper looks when it has read some more; `guard` looks again.
pub(crate) const MAX_HEAD: usize = 64 * 1024;
/// The most headers of one request.
const MAX_HEADERS: usize = 100;
/// Requests of one HTTP/2 connection at once.
const MAX_STREAMS: u32 = 128;
/// What one answer may have waiting in an HTTP/2 connection, in bytes.
const MAX_UNSENT: usize = 128 * 1024;
/// Requests of an HTTP/2 connection that were taken back before anything was done about them; more
/// end the connection (rapid reset).
const MAX_RESET: usize = 20;
/// How often the other end of an HTTP/2 connection is asked whether it is there, and how long it has.
const PING: Duration = Duration::from_secs(20);

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// How connections are served.
struct Serving {
    router: Router,
    tls: Option<TlsAcceptor>,
    handshake: Duration,
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
}

/// Serves connections until `shutdown`; from then on none is accepted, and those that are open end
/// with their requests, or after `drain`. What is left of that time.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    config: &HttpConfig,
    shutdown: CancellationToken,
    drain: Duration,
) -> Duration {
    let places = Places::new(config.max_connections);
    let proxies = config.trusted_proxies.as_slice();
    let graceful = GracefulShutdown::new();
    let (http1, http2) = (http1(config), http2());
    let serving = Arc::new(Serving { router, tls, handshake: config.head_timeout, http1, http2 });
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            accepted = accept(&listener, &places, proxies) => accepted,
        };
        let (stream, peer, place) = match accepted {
            Ok((stream, peer, Some(place))) => (stream, peer, place),
            Ok((.., None)) => continue,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let (serving, watcher, stop) = (serving.clone(), graceful.watcher(), shutdown.clone());
        tokio::spawn(async move {
            if let Err(error) = serving.connection(stream, Peer(peer), watcher, stop).await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    let told = Instant::now();
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were still open at the end of the drain");
    }
    drain.saturating_sub(told.elapsed())
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Serving {
    /// One connection to its end. Which HTTP it speaks is agreed on with the TLS; without TLS it is
    /// HTTP/1.1.
    async fn connection(
        &self,
        stream: TcpStream,
        peer: Peer,
        watcher: Watcher,
        stop: CancellationToken,
    ) -> Result<(), Failure> {
        let activity = Activity::new();
        let service = TowerToHyperService::new(self.router.clone());
        let answers = Answers { service, peer, activity: activity.clone() };
        let Some(acceptor) = &self.tls else {
            let connection = self.http1.serve_connection(TokioIo::new(stream), answers);
            return attended(watcher.watch(connection), &activity).await;
        };
        let stream = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            shaken = tokio::time::timeout(self.handshake, acceptor.accept(stream)) => shaken??,
        };
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
            let connection = self.http2.serve_connection(TokioIo::new(stream), answers);
            return attended(watcher.watch(connection), &activity).await;
        }
        let connection = self.http1.serve_connection(TokioIo::new(stream), answers);
        attended(watcher.watch(connection), &activity).await
    }
}

/// Serves until the connection ends, or its client has been waited for long enough.
async fn attended(
    connection: impl Future<Output = Result<(), hyper::Error>>,
    activity: &Activity,
) -> Result<(), Failure> {
    tokio::select! {
        ended = connection => Ok(ended?),
        () = activity.given_up() => Err("nothing was asked or read for too long".into()),
    }
}

/// The routes as one connection has them.
struct Answers {
    service: TowerToHyperService<Router>,
    peer: Peer,
    activity: Activity,
}

impl Service<hyper::Request<Incoming>> for Answers {
    type Response = hyper::Response<Watched>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let answering = self.activity.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.peer);
        let response = self.service.call(request);
        Box::pin(async move { Ok(answering.watch(response.await?)) })
    }
}

/// The next connection, once there is room for it; without a place when its address has too many.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Places>,
    proxies: &[Network],
) -> std::io::Result<(TcpStream, SocketAddr, Option<Place>)> {
    let room = places.room().await?;
    let (stream, peer) = listener.accept().await?;
    // Behind a proxy are many: they are counted by their requests.
    let place = match proxies.iter().any(|network| network.holds(peer.ip())) {
        true => places.uncounted(room),
        false => places.take(room, peer.ip()),
    };
    Ok((stream, peer, place))
}

fn http1(config: &HttpConfig) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(config.head_timeout)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS);
    builder
}

fn http2() -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(MAX_HEAD).unwrap_or(u32::MAX))
        .max_send_buf_size(MAX_UNSENT)
        .max_pending_accept_reset_streams(MAX_RESET)
        .max_local_error_reset_streams(MAX_RESET)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING);
    builder
}
