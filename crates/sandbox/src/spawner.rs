//! One permanent thread that starts worker processes: the kernel's parent-death signal follows the
//! thread that spawned, and tokio's threads come and go.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use types::IsolationLevel;
use wire::control::{ProbeTargets, WORKER_ARGUMENT, ZygoteConfig};

use crate::process::Process;
use crate::{Config, Error};

type Order = (Command, tokio::sync::oneshot::Sender<std::io::Result<Launcher>>);

/// How long a launcher whose control socket is closed may take to leave by itself.
const LEAVE_PATIENCE: Duration = Duration::from_millis(300);

/// A handle to the thread. The thread ends when the last handle is dropped.
#[derive(Debug, Clone)]
pub struct Spawner {
    orders: mpsc::Sender<Order>,
    // Launchers that have not been reaped.
    unreaped: Arc<AtomicUsize>,
}

/// What differs between one worker and the next.
#[derive(Debug, Default)]
pub struct Start {
    /// The group's files that it writes itself to.
    pub cgroup_files: Vec<String>,
    /// What to reach for, when it is to probe its walls.
    pub probes: Option<ProbeTargets>,
}

/// The launcher above a zygote. Dropped, it has a moment to reap its zygote and leave by itself,
/// so that no zombie is left for somebody else's init; then it is killed.
#[derive(Debug)]
pub struct Launcher {
    pid: u32,
    process: Option<Process>,
}

impl Launcher {
    /// Its number, which is its own as long as this handle lives.
    pub fn pid(&self) -> u32 {
        self.pid
    }
}

impl Drop for Launcher {
    fn drop(&mut self) {
        let Some(process) = self.process.take() else { return };
        // Without a thread the process is dropped here, and killed at once.
        let _ = std::thread::Builder::new()
            .name("zygote-killer".to_owned())
            .stack_size(64 * 1024)
            .spawn(move || process.ends_within(LEAVE_PATIENCE));
    }
}

impl Spawner {
    /// Starts the thread.
    pub fn start() -> Result<Self, Error> {
        let (orders, queue) = mpsc::channel::<Order>();
        let unreaped = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&unreaped);
        let serve = move || {
            for (mut command, answer) in queue {
                // A requester that is gone takes the process with it.
                let _ = answer.send(start(&mut command, &counted));
            }
        };
        std::thread::Builder::new()
            .name("zygote-spawner".to_owned())
            .spawn(serve)
            .map_err(|error| Error::Failed(format!("no thread to spawn from: {error}")))?;
        Ok(Self { orders, unreaped })
    }

    /// Whether a launcher has not been reaped yet.
    pub fn has_unreaped(&self) -> bool {
        self.unreaped.load(SeqCst) > 0
    }

    /// Starts a worker whose standard input is the control socket.
    pub async fn spawn(
        &self,
        config: &Config,
        start: Start,
        control: OwnedFd,
    ) -> Result<Launcher, Error> {
        let zygote = ZygoteConfig {
            host_pid: std::process::id(),
            sandbox_uid: config.sandbox_uid,
            namespaces: config.namespaces,
            unisolated: config.min_isolation == IsolationLevel::L0,
            cgroup_files: start.cgroup_files,
            memory_bytes: config.memory_bytes,
            engine: config.engine.clone(),
            probes: start.probes,
        };
        let text = serde_json::to_string(&zygote)
            .map_err(|error| Error::Failed(format!("worker configuration: {error}")))?;
        self.start_worker(&config.worker, &[&text], control).await
    }

    /// Starts a worker with these arguments, whose standard input is the control socket.
    pub async fn start_worker(
        &self,
        worker: &Path,
        arguments: &[&str],
        control: OwnedFd,
    ) -> Result<Launcher, Error> {
        let mut command = Command::new(worker);
        command.arg(WORKER_ARGUMENT).args(arguments);
        // UTC without looking for time zone files; everything else of our environment stays here.
        command.env_clear().env("TZ", "UTC0").current_dir("/");
        #[cfg(feature = "attack-controls")]
        command.envs(
            std::env::var_os(crate::controls::VARIABLE)
                .map(|gone| (crate::controls::VARIABLE, gone)),
        );
        command.stdin(Stdio::from(control)).stdout(Stdio::null());
        let (answer, spawned) = tokio::sync::oneshot::channel();
        self.orders.send((command, answer)).map_err(|_| Error::Stopped)?;
        let spawned = spawned.await.map_err(|_| Error::Stopped)?;
        spawned.map_err(|error| {
            Error::Failed(format!("starting {} as a worker: {error}", worker.display()))
        })
    }
}

/// Starts the process, and a thread that reaps it whenever it ends.
fn start(command: &mut Command, unreaped: &Arc<AtomicUsize>) -> std::io::Result<Launcher> {
    let mut child = command.spawn()?;
    let pid = rustix::process::Pid::from_child(&child);
    // Nobody has reaped it yet, so the number is still its own.
    let pidfd = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty());
    let process = pidfd.map(Process::new);
    if process.is_err() {
        child.kill()?;
    }
    unreaped.fetch_add(1, SeqCst);
    let counted = Arc::clone(unreaped);
    std::thread::Builder::new().name("zygote-reaper".to_owned()).stack_size(64 * 1024).spawn(
        move || {
            let _ = child.wait();
            counted.fetch_sub(1, SeqCst);
        },
    )?;
    Ok(Launcher { pid: pid.as_raw_nonzero().get().unsigned_abs(), process: Some(process?) })
}
