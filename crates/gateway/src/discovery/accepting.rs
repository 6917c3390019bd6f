//! What the operator may accept: tools that are not as they were approved.

use std::sync::Arc;

use store::{Definition, Digest};

use super::Discovery;

/// A tool that is not as it was approved.
#[derive(Debug, Clone, PartialEq)]
pub struct Unapproved {
    /// The full name.
    pub name: String,
    /// What differs, in a few words.
    pub words: String,
    /// How it was approved, if it was and that is still known.
    pub approved: Option<Definition>,
    /// How it is now.
    pub now: Definition,
    pub(super) digest: Digest,
}

impl Unapproved {
    /// A tool that was approved so, if it was, and is this now.
    pub fn new(name: &str, words: &str, approved: Option<Definition>, now: Definition) -> Self {
        let digest = now.digest();
        Self { name: name.to_owned(), words: words.to_owned(), approved, now, digest }
    }
}

impl Discovery {
    /// The tools of a server that are not as they were approved, in name order; asks the server. One
    /// that was never seen before is approved by that.
    pub async fn unapproved(&self, server: &str) -> Result<Vec<Unapproved>, upstream::Error> {
        self.learn(server).await?;
        let (memory, name) = (Arc::clone(&self.memory), server.to_owned());
        let found = tokio::task::spawn_blocking(move || memory.unapproved(&name)).await;
        Ok(found.unwrap_or_default())
    }

    /// Records tools of a server as approved, as they are given here.
    pub async fn approve(&self, server: &str, tools: &[Unapproved]) -> Result<(), store::Error> {
        let (memory, name) = (Arc::clone(&self.memory), server.to_owned());
        let tools = tools.to_vec();
        let recorded = tokio::task::spawn_blocking(move || {
            let tools: Vec<_> = tools.iter().map(|tool| (&tool.now, tool.digest)).collect();
            memory.approve(&name, &tools)
        });
        // Nothing in it panics but by a defect, which is not to pass for a success.
        recorded.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}
