//! What stands behind a connection while it stands, and how it ends.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rmcp::service::QuitReason;
use tokio::sync::watch;
use tokio::task::JoinError;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::connection::End;
use crate::process::Process;
use crate::transport::Writer;
use crate::transport::http::Goodbye;

/// How long a process whose output ended may take to end itself, so that its status is known.
pub(crate) const STATUS: Duration = Duration::from_millis(500);
/// How long the rest of an ended process's output may take to be read.
const DRAIN: Duration = Duration::from_secs(1);

/// rmcp's loop. It ends with the server's output, or when this is dropped.
pub(crate) type Serving = Pin<Box<dyn Future<Output = Result<QuitReason, JoinError>> + Send>>;

/// A connection's life.
pub(crate) struct Life {
    pub(crate) body: Body,
    pub(crate) serving: Serving,
    /// Why the reader gave up, when it was not that the stream ended.
    pub(crate) fault: Arc<OnceLock<&'static str>>,
    pub(crate) end: watch::Sender<Option<End>>,
    pub(crate) stop: CancellationToken,
    /// How long the end may take.
    pub(crate) limit: Duration,
}

/// What a connection needs to stand.
pub(crate) enum Body {
    /// A process of ours.
    Process(Process, Arc<Writer>),
    /// Nothing of ours: it stands as long as its link does.
    Remote,
    /// Nothing of ours, but a server that is to be told when we leave.
    Http(Option<Goodbye>),
}

impl Life {
    /// Stays with the connection until it has ended; `before_known` is told before anyone else.
    pub(crate) async fn run(mut self, before_known: impl FnOnce(&End)) {
        let end = self.until_the_end().await;
        before_known(&end);
        // Only now may those whose requests were lost learn how, and ask again.
        let _ = self.end.send(Some(end));
    }

    async fn until_the_end(&mut self) -> End {
        let Self { body, serving, fault, stop, limit, .. } = self;
        match body {
            Body::Process(process, writer) => {
                with_process(process, writer, serving, fault, stop, *limit).await
            }
            Body::Http(goodbye) => tokio::select! {
                biased;
                () = stop.cancelled() => {
                    // The link is closed when rmcp's loop lets go of it.
                    *serving = Box::pin(std::future::pending());
                    if let Some(goodbye) = goodbye.take() {
                        let _ = timeout(*limit, goodbye).await;
                    }
                    wanted("we closed the connection".to_owned())
                }
                _ = &mut *serving => unwanted(fault, "it closed the connection".to_owned()),
            },
            Body::Remote => tokio::select! {
                biased;
                () = stop.cancelled() => wanted("we closed the connection".to_owned()),
                _ = serving => unwanted(fault, "it closed the connection".to_owned()),
            },
        }
    }
}

async fn with_process(
    process: &mut Process,
    writer: &Writer,
    serving: &mut Serving,
    fault: &OnceLock<&'static str>,
    stop: &CancellationToken,
    limit: Duration,
) -> End {
    tokio::select! {
        biased;
        () = stop.cancelled() => wanted(process.stop(writer, limit).await),
        how = process.ended() => {
            // What it wrote last still counts.
            let _ = timeout(DRAIN, serving).await;
            unwanted(fault, how)
        }
        _ = &mut *serving => {
            if let Ok(how) = timeout(STATUS, process.ended()).await {
                return unwanted(fault, how);
            }
            process.stop(writer, limit).await;
            unwanted(fault, "it closed its standard output".to_owned())
        }
    }
}

fn wanted(how: String) -> End {
    End { how: how.into(), wanted: true }
}

/// Why we gave a server up says more than how it ended after that.
fn unwanted(fault: &OnceLock<&'static str>, how: String) -> End {
    let how = fault.get().map_or(how, |fault| (*fault).to_owned());
    End { how: how.into(), wanted: false }
}
