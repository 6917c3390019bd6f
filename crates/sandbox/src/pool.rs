//! The sandbox: the current zygote, its replacement when it dies or has served long enough, and a
//! few children that are ready ahead of demand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use types::{Isolation, Layer};
use wire::control::{Probe, ProbeTargets};

use crate::grants::Prepared;
use crate::mount_broker::MountBroker;
use crate::spawner::Spawner;
use crate::zygote::{self, Zygote};
use crate::{Child, Config, Error, Grants, Launched};

/// A handle to the sandbox; cheap to clone. Starts nothing until the first launch.
#[derive(Debug, Clone)]
pub struct Sandbox(Arc<Inner>);

/// What is kept warm ahead of demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Warmth {
    /// Processes that children are forked from.
    pub zygotes: usize,
    /// Children that wait for a program.
    pub spares: usize,
}

/// What a child is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// One program.
    Program,
    /// All programs of a session.
    Session,
}

#[derive(Debug)]
struct Inner {
    config: Config,
    spawner: Spawner,
    // Held while a zygote starts, so that many first launches start one.
    current: tokio::sync::Mutex<Current>,
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Current {
    zygote: Option<Arc<Zygote>>,
    // What this host cannot give, and when that was found out.
    unfit: Option<(Instant, Error)>,
}

/// How long it is taken for granted that a host is unfit: a zygote takes its time to find out.
const UNFIT_FOR: Duration = Duration::from_secs(1);

/// How long stopping waits for a zygote that is starting; it ends with us in any case.
const STOP_PATIENCE: Duration = Duration::from_secs(1);

/// How often stopping looks whether the last launcher is gone.
const REAP_POLL: Duration = Duration::from_millis(1);

#[derive(Debug, Default)]
struct Shared {
    spares: VecDeque<Child>,
    /// Launches that found no spare while one was being made, which is theirs: never more than are
    /// being made.
    waiting: VecDeque<oneshot::Sender<Child>>,
    /// The zygote whose children are kept ready; one of another would keep that one alive.
    newest: Weak<Zygote>,
    refilling: usize,
    isolation: Option<Arc<Isolation>>,
    last_error: Option<Error>,
    stopped: bool,
}

impl Shared {
    /// Gives a child to the first launch that waits for one, or keeps it.
    fn hand_out(&mut self, mut child: Child) {
        while let Some(launch) = self.waiting.pop_front() {
            match launch.send(child) {
                Ok(()) => return,
                Err(unwanted) => child = unwanted,
            }
        }
        self.spares.push_back(child);
    }
}

impl Sandbox {
    /// A sandbox that has started nothing but one idle thread.
    pub fn new(config: Config) -> Result<Self, Error> {
        let spawner = Spawner::start()?;
        let current = tokio::sync::Mutex::default();
        Ok(Self(Arc::new(Inner { config, spawner, current, shared: Mutex::default() })))
    }

    /// Starts the zygote ahead of the first launch, and says what isolation there is.
    pub async fn warm(&self) -> Result<Arc<Isolation>, Error> {
        let zygote = self.zygote().await?;
        self.refill(&zygote);
        Ok(Arc::clone(zygote.isolation()))
    }

    /// A child that is locked down, verified, and waits for its program.
    pub async fn launch(&self) -> Result<Child, Error> {
        let zygote = self.zygote().await?;
        let spare = self.take_spare(&zygote);
        let coming = if spare.is_none() { self.await_spare() } else { None };
        self.refill(&zygote);
        if let Some(child) = spare {
            return Ok(child);
        }
        if let Some(coming) = coming
            && let Ok(child) = coming.await
        {
            return Ok(child);
        }
        self.fresh(&zygote).await
    }

    /// A child for the programs of a session: none of those kept ready, which may not live so long.
    pub async fn launch_for_session(&self) -> Result<Child, Error> {
        let zygote = self.zygote().await?;
        self.in_time(&zygote, zygote.launch(self.0.config.session_cpu_seconds)).await
    }

