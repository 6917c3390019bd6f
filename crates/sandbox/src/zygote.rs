//! One zygote: the process, its control socket, and the children that wait for news of theirs.

use std::collections::HashMap;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::net::{AddressFamily, SocketFlags, SocketType};
use tokio::sync::oneshot;
use types::{Isolation, Layer, MissingLayer};
use wire::control::{FromZygote, Probe, ProbeTargets, Spawn};

use crate::cgroup::Member;
use crate::control::Control;
use crate::process::Process;
use crate::socket::Socket;
use crate::spawner::{Launcher, Spawner, Start};
use crate::{Child, Config, Error, Exit, level};

type Spawned = Result<Process, std::io::Error>;

/// Who waits for news, by the number of the child.
#[derive(Debug, Default)]
struct Waiting(Mutex<Waiters>);

#[derive(Debug, Default)]
struct Waiters {
    spawned: HashMap<u32, oneshot::Sender<Spawned>>,
    exited: HashMap<u32, oneshot::Sender<Exit>>,
}

impl Waiting {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A child that was ordered. Dropped before it came to anything, nobody waits for it any more, and
/// the process is killed when it appears.
struct Ordered<'a> {
    waiting: &'a Waiting,
    id: u32,
    came: bool,
}

impl Drop for Ordered<'_> {
    fn drop(&mut self) {
        if !self.came {
            let mut waiters = self.waiting.lock();
            waiters.spawned.remove(&self.id);
            waiters.exited.remove(&self.id);
        }
    }
}

/// A running zygote. It is killed when the last handle is dropped, its children's included.
#[derive(Debug)]
pub struct Zygote {
    control: Arc<Control>,
    waiting: Arc<Waiting>,
    isolation: Arc<Isolation>,
    usable: Arc<AtomicBool>,
    next_id: AtomicU32,
    listener: tokio::task::AbortHandle,
    group: Option<Member>,
    // Dropped last: what does not leave by itself is killed.
    _launcher: Launcher,
}

impl Zygote {
    /// Starts a zygote and waits until it has proven its layers.
    pub async fn start(config: &Config, spawner: &Spawner) -> Result<Arc<Self>, Error> {
        let failed = |error: std::io::Error| Error::Failed(format!("control socket: {error}"));
        let (control, theirs) = Control::pair().map_err(failed)?;
        let group = enter_group(config);
        let files = group.as_ref().map(Member::files).unwrap_or_default();
        let order = Start { cgroup_files: files, probes: None };
        let launcher = spawner.spawn(config, order, theirs).await?;
        let hello = tokio::time::timeout(config.start_timeout, control.receive()).await;
        let hello = match hello {
            Ok(Some((FromZygote::Hello { layers, missing }, _))) => Ok((layers, missing)),
            Ok(Some((FromZygote::Unfit { reason }, _))) => Err(Error::Unfit(reason)),
            Ok(_) => Err(Error::Failed("it ended at its start".to_owned())),
            Err(_) => {
                let limit = config.start_timeout;
                Err(Error::Failed(format!("it was not ready within {limit:?}")))
            }
        };
        let (mut layers, mut missing) = hello?;
        let group = group.and_then(|group| group.verify(launcher.pid()).map(|()| group));
        match &group {
            Ok(_) => layers.push(Layer::Cgroup),
            Err(reason) => {
                missing.push(MissingLayer { layer: Layer::Cgroup, reason: reason.clone() });
            }
        }
        let group = group.ok();
        let level = level::of(&layers);
        let engine = config.engine.as_str().to_owned();
        let isolation = Arc::new(Isolation { engine, level, layers, missing });
        let control = Arc::new(control);
        let waiting = Arc::new(Waiting::default());
        let usable = Arc::new(AtomicBool::new(true));
        let listener =
            tokio::spawn(listen(Arc::clone(&control), Arc::clone(&waiting), Arc::clone(&usable)))
                .abort_handle();
        let next_id = 1.into();
        let zygote = Self {
            control,
            waiting,
            isolation,
            usable,
            next_id,
            listener,
            group,
            _launcher: launcher,
        };
        Ok(Arc::new(zygote))
    }

    /// The isolation its children get.
    pub fn isolation(&self) -> &Arc<Isolation> {
        &self.isolation
    }

    /// Whether the kernel has ended a process for want of memory in the group that all share.
    pub fn take_death(&self) -> bool {
        self.group.as_ref().is_some_and(Member::take_death)
    }

    /// Whether children may still be ordered from it.
    pub fn is_usable(&self) -> bool {
        self.usable.load(Relaxed)
    }

    /// Orders no more children from it: it is alive, perhaps, but not well. Those it has run on.
    pub fn retire(&self, why: &str) {
        if self.usable.swap(false, Relaxed) {
            tracing::warn!("a zygote is replaced: {why}");
        }
    }

    /// Children made so far.
    pub fn children(&self) -> u32 {
        self.next_id.load(Relaxed) - 1
    }

