//! One zygote: the process, its control socket, and the children that wait for news of theirs.

use std::collections::HashMap;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::net::{AddressFamily, SocketFlags, SocketType};
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use types::Isolation;
use wire::control::FromZygote;

use crate::control::Control;
use crate::spawner::Spawner;
use crate::{Child, Config, Error, Exit, level};

type Spawned = Result<OwnedFd, i32>;

#[derive(Debug, Default)]
struct Waiting {
    spawned: HashMap<u32, oneshot::Sender<Spawned>>,
    exited: HashMap<u32, oneshot::Sender<Exit>>,
}

/// A running zygote. Dropping the last handle closes the control socket, and it ends.
#[derive(Debug)]
pub struct Zygote {
    control: Arc<Control>,
    waiting: Arc<Mutex<Waiting>>,
    isolation: Arc<Isolation>,
    alive: Arc<AtomicBool>,
    next_id: AtomicU32,
    listener: tokio::task::AbortHandle,
}

impl Zygote {
    /// Starts a zygote and waits until it has proven its layers.
    pub async fn start(config: &Config, spawner: &Spawner) -> Result<Arc<Self>, Error> {
        let failed = |error: std::io::Error| Error::Failed(format!("control socket: {error}"));
        let (control, theirs) = Control::pair().map_err(failed)?;
        let mut process = spawner.spawn(config, theirs).await?;
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
        let (layers, missing) = match hello {
            Ok(hello) => hello,
            Err(error) => {
                let _ = process.kill();
                tokio::task::spawn_blocking(move || process.wait());
                return Err(error);
            }
        };
        let level = level::of(&layers);
        let engine = "quickjs".to_owned();
        let isolation = Arc::new(Isolation { engine, level, layers, missing });
        let control = Arc::new(control);
        let waiting = Arc::new(Mutex::new(Waiting::default()));
        let alive = Arc::new(AtomicBool::new(true));
        let listener =
            tokio::spawn(listen(Arc::clone(&control), Arc::clone(&waiting), Arc::clone(&alive)))
                .abort_handle();
        // Reaps the process whenever it ends; holds nothing that would keep it alive.
        std::thread::Builder::new()
            .name("zygote-reaper".to_owned())
            .stack_size(64 * 1024)
            .spawn(move || process.wait())
            .map_err(|error| Error::Failed(format!("no thread to reap from: {error}")))?;
        Ok(Arc::new(Self { control, waiting, isolation, alive, next_id: 1.into(), listener }))
    }

    /// The isolation its children get.
    pub fn isolation(&self) -> &Arc<Isolation> {
        &self.isolation
    }

    /// Whether it still answers.
    pub fn is_alive(&self) -> bool {
        self.alive.load(Relaxed)
    }

    /// Children made so far.
    pub fn children(&self) -> u32 {
        self.next_id.load(Relaxed) - 1
    }

    /// Forks a child and waits until it has locked itself down and was verified.
    pub async fn launch(self: &Arc<Self>) -> Result<Child, Error> {
        let failed = |error: std::io::Error| Error::Failed(error.to_string());
        let id = self.next_id.fetch_add(1, Relaxed);
        let (ours, theirs) = rustix::net::socketpair(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC,
            None,
        )
        .map_err(|errno| failed(errno.into()))?;
        let ours = std::os::unix::net::UnixStream::from(ours);
        ours.set_nonblocking(true).map_err(failed)?;
        let socket = UnixStream::from_std(ours).map_err(failed)?;
        let (spawned_sender, spawned) = oneshot::channel();
        let (exited_sender, exited) = oneshot::channel();
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.spawned.insert(id, spawned_sender);
            waiting.exited.insert(id, exited_sender);
        }
        self.control.spawn(id, theirs.as_fd()).await.map_err(failed)?;
        drop(theirs);
        let pidfd = match spawned.await {
            Ok(Ok(pidfd)) => pidfd,
            Ok(Err(errno)) => {
                let error = std::io::Error::from_raw_os_error(errno);
                return Err(Error::Failed(format!("fork: {error}")));
            }
            Err(_) => return Err(Error::Failed("the zygote ended".to_owned())),
        };
        let mut child = Child::new(socket, pidfd, exited, Arc::clone(self));
        child.verify().await?;
        Ok(child)
    }
}

impl Drop for Zygote {
    fn drop(&mut self) {
        // The listener holds the socket: with it gone the zygote sees the end of its host.
        self.listener.abort();
    }
}

/// Hands the zygote's news to whoever waits for them, until it is gone.
async fn listen(control: Arc<Control>, waiting: Arc<Mutex<Waiting>>, alive: Arc<AtomicBool>) {
    while let Some((message, fd)) = control.receive().await {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match (message, fd) {
            (FromZygote::Spawned { id }, Some(pidfd)) => {
                waiting.spawned.remove(&id).map(|waiter| waiter.send(Ok(pidfd)));
            }
            (FromZygote::SpawnFailed { id, errno }, _) => {
                waiting.exited.remove(&id);
                waiting.spawned.remove(&id).map(|waiter| waiter.send(Err(errno)));
            }
            (FromZygote::Exited { id, code, signal }, _) => {
                let exit = match (code, signal) {
                    (Some(code), _) => Exit::Code(code),
                    (None, Some(signal)) => Exit::Signal(signal),
                    (None, None) => Exit::Lost,
                };
                waiting.exited.remove(&id).map(|waiter| waiter.send(exit));
            }
            _ => tracing::warn!("a zygote sent a message out of place"),
        }
    }
    alive.store(false, Relaxed);
    // Dropping the senders tells every waiter.
    *waiting.lock().unwrap_or_else(PoisonError::into_inner) = Waiting::default();
}
