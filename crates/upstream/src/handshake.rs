//! Which MCP a server speaks, and the handshake it wants.
//!
//! The semantics are rmcp's `ClientLifecycleMode::Auto`: `server/discover` first (2026-07-28),
//! `initialize` for everything older. It is our own exchange because rmcp's waits a fixed ten
//! seconds for a server that ignores the probe, and loses the connection when an answer to the
//! probe comes after them. Here `initialize` follows a short silence on the same connection, both
//! answers are welcome whenever they come, and what was learnt is remembered.

use std::time::Duration;

use rmcp::model::{
    ClientCapabilities, ClientConfig, ErrorCode, Implementation, ProtocolVersion, RequestId,
    ServerCapabilities, ServerPeerInfo,
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use crate::transport::{Incoming, Link, cut};

/// How long an answer to `initialize` is waited for when the probe has already been answered.
const SECOND_ANSWER: Duration = Duration::from_secs(1);

/// Ids that rmcp, which counts from zero, will not come to.
const DISCOVER_ID: i64 = 2_000_000_001;
const INITIALIZE_ID: i64 = 2_000_000_002;

/// What is known of a server's era from earlier handshakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Era {
    /// Nothing yet.
    #[default]
    Unknown,
    /// It answered the probe: 2026-07-28.
    Modern,
    /// It wants `initialize`, and may not even survive the probe.
    Legacy,
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Its output ended. `probed` says whether it had been sent the probe.
    Closed {
        /// Whether the probe may be what ended it.
        probed: bool,
    },
    /// It printed too much that is no message.
    Noise,
    /// It answered, and the answer was no.
    Refused(String),
}

/// Who we are, to servers.
pub(crate) fn client_info() -> ClientConfig {
    let ourselves = Implementation::new("code-executor", env!("CARGO_PKG_VERSION"));
    ClientConfig::new(ClientCapabilities::default(), ourselves)
        .with_protocol_version(ProtocolVersion::LATEST_WITH_INITIALIZE)
}

/// Shakes hands. Has no deadline of its own; it may be dropped at any time, and the server's
/// process with it.
pub(crate) async fn shake(
    link: &mut impl Link,
    era: Era,
) -> Result<(ServerPeerInfo, Era), Failure> {
    let mut talk = Talk { link, probe: Answer::Unasked, initialize: Answer::Unasked, again: true };
    let mut silence = None;
    if era == Era::Legacy {
        talk.ask_initialize().await?;
    } else {
        talk.ask_probe().await?;
        // A server known to be modern is never asked the old way without a reason.
        silence = (era == Era::Unknown).then(|| Instant::now() + talk.link.probe_silence());
    }
    loop {
        match talk.step() {
            Step::Wait => {}
            Step::Initialize => {
                silence = None;
                talk.ask_initialize().await?;
            }
            Step::WaitBriefly => {
                silence.get_or_insert_with(|| Instant::now() + SECOND_ANSWER);
            }
            Step::Done(information, era) => {
                if era == Era::Legacy {
                    talk.notify_initialized().await?;
                }
                return Ok((*information, era));
            }
            Step::Refused(reason) => return Err(Failure::Refused(reason)),
        }
        tokio::select! {
            reply = talk.hear() => {
                // Written out here: a write must not be dropped halfway.
                if let Some(reply) = reply? {
                    talk.write(&reply).await?;
                }
            }
            () = elapsed(silence) => {
                silence = None;
                if matches!(talk.initialize, Answer::Unasked) {
                    talk.ask_initialize().await?;
                } else {
                    talk.initialize = Answer::No("it did not answer `initialize`".to_owned());
                }
            }
        }
    }
}

/// One handshake under way.
struct Talk<'a, L> {
    link: &'a mut L,
    probe: Answer,
    initialize: Answer,
    /// Whether the probe may be sent once more.
    again: bool,
}

/// Where one of the two requests stands.
enum Answer {
    Unasked,
    Asked,
    Yes(Box<ServerPeerInfo>),
    No(String),
}

enum Step {
    Wait,
    WaitBriefly,
    Initialize,
    Done(Box<ServerPeerInfo>, Era),
    Refused(String),
}