    /// A child of its own, passing over those kept ready. For measuring.
    pub async fn launch_fresh(&self) -> Result<Child, Error> {
        let zygote = self.zygote().await?;
        self.fresh(&zygote).await
    }

    /// A child of its own for a program that is granted directories, and what it does not get of
    /// them.
    pub(crate) async fn launch_granted(
        &self,
        grants: &Grants<'_>,
        broker: &MountBroker,
        life: Life,
    ) -> Result<Launched, Error> {
        let zygote = self.zygote().await?;
        self.refill(&zygote);
        let has_root = zygote.isolation().layers.contains(&Layer::EmptyRoot);
        let prepared = if has_root {
            Prepared::mounted(grants, broker).await?
        } else {
            Prepared::as_they_are(grants)?
        };
        if prepared.is_empty() {
            let child = match life {
                Life::Program => self.launch().await?,
                Life::Session => self.launch_for_session().await?,
            };
            return Ok(prepared.launched(child));
        }
        let cpu_seconds = match life {
            Life::Program => self.0.config.cpu_seconds,
            Life::Session => self.0.config.session_cpu_seconds,
        };
        let launch = async {
            zygote
                .launch_with(cpu_seconds, &prepared.descriptors())
                .await
                .map_err(|error| prepared.explain(error))
        };
        let child = self.in_time(&zygote, launch).await?;
        prepared.finish(child)
    }

    /// Has a worker of its own try each wall against what was put there to be reached.
    pub async fn probe(&self, targets: ProbeTargets) -> Result<Vec<Probe>, Error> {
        zygote::probe(&self.0.config, &self.0.spawner, targets).await
    }

    /// The isolation of the last zygote that started.
    pub fn isolation(&self) -> Option<Arc<Isolation>> {
        self.shared().isolation.clone()
    }

    /// Why the last zygote did not start, until one does.
    pub fn last_error(&self) -> Option<Error> {
        self.shared().last_error.clone()
    }

    /// What is kept warm now.
    pub fn warmth(&self) -> Warmth {
        let shared = self.shared();
        let zygotes = usize::from(shared.newest.upgrade().is_some_and(|zygote| zygote.is_usable()));
        Warmth { zygotes, spares: shared.spares.len() }
    }

    /// Ends the zygote and every child that is ready; running children end with their handles.
    pub async fn shutdown(&self) {
        let spares = {
            let mut shared = self.shared();
            shared.stopped = true;
            std::mem::take(&mut shared.spares)
        };
        drop(spares);
        if let Ok(mut current) = tokio::time::timeout(STOP_PATIENCE, self.0.current.lock()).await {
            current.zygote.take();
        }
        // What is reaped here leaves no zombie to whoever inherits our children.
        let reaped = async {
            while self.0.spawner.has_unreaped() {
                tokio::time::sleep(REAP_POLL).await;
            }
        };
        let _ = tokio::time::timeout(STOP_PATIENCE, reaped).await;
        if let Some(cgroup) = &self.0.config.cgroup {
            cgroup.remove(STOP_PATIENCE).await;
        }
    }

    /// A fresh child. A zygote that does not deliver one in time, or delivers one that is not
    /// locked down, is not asked again.
    async fn fresh(&self, zygote: &Arc<Zygote>) -> Result<Child, Error> {
        self.in_time(zygote, zygote.launch(self.0.config.cpu_seconds)).await
    }

    async fn in_time(
        &self,
        zygote: &Arc<Zygote>,
        launch: impl Future<Output = Result<Child, Error>>,
    ) -> Result<Child, Error> {
        let limit = self.0.config.launch_timeout;
        let launched = tokio::time::timeout(limit, launch).await;
        let launched = launched
            .unwrap_or_else(|_| Err(Error::TimedOut(format!("no child was ready in {limit:?}"))));
        if let Err(error @ (Error::TimedOut(_) | Error::Unverified(_))) = &launched {
            zygote.retire(&error.to_string());
        }
        launched
    }

