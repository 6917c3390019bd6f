//! The token of one server for one principal, as the transport asks for it.

use std::sync::Arc;

use crate::oauth::Secret;
use crate::{Config, Http};

/// The way to one server's token. Clones share it.
#[derive(Clone)]
pub(crate) struct Authorization {
    shared: Arc<Shared>,
}

struct Shared {
    server: String,
}

impl Authorization {
    /// The way to the token of a server; none where the operator gives an `Authorization` header.
    pub(crate) fn of(server: &str, http: &Http, config: &Config) -> Option<Self> {
        let _ = config;
        let own = http.headers.keys().any(|name| name.eq_ignore_ascii_case("authorization"));
        let shared = Shared { server: server.to_owned() };
        (!own).then(|| Self { shared: Arc::new(shared) })
    }

    /// The token to send now, renewed first when it is about to expire. None when nobody logged in.
    pub(crate) async fn bearer(&self) -> Option<Secret> {
        None
    }

    /// The server answered 401 or 403, with this `WWW-Authenticate`, to a request that carried
    /// `used`. `Ok`: ask once more with [`Self::bearer`]. `Err`: words for the tool's error.
    pub(crate) async fn refused(
        &self,
        status: u16,
        challenge: Option<&str>,
        used: Option<&Secret>,
    ) -> Result<(), String> {
        let _ = (challenge, used);
        let name = &self.shared.server;
        Err(format!("it wants a login (HTTP {status}): run `code-executor upstreams login {name}`"))
    }
}
