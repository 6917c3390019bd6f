//! The protocol library's transport over a pair of byte streams.

use std::{fmt, io, pin::Pin};

use rmcp::{
    RoleServer,
    model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage, ServerJsonRpcMessage},
    transport::Transport,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::transport::{
    decode::{self, Decoded},
    output::Output,
    scan::IdScanner,
};

/// How much is read at a time. A pipe holds as much.
const READ_BYTES: usize = 64 * 1024;
/// A buffer that a long message has grown is given back when it is larger than this.
const KEPT_BYTES: usize = 1024 * 1024;
const DEFAULT_MAX_LINE: usize = 8 * 1024 * 1024;

/// What becomes known of the streams while they are served.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// Cancelled when the input has ended.
    pub input_closed: CancellationToken,
    /// Cancelled when the output could not be written.
    pub output_broken: CancellationToken,
    /// Cancelled when the client has sent `initialize`. Requests are handled side by side, so one
    /// that was sent right after it may well be handled first.
    pub initialize_sent: CancellationToken,
}

/// JSON-RPC messages, one per line, for a server.
///
/// A line that is no message is answered with an error that carries its id when one can be found,
/// and the session goes on. A line over the limit is read past, never kept. Reading stops while a
/// client leaves more than 32 MiB of answers unread.
pub struct LineTransport<R, W> {
    reader: R,
    output: Output<W>,
    signals: Signals,
    max_line: usize,
    buffer: Vec<u8>,
    /// Where the unread part of `buffer` starts.
    start: usize,
    /// Up to where `buffer` is known to hold no line feed.
    searched: usize,
    too_long: Option<IdScanner>,
    reply: Option<Pin<Box<dyn Future<Output = io::Result<()>> + Send>>>,
}

impl<R, W> LineTransport<R, W>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    /// A transport over these streams, with lines of up to 8 MiB.
    pub fn new(reader: R, writer: W) -> Self {
        let signals = Signals::default();
        Self {
            reader,
            output: Output::new(writer, signals.output_broken.clone()),
            signals,
            max_line: DEFAULT_MAX_LINE,
            buffer: Vec::new(),
            start: 0,
            searched: 0,
            too_long: None,
            reply: None,
        }
    }

    /// The same with lines of up to `bytes`.
    #[must_use]
    pub fn with_max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// What becomes known of the streams; stays valid when the transport is gone.
    pub fn signals(&self) -> Signals {
        self.signals.clone()
    }

    /// The next whole line in the buffer, as a range of it, or `None` when more must be read.
    fn next_line(&mut self) -> Option<std::ops::Range<usize>> {
        let unsearched = self.buffer.get(self.searched..)?;
        let Some(offset) = unsearched.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.buffer.len();
            return None;
        };
        let line = self.start..self.searched + offset;
        self.start = line.end + 1;
        self.searched = self.start;
        Some(line)
    }

    /// Takes the next line out of the buffer, whatever it turns out to be.
    fn take_line(&mut self) -> Option<Decoded> {
        let Some(line) = self.next_line() else {
            self.drop_overlong();
            return None;
        };
        if let Some(mut scanner) = self.too_long.take() {
            scanner.feed(&self.buffer[line]);
            return Some(self.overlong(scanner));
        }
        if line.len() > self.max_line {
            let mut scanner = IdScanner::default();
            scanner.feed(&self.buffer[line]);
            return Some(self.overlong(scanner));
        }
        Some(decode::decode(&self.buffer[line]))
    }

    fn overlong(&self, scanner: IdScanner) -> Decoded {
        Decoded::Reply(Box::new(decode::too_long(self.max_line, scanner.finish())))
    }

    /// Lets go of the beginning of a line that is too long, all but its id.
    fn drop_overlong(&mut self) {
        let pending = &self.buffer[self.start..];
        if self.too_long.is_none() && pending.len() <= self.max_line {
            return;
        }
        self.too_long.get_or_insert_default().feed(pending);
        self.buffer.clear();
        self.start = 0;
        self.searched = 0;
    }

    /// Reads more; `false` at the end of the input. Loses nothing when it is dropped.
    async fn fill(&mut self) -> bool {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.searched -= self.start;
            self.start = 0;
        }
        if self.buffer.is_empty() && self.buffer.capacity() > KEPT_BYTES {
            self.buffer = Vec::new();
        }
        self.buffer.reserve(READ_BYTES);
        match self.reader.read_buf(&mut self.buffer).await {
            Ok(count) => count > 0,
            Err(error) => {
                tracing::warn!(%error, "cannot read from the client");
                false
            }
        }
    }
}

impl<R, W> Transport<RoleServer> for LineTransport<R, W>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(
        &mut self,
        item: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let writing = encode(&item).map(|line| self.output.write(line));
        async move { writing?.await }
    }

    /// Dropped and called again at any time by the session's loop, so whatever is half done is kept
    /// in `self`.
    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            if let Some(reply) = &mut self.reply {
                // A failure has been signalled as `output_broken`.
                let _ = reply.await;
                self.reply = None;
            }
            self.output.has_room().await;
            match self.take_line() {
                Some(Decoded::Message(message)) => {
                    if is_initialize(&message) {
                        self.signals.initialize_sent.cancel();
                    }
                    return Some(*message);
                }
                Some(Decoded::Reply(reply)) => {
                    tracing::debug!("answered a line that is no message");
                    self.reply = Some(Box::pin(self.send(*reply)));
                }
                Some(Decoded::Nothing) => {}
                None => {
                    if !self.fill().await {
                        self.signals.input_closed.cancel();
                        return None;
                    }
                }
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.output.close().await
    }
}

impl<R, W> fmt::Debug for LineTransport<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineTransport").field("max_line", &self.max_line).finish_non_exhaustive()
    }
}

fn is_initialize(message: &ClientJsonRpcMessage) -> bool {
    let JsonRpcMessage::Request(request) = message else { return false };
    matches!(request.request, ClientRequest::InitializeRequest(_))
}

fn encode(message: &ServerJsonRpcMessage) -> io::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(1024);
    serde_json::to_writer(&mut line, message)?;
    line.push(b'\n');
    Ok(line)
}