    /// The zygote to fork from: started when there is none, replaced when it is dead or old.
    async fn zygote(&self) -> Result<Arc<Zygote>, Error> {
        let mut current = self.0.current.lock().await;
        if self.shared().stopped {
            return Err(Error::Stopped);
        }
        if let Some(zygote) = &current.zygote {
            if zygote.is_usable() && zygote.children() < self.0.config.rotate_after {
                return Ok(Arc::clone(zygote));
            }
            tracing::debug!(children = zygote.children(), "the zygote is replaced");
        }
        match &current.unfit {
            Some((since, error)) if since.elapsed() < UNFIT_FOR => return Err(error.clone()),
            _ => current.unfit = None,
        }
        let started = self.start_zygote().await;
        let mut shared = self.shared();
        match &started {
            Ok(zygote) => {
                shared.isolation = Some(Arc::clone(zygote.isolation()));
                shared.last_error = None;
                shared.newest = Arc::downgrade(zygote);
                shared.spares.retain(|spare| Arc::ptr_eq(spare.zygote(), zygote));
                current.zygote = Some(Arc::clone(zygote));
            }
            Err(error) => {
                shared.last_error = Some(error.clone());
                if matches!(error, Error::Isolation { .. } | Error::Unfit(_)) {
                    current.unfit = Some((Instant::now(), error.clone()));
                }
            }
        }
        started
    }

    async fn start_zygote(&self) -> Result<Arc<Zygote>, Error> {
        let zygote = Zygote::start(&self.0.config, &self.0.spawner).await?;
        let isolation = zygote.isolation();
        let wanted = self.0.config.min_isolation;
        if isolation.level < wanted {
            let reasons: Vec<String> = isolation
                .missing
                .iter()
                .map(|missing| format!("{:?}: {}", missing.layer, missing.reason))
                .collect();
            return Err(Error::isolation(wanted, isolation.level, reasons.join("; ")));
        }
        Ok(zygote)
    }

    fn take_spare(&self, zygote: &Arc<Zygote>) -> Option<Child> {
        let mut shared = self.shared();
        while let Some(child) = shared.spares.pop_front() {
            // One of a zygote that was replaced is dropped, which ends it. One that was waiting may
            // have been what the kernel took when memory ran out.
            if Arc::ptr_eq(child.zygote(), zygote) && zygote.is_usable() && child.is_running() {
                return Some(child);
            }
        }
        None
    }

    /// A share in the children that are being made ready, if there is one left.
    fn await_spare(&self) -> Option<oneshot::Receiver<Child>> {
        let mut shared = self.shared();
        shared.waiting.retain(|launch| !launch.is_closed());
        if shared.waiting.len() >= shared.refilling {
            return None;
        }
        let (launch, child) = oneshot::channel();
        shared.waiting.push_back(launch);
        Some(child)
    }

    /// Makes children ready in the background, up to the number that is kept.
    fn refill(&self, zygote: &Arc<Zygote>) {
        let mut shared = self.shared();
        let coming = shared.spares.len() + shared.refilling;
        if coming >= self.0.config.spares + shared.waiting.len() || shared.stopped {
            return;
        }
        shared.refilling += 1;
        drop(shared);
        let (this, zygote) = (self.clone(), Arc::clone(zygote));
        tokio::spawn(async move {
            let child = this.fresh(&zygote).await;
            let mut shared = this.shared();
            shared.refilling -= 1;
            match child {
                Ok(child) if !shared.stopped && shared.newest.as_ptr() == Arc::as_ptr(&zygote) => {
                    shared.hand_out(child);
                }
                Ok(_) => drop(shared.waiting.pop_front()),
                Err(error) => {
                    // Whoever waited for it makes one, and tells what is wrong.
                    drop(shared.waiting.pop_front());
                    tracing::debug!(%error, "no spare child");
                }
            }
        });
    }

    fn shared(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.0.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
