//! Requests that have been sent and not been answered: what the reader needs to know of them, and
//! what it has to say about their answers beyond the answers themselves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rmcp::model::{ClientRequest, RequestId};

use crate::transport::lines::Share;

/// How the answer to a request is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As it stands: lossless, and however odd one part of it is, the rest can be used.
    AsIs,
    /// As the type rmcp has for it.
    Typed,
}

impl Reading {
    /// How the answer to this request is read: as it stands when it goes to a program or is made
    /// sense of by us.
    pub(crate) fn of(request: &ClientRequest) -> Self {
        match request {
            ClientRequest::CallToolRequest(_)
            | ClientRequest::ListToolsRequest(_)
            | ClientRequest::ListResourcesRequest(_)
            | ClientRequest::ListResourceTemplatesRequest(_)
            | ClientRequest::ReadResourceRequest(_)
            | ClientRequest::ListPromptsRequest(_)
            | ClientRequest::GetPromptRequest(_) => Self::AsIs,
            _ => Self::Typed,
        }
    }
}

/// What the reader found out about an answer.
#[derive(Debug, Default)]
pub(crate) struct Note {
    /// The answer's bytes on the wire.
    pub(crate) bytes: usize,
    /// The share of the budget it holds, until the note is dropped.
    pub(crate) _share: Option<Share>,
    /// Why there is no answer, when the reader itself had to refuse it.
    pub(crate) fault: Option<Fault>,
}

/// Why the reader refused an answer, or had none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Larger than the limit.
    TooLarge,
    /// More values than their memory would be worth.
    TooManyValues,
    /// Not to be read: no JSON, no UTF-8, or nested too deeply.
    Unreadable,
    /// There is none, in words of ours.
    Failed(Arc<str>),
}

/// The table. A request enters when it is written and leaves when its caller is done with it;
/// what arrives for a request that has left is dropped with all it holds.
#[derive(Debug, Default)]
pub(crate) struct Pending(Mutex<HashMap<RequestId, (Reading, Note)>>);

impl Pending {
    pub(crate) fn sent(&self, id: RequestId, reading: Reading) {
        self.lock().insert(id, (reading, Note::default()));
    }

    /// How to read the answer to `id`, when anyone still waits for it.
    pub(crate) fn reading(&self, id: &RequestId) -> Option<Reading> {
        self.lock().get(id).map(|(reading, _)| *reading)
    }

    pub(crate) fn note(&self, id: &RequestId, note: Note) {
        if let Some(entry) = self.lock().get_mut(id) {
            entry.1 = note;
        }
    }

    /// Takes the request out.
    pub(crate) fn done(&self, id: &RequestId) -> Note {
        self.lock().remove(id).map(|(_, note)| note).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, (Reading, Note)>> {
        // No code panics while it holds the lock, and a map is whole between calls.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
