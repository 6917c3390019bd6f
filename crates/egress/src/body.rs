//! A response's body: read as it comes, decompressed, and bounded in size and time.

use std::{fmt, sync::Arc};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    Config, Error,
    clock::Clock,
    connection::{Connection, Idle},
    decode::{self, Decoder},
    record::Recording,
    target::Origin,
};

/// What is decompressed at once, in compressed bytes. Between two pieces others get their turn.
const PIECE: usize = 16 * 1024;

/// The body of a response. Its time and its sizes are those of the request: reading it may fail as
/// the request may. Dropping it ends the request.
pub struct Body {
    reading: Option<Box<Reading>>,
    failed: Option<Error>,
}

/// A body that has not come to its end.
pub(crate) struct Reading {
    pub(crate) incoming: Incoming,
    pub(crate) decoder: Option<Decoder>,
    pub(crate) limits: Limits,
    pub(crate) origin: Origin,
    pub(crate) clock: Clock,
    pub(crate) recording: Recording,
    pub(crate) connection: Option<Connection>,
    pub(crate) idle: Arc<Idle>,
    pub(crate) places: [OwnedSemaphorePermit; 2],
    /// Came and was not decompressed yet.
    pub(crate) pending: Bytes,
    pub(crate) received: usize,
}

/// The sizes that a body is held against, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) sent: usize,
    pub(crate) decompressed: usize,
}

impl Limits {
    pub(crate) fn new(config: &Config) -> Self {
        Self { sent: config.response_body_bytes, decompressed: config.decompressed_body_bytes }
    }

    pub(crate) fn too_large(self) -> Error {
        Error::TooLarge { what: "the response's body", limit: format!("{} bytes", self.sent) }
    }
}

impl Body {
    pub(crate) fn new(reading: Reading) -> Self {
        Self { reading: Some(Box::new(reading)), failed: None }
    }

    /// The next piece, or nothing at the end. After an error it is the same error again. A call that
    /// is dropped half-way loses nothing.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let Some(reading) = &mut self.reading else { return Ok(None) };
        let clock = reading.clock.clone();
        let next = clock.bound(reading.next()).await;
        if let Ok(Some(_)) = next {
            return next;
        }
        if let Some(mut reading) = self.reading.take() {
            match &next {
                Ok(_) => reading.end(),
                Err(error) => reading.recording.fail(error),
            }
        }
        self.failed = next.as_ref().err().cloned();
        next
    }

    /// All of it.
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.chunk().await? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}

impl Reading {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            if !self.pending.is_empty() {
                tokio::task::yield_now().await;
                let piece = self.decoded()?;
                if !piece.is_empty() {
                    return Ok(Some(piece));
                }
                continue;
            }
            let Some(frame) = self.incoming.frame().await else { return self.rest() };
            let frame = frame.map_err(|error| self.origin.broken(&error))?;
            // Trailers are not for the program.
            let Ok(piece) = frame.into_data() else { continue };
            self.received = self.received.saturating_add(piece.len());
            self.recording.received(self.received);
            if self.received > self.limits.sent {
                return Err(self.limits.too_large());
            }
            if self.decoder.is_some() {
                self.pending = piece;
            } else if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
    }

    fn decoded(&mut self) -> Result<Bytes, Error> {
        let piece = self.pending.split_to(PIECE.min(self.pending.len()));
        let Some(decoder) = &mut self.decoder else { return Ok(piece) };
        decoder.push(&piece).map_err(|failure| self.undecodable(failure))
    }

    /// What the decoder still holds at the end.
    fn rest(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(mut decoder) = self.decoder.take() else { return Ok(None) };
        let rest = decoder.finish().map_err(|failure| self.undecodable(failure))?;
        Ok((!rest.is_empty()).then_some(rest))
    }

    fn end(mut self) {
        self.recording.succeed();
        if let Some(connection) = self.connection.take() {
            self.idle.put(self.origin.clone(), connection);
        }
        drop(self.places);
    }

    fn undecodable(&self, failure: decode::Failure) -> Error {
        match failure {
            decode::Failure::TooLarge => Error::TooLarge {
                what: "the response's body, decompressed,",
                limit: format!("{} bytes", self.limits.decompressed),
            },
            decode::Failure::Corrupt => {
                self.origin.protocol("its body is not compressed as it says")
            }
        }
    }
}
