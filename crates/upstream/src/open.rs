//! From a configured server to a connection that stands, and the life of its process after that.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rmcp::model::ServerPeerInfo;
use rmcp::service::{QuitReason, serve_directly};
use tokio::process::ChildStdout;
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::connection::{Changes, Connection, End, Handler, Parts};
use crate::handshake::{Era, Failure, shake};
use crate::process::{self, Process, Started};
use crate::transport::{Budget, Stdio, Writer};
use crate::{Config, ServerConfig};

/// How long a process whose output ended may take to end itself, so that its status is known.
const STATUS: Duration = Duration::from_millis(500);
/// How long the rest of an ended process's output may take to be read.
const DRAIN: Duration = Duration::from_secs(1);

/// A connection and what keeps its process.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) life: Life,
    /// What the handshake showed.
    pub(crate) era: Era,
}

/// Why there is no connection, and what to believe about the server next time.
pub(crate) struct NotOpened {
    pub(crate) reason: String,
    pub(crate) era: Era,
}

/// Starts a server and shakes hands within `limit`. A server that ends at the sight of the probe is
/// started once more without it.
pub(crate) async fn open(
    server: &ServerConfig,
    config: &Arc<Config>,
    budget: &Budget,
    era: Era,
    stopping: &CancellationToken,
) -> Result<Opened, NotOpened> {
    let limit = server.start_timeout.unwrap_or(config.start_timeout);
    let deadline = Instant::now() + limit;
    let failed = |attempt: Failed| NotOpened { reason: attempt.reason, era: attempt.next_era };
    let plan = Plan { server, config, budget, deadline, limit, stopping };
    match plan.attempt(era).await {
        Err(first) if first.again && !stopping.is_cancelled() => {
            tracing::debug!(server = server.name, "ended at the probe; started without it");
            plan.attempt(Era::Legacy).await.map_err(failed)
        }
        outcome => outcome.map_err(failed),
    }
}

struct Failed {
    reason: String,
    next_era: Era,
    /// Whether the probe may be to blame.
    again: bool,
}

/// What both attempts have in common.
struct Plan<'a> {
    server: &'a ServerConfig,
    config: &'a Arc<Config>,
    budget: &'a Budget,
    deadline: Instant,
    limit: Duration,
    stopping: &'a CancellationToken,
}

impl Plan<'_> {
    async fn attempt(&self, era: Era) -> Result<Opened, Failed> {
        let Started { mut process, input, output } = process::start(self.server, self.config)
            .map_err(|reason| Failed { reason, next_era: Era::Unknown, again: false })?;
        let writer = Arc::new(Writer::new(input));
        let mut stdio = Stdio::new(
            self.server.name.as_str().into(),
            output,
            Arc::clone(&writer),
            self.config.max_result_bytes,
            self.budget.clone(),
        );
        let shaken = tokio::select! {
            biased;
            () = self.stopping.cancelled() => {
                process.kill().await;
                let reason = "we are stopping".to_owned();
                return Err(Failed { reason, next_era: Era::Unknown, again: false });
            }
            shaken = timeout_at(self.deadline, shake(&mut stdio, era)) => shaken,
        };
        match shaken {
            Ok(Ok((information, era))) => {
                Ok(self.connect(process, writer, stdio, information, era))
            }
            Ok(Err(failure)) => Err(refused(failure, &mut process).await),
            Err(_) => {
                let noise = stdio.noise();
                process.kill().await;
                // It may have choked on the probe: the next start does without, and the one after
                // a failed start without it tries it again.
                let next_era = if era == Era::Legacy { Era::Unknown } else { Era::Legacy };
                Err(Failed { reason: silent(self.limit, noise), next_era, again: false })
            }
        }
    }

    fn connect(
        &self,
        process: Process,
        writer: Arc<Writer>,
        stdio: Stdio<ChildStdout>,
        information: ServerPeerInfo,
        era: Era,
    ) -> Opened {
        let (pending, fault) = (stdio.pending(), stdio.fault());
        let changes = Arc::new(Changes::default());
        let handler = Handler { changes: Arc::clone(&changes) };
        let running = serve_directly(handler, stdio, Some(information.clone()));
        let (end, ended) = watch::channel(None);
        let stop = self.stopping.child_token();
        let connection = Connection::new(Parts {
            server: self.server.name.as_str().into(),
            config: Arc::clone(self.config),
            peer: running.peer().clone(),
            pending,
            information,
            changes,
            ended,
            stop: stop.clone(),
        });
        let serving = Box::pin(running.waiting());
        let limit = self.config.stop_timeout;
        Opened { connection, life: Life { process, serving, writer, fault, end, stop, limit }, era }
    }
}

fn silent(limit: Duration, noise: usize) -> String {
    let printed = if noise == 0 {
        "printed nothing on standard output".to_owned()
    } else {
        format!("printed only {noise} bytes that are no MCP messages on standard output")
    };
    format!(
        "it did not answer the handshake within {} ms and {printed}: check that it is an MCP server \
         for stdio, see its standard error in the log at debug level, or raise its start timeout",
        limit.as_millis()
    )
}

async fn refused(failure: Failure, process: &mut Process) -> Failed {
    let again = failure == Failure::Closed { probed: true };
    let reason = match failure {
        Failure::Closed { .. } => {
            let how = match timeout(STATUS, process.ended()).await {
                Ok(how) => how,
                Err(_) => "it closed its standard output".to_owned(),
            };
            format!("{how} before it answered: see its standard error in the log at debug level")
        }
        Failure::Noise => {
            "it printed more than 1 MiB on standard output that are no MCP messages: \
                           check that it is an MCP server for stdio"
                .to_owned()
        }
        Failure::Refused(what) => format!("it {what}"),
    };
    process.kill().await;
    Failed { reason, next_era: Era::Unknown, again }
}

/// A server's process while its connection stands.
pub(crate) struct Life {
    process: Process,
    /// rmcp's loop. It ends with the server's output, or when this is dropped.
    serving: Pin<Box<dyn Future<Output = Result<QuitReason, JoinError>> + Send>>,
    writer: Arc<Writer>,
    fault: Arc<OnceLock<&'static str>>,
    end: watch::Sender<Option<End>>,
    stop: CancellationToken,
    limit: Duration,
}

impl Life {
    /// Stays with the process until it has ended; `before_known` is told before anyone else.
    pub(crate) async fn run(mut self, before_known: impl FnOnce(&End)) {
        let end = self.until_the_end().await;
        before_known(&end);
        // Only now may those whose requests were lost learn how, and ask again.
        let _ = self.end.send(Some(end));
    }

    async fn until_the_end(&mut self) -> End {
        let Self { process, serving, writer, fault, stop, limit, .. } = self;
        let wanted = |how: String| End { how: how.into(), wanted: true };
        // Why we gave a server up says more than how it ended after that.
        let unwanted = |how: String| {
            let how = fault.get().map_or(how, |fault| (*fault).to_owned());
            End { how: how.into(), wanted: false }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => wanted(process.stop(writer, *limit).await),
            how = process.ended() => {
                // What it wrote last still counts.
                let _ = timeout(DRAIN, serving).await;
                unwanted(how)
            }
            _ = &mut *serving => {
                if let Ok(how) = timeout(STATUS, process.ended()).await {
                    return unwanted(how);
                }
                process.stop(writer, *limit).await;
                unwanted("it closed its standard output".to_owned())
            }
        }
    }
}
