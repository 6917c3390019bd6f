//! What of a gateway can be replaced while it runs: the servers, and what programs may. An execution
//! goes by what was in force when it was admitted, to its end.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use policy::Policy;
use tokio_util::task::TaskTracker;
use upstream::Hub;

use crate::discovery::{Discovery, Remembered};
use crate::reach::Reach;
use crate::task::{self, Kind};

/// How long a server that is no longer configured is kept for programs that began with it.
const LAST_CALLS: Duration = Duration::from_secs(600);

/// What is put in force in the place of what was.
pub struct Renewed {
    /// The upstream servers.
    pub hub: Hub,
    /// What is remembered of them between runs.
    pub remembered: Remembered,
    /// Servers that were configured and cannot be started, with the reason.
    pub broken_servers: Vec<(String, String)>,
    /// Who may do what.
    pub policy: Policy,
    /// What programs may reach beside tools.
    pub reach: Reach,
}

/// What is in force.
pub(crate) struct Live {
    pub(crate) discovery: Discovery,
    pub(crate) broken_servers: Vec<(String, String)>,
    pub(crate) policy: Policy,
    pub(crate) reach: Reach,
    /// The executions that go by it.
    pub(crate) running: TaskTracker,
}

impl From<Renewed> for Live {
    fn from(renewed: Renewed) -> Self {
        let Renewed { hub, remembered, broken_servers, policy, reach } = renewed;
        let discovery = Discovery::new(hub, remembered);
        Self { discovery, broken_servers, policy, reach, running: TaskTracker::new() }
    }
}

/// Where what is in force is found.
pub(crate) struct Current(RwLock<Arc<Live>>);

impl Current {
    /// At first.
    pub(crate) fn new(live: Live) -> Self {
        Self(RwLock::new(Arc::new(live)))
    }

    /// Now.
    pub(crate) fn get(&self) -> Arc<Live> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts something else in force. Servers that are in it no longer are stopped once the programs
    /// that began with them have ended.
    pub(crate) fn renew(&self, live: Live) {
        let live = Arc::new(live);
        let hub = live.discovery.hub.clone();
        let old = {
            let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, live)
        };
        task::spawn(Kind::Retire, async move {
            old.running.close();
            let _ = tokio::time::timeout(LAST_CALLS, old.running.wait()).await;
            old.discovery.close().await;
            old.discovery.hub.shutdown_but(&hub).await;
        });
    }
}
