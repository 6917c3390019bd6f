//! Connections: found, checked, dialled, kept for a moment.

use std::{
    io,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream::FuturesUnordered};
use http_body_util::Full;
use hyper::{
    Request, Response,
    body::Incoming,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    Addresses, Checked, Config, Error, Network,
    address::Refused,
    error::Cause,
    host::Host,
    target::{Origin, Scheme},
    tls::{self, Tls},
};

/// The most addresses of one name that are dialled.
const MAX_DIALLED: usize = 8;

/// How long one address is waited for before the next is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

/// The most idle connections of one execution.
const MAX_IDLE: usize = 4;

/// How long a connection is kept. Servers close theirs after five seconds or more, and a request that
/// meets the closing is lost.
const IDLE_AGE: Duration = Duration::from_secs(3);

/// A connection to one checked address. Dropping it closes it.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: Driver,
}

/// The task that moves a connection's bytes. It ends with the connection, and is ended with its
/// owner, who learns of a failure through its own request.
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Who makes connections.
pub(crate) struct Dialler<'a> {
    pub(crate) config: &'a Config,
    pub(crate) network: &'a dyn Network,
    pub(crate) tls: &'a Tls,
}

impl Dialler<'_> {
    /// A new connection, all of it within the time for one.
    pub(crate) async fn connect(&self, origin: &Origin) -> Result<Connection, Error> {
        timeout(self.config.connect_timeout, self.open(origin))
            .await
            .unwrap_or_else(|_| Err(unreachable(origin, Cause::Connect)))
    }

    async fn open(&self, origin: &Origin) -> Result<Connection, Error> {
        let addresses = self.checked(origin).await?;
        let stream =
            self.dial(&addresses).await.map_err(|_| unreachable(origin, Cause::Connect))?;
        // Small requests are not held back; that it cannot be set harms nothing.
        stream.set_nodelay(true).ok();
        match origin.scheme {
            Scheme::Http => self.speak(origin, stream).await,
            Scheme::Https => {
                let stream = self.tls.connect(&origin.host, stream).await.map_err(|failure| {
                    let (host, port) = (origin.host.to_string(), origin.port);
                    match failure {
                        tls::Failure::Refused => Error::Tls { host, port },
                        tls::Failure::Io => unreachable(origin, Cause::Connect),
                        tls::Failure::Unusable => Error::Host { reason: "TLS cannot be set up" },
                    }
                })?;
                self.speak(origin, stream).await
            }
        }
    }

    /// The addresses to dial. One that is refused refuses them all: a name that leads to a public and
    /// a private address is no mistake that we should guess at.
    async fn checked(&self, origin: &Origin) -> Result<Vec<Checked>, Error> {
        let found = match &origin.host {
            Host::Localhost => return Ok(Checked::localhost(origin.port).to_vec()),
            Host::Address(address) => vec![*address],
            Host::Name(name) => {
                let found = self.network.resolve(name).await;
                found.map_err(|_| unreachable(origin, Cause::Resolve))?
            }
        };
        let own = match self.config.addresses {
            Addresses::Public => self.own_addresses()?,
            Addresses::Operators => Vec::new(),
        };
        let check = |address: IpAddr| match self.config.addresses {
            Addresses::Public => Checked::public(address, origin.port, &own),
            Addresses::Operators => Checked::operators(address, origin.port),
        };
        let mut checked = Vec::new();
        for address in found {
            let address = check(address).map_err(|refused| unreachable(origin, refused.into()))?;
            if !checked.contains(&address) {
                checked.push(address);
            }
        }
        match checked.is_empty() {
            true => Err(unreachable(origin, Cause::Resolve)),
            false => Ok(checked),
        }
    }

    fn own_addresses(&self) -> Result<Vec<IpAddr>, Error> {
        self.network.own_addresses().map_err(|error| {
            tracing::error!(%error, "the addresses of this host cannot be listed");
            Error::Host { reason: "its own addresses cannot be listed" }
        })
    }

    /// Whichever of the addresses answers first, in their order with a head start for each.
    async fn dial(&self, addresses: &[Checked]) -> io::Result<TcpStream> {
        let mut waiting = addresses.iter().take(MAX_DIALLED);
        let mut dialled = FuturesUnordered::new();
        let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
        loop {
            let next = waiting.next();
            dialled.extend(next.map(|address| self.network.connect(*address)));
            let answered = tokio::select! {
                answered = dialled.next() => answered,
                () = sleep(HEAD_START), if waiting.len() > 0 => continue,
            };
            match answered {
                Some(Ok(stream)) => return Ok(stream),
                Some(Err(error)) => last = error,
                None if waiting.len() == 0 => return Err(last),
                None => {}
            }
        }
    }

    async fn speak<S>(&self, origin: &Origin, stream: S) -> Result<Connection, Error>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (sender, connection) = http1::Builder::new()
            .max_headers(self.config.response_headers)
            .max_header_size(self.config.response_header_bytes)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|_| unreachable(origin, Cause::Connect))?;
        let driver = Driver(tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::trace!(%error, "a connection ended");
            }
        }));
        Ok(Connection { sender, driver })
    }
}

impl Connection {
    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, Unsent> {
        let sent = self.sender.try_send_request(request).await;
        sent.map_err(|mut failed| match failed.take_message() {
            Some(request) => Unsent::Untouched(request),
            None => Unsent::Failed(failed.into_error()),
        })
    }

    async fn is_ready(&mut self) -> bool {
        !self.driver.0.is_finished() && self.sender.ready().await.is_ok()
    }
}

/// Why there is no answer.
pub(crate) enum Unsent {
    /// Not a byte of the request went out: it can go over another connection.
    Untouched(Request<Full<Bytes>>),
    /// It may have reached the server.
    Failed(hyper::Error),
}

/// Connections of one execution that wait for another request to the same origin.
#[derive(Default)]
pub(crate) struct Idle(Mutex<Vec<(Origin, Instant, Connection)>>);

impl Idle {
    /// A connection that is still good.
    pub(crate) async fn take(&self, origin: &Origin) -> Option<Connection> {
        loop {
            let mut connection = self.pop(origin)?;
            if connection.is_ready().await {
                return Some(connection);
            }
        }
    }

    fn pop(&self, origin: &Origin) -> Option<Connection> {
        let mut idle = self.lock();
        idle.retain(|(_, since, _)| since.elapsed() < IDLE_AGE);
        let found = idle.iter().rposition(|(own, ..)| own == origin)?;
        Some(idle.remove(found).2)
    }

    /// Keeps a connection whose answer was read to its end.
    pub(crate) fn put(&self, origin: Origin, connection: Connection) {
        let mut idle = self.lock();
        if idle.len() >= MAX_IDLE {
            idle.remove(0);
        }
        idle.push((origin, Instant::now(), connection));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Origin, Instant, Connection)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Refused> for Cause {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Metadata => Self::AddressMetadata,
            Refused::NotGlobal => Self::AddressNotGlobal,
            Refused::Own => Self::AddressOwn,
        }
    }
}

fn unreachable(origin: &Origin, cause: Cause) -> Error {
    Error::Unreachable { host: origin.host.to_string(), port: origin.port, cause }
}
