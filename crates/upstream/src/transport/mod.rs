//! The ways of ours to a server: JSON-RPC messages, bounded in every direction. Over standard input
//! and output they are lines, over HTTP bodies and events. Knows bytes and messages; not what a process
//! or a tool is.

mod deliver;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub(crate) mod http;
mod lines;
mod parse;
mod pending;
mod scan;
mod stdio;
mod text;
mod writer;

#[cfg(test)]
mod tests;

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rmcp::model::RequestId;
use rmcp::service::RoleClient;
use rmcp::transport::Transport;
use serde_json::Value;

pub(crate) use deliver::OURS;
pub(crate) use lines::Budget;
pub(crate) use parse::{cut, most_values};
pub(crate) use pending::{Fault, Note, Pending};
pub(crate) use stdio::Stdio;
pub(crate) use text::printable;
pub(crate) use writer::{QUEUE_BYTES, Writer};

/// A server that is merely slow to start loses nothing: it finds both requests when it reads.
const PROBE_SILENCE: Duration = Duration::from_secs(2);
/// How much that is no message a server may send before, or between, its messages.
const NOISE_LIMIT: usize = 1024 * 1024;

/// A way to a server: message by message for the handshake, and rmcp's transport after it.
pub(crate) trait Link:
    Transport<RoleClient, Error = std::io::Error> + Send + 'static
{
    /// Writes one message of the handshake. Must not be dropped halfway.
    fn write(&mut self, message: &Value)
    -> impl Future<Output = Result<(), std::io::Error>> + Send;

    /// Reads one message of the handshake. May be dropped at any await.
    fn read(&mut self) -> impl Future<Output = Incoming> + Send;

    /// How long the server may be silent about the probe before it is asked the old way as well.
    fn probe_silence(&self) -> Duration {
        PROBE_SILENCE
    }

    /// What has been sent and not been answered.
    fn pending(&self) -> Arc<Pending>;

    /// Where the reader leaves word of why it gave up, when it was not that the stream ended.
    fn fault(&self) -> Arc<OnceLock<&'static str>>;
}

/// One thing a server had to say during the handshake.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A JSON object.
    Message(Value),
    /// The stream ended.
    End,
    /// The server printed more that is no message than it may.
    Noise,
    /// One request has failed; another may not.
    Refused(RequestId, String),
    /// The server cannot be reached at all.
    Failed(String),
}
