//! The order in which a child may speak: ready, then output and requests, then done, then nothing.

use crate::FromChild;

/// A child spoke out of turn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the child spoke out of turn: {0}")]
pub struct OrderError(pub &'static str);

/// Follows one child's conversation.
#[derive(Debug, Default)]
pub struct Order {
    phase: Phase,
    last_request: u32,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Locking,
    Running,
    Ended,
}

impl Order {
    /// Checks the next message of the child.
    pub fn check(&mut self, message: &FromChild) -> Result<(), OrderError> {
        match (&self.phase, message) {
            (Phase::Locking, FromChild::Ready) => {
                self.phase = Phase::Running;
                Ok(())
            }
            (Phase::Locking, _) => Err(OrderError("it spoke before it was ready")),
            (Phase::Running, FromChild::Ready) => Err(OrderError("it was ready twice")),
            (Phase::Running, FromChild::Output(_)) => Ok(()),
            (Phase::Running, FromChild::Request { id, .. }) => {
                if self.last_request.checked_add(1) != Some(*id) {
                    return Err(OrderError("its request numbers do not rise by one"));
                }
                self.last_request = *id;
                Ok(())
            }
            (Phase::Running, FromChild::Done(_)) => {
                self.phase = Phase::Ended;
                Ok(())
            }
            (Phase::Ended, _) => Err(OrderError("it spoke after its end")),
        }
    }
}

#[cfg(test)]
mod tests;
