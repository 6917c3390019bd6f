//! The two things the outside is asked for: the addresses of a name, and a connection to one of them.
//! Tests put a network of their own here; a resolver that lies is one of the cases.

use std::{
    io,
    net::{IpAddr, ToSocketAddrs},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use tokio::{net::TcpStream, sync::Semaphore};

use crate::Checked;

/// Names looked up at the same time. A look-up that was given up goes on in its thread until the
/// system's resolver ends it, and keeps its place until then.
const MAX_LOOKUPS: usize = 32;

/// What lies between a host and its sockets.
pub trait Network: Send + Sync + 'static {
    /// All addresses of a name, which is complete: no search domain is appended.
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;

    /// A connection to exactly this address.
    fn connect(&self, address: Checked) -> BoxFuture<'_, io::Result<TcpStream>>;

    /// The addresses of this host's interfaces, which programs do not reach.
    fn own_addresses(&self) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver, sockets and interfaces.
#[derive(Debug)]
pub struct SystemNetwork {
    lookups: Arc<Semaphore>,
}

impl Default for SystemNetwork {
    fn default() -> Self {
        Self { lookups: Arc::new(Semaphore::new(MAX_LOOKUPS)) }
    }
}

impl Network for SystemNetwork {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        // The final dot says that the name is complete.
        let name = format!("{name}.");
        Box::pin(async move {
            let place =
                Arc::clone(&self.lookups).acquire_owned().await.map_err(io::Error::other)?;
            let lookup = tokio::task::spawn_blocking(move || {
                let _place = place;
                let found = (name.as_str(), 0).to_socket_addrs()?;
                Ok(found.map(|address| address.ip()).collect())
            });
            lookup.await.map_err(io::Error::other)?
        })
    }

    fn connect(&self, address: Checked) -> BoxFuture<'_, io::Result<TcpStream>> {
        Box::pin(TcpStream::connect(address.get()))
    }

    fn own_addresses(&self) -> io::Result<Vec<IpAddr>> {
        let interfaces = if_addrs::get_if_addrs()?;
        Ok(interfaces.iter().map(if_addrs::Interface::ip).collect())
    }
}