    /// Forks a child, which the kernel ends after so many CPU seconds, and waits until it has locked
    /// itself down and was verified.
    pub async fn launch(self: &Arc<Self>, cpu_seconds: u64) -> Result<Child, Error> {
        self.launch_with(cpu_seconds, &[]).await
    }

    /// The same for a program that is granted directories: their sheet, and a descriptor for each.
    pub async fn launch_with(
        self: &Arc<Self>,
        cpu_seconds: u64,
        granted: &[BorrowedFd<'_>],
    ) -> Result<Child, Error> {
        let failed = |error: std::io::Error| Error::Failed(error.to_string());
        let id = self.next_id.fetch_add(1, Relaxed);
        let (ours, theirs) = rustix::net::socketpair(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
            None,
        )
        .map_err(|errno| failed(errno.into()))?;
        let socket = Socket::new(ours.into()).map_err(failed)?;
        let (spawned_sender, spawned) = oneshot::channel();
        let (exited_sender, exited) = oneshot::channel();
        let mut ordered = Ordered { waiting: &self.waiting, id, came: false };
        {
            let mut waiters = self.waiting.lock();
            waiters.spawned.insert(id, spawned_sender);
            waiters.exited.insert(id, exited_sender);
        }
        let directories = u32::try_from(granted.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let cpu_seconds = u32::try_from(cpu_seconds).unwrap_or(u32::MAX);
        let order = Spawn { id, directories, cpu_seconds }.encode();
        let fds: Vec<_> = std::iter::once(theirs.as_fd()).chain(granted.iter().copied()).collect();
        self.control.send(&order, &fds).await.map_err(|error| {
            // It is gone, and the news of it are not here yet: the next try wants another.
            if error.kind() == std::io::ErrorKind::BrokenPipe {
                self.usable.store(false, Relaxed);
            }
            failed(error)
        })?;
        drop(theirs);
        let process = match spawned.await {
            Ok(Ok(process)) => process,
            Ok(Err(error)) => return Err(Error::Failed(format!("fork: {error}"))),
            Err(_) => return Err(Error::Failed("the zygote ended".to_owned())),
        };
        ordered.came = true;
        let mut child = Child::new(socket, process, exited, Arc::clone(self));
        child.verify().await?;
        Ok(child)
    }
}

impl Drop for Zygote {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Has a worker, which serves nobody, try its walls against what the host has put there.
pub async fn probe(
    config: &Config,
    spawner: &Spawner,
    targets: ProbeTargets,
) -> Result<Vec<Probe>, Error> {
    let (control, theirs) =
        Control::pair().map_err(|error| Error::Failed(format!("control socket: {error}")))?;
    let order = Start { probes: Some(targets), ..Start::default() };
    let _launcher = spawner.spawn(config, order, theirs).await?;
    match tokio::time::timeout(config.start_timeout, control.receive()).await {
        Ok(Some((FromZygote::Probed { probes }, _))) => Ok(probes),
        Ok(Some((FromZygote::Unfit { reason }, _))) => Err(Error::Unfit(reason)),
        Ok(_) => Err(Error::Failed("it ended while it probed its walls".to_owned())),
        Err(_) => Err(Error::TimedOut("it was still probing its walls".to_owned())),
    }
}

/// Room in the group that bounds all programs together, or why there is no such group.
fn enter_group(config: &Config) -> Result<Member, String> {
    match &config.cgroup {
        Some(cgroup) => cgroup.enter(),
        None => Err("switched off by the operator (sandbox.cgroups)".to_owned()),
    }
}

/// Hands the zygote's news to whoever waits for them, until it is gone.
async fn listen(control: Arc<Control>, waiting: Arc<Waiting>, usable: Arc<AtomicBool>) {
    while let Some((message, fd)) = control.receive().await {
        // Whatever is not taken over below is killed when it is dropped.
        let process = fd.map(Process::new);
        match message {
            FromZygote::Spawned { id } => {
                let lost = || std::io::Error::other("no descriptor is free for the new process");
                let waiter = waiting.lock().spawned.remove(&id);
                waiter.map(|waiter| waiter.send(process.ok_or_else(lost)));
            }
            FromZygote::SpawnFailed { id, errno } => {
                let waiter = waiting.lock().spawned.remove(&id);
                let error = std::io::Error::from_raw_os_error(errno);
                waiter.map(|waiter| waiter.send(Err(error)));
            }
            FromZygote::Exited { id, code, signal } => {
                let exit = match (code, signal) {
                    (Some(code), _) => Exit::Code(code),
                    (None, Some(signal)) => Exit::Signal(signal),
                    (None, None) => Exit::Lost,
                };
                let waiter = waiting.lock().exited.remove(&id);
                waiter.map(|waiter| waiter.send(exit));
            }
            FromZygote::Hello { .. } | FromZygote::Probed { .. } | FromZygote::Unfit { .. } => {
                tracing::warn!("a zygote sent a message out of place");
            }
        }
    }
    usable.store(false, Relaxed);
    // Dropping the senders tells every waiter.
    *waiting.lock() = Waiters::default();
}
