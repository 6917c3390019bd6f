//! What a server tells unasked: that its tools changed, and how far its calls are.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rmcp::ClientHandler;
use rmcp::model::{ClientConfig, ProgressNotificationParam, SubscriptionFilter};
use rmcp::service::{NotificationContext, Peer, RoleClient, ServiceError};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::handshake::client_info;
use crate::progress::Progress;
use crate::transport::OURS;

/// The shortest and the longest pause before a subscription that ended is opened again.
const LISTEN_AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// What one connection's server has told.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Progress of the calls under way.
    pub(crate) progress: Progress,
    /// How often the list of tools changed.
    count: AtomicU64,
    /// Whether the list was asked for at all.
    asked: AtomicBool,
}

impl Changes {
    /// Counts the changes of the list of tools. To be read before the list is asked for.
    pub(crate) fn list_version(&self) -> u64 {
        self.asked.store(true, Ordering::SeqCst);
        self.count.load(Ordering::SeqCst)
    }

    fn noticed(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
    }

    /// From here on changes will be noticed; one that came before may have been missed.
    fn followed(&self) {
        if self.asked.load(Ordering::SeqCst) {
            self.noticed();
        }
    }
}

/// What we do for a server that asks: nothing but to notice what it tells.
pub(crate) struct Handler {
    pub(crate) changes: Arc<Changes>,
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        client_info()
    }

    async fn on_tool_list_changed(&self, _context: NotificationContext<RoleClient>) {
        self.changes.noticed();
    }

    async fn on_progress(
        &self,
        progress: ProgressNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        self.changes.progress.heard(&progress.progress_token);
    }
}

/// Keeps a 2026-07-28 subscription to changes of the list of tools.
pub(crate) async fn follow_list(
    peer: Peer<RoleClient>,
    changes: Arc<Changes>,
    stop: CancellationToken,
) {
    let (mut pause, longest) = LISTEN_AGAIN;
    while !peer.is_transport_closed() {
        let filter = SubscriptionFilter::builder().tools_list_changed().build();
        let opened = tokio::select! {
            () = stop.cancelled() => return,
            opened = peer.listen(filter) => opened,
        };
        match opened {
            Ok(mut subscription) => {
                changes.followed();
                let start = Instant::now();
                loop {
                    tokio::select! {
                        () = stop.cancelled() => return,
                        notified = subscription.next() => match notified {
                            Ok(Some(_)) => changes.noticed(),
                            Ok(None) | Err(_) => break,
                        },
                    }
                }
                if start.elapsed() > longest {
                    pause = LISTEN_AGAIN.0;
                }
            }
            // The server announces changes and knows no subscriptions: there is nothing to follow.
            Err(ServiceError::McpError(error)) if error.code != OURS => return,
            Err(_) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(pause) => pause = (pause * 2).min(longest),
        }
    }
}
