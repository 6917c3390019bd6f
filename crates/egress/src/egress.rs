//! The room's one door: settings, network and TLS, shared by all executions.

use std::{fmt, sync::Arc};

use tokio::sync::Semaphore;

use crate::{
    Config, Grant, HostRule, InvalidConfig, Network, Session, SystemNetwork, session::places,
    tls::Tls,
};

/// Egress for all executions of this host. Cheap to clone.
#[derive(Clone)]
pub struct Egress(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) network: Box<dyn Network>,
    pub(crate) tls: Tls,
    pub(crate) places: Arc<Semaphore>,
}

impl Egress {
    /// Over the system's own network. Reads the operator's certificates and connects to nothing.
    pub fn new(config: Config) -> Result<Self, InvalidConfig> {
        Self::over(config, SystemNetwork::default())
    }

    /// Over another network.
    pub fn over(config: Config, network: impl Network) -> Result<Self, InvalidConfig> {
        config.check()?;
        let tls = Tls::new(&config)?;
        let places = places(config.concurrent_total);
        Ok(Self(Arc::new(Shared { config, network: Box::new(network), tls, places })))
    }

    /// The requests of one execution, and what it asked for and does not get.
    pub fn session(&self, requested: &Grant) -> (Session, Vec<HostRule>) {
        let (effective, denied) = Grant::narrow(&self.0.config.allow, requested);
        (Session::new(Arc::clone(&self.0), effective), denied)
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.0.config
    }
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Egress").field("allow", &self.0.config.allow).finish_non_exhaustive()
    }
}
