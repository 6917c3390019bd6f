//! What a client is told without having asked: that the list of tools has changed, and what its
//! request is waiting for.

use std::{future::Future, sync::Arc};

use rmcp::{
    ErrorData, Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken, SubscriptionFilter},
    service::SubscriptionContext,
};
use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use gateway::{Languages, Progress};

/// Subscriptions of one session.
const MAX_SUBSCRIPTIONS: usize = 16;
/// Words about one request that wait to be sent; more are dropped.
const MAX_UNSENT: usize = 16;

/// Tells of changes to the list of tools.
#[derive(Debug, Clone)]
pub(crate) struct ListChanges {
    languages: watch::Receiver<Languages>,
    places: Arc<Semaphore>,
    ended: CancellationToken,
}

impl ListChanges {
    /// Changes from now on; none once the session has `ended`.
    pub(crate) fn new(languages: watch::Receiver<Languages>, ended: CancellationToken) -> Self {
        Self { languages, places: Arc::new(Semaphore::new(MAX_SUBSCRIPTIONS)), ended }
    }

    /// Tells a client of the revisions with a handshake, until the session ends.
    pub(crate) fn tell(&self, peer: Peer<RoleServer>) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        let this = self.clone();
        tokio::spawn(async move {
            this.each(async || peer.notify_tool_list_changed().await.is_ok()).await;
            drop(place);
        });
    }

    /// What of a subscription can be had.
    pub(crate) fn accepted() -> SubscriptionFilter {
        SubscriptionFilter::builder().tools_list_changed().build()
    }

    /// Serves one subscription until its client or the session ends it.
    pub(crate) async fn listen(&self, context: &SubscriptionContext) -> Result<(), ErrorData> {
        let _place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let message = format!(
                "{MAX_SUBSCRIPTIONS} subscriptions are open, the most a session may have; \
                 cancel one first"
            );
            ErrorData::invalid_request(message, None)
        })?;
        let sink = context.sink();
        tokio::select! {
            () = context.cancelled() => {}
            () = self.each(async || sink.notify_tool_list_changed().await.is_ok()) => {}
        }
        Ok(())
    }

    /// Calls `tell` at each change, until it fails or the session ends.
    async fn each<F: Future<Output = bool>>(&self, tell: impl Fn() -> F) {
        let mut languages = self.languages.clone();
        loop {
            tokio::select! {
                changed = languages.changed() => {
                    if changed.is_err() || !tell().await {
                        // Nothing will change any more, or nobody can be told.
                        return self.ended.cancelled().await;
                    }
                }
                () = self.ended.cancelled() => return,
            }
        }
    }
}

/// What one request is waiting for, told to a client that gave a token for it. Dropped, it is
/// silent: nothing may be told once the request is answered.
#[derive(Debug)]
pub(crate) struct Waiting {
    progress: Progress,
    telling: Option<JoinHandle<()>>,
}

impl Waiting {
    pub(crate) fn new(token: Option<ProgressToken>, peer: Peer<RoleServer>) -> Self {
        let Some(token) = token else {
            return Self { progress: Progress::unread(), telling: None };
        };
        let (news, mut heard) = mpsc::channel::<String>(MAX_UNSENT);
        let telling = tokio::spawn(async move {
            let mut count = 0.0;
            while let Some(message) = heard.recv().await {
                count += 1.0;
                let progress = ProgressNotificationParam::new(token.clone(), count);
                if peer.notify_progress(progress.with_message(message)).await.is_err() {
                    return;
                }
            }
        });
        let progress = Progress::new(move |what| drop(news.try_send(what.to_owned())));
        Self { progress, telling: Some(telling) }
    }

    /// Where the gateway tells it.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(telling) = &self.telling {
            telling.abort();
        }
    }
}
