//! The two threads that always read a server's output, so that it never blocks on us.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread,
};

use serde_json::Value;

/// How much of stderr is kept.
const TAIL: usize = 256 << 10;

/// One line of stdout.
#[derive(Debug)]
pub enum Incoming {
    /// A JSON value.
    Message(Value),
    /// Anything else, which must not be there.
    Garbage(String),
}

/// Reads lines for as long as there are any. A test receives few, so their number has no bound.
pub fn lines(stream: Option<impl Read + Send + 'static>) -> Receiver<Incoming> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let Some(stream) = stream else { return };
        for line in BufReader::new(stream).split(b'\n') {
            let Ok(line) = line else { return };
            let incoming = match serde_json::from_slice(&line) {
                Ok(message) => Incoming::Message(message),
                Err(_) => Incoming::Garbage(String::from_utf8_lossy(&line).into_owned()),
            };
            if sender.send(incoming).is_err() {
                return;
            }
        }
    });
    receiver
}

/// The last of a stream.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    bytes: Arc<Mutex<VecDeque<u8>>>,
}

impl Tail {
    /// Reads the stream to its end, keeping the last of it.
    pub fn of(stream: Option<impl Read + Send + 'static>) -> Self {
        let tail = Self::default();
        let bytes = Arc::clone(&tail.bytes);
        thread::spawn(move || {
            let Some(mut stream) = stream else { return };
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                bytes.extend(&buffer[..count]);
                let surplus = bytes.len().saturating_sub(TAIL);
                bytes.drain(..surplus);
            }
        });
        tail
    }

    /// What was kept so far.
    pub fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes.iter().copied().collect::<Vec<u8>>()).into_owned()
    }
}
