//! The host's end of the mount broker: the process that makes mounts of granted directories. Started
//! for the first of them; another takes its place when it dies or does not answer.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::Mutex;
use wire::control::{MOUNT_BROKER_ARGUMENT, MountAnswer, MountBrokerConfig, MountOrder};

use crate::control::Control;
use crate::spawner::{Launcher, Spawner};
use crate::{Config, Error};

/// How long stopping waits for the process; it ends with us in any case.
const STOP_PATIENCE: Duration = Duration::from_secs(1);

/// How often stopping looks whether the process is gone.
const REAP_POLL: Duration = Duration::from_millis(1);

/// What became of an order.
#[derive(Debug)]
pub enum Mounted {
    /// The mount, and whether a program may read in it what the directory's owner may.
    Yes { mount: OwnedFd, as_owner: bool },
    /// There is none, for this reason.
    No(String),
}

/// A handle that starts the process when it is needed.
#[derive(Debug)]
pub struct MountBroker {
    worker: PathBuf,
    sandbox_uid: u32,
    patience: Duration,
    // Held through an order and its answer.
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    control: Control,
    spawner: Spawner,
    // Dropped last: what does not leave by itself is killed.
    _launcher: Launcher,
}

impl MountBroker {
    /// A broker that has started nothing.
    pub fn new(config: &Config) -> Self {
        Self {
            worker: config.worker.clone(),
            sandbox_uid: config.sandbox_uid,
            patience: config.launch_timeout,
            running: Mutex::default(),
        }
    }

    /// A mount of a directory.
    pub async fn mount(&self, order: &MountOrder) -> Result<Mounted, Error> {
        let mut running = self.running.lock().await;
        // One that died between two orders is replaced; an order that kills it twice is given up.
        for _ in 0..2 {
            let broker = match &mut *running {
                Some(broker) => broker,
                none => none.insert(self.start().await?),
            };
            match tokio::time::timeout(self.patience, broker.ask(order)).await {
                Ok(Some(mounted)) => return Ok(mounted),
                Ok(None) => *running = None,
                Err(_) => {
                    *running = None;
                    return Err(Error::TimedOut(format!(
                        "a granted directory was not mounted within {:?}",
                        self.patience
                    )));
                }
            }
        }
        Err(Error::Failed("the mount broker ended".to_owned()))
    }

    /// Ends the process.
    pub async fn stop(&self) {
        let Ok(mut running) = tokio::time::timeout(STOP_PATIENCE, self.running.lock()).await else {
            return;
        };
        let Some(Running { control, spawner, _launcher }) = running.take() else { return };
        drop((control, _launcher));
        // What is reaped here leaves no zombie to whoever inherits our children.
        let reaped = async {
            while spawner.has_unreaped() {
                tokio::time::sleep(REAP_POLL).await;
            }
        };
        let _ = tokio::time::timeout(STOP_PATIENCE, reaped).await;
    }

    async fn start(&self) -> Result<Running, Error> {
        let failed = |error: std::io::Error| Error::Failed(format!("control socket: {error}"));
        let (control, theirs) = Control::pair().map_err(failed)?;
        let config =
            MountBrokerConfig { host_pid: std::process::id(), sandbox_uid: self.sandbox_uid };
        let text = serde_json::to_string(&config)
            .map_err(|error| Error::Failed(format!("mount broker configuration: {error}")))?;
        let spawner = Spawner::start()?;
        let arguments = [MOUNT_BROKER_ARGUMENT, &text];
        let launcher = spawner.start_worker(&self.worker, &arguments, theirs).await?;
        Ok(Running { control, spawner, _launcher: launcher })
    }
}

impl Running {
    /// `None` when it is gone or speaks nonsense.
    async fn ask(&self, order: &MountOrder) -> Option<Mounted> {
        self.control.send(&order.encode(), &[]).await.ok()?;
        match self.control.receive_as(MountAnswer::decode).await? {
            (MountAnswer::Mounted { as_owner }, mount) => {
                Some(Mounted::Yes { mount: mount?, as_owner })
            }
            (MountAnswer::Refused { reason }, _) => Some(Mounted::No(reason)),
        }
    }
}
