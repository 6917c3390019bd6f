//! A connection over HTTP as the handshake and rmcp see it.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rmcp::model::JsonRpcMessage;
use rmcp::service::{RoleClient, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde_json::Value;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::task::{self, Kind};
use crate::transport::deliver::{deliver, sent};
use crate::transport::http::client::Client;
use crate::transport::http::exchange::run;
use crate::transport::http::failed::Failed;
use crate::transport::http::message::{INITIALIZE, Message};
use crate::transport::http::wire::{Item, Wire};
use crate::transport::lines::Budget;
use crate::transport::pending::Pending;
use crate::transport::{Incoming, Link};

/// What may wait to be read by rmcp; streams wait after that.
const INBOX: usize = 64;
/// How long a server may be silent about the probe. It always answers something, unlike a process.
const PROBE_SILENCE: Duration = Duration::from_secs(10);
/// How long a message that no answer is waited for may take.
const ASIDE: Duration = Duration::from_secs(5);

/// How many replies to requests of the server's may be on their way. Each is a request of ours, so
/// that a server that asks and takes no reply could have as many as it likes.
const REPLIES: usize = 8;

/// Told when the server has been told that we leave.
pub(crate) type Goodbye = oneshot::Receiver<()>;

/// A connection over HTTP.
pub(crate) struct HttpLink {
    wire: Arc<Wire>,
    inbox: mpsc::Receiver<Item>,
    left: Option<oneshot::Sender<()>>,
    older: bool,
}

impl HttpLink {
    /// A connection by Streamable HTTP. Nothing is sent yet.
    pub(crate) fn streamable(
        server: &str,
        client: Client,
        limit: usize,
        budget: Budget,
    ) -> (Self, Goodbye) {
        let (sender, inbox) = mpsc::channel(INBOX);
        let wire = Arc::new(Wire {
            server: server.into(),
            client,
            limit,
            budget,
            pending: Arc::default(),
            inbox: sender,
            session: Default::default(),
            promoted: Default::default(),
            beside: OnceLock::new(),
            listening: Default::default(),
            renewing: Default::default(),
            under_way: Default::default(),
            replies: Arc::new(Semaphore::new(REPLIES)),
            closed: CancellationToken::new(),
            fault: Arc::default(),
            shaken: AtomicBool::new(false),
            looks_older: AtomicBool::new(false),
        });
        let (left, goodbye) = oneshot::channel();
        (Self { wire, inbox, left: Some(left), older: false }, goodbye)
    }

    /// A connection by the older transport, whose stream is opened.
    pub(crate) async fn older(
        server: &str,
        client: Client,
        limit: usize,
        budget: Budget,
    ) -> Result<(Self, Goodbye), Failed> {
        let (mut link, goodbye) = Self::streamable(server, client, limit, budget);
        link.older = true;
        link.wire.open_older().await?;
        Ok((link, goodbye))
    }

    /// Whether the server answered as one of the older transport would.
    pub(crate) fn looks_older(&self) -> bool {
        self.wire.looks_older.load(Ordering::Acquire)
    }

    /// Whether the server refused us for want of a login.
    pub(crate) fn wants_login(&self) -> bool {
        self.wire.client.wants_login()
    }

    /// Sends a request and has its answer followed.
    fn ask(&self, message: Message) {
        let Some(id) = message.id.clone() else { return };
        let ended = self.wire.under_way.enter(&id, &self.wire.closed);
        let wire = Arc::clone(&self.wire);
        task::spawn(Kind::Exchange, &self.wire.server, run(wire, message, id, ended));
    }

    /// Answers a request of the server's, as long as it takes our answers.
    async fn reply(wire: Arc<Wire>, message: Message) {
        let replies = Arc::clone(&wire.replies);
        let Ok(_one) = replies.try_acquire() else {
            tracing::debug!(server = &*wire.server, "a reply was dropped: {REPLIES} wait already");
            return;
        };
        Self::tell(wire, message).await;
    }

    /// Sends what has no answer. It is waited for, so that what follows comes after it.
    async fn tell(wire: Arc<Wire>, message: Message) {
        tokio::select! {
            biased;
            () = wire.closed.cancelled() => {}
            told = timeout(ASIDE, wire.exchange(&message)) => {
                if told.is_err() {
                    tracing::debug!(server = &*wire.server, "a notification was not taken in time");
                }
            }
        }
    }
}

impl Link for HttpLink {
    async fn write(&mut self, message: &Value) -> Result<(), std::io::Error> {
        let message = Message::new(message, &self.wire.promoted, true)?;
        if message.is(INITIALIZE) {
            self.wire.session.will_begin(message.body.clone());
        }
        if message.id.is_some() {
            self.ask(message);
            return Ok(());
        }
        let begun = message.is("notifications/initialized");
        self.wire.shaken.fetch_or(begun, Ordering::AcqRel);
        Self::tell(Arc::clone(&self.wire), message).await;
        if begun && !self.older {
            self.wire.start_listening();
        }
        Ok(())
    }

    async fn read(&mut self) -> Incoming {
        loop {
            return match self.inbox.recv().await {
                Some(Item::Shaken(message)) => Incoming::Message(message),
                Some(Item::Refused(id, reason)) => Incoming::Refused(id, reason),
                Some(Item::Failed(reason)) => Incoming::Failed(reason),
                Some(Item::Parsed(..)) => continue,
                Some(Item::End) | None => Incoming::End,
            };
        }
    }

    fn probe_silence(&self) -> Duration {
        PROBE_SILENCE
    }

    fn pending(&self) -> Arc<Pending> {
        Arc::clone(&self.wire.pending)
    }

    fn fault(&self) -> Arc<OnceLock<&'static str>> {
        Arc::clone(&self.wire.fault)
    }
}

impl Transport<RoleClient> for HttpLink {
    type Error = std::io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let cancelled = sent(&self.wire.pending, &item);
        if let Some(id) = cancelled {
            self.wire.under_way.cancel(id);
        }
        // A server without sessions has been told by the end of the stream.
        let unsaid = cancelled.is_some() && !self.wire.session.is_legacy();
        let message = serde_json::to_value(&item)
            .and_then(|message| Message::new(&message, &self.wire.promoted, false));
        let wire = Arc::clone(&self.wire);
        let replies = matches!(item, JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_));
        let told = match message {
            Ok(message) if matches!(item, JsonRpcMessage::Request(_)) => {
                self.ask(message);
                Ok(None)
            }
            Ok(message) => Ok((!unsaid).then_some(message)),
            Err(error) => Err(std::io::Error::from(error)),
        };
        async move {
            match told? {
                Some(message) if replies => Self::reply(wire, message).await,
                Some(message) => Self::tell(wire, message).await,
                None => {}
            }
            Ok(())
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        loop {
            match self.inbox.recv().await? {
                Item::Parsed(parsed, note) => {
                    if let Some(message) = deliver(&self.wire.pending, parsed, note) {
                        return Some(message);
                    }
                }
                // What is left of the handshake.
                Item::Shaken(_) | Item::Refused(..) | Item::Failed(_) => {}
                Item::End => return None,
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.wire.closed.cancel();
        // Requests that still run, which nobody waits for, must not wait for the inbox.
        self.inbox.close();
        let _ = timeout(ASIDE, self.wire.end_session()).await;
        drop(self.left.take());
        Ok(())
    }
}

impl Drop for HttpLink {
    fn drop(&mut self) {
        self.wire.closed.cancel();
    }
}
