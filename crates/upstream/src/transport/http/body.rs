//! The body of an answer as a stream of bytes, no longer than it may be.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body::Body as _;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::bytes::{Buf, Bytes};

/// How a body has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It has not.
    Not,
    /// As it should.
    Whole,
    /// In the middle: the connection broke.
    Broken,
    /// We gave it up: it is longer than it may be.
    TooLong,
}

/// The body of an answer.
pub(super) struct Body {
    inner: reqwest::Body,
    chunk: Bytes,
    left: u64,
    end: End,
}

impl Body {
    /// A body that is given up after so many bytes.
    pub(super) fn new(inner: reqwest::Body, most: u64) -> Self {
        Self { inner, chunk: Bytes::new(), left: most, end: End::Not }
    }

    /// How it has ended.
    pub(super) fn end(&self) -> End {
        self.end
    }
}

impl AsyncRead for Body {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.chunk.is_empty() {
            match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
                None => {
                    self.end = End::Whole;
                    return Poll::Ready(Ok(()));
                }
                Some(Ok(frame)) => {
                    let Ok(chunk) = frame.into_data() else { continue };
                    let Some(left) = self.left.checked_sub(chunk.len() as u64) else {
                        self.end = End::TooLong;
                        return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
                    };
                    self.left = left;
                    self.chunk = chunk;
                }
                Some(Err(_)) => {
                    self.end = End::Broken;
                    return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
                }
            }
        }
        let most = self.chunk.len().min(buffer.remaining());
        buffer.put_slice(&self.chunk[..most]);
        self.chunk.advance(most);
        Poll::Ready(Ok(()))
    }
}
