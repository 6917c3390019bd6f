//! One installation, from the side of whoever runs the sandbox: what is to be installed, answers to what
//! is asked, and where files go.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Answer, Error, Piece, files::Files, mirror::Mirror};

/// Runs installations, each in a sandbox of its own.
pub trait Installer: Send + Sync {
    /// Has the order carried out. Dropping the future ends it, with all it started.
    fn install(&self, work: Work) -> impl Future<Output = Ended> + Send;
}

/// How an installation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// All files were handed over.
    Done,
    /// Deno would not, in its words.
    Refused(String),
    /// Nobody asks for it any more: an answer was the last one.
    GivenUp,
    /// There is no sandbox, or it was lost: in words, with what to do.
    Lost(String),
}

/// An installation. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct Work(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    order: String,
    mirror: Mirror,
    files: Mutex<Files>,
    failure: Mutex<Option<Error>>,
}

impl Work {
    pub(super) fn new(order: String, mirror: Mirror, files: Files) -> Self {
        let (files, failure) = (Mutex::new(files), Mutex::default());
        Self(Arc::new(Inner { order, mirror, files, failure }))
    }

    /// What is to be installed: a specifier a line.
    pub fn order(&self) -> &str {
        &self.0.order
    }

    /// Answers what Deno asks of its registry; none when the installation is to be given up.
    pub async fn answer(&self, path: &str) -> Option<Answer> {
        match self.0.mirror.answer(path).await {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Takes over pieces of files, in order; false when the installation is to be given up. Blocks.
    pub fn keep(&self, pieces: &[Piece]) -> bool {
        let mut files = self.0.files.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = pieces.iter().try_for_each(|piece| files.add(piece));
        drop(files);
        kept.map_err(|error| self.fail(error)).is_ok()
    }

    /// Every package that was fetched, sorted.
    pub(super) fn packages(&self) -> Vec<String> {
        self.0.mirror.packages()
    }

    /// Says that nothing more comes.
    pub(super) fn finish(&self) {
        self.0.files.lock().unwrap_or_else(PoisonError::into_inner).finish();
    }

    /// What was the matter, before anything Deno has to say of it.
    pub(super) fn failure(&self) -> Option<Error> {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What a registry did not have.
    pub(super) fn missing(&self) -> Option<Error> {
        self.0.mirror.missing()
    }

    fn fail(&self, error: Error) {
        self.0.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}
