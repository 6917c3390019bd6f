//! A session that the server has forgotten is begun again. Whoever finds out does it; the others
//! who find out meanwhile wait for that.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use rmcp::model::RequestId;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::task::{self, Kind};
use crate::transport::http::exchange::message_of;
use crate::transport::http::failed::Failed;
use crate::transport::http::listen::listen;
use crate::transport::http::message::{INITIALIZE, Message};
use crate::transport::http::wire::Wire;

/// How long a new session may take to begin.
const LIMIT: Duration = Duration::from_secs(30);

impl Wire {
    /// Begins a session again, unless somebody has since the one that was number `session`.
    pub(super) async fn renew(self: &Arc<Self>, session: u64) -> Result<(), Failed> {
        let _turn = self.renewing.lock().await;
        if self.session.number().0 != session {
            return Ok(());
        }
        let begun = timeout(LIMIT, self.begin_again()).await;
        begun.unwrap_or_else(|_| Err(lost("it did not begin a new one in time")))?;
        tracing::info!(server = &*self.server, "the server forgot its session: began a new one");
        self.changed().await;
        self.start_listening();
        Ok(())
    }

    /// Follows what the server says by itself, where it has anything to say; the stream of a
    /// session before is left.
    pub(super) fn start_listening(self: &Arc<Self>) {
        let ended = self.closed.child_token();
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *listening, ended.clone()).cancel();
        task::spawn(Kind::Events, &self.server, listen(Arc::clone(self), ended));
    }

    /// Says that the list of tools may have changed, as the server would have.
    pub(super) async fn changed(&self) {
        let news = json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"});
        self.say(&news).await;
    }

    async fn begin_again(&self) -> Result<(), Failed> {
        let Some(body) = self.session.beginning() else { return Err(lost("none can be begun")) };
        let begin = Message {
            id: Some(RequestId::Number(0)),
            method: Some(INITIALIZE.to_owned()),
            headers: reqwest::header::HeaderMap::new(),
            trace: reqwest::header::HeaderMap::new(),
            body,
            shaking: true,
        };
        let response = self.post(&begin).await?;
        let headers = response.headers().clone();
        if !response.status().is_success() {
            return Err(lost("it refused to begin a new one"));
        }
        let answer = message_of(self, response).await;
        let answer = answer.filter(|answer: &Value| answer.get("result").is_some());
        let answer = answer.ok_or_else(|| lost("it refused to begin a new one"))?;
        self.session.begun(&headers, &answer);
        let begun = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let begun = Message::new(&begun, &self.promoted, true);
        let begun = begun.map_err(|_| lost("none can be begun"))?;
        self.post(&begun).await.map(drop)
    }
}

fn lost(why: &str) -> Failed {
    Failed::this(format!("it forgot its session, and {why}"))
}