impl<L: Link> Talk<'_, L> {
    /// What to do next. Once `initialize` has been sent its answer decides: a server of both eras
    /// may have bound the connection to the older one by then.
    fn step(&self) -> Step {
        match (&self.probe, &self.initialize) {
            (_, Answer::Yes(information)) => Step::Done(information.clone(), Era::Legacy),
            (Answer::Yes(information), Answer::Unasked | Answer::No(_)) => {
                Step::Done(information.clone(), Era::Modern)
            }
            (Answer::Yes(_), Answer::Asked) => Step::WaitBriefly,
            (Answer::No(_), Answer::Unasked) => Step::Initialize,
            (Answer::Asked, _) | (_, Answer::Asked) | (Answer::Unasked, Answer::Unasked) => {
                Step::Wait
            }
            (Answer::No(_) | Answer::Unasked, Answer::No(reason)) => Step::Refused(reason.clone()),
        }
    }

    async fn ask_probe(&mut self) -> Result<(), Failure> {
        self.probe = Answer::Asked;
        self.write(&probe()).await
    }

    async fn ask_initialize(&mut self) -> Result<(), Failure> {
        self.initialize = Answer::Asked;
        let request = json!({
            "jsonrpc": "2.0", "id": INITIALIZE_ID, "method": "initialize",
            "params": client_info(),
        });
        self.write(&request).await
    }

    async fn notify_initialized(&mut self) -> Result<(), Failure> {
        self.write(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await
    }

    async fn write(&mut self, message: &Value) -> Result<(), Failure> {
        self.link.write(message).await.map_err(|_| self.closed())
    }

    fn closed(&self) -> Failure {
        Failure::Closed { probed: !matches!(self.probe, Answer::Unasked) }
    }

    /// Reads one message and takes note of it; gives what is to be said to it, if anything is.
    async fn hear(&mut self) -> Result<Option<Value>, Failure> {
        let message = match self.link.read().await {
            Incoming::Message(message) => message,
            Incoming::End => return Err(self.closed()),
            Incoming::Noise => return Err(Failure::Noise),
            Incoming::Failed(reason) => return Err(Failure::Refused(reason)),
            Incoming::Refused(id, reason) => {
                match id {
                    RequestId::Number(DISCOVER_ID) => self.probe = Answer::No(reason),
                    RequestId::Number(INITIALIZE_ID) => self.initialize = Answer::No(reason),
                    _ => {}
                }
                return Ok(None);
            }
        };
        if let Some(method) = message.get("method").and_then(Value::as_str) {
            let pinged = message.get("id").filter(|_| method == "ping");
            return Ok(pinged.map(|id| json!({"jsonrpc": "2.0", "id": id, "result": {}})));
        }
        let is = |id: i64| {
            let given = message.get("id");
            given.and_then(Value::as_i64) == Some(id)
                || given.and_then(Value::as_str).and_then(|id| id.parse().ok()) == Some(id)
        };
        // An error without an id is about the request that could not be understood.
        let anonymous =
            message.get("error").is_some() && message.get("id").is_none_or(Value::is_null);
        if is(DISCOVER_ID) && wants_ours(&message) && std::mem::take(&mut self.again) {
            return Ok(Some(probe()));
        }
        if is(DISCOVER_ID) || (anonymous && matches!(self.probe, Answer::Asked)) {
            self.probe = discovered(&message);
        } else if is(INITIALIZE_ID) || (anonymous && matches!(self.initialize, Answer::Asked)) {
            self.initialize = initialized(&message);
        }
        Ok(None)
    }
}

fn probe() -> Value {
    let who = client_info();
    json!({
        "jsonrpc": "2.0", "id": DISCOVER_ID, "method": "server/discover",
        "params": {"_meta": {
            "io.modelcontextprotocol/protocolVersion": ProtocolVersion::LATEST,
            "io.modelcontextprotocol/clientInfo": who.client_info,
            "io.modelcontextprotocol/clientCapabilities": who.capabilities,
        }},
    })
}

/// Whether the server refused the revision of the probe and asks for that very one.
fn wants_ours(message: &Value) -> bool {
    let refused = message.pointer("/error/code").and_then(Value::as_i64);
    let supported = message.pointer("/error/data/supported").and_then(Value::as_array);
    refused == Some(i64::from(ErrorCode::UNSUPPORTED_PROTOCOL_VERSION.0))
        && supported.is_some_and(|versions| {
            versions.iter().any(|version| version == ProtocolVersion::LATEST.as_str())
        })
}

async fn elapsed(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Reads the answer to the probe. Whatever is not a yes means: ask the old way.
fn discovered(message: &Value) -> Answer {
    let Some(result) = message.get("result") else {
        return Answer::No(refusal("server/discover", message));
    };
    let latest = ProtocolVersion::LATEST;
    let versions = result.get("supportedVersions").and_then(Value::as_array);
    let shared = versions.is_some_and(|versions| {
        versions.iter().any(|version| version.as_str() == Some(latest.as_str()))
    });
    if !shared {
        return Answer::No(format!("it does not offer revision {latest}"));
    }
    Answer::Yes(Box::new(ServerPeerInfo::new(latest, capabilities(result))))
}

fn initialized(message: &Value) -> Answer {
    let Some(result) = message.get("result") else {
        return Answer::No(refusal("initialize", message));
    };
    let version = result.get("protocolVersion").cloned().map(serde_json::from_value);
    let Some(Ok(version)) = version else {
        return Answer::No("it answered `initialize` without a protocol version".to_owned());
    };
    Answer::Yes(Box::new(ServerPeerInfo::new(version, capabilities(result))))
}

/// What the server says it can do; what cannot be read counts as not said.
fn capabilities(result: &Value) -> ServerCapabilities {
    let value = result.get("capabilities").cloned().unwrap_or_default();
    serde_json::from_value(value).unwrap_or_default()
}

/// A refusal in the server's own words, shortened: an operator must see them to act.
fn refusal(method: &str, message: &Value) -> String {
    let error = message.get("error").unwrap_or(&Value::Null);
    let code = error.get("code").and_then(Value::as_i64).unwrap_or_default();
    let text = error.get("message").and_then(Value::as_str).unwrap_or_default();
    format!("it refused `{method}` with error {code}: {}", cut(text, 200))
}
