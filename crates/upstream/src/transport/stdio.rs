//! rmcp's `Transport` over a server's standard input and output.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use rmcp::model::ServerJsonRpcMessage;
use rmcp::service::{RoleClient, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde_json::Value;
use tokio::io::AsyncRead;
use tokio::task::JoinHandle;
use tokio_util::bytes::BytesMut;

use crate::transport::deliver::{PARSE_INLINE, deliver, sent};
use crate::transport::lines::{Budget, Line, Lines, Share};
use crate::transport::parse::{Parsed, expected, parse};
use crate::transport::pending::{Fault, Note, Pending};
use crate::transport::text::printable;
use crate::transport::writer::Writer;
use crate::transport::{Incoming, Link, NOISE_LIMIT};

/// One server's standard input and output.
pub(crate) struct Stdio<R> {
    server: Arc<str>,
    lines: Lines<R>,
    limit: usize,
    writer: Arc<Writer>,
    pending: Arc<Pending>,
    /// A long line that is being parsed. Kept here, for `receive` may be dropped at any await.
    parsing: Option<Parsing>,
    noise: usize,
    /// Why the reader gave up, when it was not that the stream ended.
    fault: Arc<OnceLock<&'static str>>,
}

struct Parsing {
    work: JoinHandle<Parsed>,
    bytes: usize,
    share: Option<Share>,
}

impl<R: AsyncRead + Unpin + Send> Stdio<R> {
    /// A transport whose messages may be as long as `limit` and a little for their envelope.
    pub(crate) fn new(
        server: Arc<str>,
        output: R,
        writer: Arc<Writer>,
        limit: usize,
        budget: Budget,
    ) -> Self {
        Self {
            server,
            lines: Lines::new(output, limit + 1024, budget),
            limit,
            writer,
            pending: Arc::default(),
            parsing: None,
            noise: 0,
            fault: Arc::default(),
        }
    }

    /// Bytes of noise since the last message.
    pub(crate) fn noise(&self) -> usize {
        self.noise
    }

    fn skip(&mut self, line: &[u8]) {
        if line.trim_ascii().is_empty() {
            return;
        }
        self.noise = self.noise.saturating_add(line.len());
        // A line that starts like a message may hold a result; anything else is a stray print.
        let text = if line.starts_with(b"{") { String::new() } else { printable(line) };
        tracing::debug!(
            server = &*self.server,
            bytes = line.len(),
            text,
            "skipped a line on standard output that is not a message"
        );
    }

    async fn parse(&mut self, line: BytesMut, share: Option<Share>) -> (Parsed, Note) {
        let bytes = line.len();
        if bytes <= PARSE_INLINE {
            let parsed = parse(&line, self.limit, &self.pending);
            if matches!(parsed, Parsed::Noise) {
                self.skip(&line);
            }
            return (parsed, Note { bytes, _share: share, fault: None });
        }
        let (limit, pending) = (self.limit, Arc::clone(&self.pending));
        let work = tokio::task::spawn_blocking(move || parse(&line, limit, &pending));
        self.parsing = Some(Parsing { work, bytes, share });
        self.parsed().await.unwrap_or((Parsed::Noise, Note::default()))
    }

    /// The outcome of the long line that is being parsed, if there is one.
    async fn parsed(&mut self) -> Option<(Parsed, Note)> {
        let parsing = self.parsing.as_mut()?;
        let parsed = (&mut parsing.work).await.unwrap_or(Parsed::Noise);
        let Parsing { bytes, share, .. } = self.parsing.take()?;
        if matches!(parsed, Parsed::Noise) {
            self.noise = self.noise.saturating_add(bytes);
        }
        Some((parsed, Note { bytes, _share: share, fault: None }))
    }

    fn deliver(&mut self, parsed: Parsed, note: Note) -> Option<ServerJsonRpcMessage> {
        if matches!(parsed, Parsed::Message(_)) {
            self.noise = 0;
        }
        deliver(&self.pending, parsed, note)
    }
}

impl<R: AsyncRead + Unpin + Send + 'static> Link for Stdio<R> {
    async fn write(&mut self, message: &Value) -> Result<(), std::io::Error> {
        self.writer.write(line_of(message)?).await
    }

    async fn read(&mut self) -> Incoming {
        loop {
            let line = match self.lines.next().await {
                Line::Whole(line, _share) => line,
                Line::Oversized(_) => {
                    self.noise = self.noise.saturating_add(self.limit);
                    return Incoming::Noise;
                }
                Line::End => return Incoming::End,
            };
            match serde_json::from_slice::<Value>(&line) {
                Ok(message) if message.is_object() => {
                    self.noise = 0;
                    return Incoming::Message(message);
                }
                _ => self.skip(&line),
            }
            if self.noise > NOISE_LIMIT {
                return Incoming::Noise;
            }
        }
    }

    fn pending(&self) -> Arc<Pending> {
        Arc::clone(&self.pending)
    }

    fn fault(&self) -> Arc<OnceLock<&'static str>> {
        Arc::clone(&self.fault)
    }
}

impl<R: AsyncRead + Unpin + Send + 'static> Transport<RoleClient> for Stdio<R> {
    type Error = std::io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        sent(&self.pending, &item);
        let (line, writer) = (line_of(&item), Arc::clone(&self.writer));
        async move { writer.write(line?).await }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        loop {
            let (parsed, note) = match self.parsed().await {
                Some(parsed) => parsed,
                None => match self.lines.next().await {
                    Line::Whole(line, share) => self.parse(line, share).await,
                    Line::Oversized(id) => match id.and_then(|id| expected(id, &self.pending)) {
                        Some((id, _)) => (Parsed::Refused(id, Fault::TooLarge), Note::default()),
                        None => {
                            let server = &*self.server;
                            tracing::warn!(server, limit = self.limit, "dropped a huge message");
                            (Parsed::Late, Note::default())
                        }
                    },
                    Line::End => return None,
                },
            };
            if let Some(message) = self.deliver(parsed, note) {
                return Some(message);
            }
            if self.noise > NOISE_LIMIT {
                let _ = self.fault.set("it printed more than 1 MiB that are no messages");
                return None;
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.writer.close().await;
        Ok(())
    }
}

fn line_of(message: &impl serde::Serialize) -> Result<Vec<u8>, std::io::Error> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}
